from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone, translation

from institutions.models import charter_by_pk
from jointmeeting import clock
from minutes.models import ItemRecord, Minutes
from tests.houses import House, house
from tests.sittings import held

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))  # a Monday
AFTER = timezone.make_aware(datetime(2026, 3, 23, 9))  # the day after the meeting's
MEASURE = "每日六时到九时开闸。\n四月前修好闸门。"


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    charter_by_pk.cache_clear()
    with clock.at(MORNING), translation.override("en"):
        yield


@pytest.fixture
def h(db) -> Iterator[House]:
    """A body of two sides; after each story its duties follow from its rows."""
    body = house()
    yield body
    assert body.duties_agree()


@pytest.fixture
def minutes(h) -> Iterator[Minutes]:
    """The draft of a meeting that was held on one topic; the clock stands after it."""
    meeting = held(h, h.topic("answered", measure=MEASURE))
    with clock.at(AFTER):
        yield Minutes.objects.get(meeting=meeting)


@pytest.fixture
def recorder(h) -> Client:
    return h.client("mill-office")


def item(minutes: Minutes) -> ItemRecord:
    """The record of the topic."""
    return minutes.records.exclude(item__topic=None).get()


def record_all(h: House, minutes: Minutes, **words) -> None:
    """Every item has its outcome; the topic has one whole decision."""
    by = h.person("mill-office")
    for record in minutes.records.all():
        said = {"outcome": "decided", "discussion": "说定。"}
        minutes.record(by=by, item=record, seen=record.seen(), **said)
    decide(h, minutes, **words)


def decide(h: House, minutes: Minutes, **words) -> None:
    fields = {
        "item": item(minutes).item,
        "text": "每日六时开闸。",
        "done_when": "开闸一月。",
        "due_on": clock.today().replace(month=6),
        "leads": [h.unit("sluice")],
    }
    minutes.decide(by=h.person("mill-office"), **fields | words)


def approve(h: House, minutes: Minutes) -> None:
    minutes.send(by=h.person("mill-office"))
    h.sign(minutes, "approve")


def issue(h: House, minutes: Minutes) -> None:
    record_all(h, minutes)
    approve(h, minutes)
    minutes.issue(by=h.person("mill-office"))
    minutes.refresh_from_db()


def page(response) -> str:
    return response.content.decode()
