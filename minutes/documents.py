"""What minutes and their corrections say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.models import IssuedDocument
from institutions.models import MemberUnit, User
from jointmeeting.templatetags.papers import paper_date
from meetings.models import Attendance, Meeting

if TYPE_CHECKING:
    from minutes.models import Correction, Minutes


def opening_of(meeting: Meeting) -> str:
    """The first paragraph, for the recorder to go on with."""
    body = meeting.joint_body
    chair = f"{meeting.chair}" if meeting.chair else ""
    return (
        f"{paper_date(meeting.held_on)}，{body.name}第{meeting.ordinal}次会议在"
        f"{meeting.place}召开。会议由{chair}主持。现将会议议定事项纪要如下。"
    )


def words_of(minutes: Minutes) -> dict[str, Any]:
    """All that the minutes say, as plain data: what is signed, and what is printed."""
    records = minutes.records.select_related("item").order_by("item__position", "pk")
    decisions: dict[int | None, list[dict[str, Any]]] = {}
    rows = minutes.decisions().prefetch_related("leads__unit", "assisting__unit")
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
                "outcome": record.kind.name if record.kind else "",
                "discussion": record.discussion,
                "decisions": decisions.get(record.item_id, []),
            }
            for record in records
        ],
        "closing": minutes.closing,
        **people_of(minutes.meeting),
    }


def people_of(meeting: Meeting) -> dict[str, list[str]]:
    """Who was there, in attendance, and excused, in the order of the list."""
    rows = list(meeting.attendances.select_related("post", "unit__unit"))
    there = [each for each in rows if each.was_there]
    attending = Attendance.Capacity.ATTENDING
    return {
        "attending": [_named(each) for each in there if each.capacity == attending],
        "in_attendance": [_named(each) for each in there if each.capacity != attending],
        "excused": [
            _named(each)
            for each in rows
            if each.was_there is False and each.status == Attendance.Status.EXCUSED
        ],
    }


def _named(attendance: Attendance) -> str:
    place = str(attendance.unit or attendance.post or attendance.title)
    name = attendance.who
    return f"{name}（{place}）" if name else place


def lines_of(snapshot: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The minutes line by line, for the sheet on which they are signed."""
    yield _("Opening"), snapshot["opening"]
    for number, item in enumerate(snapshot["items"], start=1):
        lines = [item["outcome"], item["discussion"]]
        lines += [
            f"{each['text']}（{'、'.join(each['leads'])}）" for each in item["decisions"]
        ]
        yield f"{number}. {item['title']}", "\n".join(filter(None, lines))
    if snapshot["closing"]:
        yield _("Closing"), snapshot["closing"]
    for label, key in (
        (_("Attending"), "attending"),
        (_("In attendance"), "in_attendance"),
        (_("Excused"), "excused"),
    ):
        if snapshot[key]:
            yield label, "，".join(snapshot[key])


def minutes_context(minutes: Minutes) -> dict[str, Any]:
    """The minutes as they would be issued today; number and date come on issue."""
    meeting, body = minutes.meeting, minutes.joint_body
    members = {each.key: each.unit for each in body.members.select_related("unit")}
    rules = minutes.rules
    with override("zh-hans"):
        issuer = members[rules.paper.issuer].name
        return words_of(minutes) | {
            "issuer": f"{body.name}纪要",
            "title": f"{body.name}第{meeting.ordinal}次会议纪要",
            "body_name": body.name,
            "held_on": meeting.held_on,
            "place": meeting.place,
            "chair": str(meeting.chair or ""),
            "signed_by": issuer,
            "copies": [members[key].name for key in rules.copies],
            "printed_by": issuer,
        }


def addressees_of(minutes: Minutes) -> list[MemberUnit]:
    """Units that sat in the meeting or carry something out, and the sides' offices."""
    body = minutes.joint_body
    sat = minutes.meeting.attendances.exclude(unit=None).order_by().values("unit")
    decisions = minutes.decisions().order_by().values("pk")
    offices = body.sides.exclude(office=None).order_by().values("office")
    charged = MemberUnit.objects.filter(led__in=decisions).order_by().values("pk")
    helping = MemberUnit.objects.filter(assisted__in=decisions).order_by().values("pk")
    members = body.members.exclude(key__in=minutes.rules.copies)
    sent = sat.union(offices, charged, helping)
    return list(members.filter(pk__in=sent).order_by("liaison__position"))


def issue_minutes(minutes: Minutes, *, by: User, number: str) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        "minutes",
        minutes,
        minutes.rules.paper,
        minutes_context(minutes),
        by=by,
        number=number,
        to=addressees_of(minutes),
        copies=minutes.joint_body.members.filter(key__in=minutes.rules.copies),
    )


def correction_context(
    correction: Correction, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """A correction as it would be issued today; number and date come on issue."""
    minutes = correction.minutes
    document = minutes.document
    assert document
    issuer = document.joint_body.members.select_related("unit")
    signed_by = issuer.get(key=minutes.rules.paper.issuer).unit.name
    sent = document.addressees.select_related("member__unit")
    return {
        "issuer": signed_by,
        "title": f"关于更正{document.title}的通知",
        "body_name": document.joint_body.name,
        "addressee": "、".join(each.member.unit.name for each in sent),
        "minutes_number": document.number,
        "minutes_title": document.title,
        "position": correction.position,
        "reason": correction.reason,
        "lines": [
            {
                "decision": line["decision"].text if line.get("decision") else "",
                "change": line["change"],
                "text": line.get("text", ""),
                "due_on": line.get("due_on"),
                "is_standing": line.get("is_standing", False),
                "leads": [str(each) for each in line.get("leads", ())],
                "assisting": [str(each) for each in line.get("assisting", ())],
            }
            for line in lines
        ],
        "signed_by": signed_by,
    }


def issue_correction(
    correction: Correction, lines: list[dict[str, Any]], *, by: User, number: str
) -> IssuedDocument:
    minutes = correction.minutes
    document = minutes.document
    assert document
    sent = document.addressees.select_related("member__unit")
    return IssuedDocument.objects.issue(
        "minutes_correction",
        correction,
        minutes.rules.paper,
        correction_context(correction, lines),
        by=by,
        number=number,
        to=[each.member for each in sent],
    )
