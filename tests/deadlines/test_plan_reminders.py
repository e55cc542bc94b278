from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from deadlines.models import Duty, Reminder, chase, plan_reminders
from deadlines.tasks import daily
from institutions.models import Appointment
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests.charters import appointed, put
from tests.deadlines.conftest import MORNING
from tests.racing import race

TODAY = MORNING.date()
YESTERDAY = TODAY - timedelta(days=1)


def planned() -> list[tuple]:
    rows = Reminder.objects.order_by("recipient__username", "pk")
    return list(rows.values_list("recipient__username", "stage", "for_day", "state"))


@pytest.mark.changes("ReminderRules.before")
def test_a_duty_is_reminded_of_once_before_its_date(owe):
    due_on = TODAY + timedelta(days=3)
    owe(due_on=due_on)
    assert [plan_reminders(), plan_reminders()] == [1, 0]
    assert planned() == [("keeper", "soon", due_on, "planned")]


def test_not_before_its_day_has_come(owe):
    owe(remind_on=TODAY + timedelta(days=1))
    assert plan_reminders() == 0
    with clock.at(MORNING + timedelta(days=1)):
        assert plan_reminders() == 1


def test_on_the_last_day_it_is_not_yet_overdue_and_the_day_after_it_is_once(owe):
    owe(due_on=TODAY)
    for days in (0, 1, 2, 3):
        with clock.at(MORNING + timedelta(days=days)):
            plan_reminders()
    assert [row[1] for row in planned()] == ["soon", "overdue"]


def test_after_days_down_each_duty_is_told_of_once_at_its_present_stage(owe):
    owe(due_on=TODAY + timedelta(days=2))
    with clock.at(MORNING + timedelta(days=5)):
        assert plan_reminders() == 1
    assert [row[1] for row in planned()] == ["overdue"]


def test_a_moved_date_is_told_of_anew(owe):
    duty = owe(due_on=TODAY)
    plan_reminders()
    Duty.objects.filter(pk=duty.pk).update(due_on=TODAY + timedelta(days=1))
    assert plan_reminders() == 1
    assert [row[2] for row in planned()] == [TODAY, TODAY + timedelta(days=1)]


def test_nobody_is_told_of_what_was_done_or_has_no_date(owe):
    owe(closed_at=MORNING)
    undated = owe()
    Duty.objects.filter(pk=undated.pk).update(due_on=None, remind_on=None)
    assert plan_reminders() == 0


def test_everyone_in_the_post_today_is_told_and_nobody_else(owe, world):
    owe(due_on=YESTERDAY)
    put(world.body, "unit-sluice", "second")
    put(world.body, "unit-sluice", "gone", until=YESTERDAY)
    put(world.body, "unit-sluice", "to come", since=TODAY + timedelta(days=1))
    plan_reminders()
    assert [row[0] for row in planned()] == ["keeper", "second"]


def test_who_comes_into_the_post_later_is_told_too(owe, world):
    owe()
    plan_reminders()
    put(world.body, "unit-sluice", "second")
    assert plan_reminders() == 1


def test_two_posts_of_one_person_are_told_apart(owe, world):
    appointed(world.keeper, world.body, "farmer")
    owe("unit-sluice", due_on=YESTERDAY)
    owe("farmer", due_on=TODAY)
    owe("farmer", remind_on=TODAY + timedelta(days=1))
    assert plan_reminders() == 2
    assert sorted(row[1:3] for row in planned()) == [
        ("overdue", YESTERDAY),
        ("soon", TODAY),
    ]


def test_who_has_no_address_reads_it_in_the_inbox(owe, world):
    world.keeper.email = ""
    world.keeper.save()
    owe()
    plan_reminders()
    assert [row[3] for row in planned()] == ["inbox"]
    assert Reminder.objects.inbox_of(world.keeper).count() == 1


def test_the_inbox_holds_what_is_still_owed_newest_first(
    owe, world, django_assert_num_queries
):
    first = owe(due_on=TODAY)
    plan_reminders()
    with clock.at(MORNING + timedelta(hours=1)):
        second = owe()
        plan_reminders()
    with django_assert_num_queries(1):
        inbox = list(Reminder.objects.inbox_of(world.keeper))
        assert [each.duty for each in inbox] == [second, first]
        assert {str(each.duty.post) for each in inbox} == {"水闸站看闸人"}
    assert not Reminder.objects.inbox_of(world.mill)
    Duty.objects.filter(pk=first.pk).update(closed_at=MORNING)
    assert [each.duty for each in Reminder.objects.inbox_of(world.keeper)] == [second]
    assert [each.duty for each in Reminder.objects.done_of(world.keeper)] == [first]


def test_what_was_seen_stays_seen_since_then(owe, world):
    owe()
    plan_reminders()
    inbox = Reminder.objects.inbox_of(world.keeper)
    assert inbox.unseen().count() == 1
    assert inbox.see() == 1
    with clock.at(MORNING + timedelta(hours=1)):
        assert inbox.see() == 0
    assert Reminder.objects.get().seen_at == MORNING
    assert not inbox.unseen()


def test_a_new_day_brings_the_rights_of_the_day_and_its_reminders(owe, world):
    owe()
    tomorrow = put(world.body, "unit-mill-office", "next", since=date(2026, 9, 29))
    assert not tomorrow.groups.exists()
    with clock.at(MORNING + timedelta(days=1)):
        assert daily() == 1
    assert tomorrow.groups.exists()


def test_who_waits_reminds_once_a_day(owe, world):
    duty = owe(due_on=TODAY + timedelta(days=30), remind_on=TODAY + timedelta(days=25))
    assert chase(duty, by=world.mill) == 1
    with pytest.raises(StepRefused, match="went out today already"):
        chase(duty, by=world.mill)
    with clock.at(MORNING + timedelta(days=1)):
        assert chase(duty, by=world.mill) == 1
    assert [row[1:3] for row in planned()] == [
        ("chased", TODAY),
        ("chased", TODAY + timedelta(days=1)),
    ]


def test_only_who_waits_may_remind(owe, world):
    duty = owe()
    for person in (world.farm, world.keeper, world.miller, world.stranger):
        with pytest.raises(PermissionDenied):
            chase(duty, by=person)
    assert not Reminder.objects.exists()


def test_nobody_chases_himself(owe, world):
    appointed(world.keeper, world.body, "unit-mill-office")
    with pytest.raises(PermissionDenied):
        chase(owe(), by=world.keeper)


def test_what_was_done_meanwhile_is_not_chased(owe, world):
    with pytest.raises(StepRefused, match="owed no more"):
        chase(owe(closed_at=MORNING), by=world.mill)


def test_a_vacant_post_cannot_be_reminded_and_says_so(owe, world):
    Appointment.objects.filter(person=world.keeper).update(until=YESTERDAY)
    with pytest.raises(StepRefused, match="Nobody holds the post"):
        chase(owe(), by=world.mill)


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_eight_workers_plan_each_reminder_once(owe):
    for _each in range(20):
        owe()
    outcomes = race(*[plan_reminders] * 8)
    assert sum(outcomes) == 20
    assert Reminder.objects.count() == 20
