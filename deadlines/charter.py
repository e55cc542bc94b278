from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from institutions.charter import LocalRule, Rule
from institutions.models.calendar import WorkingDays
from institutions.reading import Problem


@dataclass(frozen=True)
class Due:
    """A date and how it came about, as it is kept and shown."""

    on: date | None
    how: dict


@dataclass(frozen=True, kw_only=True)
class Term(LocalRule):
    """So many days or working days before or after the event that a duty hangs on."""

    value: int
    unit: Literal["days", "working days"]
    when: Literal["after", "before"] = "after"

    def __str__(self) -> str:
        number = {"n": self.value}
        if self.unit == "days":
            return _("%(n)s days") % number
        return _("%(n)s working days") % number

    def check(self, path: str) -> list[Problem]:
        return [] if self.value >= 0 else [Problem(f"{path}.value", _("0 or more"))]

    def due(self, anchor: date, working: WorkingDays | None = None) -> Due:
        """Count from the day after (or before) the anchor; the last day counts in full.

        Who computes several dates at once brings the `working` days of all years.
        """
        step = timedelta(days=1 if self.when == "after" else -1)
        far = anchor + step * (self.value * 2 + 30)
        working = working or WorkingDays(min(anchor, far), max(anchor, far))
        day, left, skipped = anchor, self.value, []
        while left:
            day += step
            if self.unit == "days" or day in working:
                left -= 1
            else:
                skipped.append(day.isoformat())
        unknown = working.unknown_years(anchor, day)
        how = {
            "anchor": anchor.isoformat(),
            "value": self.value,
            "unit": self.unit,
            "when": self.when,
            "skipped": skipped,
            "provisional": self.unit != "days" and bool(unknown),
            "basis": {"kind": self.basis.kind, "clause": self.basis.clause},
        }
        return Due(day, how)


@dataclass(frozen=True, kw_only=True)
class ReminderRules(Rule):
    """When those who owe are reminded: so long before the date, and once it has passed."""

    before: Term

    def check(self, path: str) -> list[Problem]:
        if self.before.when == "before":
            return []
        return [Problem(f"{path}.before.when", "before")]
