"""What minutes and their corrections say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.models import IssuedDocument
from institutions.models import JointBody, MemberUnit, User, called_on
from jointmeeting.templatetags.papers import (
    paper_date,
    paper_number,
    paper_quoted,
    paper_sentence,
)
from meetings.documents import chair_of, counted, named
from meetings.models import Attendance, Meeting
from meetings.order import in_order

if TYPE_CHECKING:
    from minutes.charter import MinutesRules
    from minutes.models import Correction, Decision, ItemRecord, Minutes

NOTICES = ("notice", "joint")  # the forms in which a notice goes before the minutes
LONGEST_MARK = 16  # signs; a longer name of a body would be smaller than the title


def opening_of(meeting: Meeting) -> str:
    """The first paragraph, for the recorder to go on with."""
    body, chair = meeting.joint_body, chair_of(meeting)
    where = f"在{meeting.place}" if meeting.place else ""
    by = f"会议由{chair}主持。" if chair else ""
    return (
        f"{paper_date(meeting.held_on)}，{body.name}{meeting.called}{where}召开。"
        f"{by}现将会议议定事项纪要如下。"
    )


def words_of(minutes: Minutes) -> dict[str, Any]:
    """All that the minutes say, as plain data: what is signed, and what is printed."""
    records = minutes.records.select_related("item").order_by("item__position", "pk")
    decisions: dict[int | None, list[dict[str, Any]]] = {}
    rows = minutes.decisions().prefetch_related("leads__unit", "assisting__unit")
    charged = [u for each in rows for u in (*each.leads.all(), *each.assisting.all())]
    if minutes.meeting.held_on:  # as all of the minutes: what is signed stays as it was
        called_on(minutes.meeting.held_on, charged, on_paper=True)
    for number, decision in enumerate(rows, start=1):
        decisions.setdefault(decision.item_id, []).append(
            {
                "number": number,
                "text": decision.text,
                "leads": [str(each) for each in decision.leads.all()],
                "assisting": [str(each) for each in decision.assisting.all()],
                "due_on": decision.due_on,
                "is_standing": decision.is_standing,
                "done_when": decision.done_when,
            }
        )
    return {
        "opening": minutes.opening,
        "items": [
            {
                "title": record.item.title,
                "is_topic": record.item.topic_id is not None,
                "outcome": record.kind.name if record.kind else "",
                "discussion": record.discussion,
                **how_decided(record),
                "decisions": decisions.get(record.item_id, []),
            }
            | ({"says": record.kind.says} if record.kind and record.kind.says else {})
            for record in records
        ],
        "closing": minutes.closing,
        **people_of(minutes.meeting),
    }


def people_of(meeting: Meeting) -> dict[str, Any]:
    """Who was there, in attendance, and excused, in the order of the list."""
    rows = in_order(meeting, meeting.attendances.select_related("post", "unit__unit"))
    if meeting.held_on:
        units = (each.unit for each in rows if each.unit)
        called_on(meeting.held_on, units, on_paper=True)
    there = [each for each in rows if each.was_there]
    attending = Attendance.Capacity.ATTENDING
    said = counted(meeting)
    return ({"counted": said} if said else {}) | {
        "attending": [named(each) for each in there if each.capacity == attending],
        "in_attendance": [named(each) for each in there if each.capacity != attending],
        "excused": [
            named(each)
            for each in rows
            if each.was_there is False and each.status == Attendance.Status.EXCUSED
        ],
    }


def how_decided(record: ItemRecord) -> dict[str, str]:
    """In which manner an item was decided, in a sentence, where the charter sets one."""
    deciding = record.minutes.meeting.sitting_rules.deciding
    if deciding is None:
        return {}
    votes = [getattr(record, name) for name in record.VOTES]
    if votes != [None, None, None]:
        numbers = [each or 0 for each in votes]
        said = "赞成{}票，反对{}票，弃权{}票".format(*numbers)
        is_decided = record.kind is not None and record.kind.then == "decided"
        return {"manner": f"{said}，表决通过。" if is_decided else f"{said}。"}
    if record.is_so_decided and deciding.manner == "consensus":
        return {"manner": "与会人员一致同意。"}
    if record.is_so_decided and deciding.manner == "chair":
        return {"manner": "经讨论，由会议主持人决定。"}
    return {}


def charge_of(decision: dict[str, Any]) -> str:
    """Who leads, who assists, until when and what counts as done, as a sentence or two."""
    said = []
    if decision["leads"]:
        said.append(f"由{'、'.join(decision['leads'])}牵头")
    if decision["assisting"]:
        said.append(f"{'、'.join(decision['assisting'])}配合")
    if decision["due_on"]:
        said.append(f"于{paper_date(decision['due_on'])}前完成")
    elif decision["is_standing"]:
        said.append("长期坚持")
    charge = f"{'，'.join(said)}。" if said else ""
    measure = paper_sentence(decision["done_when"])
    return f"{charge}完成标准：{measure}" if measure else charge


def paragraphs_of(decision: dict[str, Any]) -> list[str]:
    """A decision as it is printed: its own lines, the last with who does it until when."""
    lines = [line.strip() for line in decision["text"].splitlines() if line.strip()]
    *first, last = lines or [""]
    return [*first, f"{paper_sentence(last)}{charge_of(decision)}"]


def lines_of(snapshot: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The minutes line by line, for the sheet on which they are signed."""
    yield _("Opening"), snapshot["opening"]
    for number, item in enumerate(snapshot["items"], start=1):
        says, manner = item.get("says", ""), item.get("manner", "")
        said = f"会议{says}" if says else item["outcome"]
        lines = [said, item["discussion"], manner]
        for each in item["decisions"]:
            lines += paragraphs_of(each | {"due_on": _as_day(each["due_on"])})
        yield f"{paper_number(number)}、{item['title']}", "\n".join(filter(None, lines))
    if snapshot["closing"]:
        yield _("Closing"), snapshot["closing"]
    if said := snapshot.get("counted"):
        yield _("Quorum"), said
    for label, key in (
        (_("Attending"), "attending"),
        (_("In attendance"), "in_attendance"),
        (_("Excused"), "excused"),
    ):
        if snapshot[key]:
            yield label, "，".join(snapshot[key])


