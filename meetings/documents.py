"""What goes into the documents about convening a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from consents.models import silence_basis
from documents.charter import cited
from documents.models import IssuedDocument
from institutions.models import MemberUnit, UnitName, User, names_on
from jointmeeting import clock
from meetings.order import in_order
from meetings.quorum import count_of

if TYPE_CHECKING:
    from meetings.models import Attendance, Meeting
    from meetings.models.sittings import Sitting


def request_context(meeting: Meeting, by: User) -> dict[str, Any]:
    """The request to convene as it would be issued today; number and date come on issue."""
    rules, body = meeting.rules, meeting.joint_body
    members = {member.key: member.unit for member in body.members.select_related("unit")}
    route = meeting.route_taken("convene")
    term, is_one_step = route.term, len(route.steps) == 1
    issuer = members[rules.letter.issuer].name
    with override("zh-hans"):
        kind = meeting.get_kind_display()
        return {
            "issuer": issuer,
            "addressee": "、".join(members[key].name for key in rules.addressed_to),
            "title": f"关于提请召开{body.name}{meeting.period}{kind}的函",
            "body_name": body.name,
            "period": str(meeting.period),
            "kind_text": kind.removesuffix("会议"),
            "basis": cited(rules.basis),
            "occasion": meeting.occasion,
            "reason": meeting.reason,
            "proposed_on": meeting.proposed_on,
            "topics_planned": lines_of(meeting.topics_planned),
            "reply_by": term.due(clock.today()).on if is_one_step else None,
            "reply_how": str(term) if is_one_step else "",
            "silence": silence_basis(route),
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
            "copies": [members[key].name for key in rules.copies],
        }


def lines_of(text: str) -> list[str]:
    """The lines of a text that hold anything, without the stops at their ends."""
    lines = (line.strip().rstrip("。；;") for line in text.splitlines())
    return [line for line in lines if line]


def issue_request(meeting: Meeting, *, by: User, number: str) -> IssuedDocument:
    rules, members = meeting.rules, meeting.joint_body.members
    return IssuedDocument.objects.issue(
        "convene_request",
        meeting,
        rules.letter,
        request_context(meeting, by),
        by=by,
        number=number,
        to=members.filter(key__in=rules.addressed_to),
        copies=members.filter(key__in=rules.copies),
    )


def notice_context(meeting: Sitting, by: User) -> dict[str, Any]:
    """The notice as it would be issued today; number and date come on issue."""
    rules, body = meeting.sitting_rules, meeting.joint_body
    members = {each.key: each.unit for each in body.members.select_related("unit")}
    issuer = members[rules.notice.paper.issuer].name
    with override("zh-hans"):
        kind = meeting.get_kind_display()
        return {
            "issuer": issuer,
            "addressee": "、".join(each.unit.name for each in addressees_of(meeting)),
            "title": f"关于召开{body.name}{meeting.called_before}的通知",
            "body_name": body.name,
            "period": str(meeting.period),
            "kind_text": kind.removesuffix("会议"),
            "basis": cited(rules.basis),
            "starts_at": meeting.starts_at,
            "place": meeting.place,
            "chair": chair_of(meeting),
            "matters": matters_of(meeting),
            "seats": seats_of(meeting),
            "no_reply": rules.notice.reply is None,
            "reply_by": _reply_by(meeting),
            "may_be_replaced": rules.attendance.substitutes != "refused",
            "replaced_how": rules.attendance.substitutes,
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
        }


def chair_of(meeting: Sitting) -> str:
    """Who chairs, post and name, and on whose behalf; nothing where nobody is chosen yet."""
    if meeting.chair is None:
        return ""
    seat = meeting.attendances.filter(post=meeting.chair).first()
    holder = meeting.chair_person
    name = holder.name if holder else seat.who if seat else ""
    return f"{meeting.chair}{name}{_why_chair(meeting)}"


def planned_chair(meeting: Sitting) -> str:
    """Who is to chair, as the plan has it: who comes in that place is not part of it."""
    if meeting.chair is None:
        return ""
    holder = meeting.chair_person
    return f"{meeting.chair}{holder.name if holder else ''}{_why_chair(meeting)}"


def _why_chair(meeting: Sitting) -> str:
    """On whose behalf, or for which reason this post chairs, in brackets."""
    if meeting.delegated_by:
        return f"（受{meeting.delegated_by}委托）"
    reason = "".join(meeting.chair_reason.split("\n")).strip("。；; ")
    return f"（{reason}）" if reason else ""


def planned_seats(meeting: Sitting) -> list[str]:
    """Who is called, a line for each capacity, without who comes in the end.

    In protocol order and in the charter's words: what is signed changes with neither the
    strokes that are entered nor the name that a unit is given meanwhile.
    """
    words = meeting.rules_then.unit_names
    lines = []
    for heading, rows in _by_capacity(_listed(meeting)):
        places = [
            f"{each.title}{each.name}"
            if each.is_guest
            else words.get(
                each.unit.key if each.unit else "", str(each.post or each.unit)
            )
            for each in rows
        ]
        lines.append(f"{heading}：{'、'.join(places)}")
    return lines


def matters_of(meeting: Sitting) -> list[str]:
    """What the agenda has by now; nothing before it is begun."""
    agenda = getattr(meeting, "agenda", None)  # it is of the app above
    return [item.title for item in agenda.items.all()] if agenda else []


def seats_of(meeting: Sitting) -> list[dict[str, Any]]:
    """Who is to attend, sit in and is invited: people by post and name, then the units."""
    found = []
    for heading, rows in _by_capacity(in_order(meeting, _listed(meeting))):
        people = [named(each) for each in rows if not each.unit]
        people += [f"{each.unit}{each.quota}人" for each in rows if each.quota]
        units = [str(each.unit) for each in rows if each.unit and not each.quota]
        found.append({"heading": heading, "people": people, "units": units})
    return found


def named(attendance: Attendance) -> str:
    """A place as a list has it: post, unit or title, then who comes."""
    place = str(attendance.post or attendance.unit or attendance.title or attendance.why)
    is_replaced = attendance.status == attendance.Status.SUBSTITUTED
    if is_replaced and not attendance.unit:
        return f"{attendance.who}（代{place}）"
    return f"{place}{attendance.who}"


def _listed(meeting: Sitting) -> list[Attendance]:
    return list(meeting.attendances.select_related("post", "unit__unit"))


def _by_capacity(rows: list[Attendance]) -> Iterable[tuple[str, list[Attendance]]]:
    """The places by what people are there as, each group in the order of the list."""
    headings = {"attending": "出席", "in attendance": "列席", "invited": "邀请"}
    for capacity, heading in headings.items():
        if group := [each for each in rows if each.capacity == capacity]:
            yield heading, group


def _reply_by(meeting: Sitting) -> Any:
    """Until when units say who comes; nothing where that day is past, or none is set."""
    reply = meeting.sitting_rules.notice.reply
    if meeting.day is None or reply is None:
        return None
    last = reply.due(meeting.day).on
    return last if last and last >= clock.today() else None


def attendance_context(meeting: Sitting, by: User) -> dict[str, Any]:
    """The list to sign at the door; once the meeting is held, who was there."""
    body, is_held = meeting.joint_body, meeting.held_on is not None
    stands_in = {post.key: post.unit for post in meeting.rules_then.parts["posts"]}
    groups, number = [], 0
    places = in_order(meeting, _listed(meeting))
    units = (each.unit.unit_id for each in places if each.unit)
    then = names_on(meeting.held_on, units) if meeting.held_on else {}
    with override("zh-hans"):
        for heading, rows in _by_capacity(places):
            lines = []
            for each in rows:
                for line in _lines_of(each, stands_in, then):
                    number += 1
                    lines.append(line | {"number": number})
            groups.append({"heading": heading, "rows": lines})
        return {
            "title": f"{body.name}{meeting.called}{'参会人员名单' if is_held else '签到表'}",
            "body_name": body.name,
            "is_held": is_held,
            "starts_at": meeting.starts_at,
            "place": meeting.place,
            "chair": chair_of(meeting),
            "groups": groups,
            "counted": counted(meeting) if is_held else "",
            "drawn_by": by.name,
            "drawn_on": clock.today(),
        }


def _lines_of(
    seat: Attendance, stands_in: dict[str, str], then: dict[int, UnitName]
) -> Iterable[dict[str, Any]]:
    """A line for each who comes, and for each who by the charter is still to be named.

    `then` are the names that units had on the day of the meeting, of those renamed since.
    """
    is_replaced = seat.status == seat.Status.SUBSTITUTED
    unit = ""
    if seat.unit:
        unit = then.get(seat.unit.unit_id, seat.unit.unit).name
    guest = "" if seat.unit else seat.why
    people = seat.people or [("", seat.title)]
    unnamed = seat.quota - len(people) if seat.was_there is None else 0
    for turn, (name, title) in enumerate([*people, *[("", "")] * unnamed]):
        is_first = turn == 0
        yield {
            "unit": stands_in.get(seat.post.key, "") if seat.post else unit,
            "name": name,
            "title": title or (guest if is_first else ""),
            "replaces": (str(seat.post or "") or seat.name)
            if is_replaced and is_first
            else "",
            "was_there": seat.was_there,
            "is_excused": seat.status == seat.Status.EXCUSED,
        }


def counted(meeting: Sitting) -> str:
    """How many of those called were there; nothing where the charter asks for no number."""
    count = count_of(meeting)
    if count is None or any(each.was_there is None for each in meeting.attendances.all()):
        return ""
    return str(count)


def addressees_of(meeting: Sitting) -> list[MemberUnit]:
    """The units that sit in a meeting and the offices of the sides, in the charter's order.

    Who issues the notice tells itself nothing.
    """
    body, issuer = meeting.joint_body, meeting.sitting_rules.notice.paper.issuer
    sitting = meeting.attendances.exclude(unit=None).order_by().values("unit")
    offices = body.sides.exclude(office=None).order_by().values("office")
    members = body.members.exclude(key=issuer).select_related("unit")
    told = members.filter(pk__in=sitting.union(offices))
    return list(told.order_by("liaison__position"))


def issue_notice(meeting: Sitting, *, by: User, number: str) -> IssuedDocument:
    return _issue("meeting_notice", meeting, notice_context(meeting, by), by, number)


def change_context(
    meeting: Sitting, before: tuple[datetime, str], reason: str, by: User
) -> dict[str, Any]:
    """That day or place is another; the meeting has the new ones, `before` the old."""
    context = notice_context(meeting, by)
    begun = context["title"].removeprefix("关于召开").removesuffix("的通知")
    starts_at, place = before
    return context | {
        "title": f"关于调整{begun}安排的通知",
        "before": _told_before(meeting) | {"starts_at": starts_at, "place": place},
        "is_moved": starts_at != meeting.starts_at,
        "is_elsewhere": place != meeting.place,
        "reason": reason,
    }


def issue_change(
    meeting: Sitting,
    before: tuple[datetime, str],
    reason: str,
    *,
    by: User,
    number: str,
) -> IssuedDocument:
    """Tell all at once that day or place is another; `before` are those told earlier."""
    context = change_context(meeting, before, reason, by)
    return _issue("meeting_change", meeting, context, by, number)


def cancellation_context(meeting: Sitting, reason: str, by: User) -> dict[str, Any]:
    """That the meeting which all were told of will not be held."""
    context = notice_context(meeting, by)
    title = context["title"].replace("关于召开", "关于取消召开")
    return context | {
        "title": title,
        "before": _told_before(meeting),
        "reason": reason,
    }


def issue_cancellation(
    meeting: Sitting, reason: str, *, by: User, number: str
) -> IssuedDocument:
    context = cancellation_context(meeting, reason, by)
    return _issue("meeting_cancelled", meeting, context, by, number)


def _told_before(meeting: Sitting) -> dict[str, Any]:
    notice = meeting.notice
    assert notice
    return {"number": notice.number, "title": notice.title, "on": notice.issued_on}


def _issue(
    template: str, meeting: Sitting, context: dict[str, Any], by: User, number: str
) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        template,
        meeting,
        meeting.sitting_rules.notice.paper,
        context,
        by=by,
        number=number,
        to=addressees_of(meeting),
    )
