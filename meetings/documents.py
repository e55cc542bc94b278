"""What goes into the documents about convening a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from documents.charter import cited
from documents.models import IssuedDocument
from institutions.models import User
from jointmeeting import clock

if TYPE_CHECKING:
    from meetings.models import Meeting
    from meetings.models.sittings import Sitting


def request_context(meeting: Meeting, by: User) -> dict[str, Any]:
    """The request to convene as it would be issued today; number and date come on issue."""
    rules, body = meeting.rules, meeting.joint_body
    members = {member.key: member.unit for member in body.members.select_related("unit")}
    term = rules.agree.term
    is_one_step = len(rules.agree.steps) == 1
    issuer = members[rules.letter.issuer].name
    with override("zh-hans"):
        kind = meeting.get_kind_display()
        return {
            "issuer": issuer,
            "addressee": "、".join(members[key].name for key in rules.addressed_to),
            "title": f"关于提请召开{body.name}{meeting.year}年{kind}的函",
            "body_name": body.name,
            "year": meeting.year,
            "kind_text": kind.removesuffix("会议"),
            "basis": cited(rules.basis),
            "reason": meeting.reason,
            "proposed_on": meeting.proposed_on,
            "topics_planned": lines_of(meeting.topics_planned),
            "reply_by": term.due(clock.today()).on if is_one_step else None,
            "reply_how": str(term) if is_one_step else "",
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
    issuer, day = members[rules.notice.paper.issuer].name, meeting.day
    with override("zh-hans"):
        kind = meeting.get_kind_display()
        return {
            "issuer": issuer,
            "addressee": "、".join(each.unit.name for each in addressees_of(meeting)),
            "title": f"关于召开{body.name}{meeting.year}年{kind}的通知",
            "body_name": body.name,
            "year": meeting.year,
            "kind_text": kind.removesuffix("会议"),
            "starts_at": meeting.starts_at,
            "place": meeting.place,
            "chair": str(meeting.chair or ""),
            "delegated_by": str(meeting.delegated_by or ""),
            "attending": [str(each) for each in _sitting(meeting, "attending")],
            "in_attendance": [str(each) for each in _sitting(meeting, "in attendance")],
            "invited": [str(each) for each in _sitting(meeting, "invited")],
            "reply_by": rules.notice.reply.due(day).on if day else None,
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
        }


def _sitting(meeting: Sitting, capacity: str) -> Any:
    of_kind = meeting.attendances.filter(capacity=capacity)
    return of_kind.select_related("post", "unit__unit")


def addressees_of(meeting: Sitting) -> list[Any]:
    """The units that sit in a meeting and the offices of the sides, in the charter's order."""
    body = meeting.joint_body
    sitting = meeting.attendances.exclude(unit=None).order_by().values("unit")
    offices = body.sides.exclude(office=None).order_by().values("office")
    members = body.members.select_related("unit").order_by("liaison__position")
    return list(members.filter(pk__in=sitting.union(offices)))


def issue_notice(meeting: Sitting, *, by: User, number: str) -> IssuedDocument:
    return _issue("meeting_notice", meeting, notice_context(meeting, by), by, number)


def issue_change(
    meeting: Sitting, before: tuple, reason: str, *, by: User, number: str
) -> IssuedDocument:
    """Tell all at once that day or place is another; `before` are those told earlier."""
    context = notice_context(meeting, by)
    title = (
        context["title"].replace("关于召开", "关于调整").replace("的通知", "安排的通知")
    )
    told = _told_before(meeting) | {"starts_at": before[0], "place": before[1]}
    context |= {"title": title, "before": told, "reason": reason}
    return _issue("meeting_change", meeting, context, by, number)


def issue_cancellation(meeting: Sitting, reason: str, *, by: User) -> IssuedDocument:
    context = notice_context(meeting, by)
    title = context["title"].replace("关于召开", "关于取消")
    context |= {"title": title, "before": _told_before(meeting), "reason": reason}
    return _issue("meeting_cancelled", meeting, context, by, "")


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
