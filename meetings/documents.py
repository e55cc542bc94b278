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
