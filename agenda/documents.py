"""What goes into the documents about a topic, and into the order of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import override

from agenda.charter import ConsultationRules
from documents.charter import cited
from documents.models import IssuedDocument
from institutions.models import MemberUnit, User
from jointmeeting import clock
from meetings.documents import chair_of

if TYPE_CHECKING:
    from agenda.models import Agenda, AgendaItem


def consultation_context(
    topic: Any, rules: ConsultationRules, units: Iterable[MemberUnit], by: User
) -> dict[str, Any]:
    """The letter to these units as it would be issued today; number and date come on issue."""
    members = topic.joint_body.members
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
            "silence_is_consent": rules.silence == "consent",
            "round": topic.round if rules.rounds else 0,
        }


def issue_consultation(
    topic: Any,
    rules: ConsultationRules,
    units: Iterable[MemberUnit],
    *,
    by: User,
    number: str,
) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        "consultation_letter",
        topic,
        rules.letter,
        consultation_context(topic, rules, units, by),
        by=by,
        number=number,
        to=units,
    )


def agenda_context(agenda: Agenda, by: User) -> dict[str, Any]:
    """The order of the meeting as it stands, with the hour of each item as far as it is known."""
    meeting, body = agenda.meeting, agenda.joint_body
    items = agenda.items.select_related("presenter__unit").prefetch_related("units__unit")
    with override("zh-hans"):
        views = agenda.views()
        return {
            "title": f"{body.name}{meeting.called}议程",
            "body_name": body.name,
            "starts_at": meeting.starts_at,
            "place": meeting.place,
            "chair": chair_of(meeting),
            "items": list(_timed(items, meeting.starts_at, views)),
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": meeting.organiser.unit.name,
            "signed_on": agenda.frozen_on,
        }


def _timed(
    items: Iterable[AgendaItem], begins: datetime | None, views: dict[int, list[Any]]
) -> Iterator[dict[str, Any]]:
    """Each item with its hours, up to the first whose length is not known."""
    for item in items:
        ends = (
            begins + timedelta(minutes=item.minutes) if begins and item.minutes else None
        )
        hours = (begins, ends) if ends else (None, None)
        yield {
            "title": item.title,
            "presenter": str(item.presenter),
            "units": [str(each) for each in item.units.all()],
            "minutes": item.minutes,
            "from_time": _hour(hours[0]),
            "to_time": _hour(hours[1]),
            "is_supplement": item.is_supplement,
            "views": views.get(item.topic_id, []) if item.topic_id else [],
        }
        begins = ends


def _hour(moment: datetime | None) -> str:
    return f"{localtime(moment):%H:%M}" if moment else ""
