"""The sample: the bodies of `charters/`, with some years behind them and one under way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.db.models import F

from agenda.models import Topic
from deadlines.models import Reminder
from institutions.loading import charter_from, load_charter
from institutions.models import CalendarDay, JointBody
from jointmeeting import clock, fonts
from rehearsal import accounts
from rehearsal.cast import fill_posts
from rehearsal.player import Play
from rehearsal.stories import story_of

CHARTERS = settings.BASE_DIR / "charters"
FINISHED = 2  # years at most, before the one under way


def load_sample() -> str:
    """Load what is not there yet, and say in a line what came of it.

    A year of a body is played whole or not at all, so that a start that was cut short is
    made good by the next one. Once the sample is whole it belongs to whoever uses it.
    """
    if accounts.is_whole() and JointBody.objects.exists():
        return "whole"
    if not CalendarDay.objects.exists():
        call_command("seed_calendar", stdout=StringIO())
    password = make_password(accounts.PASSWORD)
    bodies = [_body(path, password) for path in sorted(CHARTERS.glob("*.toml"))]
    if not fonts.files():
        accounts.write_down(bodies, is_whole=False)
        return "without documents"
    for body in bodies:
        for year in years_of(body):
            play_year(body, year)
    accounts.write_down(bodies, is_whole=True)
    return "loaded"


@transaction.atomic
def _body(path: Path, password: str) -> JointBody:
    """A body under its charter since the day of its text, somebody in each post."""
    data = charter_from(path)
    days = [text["issued_on"] for text in data["body"]["texts"] if "issued_on" in text]
    since = max(map(date.fromisoformat, days))
    body = JointBody.objects.filter(key=path.stem).first()
    if body is None:
        body = load_charter(data, path.stem, in_force_from=since)
    fill_posts(body, since, password)
    return body


def years_of(body: JointBody) -> Iterator[int]:
    """The finished years of which at least half lay under the charter, and this one."""
    since, this = body.rules_in_force.in_force_from, clock.today().year
    for year in range(this - FINISHED, this + 1):
        if since <= date(year, 6, 30) or year == this:
            yield year


@transaction.atomic
def play_year(body: JointBody, year: int) -> None:
    """Play a year of a body up to yesterday; again changes nothing."""
    if Topic.objects.filter(joint_body=body, created_on__year=year).exists():
        return
    yesterday = clock.today() - timedelta(days=1)
    first = max(date(year, 1, 1), body.rules_in_force.in_force_from)
    last = min(date(year, 12, 31), yesterday)
    ago = clock.today().year - year
    story = story_of(body.key)
    if len(list(years_of(body))) > FINISHED:
        story = replace(story, earlier=())  # there is enough to look back on
    Play(body, story, first, last, years_ago=ago).run()
    told = Reminder.objects.filter(duty__joint_body=body).exclude(duty__closed_at=None)
    told.unseen().update(seen_at=F("planned_at"))  # they led to what was done
