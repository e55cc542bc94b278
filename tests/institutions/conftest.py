from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone

from institutions.models import JointBody, charter_by_pk
from jointmeeting import clock
from tests import charters

MORNING = timezone.make_aware(datetime(2026, 9, 28, 9))


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The clock stands still; what is kept of other tests' charters is forgotten."""
    charter_by_pk.cache_clear()
    with clock.at(MORNING):
        yield


@pytest.fixture
def body(db) -> JointBody:
    return charters.load()


@pytest.fixture
def other(db) -> JointBody:
    """A second body, of other units, that the first one's people have no part in."""
    data = charters.small(words={"mill": "油坊", "farm": "果园"})
    data["units"][1]["units"][0]["name"] = "渡口"
    return charters.load("hill", data)
