"""What follows from a row's `owed()`; here a year owes whatever the test says."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from deadlines.charter import Term
from deadlines.models import (
    Duty,
    Owed,
    differences,
    keep_duties,
    recompute,
    told_otherwise,
    with_days_left,
    with_rows,
)
from deadlines.tasks import compute_anew
from institutions.models import CalendarDay, Post
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import open_year
from tests.charters import appointed
from tests.deadlines.conftest import MORNING

TEN = Term(value=10, unit="working days")


@pytest.fixture
def sluice(world) -> Post:
    return Post.objects.get(key="unit-sluice")


@pytest.fixture
def answer(sluice) -> Owed:
    return Owed("answer", sluice, date(2026, 9, 28), TEN)


def keep(row, *owed: Owed, **options) -> None:
    row.owed = lambda: owed
    keep_duties(row, **options)


def test_what_is_owed_opens_once_with_its_date_and_its_reminder(world, answer):
    for _again in range(2):
        keep(world.year, answer)
    duty = Duty.objects.get()
    assert (duty.since, duty.due_on) == (date(2026, 9, 28), date(2026, 10, 16))
    assert duty.remind_on == date(2026, 10, 13)
    assert duty.how["value"] == 10
    assert duty.waiting is None


def test_what_is_owed_no_more_was_done(world, answer):
    keep(world.year, answer)
    keep(world.year)
    duty = Duty.objects.get()
    assert (duty.closed_at, duty.void_because) == (MORNING, "")


def test_what_is_called_off_is_void_with_its_reason(world, answer):
    keep(world.year, answer)
    keep(world.year, void="the matter is gone")
    assert Duty.objects.get().void_because == "the matter is gone"


def test_owed_again_it_is_a_new_duty(world, answer):
    for owed in ([answer], [], [answer]):
        keep(world.year, *owed)
    assert Duty.objects.count() == 2
    assert Duty.objects.open().count() == 1


def test_without_a_term_there_is_neither_date_nor_reminder(world, sluice):
    keep(world.year, Owed("answer", sluice, clock.today()))
    duty = Duty.objects.get()
    assert (duty.due_on, duty.remind_on, duty.how, duty.left) == (None, None, {}, None)
    assert duty.state == "none"


def test_a_term_counts_from_its_anchor(world, sluice):
    before = Term(value=60, unit="days", when="before")
    last_day = date(2026, 12, 31)
    keep(world.year, Owed("ask", sluice, clock.today(), before, anchor=last_day))
    duty = Duty.objects.get()
    assert (duty.since, duty.due_on) == (clock.today(), date(2026, 11, 1))


def test_an_untold_date_follows_the_calendar_and_a_told_one_stays(world, answer):
    keep(world.year, answer)
    assert list(differences(world.year)) == []
    CalendarDay.objects.filter(day=date(2026, 10, 10)).delete()
    [found] = differences(world.year)
    assert found.endswith("answer: 2026-10-16, not 2026-10-19")
    row = type(world.year).objects.get()
    row.owed = world.year.owed
    recompute(row)
    assert Duty.objects.get().due_on == date(2026, 10, 19)
    assert Duty.objects.all().tell() == 1
    CalendarDay.objects.create(day=date(2026, 10, 10), is_working=True)
    recompute(row)
    keep_duties(row)
    duty = Duty.objects.get()
    assert (duty.due_on, duty.told_on) == (date(2026, 10, 19), clock.today())
    assert list(differences(row)) == []
    assert told_otherwise(row) == [(duty, date(2026, 10, 16))]


def test_telling_again_keeps_the_first_day(world, answer):
    keep(world.year, answer)
    Duty.objects.all().tell()
    with clock.at(MORNING + timedelta(days=1)):
        assert Duty.objects.all().tell() == 0
    assert Duty.objects.get().told_on == date(2026, 9, 28)


def test_only_an_act_that_tells_it_anew_moves_a_told_date(world, sluice, answer):
    keep(world.year, answer)
    Duty.objects.all().tell()
    later = Owed(
        "answer", sluice, date(2026, 9, 29), TEN, waiting=world.mill.posts_held[0]
    )
    keep(world.year, later)
    assert Duty.objects.get().due_on == date(2026, 10, 16)
    keep(world.year, later, retell=True)
    duty = Duty.objects.get()
    assert (duty.due_on, duty.told_on) == (date(2026, 10, 19), None)
    assert duty.waiting == world.mill.posts_held[0]
    assert duty.remind_on == date(2026, 10, 14)


def test_a_refused_step_leaves_duties_as_they_were(world, answer):
    @transaction.atomic
    def step() -> None:
        keep(world.year, answer)
        raise StepRefused

    with pytest.raises(StepRefused):
        step()
    assert not Duty.objects.exists()


def test_mine_and_what_i_wait_for_are_one_query_each(
    world, owe, django_assert_num_queries
):
    appointed(world.keeper, world.body, "farmer")
    later = owe(due_on=date(2026, 10, 2))
    none = owe(due_on=clock.today())
    Duty.objects.filter(pk=none.pk).update(due_on=None)
    urgent = owe("farmer", due_on=date(2026, 9, 1))
    owe("unit-mill-office")
    for person in (world.keeper, world.mill):
        person.look_again()
        assert person.posts_held
    with django_assert_num_queries(1):
        assert list(Duty.objects.owed_by(world.keeper)) == [urgent, later, none]
    with django_assert_num_queries(1):
        assert list(Duty.objects.awaited_by(world.mill)) == [urgent, later, none]


def test_a_vanished_appointment_takes_its_duties_along(world, owe):
    owe()
    world.keeper.appointments.get().end(clock.today())
    tomorrow = appointed(world.stranger, world.body, "unit-sluice")
    with clock.at(MORNING + timedelta(days=1)):
        assert not Duty.objects.owed_by(world.keeper)
        assert Duty.objects.owed_by(tomorrow).count() == 1


def test_an_office_enters_for_the_leader_of_its_side_only(world, owe):
    owed = owe("miller")
    owe("unit-sluice")
    assert list(Duty.objects.entered_by(world.mill)) == [owed]
    assert not Duty.objects.entered_by(world.farm)


def test_whoever_owes_waits_or_reads_all_of_the_body_sees_a_duty(world, owe):
    duty = owe()
    for person, sees in {
        world.keeper: True,
        world.mill: True,
        world.farm: True,
        world.miller: False,
        world.stranger: False,
    }.items():
        assert Duty.objects.visible_to(person).filter(pk=duty.pk).exists() == sees


@pytest.mark.parametrize(
    ("due_on", "left", "state"),
    [
        (date(2026, 9, 25), -1, "late"),
        (date(2026, 9, 28), 0, "near"),
        (date(2026, 9, 30), 2, "near"),
        (date(2026, 10, 8), 3, "go"),
    ],
)
def test_the_last_day_counts_in_full(owe, due_on, left, state):
    remind_on = clock.today() + timedelta(days=1 if state == "go" else 0)
    duty = owe(due_on=due_on, remind_on=remind_on)
    assert (duty.left, duty.state) == (left, state)


def test_rows_and_days_left_of_a_list_cost_the_same_for_one_and_fifty(
    owe, django_assert_num_queries
):
    for number in (1, 49):
        for _each in range(number):
            owe(due_on=date(2026, 10, 20))
        with django_assert_num_queries(3):
            duties = with_days_left(with_rows(Duty.objects.order_by("pk")))
            assert {(duty.left, duty.row.year) for duty in duties} == {(12, 2026)}


def test_a_duty_whose_row_is_gone_does_not_stop_the_others(owe):
    there = owe()
    owe(target="meetings.bodyyear:0")
    assert with_rows(Duty.objects.order_by("pk")) == [there]


def test_the_check_finds_nothing_in_a_year_that_was_begun(world):
    world.year.delete()
    open_year(world.body)
    assert Duty.objects.open().count() == 1
    call_command("check_duties")


def test_an_imported_calendar_settles_what_was_provisional(world):
    world.year.delete()
    with clock.at(MORNING.replace(year=2027)):
        year = open_year(world.body)
        duty = Duty.objects.get()
        assert not duty.how["provisional"]  # plain days
        Duty.objects.update(how=duty.how | {"provisional": True}, due_on=date(2027, 1, 1))
        assert compute_anew() == 0
        CalendarDay.objects.create(day=date(2027, 1, 1), is_working=False)
        assert [compute_anew(), compute_anew()] == [1, 0]
        assert Duty.objects.get().due_on == duty.due_on
        assert list(differences(year)) == []


def test_what_was_told_is_not_settled_but_listed(world):
    world.year.delete()
    open_year(world.body)
    before = Duty.objects.get().due_on
    Duty.objects.update(due_on=date(2026, 11, 20), told_on=clock.today())
    out = StringIO()
    call_command("recompute_duties", stdout=out)
    assert out.getvalue().endswith(f": 2026-11-20 -> {before}\n")
    Duty.objects.update(told_on=None)
    call_command("recompute_duties", stdout=StringIO())
    assert Duty.objects.get().due_on == before


def test_the_check_names_what_was_changed_by_hand(world, owe):
    world.year.delete()
    year = open_year(world.body)
    duty = Duty.objects.get()
    Duty.objects.filter(pk=duty.pk).update(due_on=date(2026, 1, 1))
    with pytest.raises(CommandError, match=f"request: 2026-01-01, not {duty.due_on}"):
        call_command("check_duties")
    Duty.objects.filter(pk=duty.pk).delete()
    with pytest.raises(CommandError, match="no duty"):
        call_command("check_duties")
    recompute(year)
    assert told_otherwise(year) == []
    keep_duties(year)
    owe(target=f"meetings.bodyyear:{year.pk}")
    with pytest.raises(CommandError, match="not owed"):
        call_command("check_duties")


def test_what_is_owed_is_said_anew_when_its_words_change(world):
    """A new version of the product may say it otherwise: the command brings it up to date."""
    world.year.delete()
    open_year(world.body)
    said = Duty.objects.get().text
    Duty.objects.update(text="as it was said before")
    with pytest.raises(CommandError, match="as it was said before"):
        call_command("check_duties")
    call_command("recompute_duties")
    assert Duty.objects.get().text == said
    call_command("check_duties")


def test_the_check_names_a_duty_whose_row_is_gone(world, owe):
    world.year.delete()
    owe(target="meetings.bodyyear:0")
    with pytest.raises(CommandError, match="meetings.bodyyear:0: no such row"):
        call_command("check_duties")
