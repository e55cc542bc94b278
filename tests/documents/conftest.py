from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone, translation

from documents.models import IssuedDocument
from institutions.models import charter_by_pk
from jointmeeting import clock
from meetings.models import Meeting
from tests import charters
from tests.houses import House, house, lively

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))
WORDS = {"kind": "ad hoc", "year": 2026, "reason": "春灌在即。"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    charter_by_pk.cache_clear()
    with clock.at(MORNING), translation.override("en"):
        yield


@pytest.fixture
def valley(db) -> House:
    """A body whose requests to convene go to one office, with a copy to the sluice."""
    data = lively()
    ad_hoc = data["meetings"]["ad_hoc"] | {"copies": ["sluice"]}
    data["meetings"]["ad_hoc"] = ad_hoc
    return house(data)


def ask(h: House, number: str = "", **words) -> Meeting:
    office, unit = h.person("mill-office"), h.unit("mill-office")
    meeting = Meeting.objects.begin(unit, by=office, **WORDS | words)
    meeting.request(by=office, number=number)
    return meeting


@pytest.fixture
def letter(valley) -> IssuedDocument:
    """A letter of the mill's office."""
    return ask(valley).letter


@pytest.fixture
def hill(db) -> House:
    """Another body, of other units."""
    data = charters.small(words={"mill": "油坊", "farm": "果园"})
    data["units"][1]["units"][0]["name"] = "渡口站"
    return house(data, "hill")
