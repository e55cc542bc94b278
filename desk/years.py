"""The year of each body in a line: how often it must meet, what is on its way, the state."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deadlines.models import Duty
from institutions.models import JointBody
from jointmeeting import clock
from jointmeeting.templatetags.screens import short_date
from meetings.charter import MeetingRules
from meetings.models import BodyYear, Meeting

SHOWN = ["joint_body", "status", "proposed_on", "starts_at", "held_on"]


def years_of(bodies: list[JointBody], year: int | None = None) -> list[dict[str, Any]]:
    """The lines for parts/year.html, from two queries however many bodies there are.

    It is the present year unless another is given. How far a body's year is, everybody on
    the body may know; what was asked for, not.
    """
    year = year or clock.today().year
    regular = Meeting.objects.filter(
        joint_body__in=bodies, year=year, kind=Meeting.Kind.REGULAR
    )
    on_its_way = regular.filter(status__in=Meeting.ON_ITS_WAY).order_by("pk")
    meetings: dict[int, list[Meeting]] = {body.pk: [] for body in bodies}
    for meeting in on_its_way.only(*SHOWN):
        meetings[meeting.joint_body_id].append(meeting)
    due = _due_dates(bodies, year)
    return [_line(body, year, meetings[body.pk], due.get(body.pk)) for body in bodies]


def _due_dates(bodies: list[JointBody], year: int) -> dict[int, date | None]:
    """By when each body's meeting must be asked for, where that is still owed."""
    years = f"{BodyYear._meta.label_lower}:"
    owed = Duty.objects.open().filter(joint_body__in=bodies, target__startswith=years)
    return dict(owed.filter(since__year=year).values_list("joint_body", "due_on"))


def _line(
    body: JointBody, year: int, meetings: list[Meeting], due_on: date | None
) -> dict[str, Any]:
    agreed = [each for each in meetings if each.status in Meeting.AGREED_ON]
    held = [each.held_on for each in agreed if each.held_on]
    planned = [each.day or each.proposed_on for each in agreed if not each.held_on]
    days = [day for day in planned if day]
    rules = body.part(MeetingRules)
    counts = len(held), len(agreed), len(meetings)
    label, look = _state(counts, rules.least, days, due_on)
    return {
        "name": body.name,
        "url": reverse("desk:body_year", args=[body.pk, year]),
        "text": _sentence(rules, year, counts, due_on),
        "first_day": date(year, 1, 1),
        "held": held,
        "planned": days,
        "label": label,
        "look": look,
    }


def _state(
    counts: tuple[int, int, int], least: int, planned: list[date], due_on: date | None
) -> tuple[str, str]:
    held, agreed, asked = counts
    if held >= least:
        return _("Held"), "is-done"
    if any(day < clock.today() for day in planned):
        return _("Its day has passed; not held yet"), "is-near"
    if agreed >= least:
        return _("Agreed, being prepared"), "is-go"
    if asked:
        return _("Asked for, not yet agreed"), "is-near"
    if due_on and due_on < clock.today():
        return _("Not asked for in time"), "is-late"
    return _("Not yet agreed"), ""


def _sentence(
    rules: MeetingRules, year: int, counts: tuple[int, int, int], due_on: date | None
) -> str:
    held, agreed, _asked = counts
    how_often = (
        _(
            "In principle %(n)s meetings a year; of %(year)s %(held)s held, %(agreed)s agreed."
        )
        if rules.binding == "in principle"
        else _(
            "At least %(n)s meetings a year; of %(year)s %(held)s held, %(agreed)s agreed."
        )
    )
    words = {"n": rules.least, "year": year, "held": held, "agreed": agreed}
    said = how_often % words
    if due_on is None:
        return said
    by_when = _("To be asked for by %(date)s.") % {"date": short_date(due_on)}
    return pgettext("sentences", "%(one)s %(other)s") % {"one": said, "other": by_when}