def _as_day(kept: date | str | None) -> date | None:
    """A day of a snapshot, which a sheet keeps as text."""
    return date.fromisoformat(kept) if isinstance(kept, str) and kept else kept or None


def minutes_context(minutes: Minutes, by: User) -> dict[str, Any]:
    """The minutes as they would be issued today; number and date come on issue."""
    meeting, body, rules = minutes.meeting, minutes.joint_body, minutes.rules
    members = {each.key: each.unit for each in body.members.select_related("unit")}
    issuer = members[rules.paper.issuer].name
    title = f"{body.name}{meeting.called}纪要"
    with override("zh-hans"):
        words = words_of(minutes)
        for item in words["items"]:
            for decision in item["decisions"]:
                decision["paragraphs"] = paragraphs_of(decision)
        return (
            words
            | {
                "issuer": _mark(body),
                "title": title,
                "stands": body.name if rules.form == "body" else issuer,
                "body_name": body.name,
                "held_on": meeting.held_on,
                "sent_to": [each.unit.name for each in addressees_of(minutes)],
                "copies": [members[key].name for key in rules.copies],
                "drafted_by": by.name,
                "printed_by": issuer,
            }
            | _notice(
                rules, title, [issuer, *(members[key].name for key in rules.jointly)]
            )
        )


def _notice(rules: MinutesRules, title: str, issuers: list[str]) -> dict[str, Any]:
    """What the notice says that the minutes leave behind, where they do."""
    if rules.form not in NOTICES:
        return {}
    return {
        "issuer": issuers[0],
        "issuers": issuers,
        "title": f"关于印发{title}的通知",
        "minutes_title": title,
        "signed_by": issuers[0],
    }


def template_of(minutes: Minutes) -> str:
    """The document that they leave as."""
    return "minutes_notice" if minutes.rules.form in NOTICES else "minutes"


def _mark(body: JointBody) -> str:
    """What stands in red above minutes: the body's name, or its short one to be legible."""
    name = body.name if len(body.name) < LONGEST_MARK else body.short
    return f"{name}纪要"


def addressees_of(minutes: Minutes) -> list[MemberUnit]:
    """Units that sat in the meeting or carry something out, and the sides' offices.

    Who issues them sends itself nothing.
    """
    body = minutes.joint_body
    sat = minutes.meeting.attendances.exclude(unit=None).order_by().values("unit")
    decisions = minutes.decisions().order_by().values("pk")
    offices = body.sides.exclude(office=None).order_by().values("office")
    charged = MemberUnit.objects.filter(led__in=decisions).order_by().values("pk")
    helping = MemberUnit.objects.filter(assisted__in=decisions).order_by().values("pk")
    rules = minutes.rules
    own = [rules.paper.issuer, *rules.jointly, *rules.copies]
    members = body.members.exclude(key__in=own)
    sent = sat.union(offices, charged, helping)
    sent_to = members.filter(pk__in=sent).select_related("unit")
    return list(sent_to.order_by("liaison__position"))


def issue_minutes(minutes: Minutes, *, by: User, number: str) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        template_of(minutes),
        minutes,
        minutes.rules.paper,
        minutes_context(minutes, by),
        by=by,
        number=number,
        to=addressees_of(minutes),
        copies=minutes.joint_body.members.filter(key__in=minutes.rules.copies),
    )


