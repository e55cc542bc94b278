"""A body under the small charter, and a person in each of its posts."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from institutions.models import CalendarDay, charter_by_pk
from jointmeeting import clock
from tests import charters

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    charter_by_pk.cache_clear()  # each test's charters have the same keys
    with clock.at(MORNING):
        yield


@pytest.fixture
def valley(db) -> SimpleNamespace:
    """The body `valley` with its leaders, offices, a liaison and an administrator."""
    CalendarDay.objects.create(day="2026-01-01", is_working=False)
    body = charters.load("valley")
    people = {
        "miller": charters.put(body, "miller", "miller"),
        "farmer": charters.put(body, "farmer", "farmer"),
        "clerk": charters.put(body, "unit-mill-office", "clerk"),
        "bailiff": charters.put(body, "unit-farm-office", "bailiff"),
        "sluice": charters.put(body, "unit-sluice", "sluice"),
        "keeper": charters.put(body, "accounts", "keeper"),
    }
    posts = {post.key: post for post in body.posts.all()}
    return SimpleNamespace(body=body, posts=posts, **people)


@pytest.fixture
def hill(db):
    """Another body, under the same charter."""
    return charters.load("hill")
