from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

# The days off that fall on the same date each year, for years whose calendar is not
# known yet: 全国年节及纪念日放假办法（国务院令第795号）第二条. Those by the moon are left out.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


class CalendarDay(models.Model):
    """A day that is not what its weekday says; a year without any is not yet known."""

    day = models.DateField(_("day"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class WorkingDays:
    """Working days of some years, read once; where a year is unknown, provisional."""

    def __init__(self, first: date, last: date) -> None:
        """Read all of the years from first to last, so that a year without any is seen."""
        years = {"day__year__gte": first.year, "day__year__lte": last.year}
        days = CalendarDay.objects.filter(**years)
        self.exceptions = dict(days.values_list("day", "is_working"))
        self.known_years = {day.year for day in self.exceptions}

    def with_days(self, days: Iterable[CalendarDay]) -> "WorkingDays":
        """The same as if these days were entered too."""
        self.exceptions |= {each.day: each.is_working for each in days}
        self.known_years = {day.year for day in self.exceptions}
        return self

    def __contains__(self, day: date) -> bool:
        if day in self.exceptions:
            return self.exceptions[day]
        if day.year not in self.known_years and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < 5

    def unknown_years(self, first: date, last: date) -> list[int]:
        """The years between two days whose calendar nobody has entered."""
        years = range(min(first, last).year, max(first, last).year + 1)
        return [year for year in years if year not in self.known_years]

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative if it is past."""
        if last < first:
            return -sum(day in self for day in _days(last, first))
        return sum(day in self for day in _days(first, last))

    def between_all(self, first: date, days: Collection[date]) -> dict[date, int]:
        """The same for each of several days, walking the calendar once each way."""
        later = sorted(day for day in days if day >= first)
        earlier = sorted((day for day in days if day < first), reverse=True)
        found: dict[date, int] = {}
        for way in (later, earlier):
            at, count = first, 0
            for day in way:
                count += self.between(at, day)
                found[day], at = count, day
        return found


def _days(after: date, until: date) -> Iterator[date]:
    for number in range(1, (until - after).days + 1):
        yield after + timedelta(days=number)
