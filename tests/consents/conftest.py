from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from institutions.models import User, charter_by_pk
from jointmeeting import clock
from meetings.models import Meeting
from tests.houses import House, house, lively

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))
WORDS = {"kind": "ad hoc", "year": 2026, "reason": "春灌在即。"}


class Asked(SimpleNamespace):
    """A meeting that has been asked for, by the route of the test."""

    house: House
    pk: int

    @property
    def row(self) -> Meeting:
        return Meeting.objects.get(pk=self.pk)

    @property
    def sheet(self):
        return self.row.consent("convene")

    @property
    def waiting(self) -> list[str]:
        """Who is asked now: the posts of each empty slot."""
        slots = self.sheet.waiting().order_by("pk")
        return ["|".join(sorted(each.key for each in s.posts.all())) for s in slots]

    def answer(self, who: str | User, answer: str = "agree", **given) -> None:
        by = self.house.person(who) if isinstance(who, str) else who
        given = {"digest": self.sheet.digest, "answer": answer} | given
        self.row.answer("convene", by=by, **given)

    def on_behalf(self, office: str, post: str, **given) -> None:
        told = {
            "on_behalf_of": self.house.post(post),
            "channel": "phone",
            "given_on": date(2026, 3, 2),
        }
        self.answer(office, **told | given)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    charter_by_pk.cache_clear()
    with clock.at(MORNING), translation.override("en"):
        yield


@pytest.fixture
def routed(db) -> Iterator[Callable[..., Asked]]:
    """Ask for an ad hoc meeting by a route of these steps, each a list of slots."""

    def routed(*steps: list[dict]) -> Asked:
        return ask(make_house(*steps))

    yield routed
    call_command("check_duties")


def make_house(*steps: list[dict]) -> House:
    data = lively()
    data["posts"][2]["holders"] = 2  # the steward's
    ad_hoc = data["meetings"]["ad_hoc"]
    agree = ad_hoc["agree"] | {"verb": "会签", "steps": list(steps)}
    data["meetings"]["ad_hoc"] = ad_hoc | {"agree": agree}
    return house(data)


def ask(h: House) -> Asked:
    office, unit = h.person("mill-office"), h.unit("mill-office")
    meeting = Meeting.objects.begin(unit, by=office, **WORDS)
    meeting.request(by=office)
    return Asked(house=h, pk=meeting.pk)


def any_of(*keys: str) -> dict:
    return {"any_of": list(keys)}
