import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.charter import LocalRule, Rule
from institutions.models.calendar import WorkingDays
from institutions.reading import Problem

SAID = {
    "days": gettext_noop("%(n)s days"),
    "working days": gettext_noop("%(n)s working days"),
    "months": gettext_noop("%(n)s months"),
    "day of month": gettext_noop("the next day %(n)s of a month"),
}
LIMITS = {
    "days": (0, 3660),
    "working days": (0, 2500),
    "months": (0, 120),
    "day of month": (1, 31),
}
# The other events that a term at a path may count from; filled in AppConfig.ready().
EVENTS: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Due:
    """A date and how it came about, as it is kept and shown."""

    on: date | None
    how: dict


@dataclass(frozen=True, kw_only=True)
class Term(LocalRule):
    """So long before or after the event that a duty hangs on, or by a day of the month.

    `day of month` is that day as it next comes after the event; before an event, that day
    of the month before its own. A shorter month has its last day instead. Of all units
    only working days know days off: no other date is moved by one. `of` names another
    event than the field's own, where there is one.
    """

    value: int
    unit: Literal["days", "working days", "months", "day of month"]
    when: Literal["after", "before"] = "after"
    of: Literal["", "meeting", "minutes"] = ""

    def __str__(self) -> str:
        return _(SAID[self.unit]) % {"n": self.value}

    def check(self, path: str) -> list[Problem]:
        problems = []
        least, most = LIMITS[self.unit]
        if not least <= self.value <= most:
            limits = _("%(least)s to %(most)s") % {"least": least, "most": most}
            problems.append(Problem(f"{path}.value", limits))
        events = EVENTS.get(re.sub(r"\[\d+\]", "[]", path), ())
        if self.of and self.of not in events:
            expected = " | ".join(events) or _("nothing: it counts from its own event")
            problems.append(Problem(f"{path}.of", expected))
        return problems

    def due(self, anchor: date, working: WorkingDays | None = None) -> Due:
        """Count from the day after (or before) the anchor; the last day counts in full.

        Who computes several dates at once brings the `working` days of all years.
        """
        day = self._by_date(anchor)
        working = working or WorkingDays(min(anchor, day), max(anchor, day))
        skipped: list[str] = []
        if self.unit == "working days":
            day, skipped = self._by_calendar(anchor, working)
        unknown = working.unknown_years(anchor, day)
        how = {
            "anchor": anchor.isoformat(),
            "value": self.value,
            "unit": self.unit,
            "when": self.when,
            "skipped": skipped,
            "provisional": self.unit == "working days" and bool(unknown),
            "basis": {"kind": self.basis.kind, "clause": self.basis.clause},
        }
        if self.of:
            how["of"] = self.of
        if self.unit in ("months", "day of month") and day not in working:
            how["is_off"] = True
        return Due(day, how)

    def _by_date(self, anchor: date) -> date:
        """The day as the dates run; for working days one far enough to hold it."""
        way = 1 if self.when == "after" else -1
        if self.unit == "months":
            return in_month(anchor.year, anchor.month + way * self.value, anchor.day)
        if self.unit == "day of month":
            if way < 0:
                return in_month(anchor.year, anchor.month - 1, self.value)
            here = in_month(anchor.year, anchor.month, self.value)
            there = in_month(anchor.year, anchor.month + 1, self.value)
            return here if here > anchor else there
        days = self.value if self.unit == "days" else self.value * 2 + 30
        return anchor + timedelta(days=way * days)

    def _by_calendar(self, anchor: date, working: WorkingDays) -> tuple[date, list[str]]:
        """The last of so many working days, and the days off that were left out."""
        step = timedelta(days=1 if self.when == "after" else -1)
        day, left, skipped = anchor, self.value, []
        while left:
            day += step
            if day in working:
                left -= 1
            else:
                skipped.append(day.isoformat())
        return day, skipped


def in_month(year: int, month: int, day: int) -> date:
    """That day of a month, else its last; months go on counting past the year's ends."""
    years, month = divmod(month - 1, 12)
    last = monthrange(year + years, month + 1)[1]
    return date(year + years, month + 1, min(day, last))


def counted(when: str, path: str, **terms: Term | None) -> list[Problem]:
    """A problem for each of these terms that does not count that way from its event."""
    wrong = [name for name, term in terms.items() if term and term.when != when]
    ways = {
        "before": _("before the event (“before”)"),
        "after": _("after the event (“after”)"),
    }
    return [Problem(f"{path}.{name}.when", ways[when]) for name in wrong]


@dataclass(frozen=True, kw_only=True)
class ReminderRules(Rule):
    """When those who owe are reminded: so long before the date, and once it has passed."""

    before: Term

    def check(self, path: str) -> list[Problem]:
        return counted("before", path, before=self.before)
