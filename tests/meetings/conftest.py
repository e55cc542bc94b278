from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from institutions.models import charter_by_pk
from jointmeeting import clock
from meetings.models import Meeting, open_year
from tests.houses import House, house

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))  # a Monday
WORDS = {
    "kind": "regular",
    "year": 2026,
    "reason": "春灌在即，用水要先谈好。",
    "proposed_on": date(2026, 3, 20),
    "topics_planned": "春灌用水。\n水闸检修。",
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The clock stands still; what is kept of other tests' charters is forgotten."""
    charter_by_pk.cache_clear()
    with clock.at(MORNING), translation.override("en"):
        yield


@pytest.fixture
def valley(db) -> Iterator[House]:
    """A body in its work year; after each story its duties follow from its rows."""
    body_in_year = house()
    open_year(body_in_year.body)
    yield body_in_year
    call_command("check_duties")


@pytest.fixture
def begin(valley) -> Callable[..., Meeting]:
    """A draft of the mill's office."""

    def begin(**words) -> Meeting:
        office = valley.person("mill-office")
        unit = valley.unit("mill-office")
        return Meeting.objects.begin(unit, by=office, **WORDS | words)

    return begin


@pytest.fixture
def asked(valley, begin) -> Callable[..., Meeting]:
    """A meeting that has been asked for."""

    def asked(**words) -> Meeting:
        meeting = begin(**words)
        meeting.request(by=valley.person("mill-office"))
        return meeting

    return asked
