"""How far past their dates tasks are, by the ladder of notices of their charters."""

from collections.abc import Iterable
from datetime import date

from followups.charter import FollowupRules, LadderStep
from institutions.models.calendar import WorkingDays
from jointmeeting import clock

Due = tuple[FollowupRules, date | None]


def levels_of(tasks: Iterable[Due]) -> list[LadderStep | None]:
    """The step that each of these has come to today, from one reading of the calendar.

    The calendar is not read where nothing is late under a charter that has a ladder.
    """
    tasks, today = list(tasks), clock.today()
    late = [day for rules, day in tasks if rules.ladder and day and day < today]
    if not late:
        return [None for _each in tasks]
    working = WorkingDays(min(late), today)
    return [
        rules.ladder.level(day, working) if rules.ladder and day and day < today else None
        for rules, day in tasks
    ]
