from collections.abc import Callable, Iterator
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.test import override_settings
from django.utils import timezone, translation

from deadlines.models import Duty, target_of
from institutions.models import CalendarDay, JointBody, Post, charter_by_pk
from jointmeeting import clock
from meetings.models import BodyYear
from tests import charters
from tests.databases import redis_url  # noqa: F401
from tests.smtp import MailServer, mail_server

MORNING = timezone.make_aware(datetime(2026, 9, 28, 9))  # a Monday


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The clock stands still; what is kept of other tests' charters is forgotten."""
    charter_by_pk.cache_clear()
    with clock.at(MORNING), translation.override("en"):
        yield


@pytest.fixture
def calendar(db) -> None:
    """2026 is known: seven days off in October, for which one works on Saturday the 10th."""
    for day in range(1, 8):
        CalendarDay.objects.create(day=date(2026, 10, day), is_working=False)
    CalendarDay.objects.create(day=date(2026, 10, 10), is_working=True)


@pytest.fixture
def world(calendar) -> SimpleNamespace:
    """A body, its year, its two offices, a unit that owes, a leader, and somebody else."""
    body = charters.load()
    year = BodyYear.objects.create(joint_body=body, year=2026, opened_on=clock.today())
    w = SimpleNamespace(body=JointBody.objects.get(pk=body.pk), year=year)
    w.mill = charters.put(body, "unit-mill-office", "mill")
    w.farm = charters.put(body, "unit-farm-office", "farm")
    w.keeper = charters.put(body, "unit-sluice", "keeper")
    w.miller = charters.put(body, "miller", "miller")
    w.stranger = charters.put(body, "auditor", "stranger")
    for person in (w.mill, w.farm, w.keeper, w.miller):
        person.email = f"{person.username}@example.org"
        person.save()
    return w


@pytest.fixture
def owe(world) -> Callable[..., Duty]:
    """A duty of the unit, or of the post named, that the mill's office waits for."""
    posts = {post.key: post for post in Post.objects.filter(joint_body=world.body)}

    def owe(post: str = "unit-sluice", *, due_on: date | None = None, **fields) -> Duty:
        given = {
            "joint_body": world.body,
            "post": posts[post],
            "waiting": posts["unit-mill-office"],
            "kind": f"act:{Duty.objects.count()}",
            "target": target_of(world.year),
            "text": world.year.duty_text(""),
            "url": world.year.duty_url(""),
            "since": clock.today(),
            "due_on": due_on or clock.today(),
            "remind_on": clock.today(),
            "how": {},
        }
        return Duty.objects.create(**given | fields)

    return owe


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A real mail server, which is the one that mail goes to."""
    with mail_server() as server, override_settings(**smtp_settings(server.port)):
        yield server


def smtp_settings(port: int) -> dict:
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_TIMEOUT": 3,
    }
