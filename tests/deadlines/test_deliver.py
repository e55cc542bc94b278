"""Mail through a real server on loopback: what it takes, refuses, puts off, breaks off."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import translation

from deadlines.models import Duty, Reminder, plan_reminders
from deadlines.tasks import deliver_reminders
from jointmeeting import clock
from tests.charters import put
from tests.deadlines.conftest import MORNING, smtp_settings
from tests.racing import race
from tests.smtp import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def reminder(owe) -> Reminder:
    owe()
    plan_reminders()
    return Reminder.objects.get()


@pytest.fixture
def three(owe, world) -> list[Reminder]:
    """One reminder each of three people, in this order."""
    for name in ("ada", "bo"):
        person = put(world.body, "unit-sluice", name)
        person.email = f"{name}@example.org"
        person.save()
    owe()
    plan_reminders()
    return list(Reminder.objects.order_by("pk"))


def states() -> list[str]:
    return list(Reminder.objects.order_by("pk").values_list("state", flat=True))


def deliver_after(**time) -> int:
    with clock.at(MORNING + timedelta(**time)):
        return deliver_reminders()


def test_a_reminder_says_what_for_whom_by_when_and_where(reminder, server):
    with translation.override("zh-hans"):
        assert deliver_reminders() == 1
        what = reminder.duty.text
    [mail] = server.taken
    assert mail.to == ["keeper@example.org"]
    assert mail.message["Message-ID"] == f"<reminder-{reminder.pk}@jointmeeting>"
    assert what in mail.message["Subject"]
    text = mail.message.get_content()
    assert "磨坊与农场协商会" in text
    assert "2026-09-28" in text
    assert f"http://127.0.0.1:8000{reminder.duty.page_url}" in text
    assert states() == ["sent"]


def test_what_was_sent_is_not_sent_again(three, server):
    assert [deliver_reminders(), deliver_after(days=1)] == [3, 0]
    assert len(server.ids) == 3


def test_one_connection_carries_a_whole_batch(three, server):
    deliver_reminders(limit=2)
    assert (server.connections, len(server.taken)) == (1, 2)
    deliver_reminders(limit=2)
    assert (server.connections, len(server.taken)) == (2, 3)


def test_with_nothing_to_send_the_server_is_left_alone(server, db):
    assert deliver_reminders() == 0
    assert server.connections == 0


def test_nothing_is_mailed_of_what_was_done_meanwhile(reminder, server):
    Duty.objects.update(closed_at=MORNING)
    assert deliver_reminders() == 0
    assert (server.taken, states()) == ([], ["planned"])


def test_a_refused_recipient_is_undeliverable_and_stops_nobody(three, server):
    server.answers["keeper@example.org"] = "550 no such person"
    assert deliver_reminders() == 2
    assert states() == ["undeliverable", "sent", "sent"]
    assert deliver_after(days=1) == 0


def test_a_recipient_put_off_is_tried_later(three, server):
    server.answers["keeper@example.org"] = "450 come back later"
    assert deliver_reminders() == 2
    assert states() == ["planned", "sent", "sent"]
    server.answers.clear()
    assert [deliver_after(minutes=1), deliver_after(minutes=16)] == [0, 1]
    assert len(server.ids) == len(set(server.ids)) == 3


def test_a_refused_text_is_undeliverable(reminder, server):
    server.answers["message"] = "554 not this"
    deliver_reminders()
    assert states() == ["undeliverable"]


def test_our_own_address_refused_is_no_fault_of_the_reminder(reminder, server):
    server.answers["MAIL"] = "550 who are you"
    deliver_reminders()
    assert states() == ["planned"]


def test_an_address_that_is_none_is_undeliverable(three, world, server):
    world.keeper.email = "keeper@"
    world.keeper.save()
    assert deliver_reminders() == 2
    assert states() == ["undeliverable", "sent", "sent"]


def test_a_reminder_of_a_row_that_is_gone_stops_nobody(owe, server):
    owe(target="meetings.bodyyear:0")
    owe()
    plan_reminders()
    assert deliver_reminders() == 2
    assert states() == ["sent", "sent"]


def test_a_server_that_is_down_has_taken_nothing(reminder):
    with mail_server() as server:
        port = server.port
    with override_settings(**smtp_settings(port)):
        assert deliver_reminders() == 0
        assert states() == ["planned"]
        with mail_server(port) as server:
            assert deliver_after(minutes=1) == 1
            assert len(server.taken) == 1


def test_a_server_that_closes_at_once_has_taken_nothing(three, server):
    server.answers["MAIL"] = "421 closing"
    assert deliver_reminders() == 0
    assert states() == ["planned", "leased", "leased"]
    server.answers.clear()
    assert deliver_after(minutes=16) == 3
    assert len(set(server.ids)) == 3


def test_a_server_that_breaks_off_leaves_that_one_to_a_person(three, server):
    """Whether it took the message nobody knows; the others wait for another run."""
    server.answers["message"] = None
    assert deliver_reminders() == 0
    assert states() == ["handed over", "leased", "leased"]
    server.answers.clear()
    assert deliver_after(days=1) == 2
    assert states() == ["handed over", "sent", "sent"]


def test_a_lease_holds_until_it_ends(three, server):
    Reminder.objects.lease(2)
    assert deliver_reminders() == 1
    assert deliver_after(minutes=4) == 0
    assert deliver_after(minutes=5) == 2


def test_who_comes_after_his_lease_has_ended_hands_nothing_over(reminder, server):
    [late] = Reminder.objects.lease(1)
    with clock.at(MORNING + timedelta(minutes=6)):
        Reminder.objects.take_back()
        [mine] = Reminder.objects.lease(1)
    assert not late.hand_over()
    assert mine.hand_over()
    assert not mine.hand_over()


def test_a_duty_done_between_lease_and_mail_is_not_mailed(reminder):
    [leased] = Reminder.objects.lease(1)
    Duty.objects.update(closed_at=MORNING)
    assert not leased.hand_over()


def test_without_a_server_mail_is_written_to_files(reminder, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    assert deliver_reminders() == 1
    [file] = tmp_path.iterdir()
    assert "keeper@example.org" in file.read_text()


def test_a_batch_costs_the_same_queries_but_for_its_states(
    owe, server, django_assert_num_queries
):
    """Per reminder two: handed over, and what became of it."""
    for number, queries in ((1, 8), (5, 16)):
        for _each in range(number):
            owe()
        plan_reminders()
        with django_assert_num_queries(queries):
            assert deliver_reminders() == number


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_each_reminder_once(owe, server):
    for _each in range(80):
        owe()
    assert plan_reminders() == 80
    assert sum(race(*[lambda: deliver_reminders(30)] * 8)) == 80
    assert len(server.ids) == len(set(server.ids)) == 80
    assert set(states()) == {"sent"}


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_eight_workers_who_hold_one_lease_hand_over_once(reminder):
    [leased] = Reminder.objects.lease(1)
    assert sorted(race(*[leased.hand_over] * 8)) == [False] * 7 + [True]
