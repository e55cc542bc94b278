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


def years_of(bodies: list[JointBody]) -> list[dict[str, Any]]:
    """The lines for parts/year.html, from two queries however many bodies there are.

    How far a body's year is, everybody on the body may know; what was asked for, not.
    """
    year = clock.today().year
    regular = Meeting.objects.filter(
        joint_body__in=bodies, year=year, kind=Meeting.Kind.REGULAR
    )
    on_its_way = regular.filter(status__in=Meeting.ON_ITS_WAY).order_by("pk")
    meetings: dict[int, list[Meeting]] = {body.pk: [] for body in bodies}
    for meeting in on_its_way.only("joint_body", "status", "proposed_on"):
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
    agreed = [each for each in meetings if each.status == Meeting.Status.AGREED]
    rules = body.part(MeetingRules)
    planned = [each.proposed_on for each in agreed if each.proposed_on]
    label, look = _state(len(agreed) >= rules.least, bool(meetings), planned, due_on)
    body_page = reverse("desk:body_detail", args=[body.pk])
    return {
        "name": body.name,
        "url": agreed[0].get_absolute_url() if agreed else body_page,
        "text": _sentence(rules, year, len(agreed), due_on),
        "first_day": date(year, 1, 1),
        "held": [],
        "planned": planned,
        "label": label,
        "look": look,
    }


def _state(
    is_agreed: bool, is_asked: bool, planned: list[date], due_on: date | None
) -> tuple[str, str]:
    if any(day < clock.today() for day in planned):
        return _("The proposed day has passed; not held yet"), "is-near"
    if is_agreed:
        return _("Agreed, being prepared"), "is-go"
    if is_asked:
        return _("Asked for, not yet agreed"), "is-near"
    if due_on and due_on < clock.today():
        return _("Not asked for in time"), "is-late"
    return _("Not yet agreed"), ""


def _sentence(rules: MeetingRules, year: int, agreed: int, due_on: date | None) -> str:
    how_often = (
        _("In principle %(n)s meetings a year; %(agreed)s agreed for %(year)s.")
        if rules.binding == "in principle"
        else _("At least %(n)s meetings a year; %(agreed)s agreed for %(year)s.")
    )
    said = how_often % {"n": rules.least, "agreed": agreed, "year": year}
    if due_on is None:
        return said
    by_when = _("To be asked for by %(date)s.") % {"date": short_date(due_on)}
    return pgettext("sentences", "%(one)s %(other)s") % {"one": said, "other": by_when}
