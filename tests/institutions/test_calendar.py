from datetime import date

import pytest
from django.core.management import call_command

from institutions.models import CalendarDay
from institutions.models.calendar import WorkingDays

REST, WORK = date(2026, 9, 25), date(2026, 9, 27)  # a Friday and a Sunday


@pytest.fixture
def days(db) -> WorkingDays:
    CalendarDay.objects.create(day=REST, is_working=False, name="丰收日")
    CalendarDay.objects.create(day=WORK, is_working=True)
    return WorkingDays(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (REST, False),
        (WORK, True),
        (date(2026, 9, 24), True),
        (date(2026, 9, 26), False),
        (date(2026, 10, 1), True),  # the year is known, so the day would be entered
        (date(2027, 10, 1), False),  # it is not, so the law's own days count
        (date(2027, 10, 4), True),
    ],
)
def test_a_day_is_what_the_calendar_says(days, day, is_working):
    assert (day in days) is is_working


def test_working_days_between_two_days_leave_out_the_first(days):
    assert days.between(date(2026, 9, 24), date(2026, 9, 28)) == 2
    assert days.between(date(2026, 9, 28), date(2026, 9, 24)) == -2
    assert days.between(REST, REST) == 0


def test_a_year_nobody_has_entered_is_named(days):
    assert days.unknown_years(date(2026, 12, 1), date(2027, 1, 31)) == [2027]
    assert days.unknown_years(date(2027, 1, 31), date(2026, 12, 1)) == [2027]


def test_the_known_holidays_are_entered_once(db):
    call_command("seed_calendar", since=2025)
    before = CalendarDay.objects.count()
    call_command("seed_calendar", since=2025)
    assert CalendarDay.objects.count() == before > 20
    assert CalendarDay.objects.get(day=date(2025, 10, 1)).name


def test_what_an_administrator_entered_is_kept(db):
    CalendarDay.objects.create(day=date(2025, 10, 1), is_working=True, name="own")
    call_command("seed_calendar", since=2025)
    assert CalendarDay.objects.get(day=date(2025, 10, 1)).name == "own"
