"""Until when topics may be handed in for the next meeting of a body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from agenda.charter import ClosingRules, TopicRules
from deadlines.models import days_left, keep_duties
from institutions.models import JointBody, User
from institutions.models.calendar import WorkingDays
from jointmeeting import clock
from jointmeeting.workflow import locked, save_with_history
from meetings.models import Meeting

if TYPE_CHECKING:
    from agenda.models.topics import Topic

COMING = [Meeting.Status.AGREED, Meeting.Status.NOTIFIED]


@dataclass(frozen=True)
class Closing:
    """The last day for handing in topics for a meeting, and how it was computed."""

    meeting: Meeting
    due_on: date
    how: dict
    working: WorkingDays = field(repr=False, compare=False)

    @property
    def pk(self) -> str:
        return f"closing-{self.meeting.pk}"

    @property
    def left(self) -> int:
        """Working days from today to it, negative if past."""
        return days_left([self.due_on], self.working)[self.due_on]

    @property
    def is_past(self) -> bool:
        return self.due_on < clock.today()


def closing_of(meeting: Meeting, working: WorkingDays | None = None) -> Closing | None:
    """That of a meeting which is to come; none without a day, or by its charter.

    Who asks for several brings the `working` days of all.
    """
    rules = meeting.joint_body.part(TopicRules).closing
    day = meeting.day or meeting.proposed_on
    if rules is None or day is None or meeting.status not in COMING:
        return None
    working = working or _working_days([(day, rules)])
    due = rules.term.due(day, working)
    return Closing(meeting, due.on, due.how, working) if due.on else None


def _working_days(counted: Iterable[tuple[date, ClosingRules]]) -> WorkingDays:
    """The working days from as far back as these terms can reach, and those of today."""
    ends = [clock.today()]
    for day, rules in counted:
        ends += [day, day - timedelta(days=30 + 31 * rules.term.value)]
    return WorkingDays(min(ends), max(ends))


def next_closings(bodies: Iterable[JointBody]) -> list[Closing]:
    """For each body whose charter has one, that of its next meeting; two queries."""
    own = {body.pk: body for body in bodies if body.charter_id}
    having = [pk for pk, body in own.items() if body.part(TopicRules).closing]
    if not having:
        return []
    meetings = Meeting.objects.filter(joint_body__in=having, status__in=COMING)
    days = {each: day for each in meetings if (day := each.day or each.proposed_on)}
    first: dict[int, Meeting] = {}
    for meeting in sorted(days, key=lambda each: days[each]):
        if days[meeting] >= clock.today():
            first.setdefault(meeting.joint_body_id, meeting)
    for meeting in first.values():
        meeting.joint_body = own[meeting.joint_body_id]
    counted = [
        (days[each], rules)
        for pk, each in first.items()
        if (rules := own[pk].part(TopicRules).closing)
    ]
    if not counted:
        return []
    working = _working_days(counted)
    found = [closing_of(meeting, working) for meeting in first.values()]
    return [each for each in found if each]


def late_for(body: JointBody) -> Meeting | None:
    """The meeting for which a topic handed in today comes too late, if any."""
    closing = next(iter(next_closings([body])), None)
    return closing.meeting if closing and closing.is_past else None


def keep_late(meeting: Meeting, by: User) -> None:
    """Its day has changed: topics that came in time after all are late no more."""
    topics: Iterable[Topic] = meeting.late_topics.order_by("pk")
    closing = closing_of(meeting)
    if closing is None:
        return
    for topic in topics:
        with locked(topic):
            if topic.submitted_on and topic.submitted_on <= closing.due_on:
                topic.late_for = None
                label = gettext_noop("In time: the meeting is on a later day")
                save_with_history(topic, by, label)
                keep_duties(topic)
