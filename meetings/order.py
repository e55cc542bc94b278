"""In which order lists name those who sit in a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from institutions import strokes

if TYPE_CHECKING:
    from meetings.models import Attendance
    from meetings.models.sittings import Sitting


def in_order(meeting: Sitting, places: Iterable[Attendance]) -> list[Attendance]:
    """As they are listed, or by strokes of the surname; lists part them by capacity.

    Places for which nobody is named yet stay last, in protocol order.
    """
    return strokes.in_order(meeting.rules_then, places, name_at)


def uncounted(meeting: Sitting, places: Iterable[Attendance]) -> list[str]:
    """Who is named there and cannot be put in order: the strokes are not entered."""
    return strokes.uncounted(meeting.rules_then, (name_at(each) for each in places))


def name_at(place: Attendance) -> str:
    """The first name of a place: who comes, else who was called."""
    people = place.people
    return people[0][0] if people else place.name
