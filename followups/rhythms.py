"""When the next status report is due."""

from collections.abc import Iterable
from datetime import date

from deadlines.charter import in_month
from followups.charter import Rhythm

MONTHS = {"month": 1, "two months": 2, "quarter": 3, "half-year": 6, "year": 12}


def next_report(rhythms: Iterable[Rhythm], after: date) -> tuple[date, Rhythm]:
    """The first day after this one on which one of the rhythms asks for a report.

    "By the 5th of each quarter" is the 5th of January, April, July and October: the report
    is about the part of the year that has just ended.
    """
    return min(
        ((_next(rhythm, after), rhythm) for rhythm in rhythms), key=lambda pair: pair[0]
    )


def _next(rhythm: Rhythm, after: date) -> date:
    step = MONTHS[rhythm.every]
    month = (after.month - 1) // step * step + 1
    while (day := in_month(after.year, month, rhythm.day)) <= after:
        month += step
    return day


def a_year_after(day: date) -> date:
    """The same day of the next year; of a leap day the last of February."""
    return in_month(day.year + 1, day.month, day.day)
