from datetime import date

import pytest
from django.utils.translation import override

from deadlines.charter import ReminderRules, Term
from deadlines.models import Owed
from institutions.charter import Basis
from institutions.models import CalendarDay, Post
from institutions.reading import read
from jointmeeting.templatetags.screens import how_sentence

pytestmark = pytest.mark.usefixtures("calendar")
MONDAY = date(2026, 9, 28)


def working(value: int, when: str = "after") -> Term:
    return Term(value=value, unit="working days", when=when)


@pytest.mark.changes("Term.value", "Term.when=after", "Term.unit=working days")
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


@pytest.mark.changes("Term.unit=days")
def test_plain_days_count_days_off_too():
    due = Term(value=5, unit="days").due(MONDAY)
    assert (due.on, due.how["skipped"]) == (date(2026, 10, 3), [])


@pytest.mark.changes("Term.when=before")
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


@pytest.mark.parametrize(
    ("value", "unit", "limits"),
    [
        (-1, "working days", "0 to 2500"),
        (10**9, "days", "0 to 3660"),
        (121, "months", "0 to 120"),
        (0, "day of month", "1 to 31"),
        (32, "day of month", "1 to 31"),
    ],
)
def test_a_term_of_no_sensible_length_is_a_mistake(value, unit, limits):
    [problem] = Term(value=value, unit=unit).check("x.term")
    assert str(problem) == f"x.term.value: expected {limits}"


@pytest.mark.changes("Term.unit=months")
@pytest.mark.parametrize(
    ("anchor", "when", "due"),
    [
        (date(2026, 1, 31), "after", date(2026, 2, 28)),
        (date(2026, 11, 20), "after", date(2026, 12, 20)),
        (date(2026, 12, 20), "after", date(2027, 1, 20)),
        (date(2026, 1, 20), "before", date(2025, 12, 20)),
        (date(2026, 3, 31), "before", date(2026, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(anchor, when, due):
    assert Term(value=1, unit="months", when=when).due(anchor).on == due


@pytest.mark.changes("Term.unit=day of month", "Term.when")
@pytest.mark.parametrize(
    ("value", "anchor", "when", "due"),
    [
        (5, date(2026, 9, 4), "after", date(2026, 9, 5)),
        (5, date(2026, 9, 5), "after", date(2026, 10, 5)),
        (5, date(2026, 12, 28), "after", date(2027, 1, 5)),
        (31, date(2026, 1, 31), "after", date(2026, 2, 28)),
        (31, date(2026, 4, 10), "after", date(2026, 4, 30)),
        (20, date(2026, 11, 3), "before", date(2026, 10, 20)),
        (31, date(2026, 3, 31), "before", date(2026, 2, 28)),
        (20, date(2026, 1, 3), "before", date(2025, 12, 20)),
    ],
)
def test_by_a_day_of_the_month(value, anchor, when, due):
    assert Term(value=value, unit="day of month", when=when).due(anchor).on == due


def test_a_day_off_moves_no_day_of_the_month_and_is_told():
    due = Term(value=5, unit="day of month").due(MONDAY)
    assert due.on == date(2026, 10, 5)
    assert due.how["is_off"]
    assert not due.how["provisional"]
    with override("en"):
        said = how_sentence(due.how, due.on)
    assert "10-05. That is a day off; the date stays." in said
    assert "is_off" not in Term(value=9, unit="day of month").due(MONDAY).how


@pytest.mark.changes("Term.of")
def test_another_event_is_named_only_where_there_is_one():
    term = Term(value=9, unit="working days", of="meeting")
    assert term.check("minutes.issue") == []
    [problem] = term.check("minutes.receipt")
    assert problem.path == "minutes.receipt.of"
    [problem] = Term(value=9, unit="days", of="minutes").check("minutes.issue")
    assert problem.expected == "meeting"


@pytest.mark.changes("Term.of=meeting")
def test_a_duty_counts_from_the_other_event_where_it_is_given():
    term = Term(value=2, unit="working days", of="meeting")
    held, approved = date(2026, 9, 21), MONDAY
    owed = Owed("issue", Post(), approved, term, anchor=held)
    assert owed.due().on == date(2026, 9, 23)
    assert owed.due().how["of"] == "meeting"
    owed = Owed("apply", Post(), approved, term)
    assert owed.due().on == date(2026, 9, 30)
    assert "of" not in owed.due().how


def test_a_term_in_an_unknown_unit_is_refused_with_the_list():
    problems = []
    read(Term, {"value": 2, "unit": "weeks"}, "x", problems)
    [problem] = problems
    assert str(problem) == (
        "x.unit: expected days | working days | months | day of month"
    )


def test_a_reminder_comes_before_the_date():
    rules = ReminderRules(basis=Basis(), before=working(3))
    [problem] = rules.check("reminders")
    assert problem.path == "reminders.before.when"
    rules = ReminderRules(basis=Basis(), before=working(3, "before"))
    assert rules.check("reminders") == []
