"""What two years look like under a charter, before anybody lives under it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from deadlines.models import Duty
from followups.models import Assignment
from institutions.loading import CharterRefused, load_charter
from institutions.models import CalendarDay, JointBody
from jointmeeting import clock
from jointmeeting.rendering import without_printing
from meetings.periods import days_of, rules_of
from rehearsal.cast import fill_posts
from rehearsal.player import CannotBePlayed, Play
from rehearsal.stories import NEUTRAL, story_of
from rehearsal.timeline import Timeline

TIMELINE = "timeline.json"
LONGEST = timedelta(days=150)  # after the last year; what is still owed then never ends


def rehearse(data: dict, key: str, year: int) -> tuple[JointBody, Timeline]:
    """Play this work year and the next, which fit any body, to the end of what they open.

    Raises CharterRefused for a charter with mistakes, CannotBePlayed where no act is left
    that leads on.
    """
    begins = date(year, _first_month(data), 1)
    with clock.at(make_aware(datetime.combine(begins, time(8)))):
        body = load_charter(data, key, in_force_from=begins)
        fill_posts(body, begins)
    story, rules = story_of(NEUTRAL), rules_of(body)
    first, last = days_of(rules, year)
    timeline = Play(body, story, first, last, years_ago=1).run()
    first, last = days_of(rules, year + 1)
    play = Play(body, story, first, last, end=last + LONGEST)
    timeline.entries += play.run().entries
    left = play.body.duties.open().select_related("post")
    if endless := [duty for duty in left if not _goes_on(duty)]:
        texts = "\n".join(f"{duty.post}：{duty.text}" for duty in endless)
        why = _("the year has no end; still owed %(n)s days after it:\n%(duties)s")
        raise CannotBePlayed("", why % {"n": LONGEST.days, "duties": texts})
    try:
        call_command("check_duties")
    except CommandError as difference:
        raise CannotBePlayed("check_duties", str(difference)) from None
    return body, timeline


def play_year(
    data: dict[str, Any],
    year: int,
    calendar: list[list[Any]],
    each_day: Callable[[date], None],
) -> dict[str, Any]:
    """Play one year, nothing printed, and tell all that came of it as plain data.

    `entries` are the acts; `stopped` is where and why the year could go no further, if it
    could not; `open` is what is owed at its end. Who tells `each_day` may end the play.
    """
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_working=is_working, name=name)
        for day, is_working, name in calendar
    )
    first = date(year, _first_month(data), 1)
    stopped, entries = None, []
    with without_printing(), clock.at(make_aware(datetime.combine(first, time(8)))):
        try:
            body = load_charter(data, "rehearsed", in_force_from=first)
            fill_posts(body, first)
            first, last = days_of(rules_of(body), year)
            play = Play(body, story_of(NEUTRAL), first, last, years_ago=1)
            play.each_day = each_day
            entries = play.timeline.entries
            play.run()
        except CannotBePlayed as refusal:
            stopped = {"path": refusal.path, "why": refusal.why}
        except CharterRefused as refusal:
            stopped = {"path": refusal.problems[0].path, "why": str(refusal)}
    owed = Duty.objects.open().order_by("due_on", "pk").select_related("post")
    left = [
        {"post": str(duty.post), "text": duty.text, "due_on": duty.due_on}
        for duty in owed
        if not stopped
    ]
    result = {"entries": list(map(asdict, entries)), "stopped": stopped, "open": left}
    return json.loads(json.dumps(result, cls=DjangoJSONEncoder))


def _first_month(data: dict) -> int:
    """In which month the work year of a charter begins; it is not known to be right yet."""
    meetings = data.get("meetings")
    month: Any = meetings.get("year_begins") if isinstance(meetings, dict) else 1
    return month if month in range(1, 13) else 1


def _goes_on(duty: Duty) -> bool:
    """A task without a date is reported on for as long as it stands."""
    return isinstance(duty.row, Assignment) and duty.row.is_standing


def write_out(body: JointBody, timeline: Timeline, out: Path) -> int:
    """Write the timeline, and each document under a name one can read; return their number.

    What an earlier play wrote there is replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    if (out / TIMELINE).exists():
        for document_before in out.glob("[0-9][0-9] *.pdf"):
            document_before.unlink()
    timeline.write(out / TIMELINE)
    documents = body.documents.order_by("pk")
    for turn, document in enumerate(documents, 1):
        name = f"{turn:02} {document.number} {document.title}"[:80].replace("/", "／")
        with document.file.open() as file:
            (out / f"{name}.pdf").write_bytes(file.read())
    return len(documents)
