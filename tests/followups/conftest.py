"""A house of two sides on a Monday morning in March; its duties agree after each story."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone, translation

from followups.models import Assignment
from institutions.models import charter_by_pk
from jointmeeting import clock
from minutes.models import Minutes
from tests.houses import House, house
from tests.sittings import assigned, minuted

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))
AFTERWARDS = timezone.make_aware(datetime(2026, 3, 25, 9))


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    """The clock stands still; what is kept of other tests' charters is forgotten."""
    charter_by_pk.cache_clear()
    with clock.at(MORNING), translation.override("en"):
        yield


@pytest.fixture
def h(db) -> Iterator[House]:
    body = house()
    yield body
    assert body.duties_agree()


@pytest.fixture
def issued(h) -> Iterator[Minutes]:
    """Minutes with one decision, on the Wednesday after they were issued."""
    minutes = minuted(h)
    with clock.at(AFTERWARDS):
        yield minutes


@pytest.fixture
def task(h, issued) -> Assignment:
    """That decision given to the sluice, who has not accepted it yet."""
    return assigned(h, issued)
