"""What is done in a played year about the report to the next meeting."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deadlines.models import Duty
from followups.models import ProgressReport

if TYPE_CHECKING:
    from rehearsal.player import Play

BEGUN_AFTER = 2  # working days after the item was put on the agenda
TIME_TO_EXPLAIN = 9  # working days before the report is to be there
JUST_BEFORE = 2  # working days before the meeting, where the report has no day of its own
LATE = 4  # working days after the term of an explanation


def day_to_report(play: Play, duty: Duty) -> date | None:
    """Gathered while units still have time; frozen once all is said, towards its term."""
    report = ProgressReport.objects.filter(item=duty.row).first()
    if report is None:
        soon = play.working_day(duty.since, BEGUN_AFTER)
        if duty.due_on is None:
            return soon
        return max(soon, play.working_day(duty.due_on, -TIME_TO_EXPLAIN))
    if report.unsaid():
        return None
    if duty.due_on is None:  # the charter sets no day: just before the meeting
        day = duty.row.agenda.meeting.day
        return play.working_day(day, -JUST_BEFORE) if day else None
    return play.last_days(duty)


def report(play: Play, duty: Duty) -> None:
    """Gather what became of the decisions; at the second time, freeze it."""
    item = duty.row
    meeting = item.agenda.meeting
    gathered = ProgressReport.objects.filter(item=item).first()
    if gathered is None:
        begin = partial(ProgressReport.objects.begin, item)
        words = _("Gather for “%(what)s” what became of the decisions")
        _do(play, duty, words % {"what": meeting}, begin)
    else:
        words = _("Freeze the report to “%(what)s” on the decisions")
        _do(play, duty, words % {"what": meeting}, gathered.freeze)


def day_to_explain(play: Play, duty: Duty) -> date:
    if duty.due_on and play.resolve(duty.row.decision).explains_late:
        return play.working_day(duty.due_on, LATE)
    return play.usual(duty)


def explain(play: Play, duty: Duty) -> None:
    """The lead unit says why it is not done: as told, else that its term is not over."""
    line = duty.row
    resolve = play.resolve(line.decision)
    explanation = resolve.undone or resolve.explanation or play.story.task.explanation
    step = partial(line.explain, explanation=explanation, seen=line.seen())
    words = _("Explain why it is not done: “%(what)s”")
    _do(play, duty, words % {"what": line.decision}, step)


def say(play: Play, duty: Duty) -> None:
    """A supervising office says what it thinks of that, as told or as of any."""
    line, office = duty.row, play.body.members.get(liaison=duty.post)
    opinion = play.resolve(line.decision).opinion or play.story.task.opinion
    step = partial(line.say, opinion=opinion, seen=line.seen(office))
    words = _("Say what is to follow: “%(what)s”")
    _do(play, duty, words % {"what": line.decision}, step)


def _do(play: Play, duty: Duty, act: str, step: Any) -> None:
    basis = play.followup_rules.progress.basis
    play.do(act, step, post=duty.post, path="followups.progress", basis=basis)
