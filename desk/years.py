"""The year of each body in a line: how often it must meet, what is on its way, the state."""

from dataclasses import dataclass
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
from meetings.periods import days_of, periods_of, rules_of, year_at, year_name, year_now

SHOWN = ["joint_body", "kind", "year", "part", "status", "form"]
SHOWN += ["proposed_on", "starts_at", "held_on"]


@dataclass(frozen=True)
class Stand:
    """How far a body's work year is; `due_on` is by when the next meeting must be asked for."""

    rules: MeetingRules
    year: int
    meetings: list[Meeting]
    due_on: date | None

    @property
    def agreed(self) -> list[Meeting]:
        return [each for each in self.meetings if each.status in Meeting.AGREED_ON]

    @property
    def held(self) -> list[Meeting]:
        return [each for each in self.agreed if each.held_on]

    @property
    def planned(self) -> list[date]:
        """The days of those agreed to, as set or proposed."""
        days = [each.day or each.proposed_on for each in self.agreed if not each.held_on]
        return [day for day in days if day]

    @property
    def is_over(self) -> bool:
        return days_of(self.rules, self.year)[1] < clock.today()

    def reach(self, meetings: list[Meeting]) -> bool:
        """Whether they are as many as the charter asks for by now, in each part begun."""
        if self.rules.per == "since last":
            return bool(meetings)
        begun = [
            each
            for each in periods_of(self.rules, self.year)
            if each.number == 1 or each.first <= clock.today()
        ]
        counts = [sum(each.part == part.number for each in meetings) for part in begun]
        return min(counts) >= self.rules.least

    def state(self) -> tuple[str, str]:
        """In a word or two, and how that is drawn."""
        is_must = self.rules.binding == "must"
        if self.reach(self.held):
            return self._held(), "is-done"
        if any(day < clock.today() for day in self.planned):
            return _("Its day has passed; not held yet"), "is-near"
        if self.reach(self.agreed):
            return _("Agreed, being prepared"), "is-go"
        if self.is_over and self.rules.per != "since last":
            if is_must:
                return _("Not held as the charter demands"), "is-late"
            return _("Not held; the charter asks for it in principle"), "is-near"
        if len(self.meetings) > len(self.agreed):
            return _("Asked for, not yet agreed"), "is-near"
        if self.due_on and self.due_on < clock.today():
            if is_must:
                return _("Not asked for in time"), "is-late"
            return _("Past the day for asking; due in principle"), "is-near"
        if self.due_on is None and self.rules.per == "since last":
            return _("None is due this year"), ""
        if self.agreed:
            return _("Not yet agreed as often as asked for"), "is-near"
        return _("Not yet agreed"), ""

    def _held(self) -> str:
        is_divided = len(periods_of(self.rules, self.year)) > 1
        return _("Held") if self.is_over or not is_divided else _("Held up to now")

    def sentence(self) -> str:
        """How often it is to meet, how often it has, and until when it must be asked for."""
        about = {
            "how_often": self.rules.how_often(),
            "year": year_name(self.rules, self.year),
            "held": len(self.held),
            "agreed": len(self.agreed),
        }
        said = (
            _("By the charter %(how_often)s; %(year)s: %(held)s held, %(agreed)s agreed.")
            % about
        )
        if self.due_on is None:
            return said
        by_when = _("To be asked for by %(date)s.") % {"date": short_date(self.due_on)}
        return pgettext("sentences", "%(one)s %(other)s") % {
            "one": said,
            "other": by_when,
        }


def years_of(bodies: list[JointBody], year: int | None = None) -> list[dict[str, Any]]:
    """The lines for parts/year.html, from two queries however many bodies there are.

    It is each body's present work year unless another is given. How far a body's year is,
    everybody on the body may know; what was asked for, not.
    """
    years = {body.pk: year or year_now(body) for body in bodies}
    by_body = {body.pk: rules_of(body) for body in bodies}
    of_years = Meeting.objects.filter(
        joint_body__in=bodies, year__in=set(years.values()), status__in=Meeting.ON_ITS_WAY
    )
    meetings: dict[int, list[Meeting]] = {body.pk: [] for body in bodies}
    for meeting in of_years.order_by("pk").only(*SHOWN):
        rules = by_body[meeting.joint_body_id]
        is_of_year = meeting.year == years[meeting.joint_body_id]
        if is_of_year and rules.counts(meeting.kind, meeting.form):
            meetings[meeting.joint_body_id].append(meeting)
    due = _due_dates(bodies, years)
    return [
        _line(body, Stand(rules_of(body), years[body.pk], meetings[body.pk], due_on))
        for body in bodies
        for due_on in [due.get(body.pk)]
    ]


def _due_dates(bodies: list[JointBody], years: dict[int, int]) -> dict[int, date | None]:
    """By when each body's next meeting must be asked for, where that is owed in that year."""
    rules = {body.pk: rules_of(body) for body in bodies}
    rows = f"{BodyYear._meta.label_lower}:"
    owed = Duty.objects.open().filter(joint_body__in=bodies, target__startswith=rows)
    found: dict[int, date | None] = {}
    for body, since, due_on in owed.order_by("-due_on").values_list(
        "joint_body", "since", "due_on"
    ):
        if year_at(rules[body], since) == years[body]:
            found[body] = due_on
    return found


def _line(body: JointBody, stand: Stand) -> dict[str, Any]:
    label, look = stand.state()
    return {
        "name": body.name,
        "url": reverse("desk:body_year", args=[body.pk, stand.year]),
        "text": stand.sentence(),
        "first_day": days_of(stand.rules, stand.year)[0],
        "held": [each.held_on for each in stand.held],
        "planned": stand.planned,
        "label": label,
        "look": look,
    }
