from datetime import date

import pytest

from deadlines.charter import ReminderRules, Term
from institutions.charter import Basis
from institutions.models import CalendarDay

pytestmark = pytest.mark.usefixtures("calendar")
MONDAY = date(2026, 9, 28)


def working(value: int, when: str = "after") -> Term:
    return Term(value=value, unit="working days", when=when)


def test_counting_begins_on_the_day_after_the_anchor():
    assert working(1).due(MONDAY).on == date(2026, 9, 29)


def test_days_off_are_left_out_and_listed():
    due = working(3).due(MONDAY)
    assert due.on == date(2026, 10, 8)
    assert due.how["skipped"] == [f"2026-10-0{day}" for day in range(1, 8)]


def test_a_saturday_on_which_one_works_counts():
    assert working(10).due(MONDAY).on == date(2026, 10, 16)
    CalendarDay.objects.filter(day=date(2026, 10, 10)).delete()
    assert working(10).due(MONDAY).on == date(2026, 10, 19)


def test_plain_days_count_days_off_too():
    due = Term(value=5, unit="days").due(MONDAY)
    assert (due.on, due.how["skipped"]) == (date(2026, 10, 3), [])


def test_before_counts_back_from_the_anchor():
    due = working(2, "before").due(date(2026, 10, 9))
    assert due.on == date(2026, 9, 30)
    assert due.how["skipped"][0] == "2026-10-07"


def test_a_term_of_none_is_the_day_itself():
    day_off = date(2026, 10, 1)
    assert working(0).due(day_off).on == day_off


def test_a_year_without_calendar_makes_the_date_provisional():
    assert not working(3).due(MONDAY).how["provisional"]
    due = working(5).due(date(2026, 12, 28))
    assert due.how["provisional"]
    assert due.on == date(2027, 1, 5)  # New Year's Day is off whatever is announced


def test_plain_days_are_never_provisional():
    assert not Term(value=5, unit="days").due(date(2026, 12, 28)).how["provisional"]


def test_the_date_keeps_what_it_rests_on():
    basis = Basis(kind="clause", clause="notice 4(3)")
    how = Term(basis=basis, value=1, unit="days").due(MONDAY).how
    assert how["basis"] == {"kind": "clause", "clause": "notice 4(3)"}
    assert (how["anchor"], how["value"], how["unit"], how["when"]) == (
        "2026-09-28",
        1,
        "days",
        "after",
    )


def test_a_term_of_less_than_no_days_is_a_mistake():
    [problem] = working(-1).check("x.term")
    assert str(problem) == "x.term.value: expected 0 or more"


def test_a_reminder_comes_before_the_date():
    rules = ReminderRules(basis=Basis(), before=working(3))
    [problem] = rules.check("reminders")
    assert problem.path == "reminders.before.when"
    rules = ReminderRules(basis=Basis(), before=working(3, "before"))
    assert rules.check("reminders") == []