def correction_context(
    correction: Correction, lines: list[dict[str, Any]], by: User
) -> dict[str, Any]:
    """What changes of the decisions, as it would be issued today; `lines` as it is typed."""
    minutes, body = correction.minutes, correction.joint_body
    document = minutes.document
    assert document
    members = body.members.select_related("unit")
    issuer = members.get(key=minutes.rules.paper.issuer).unit.name
    title = document.data.get("minutes_title", document.title)
    places = _places(minutes)
    with override("zh-hans"):
        return {
            "issuer": issuer,
            "addressee": "、".join(each.unit.name for each in told_of(document, lines)),
            "title": f"关于更正《{title}》的通知",
            "body_name": body.name,
            "minutes_number": document.number,
            "minutes_title": title,
            "issued_on": document.issued_on,
            "position": correction.position,
            "reason": correction.reason,
            "lines": [_corrected(line, places) for line in lines],
            "contact": {"name": by.name, "phone": by.phone},
            "copies": [each.unit.name for each in document.copied_to],
            "signed_by": issuer,
        }


def told_of(document: IssuedDocument, lines: list[dict[str, Any]]) -> list[MemberUnit]:
    """Who got the minutes, and the units that the correction puts in charge of something."""
    told = document.sent_to
    known = {each.pk for each in [*told, *document.copied_to]}
    for line in lines:
        for unit in [*line.get("leads", ()), *line.get("assisting", ())]:
            if unit.pk not in known:
                known.add(unit.pk)
                told.append(unit)
    return told


def _places(minutes: Minutes) -> dict[int, str]:
    """Where each decision stands in the minutes: 第二项第（一）点."""
    records = minutes.records.order_by("item__position", "pk")
    items = {pk: n for n, pk in enumerate(records.values_list("item", flat=True), 1)}
    within: dict[int, list[int]] = {}
    for decision in minutes.decisions().exclude(item=None):
        within.setdefault(decision.item_id or 0, []).append(decision.pk)
    places = {}
    for item, decisions in within.items():
        for n, pk in enumerate(decisions, start=1):
            point = f"第（{paper_number(n)}）点" if len(decisions) > 1 else ""
            places[pk] = f"第{paper_number(items[item])}项{point}"
    return places


def _corrected(line: dict[str, Any], places: dict[int, str]) -> str:
    """One change in a sentence or two."""
    new: dict[str, Any] = {
        "leads": [str(each) for each in line.get("leads", ())],
        "assisting": [str(each) for each in line.get("assisting", ())],
        "due_on": line.get("due_on"),
        "is_standing": line.get("is_standing", False),
        "done_when": line.get("done_when", ""),
    }
    text, decision = line.get("text", ""), line.get("decision")
    if decision is None:
        return f"增加一项：{paper_sentence(text)}{charge_of(new)}"
    named_here = f"{places.get(decision.pk, '')}{paper_quoted(bare(str(decision)))}"
    match line["change"]:
        case "withdrawn":
            return f"{named_here}予以撤销。"
        case "lead":
            units = charge_of(
                new | {"due_on": None, "is_standing": False, "done_when": ""}
            )
            return f"{named_here}的责任单位更正为：{units}"
        case "due":
            until = charge_of(new | {"leads": [], "assisting": [], "done_when": ""})
            return f"{named_here}的完成时限更正为：{until.removeprefix('于')}"
    return _reworded(decision, places.get(decision.pk, ""), text, new["done_when"])


def _reworded(decision: Decision, place: str, text: str, done_when: str) -> str:
    """Old and new words, and the measure where that changes too."""
    said = ""
    if text:
        was, is_now = paper_quoted(bare(decision.text)), paper_quoted(bare(text))
        said = f"{place}{was}更正为{is_now}。"
    if done_when:
        place = place if not text else ""
        about = place and f"{place}{paper_quoted(bare(str(decision)))}的"
        said += f"{about}完成标准更正为：{paper_sentence(done_when)}"
    return said


def bare(text: str) -> str:
    """A text in one line, without the stop at its end, to be quoted."""
    return "".join(line.strip() for line in text.splitlines()).rstrip("。；;")


def issue_correction(
    correction: Correction, lines: list[dict[str, Any]], *, by: User, number: str
) -> IssuedDocument:
    """The document of a correction; it is about the minutes, as these are what it changes."""
    minutes = correction.minutes
    document = minutes.document
    assert document
    return IssuedDocument.objects.issue(
        "minutes_correction",
        minutes,
        minutes.rules.paper,
        correction_context(correction, lines, by),
        by=by,
        number=number,
        to=told_of(document, lines),
        copies=document.copied_to,
    )
