"""What goes into the documents about a topic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from documents.charter import cited
from documents.models import IssuedDocument
from institutions.models import MemberUnit, User
from jointmeeting import clock

if TYPE_CHECKING:
    from agenda.models import Topic


def consultation_context(
    topic: Topic, units: Iterable[MemberUnit], by: User
) -> dict[str, Any]:
    """The letter to these units as it would be issued today; number and date come on issue."""
    rules, members = topic.rules.consult, topic.joint_body.members
    issuer = members.select_related("unit").get(key=rules.letter.issuer).unit.name
    with override("zh-hans"):
        return {
            "issuer": issuer,
            "addressees": [member.unit.name for member in units],
            "title": f"关于征求“{topic.title}”议题意见的函",
            "topic": {
                "title": topic.title,
                "class_name": topic.class_name,
                "problem": topic.problem,
                "evidence": topic.evidence,
                "measure": topic.measure,
            },
            "basis": cited(rules.basis),
            "reply_by": rules.term.due(clock.today()).on,
            "reply_how": str(rules.term),
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
            "copies": [],
            "reply_kinds": [kind.name for kind in rules.kinds],
        }


def issue_consultation(
    topic: Topic, units: Iterable[MemberUnit], *, by: User, number: str
) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        "consultation_letter",
        topic,
        topic.rules.consult.letter,
        consultation_context(topic, units, by),
        by=by,
        number=number,
        to=units,
    )
