"""When the next status report is due."""

from collections.abc import Iterable
from datetime import date

from followups.charter import Rhythm

MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


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
    year, month = after.year, (after.month - 1) // step * step + 1
    while (day := date(year, month, rhythm.day)) <= after:
        year, month = (year, month + step) if month + step <= 12 else (year + 1, 1)
    return day


def a_year_after(day: date) -> date:
    """The same day of the next year; of a leap day the last of February."""
    is_leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap else day.day)
