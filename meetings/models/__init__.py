"""A body's year, its meetings, and who sits in them."""

from meetings.models.attendance import Attendance, holder_of, seat, ticks_seen
from meetings.models.meetings import (
    Meeting,
    askers_only,
    asking_units,
    kinds_of,
    rules_for,
)
from meetings.models.states import ORGANISER
from meetings.models.years import BodyYear, open_year

__all__ = [
    "Attendance",
    "BodyYear",
    "Meeting",
    "ORGANISER",
    "askers_only",
    "asking_units",
    "holder_of",
    "kinds_of",
    "open_year",
    "rules_for",
    "seat",
    "ticks_seen",
]
