"""The work years of a body, and the parts of them in which it is to meet."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from institutions.models import JointBody
from jointmeeting import clock
from meetings.charter import MONTHS, MeetingRules


@dataclass(frozen=True)
class Period:
    """A work year, or the part of one in which the body is to meet; the first is number 1."""

    rules: MeetingRules
    year: int
    number: int = 1

    @property
    def first(self) -> date:
        first_of_year = date(self.year, self.rules.year_begins, 1)
        return add_months(first_of_year, MONTHS[self.rules.per] * (self.number - 1))

    @property
    def last(self) -> date:
        return add_months(self.first, MONTHS[self.rules.per]) - timedelta(days=1)

    @property
    def part(self) -> str:
        """Which part of its work year it is; nothing where it is the whole."""
        if self.rules.per == "half-year":
            return [_("first half"), _("second half")][self.number - 1]
        if self.rules.per == "quarter":
            quarters = [_("quarter 1"), _("quarter 2"), _("quarter 3"), _("quarter 4")]
            return quarters[self.number - 1]
        if self.rules.per == "two months":
            months = {"first": self.first.month, "last": self.last.month}
            return _("months %(first)s and %(last)s") % months
        return ""

    def __str__(self) -> str:
        """As documents and lists name it: 2026年, 2026年第一季度."""
        year = year_name(self.rules, self.year)
        if not self.part:
            return year
        return _("%(part)s of %(year)s") % {"part": self.part, "year": year}


def rules_of(body: JointBody) -> MeetingRules:
    return body.part(MeetingRules)


def year_name(rules: MeetingRules, year: int) -> str:
    """A work year by name: one that begins in January is a calendar year."""
    if rules.year_begins == 1:
        return pgettext("name of a calendar year", "%(year)s") % {"year": year}
    return pgettext("name of a work year", "%(year)s") % {"year": year}


def periods_of(rules: MeetingRules, year: int) -> list[Period]:
    """The parts of a work year, in each of which the body is to meet."""
    return [Period(rules, year, n + 1) for n in range(12 // MONTHS[rules.per])]


def period_at(rules: MeetingRules, day: date) -> Period:
    """The part of a work year that this day lies in."""
    year = year_at(rules, day)
    return next(each for each in periods_of(rules, year) if day <= each.last)


def year_at(rules: MeetingRules, day: date) -> int:
    """The work year that this day lies in, named by the calendar year it begins in."""
    return day.year if day.month >= rules.year_begins else day.year - 1


def days_of(rules: MeetingRules, year: int) -> tuple[date, date]:
    """The first and the last day of a work year."""
    parts = periods_of(rules, year)
    return parts[0].first, parts[-1].last


def year_now(body: JointBody) -> int:
    """The work year of a body that today lies in."""
    return year_at(rules_of(body), clock.today())


def add_months(day: date, months: int) -> date:
    """So many months later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))
