from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deadlines.charter import Term
from deadlines.models import ContactNote, Duty, Reminder, chase, plan_reminders
from institutions.models import Appointment, Post
from jointmeeting import clock
from tests.deadlines.conftest import MORNING

SAID = {"channel": "phone", "whom": "Keeper Wu", "said": "By Friday <b>at last</b>"}


@pytest.fixture
def duty(owe) -> Duty:
    due = Term(value=3, unit="working days").due(date(2026, 9, 28))
    return owe(due_on=due.on, how=due.how, remind_on=clock.today())


@pytest.fixture
def shown(client, duty):
    """What a person is shown of the duty, as text; the status where it is not 200."""

    def shown(person, url: str = duty.page_url):
        client.force_login(person)
        answer = client.get(url, headers={"accept-language": "en"})
        if answer.status_code != 200:
            return answer.status_code
        return unescape(answer.content.decode())

    return shown


@pytest.fixture
def post(client, duty):
    """What comes of a person's act on the duty: the answer, after its redirect."""

    def post(person, act: str, data: dict | None = None):
        client.force_login(person)
        url = reverse(f"deadlines:duty_{act}", args=[duty.pk])
        return client.post(url, data, follow=True, headers={"accept-language": "en"})

    return post


def test_a_duty_says_who_owes_what_since_when_and_how_its_date_came_about(shown, world):
    text = shown(world.keeper)
    for said in (
        "<h1>Ask for the regular meeting of 2026</h1>",
        "水闸站看闸人",
        "磨账房账房",
        "09-28",
        "3 working days left",
        "Due on 2026-10-08",
        "3 working days from 09-28, which does not count, to 10-08.",
        "Left out are 7 days off: 10-01 to 10-07.",
        "No document that has been issued names the date yet",
        "水闸站看闸人 today: keeper",
        "Nobody has been reminded yet",
    ):
        assert said in text
    assert f'href="{Duty.objects.get().get_absolute_url()}"' in text


def test_a_told_date_says_so(shown, world):
    Duty.objects.all().tell()
    assert "Told on 09-28: only a new act moves the date." in shown(world.keeper)


def test_without_a_term_the_page_says_so(shown, world):
    Duty.objects.update(due_on=None, remind_on=None, how={})
    assert "No term has been agreed" in shown(world.keeper)


def test_a_vacant_post_is_said(shown, world):
    Appointment.objects.filter(person=world.keeper).update(until=date(2026, 9, 27))
    text = shown(world.mill)
    assert "Nobody holds this post" in text
    assert 'disabled aria-describedby="why-chase"' in text


@pytest.mark.parametrize(
    ("void_because", "said"),
    [("", "Done on 09-28 09:00."), ("the topic is gone", "Void since 09-28 09:00: the")],
)
def test_what_is_over_says_how_and_takes_neither_note_nor_reminder(
    shown, world, void_because, said
):
    Duty.objects.update(closed_at=MORNING, void_because=void_because)
    text = shown(world.mill)
    assert said in text
    assert "Note a call" not in text
    assert "Remind " not in text


def test_strangers_are_told_nothing_not_even_that_there_is_such_a_duty(
    client, duty, post, shown, world
):
    assert client.get(duty.page_url).status_code == 302
    for person in (world.stranger, world.miller):
        assert shown(person) == 404
        assert post(person, "note", SAID).status_code == 404
        assert post(person, "chase").status_code == 404
    assert not ContactNote.objects.exists()
    assert not Reminder.objects.exists()


def test_acts_are_not_taken_by_a_link(shown, duty, world):
    for act in ("note", "chase"):
        assert shown(world.mill, reverse(f"deadlines:duty_{act}", args=[duty.pk])) == 405


def test_a_call_is_noted_for_the_unit_one_acts_for_and_read_by_it_alone(
    shown, post, world
):
    answer = post(world.mill, "note", SAID)
    assert "The note is kept." in answer.content.decode()
    note = ContactNote.objects.get()
    assert (note.unit.key, note.by, note.at) == ("mill-office", world.mill, MORNING)
    assert "&lt;b&gt;at last&lt;/b&gt;" in answer.content.decode()
    assert "Phone: spoke to Keeper Wu" in shown(world.mill)
    for other in (world.farm, world.keeper):
        assert "Keeper Wu" not in shown(other)
        assert not ContactNote.objects.visible_to(other)


def test_who_reads_all_of_the_body_may_note_calls_too(shown, post, world):
    assert "Note a call" in shown(world.farm)
    post(world.farm, "note", SAID)
    assert ContactNote.objects.get().unit.key == "farm-office"


def test_who_owes_it_notes_no_call_to_himself(shown, post, world):
    assert "Note a call" not in shown(world.keeper)
    answer = post(world.keeper, "note", SAID)
    assert answer.status_code == 403
    assert "noted by the units that wait" in answer.content.decode()
    assert not ContactNote.objects.exists()


def test_who_acts_for_no_unit_reminds_but_keeps_no_notes(shown, post, world):
    Duty.objects.update(waiting=Post.objects.get(key="miller"))
    text = shown(world.miller)
    assert "Remind 水闸站看闸人" in text
    assert "Note a call" not in text
    assert post(world.miller, "note", SAID).status_code == 403


def test_a_note_that_lacks_something_says_what_and_keeps_the_rest(post, world):
    answer = post(world.mill, "note", SAID | {"whom": ""})
    text = answer.content.decode()
    assert "Enter Spoke to" in text
    assert 'value="By Friday &lt;b&gt;at last&lt;/b&gt;"' in text
    assert '<details class="fold no-print" open>' in text
    assert not ContactNote.objects.exists()


def test_a_note_on_what_was_done_meanwhile_is_refused_and_not_lost(duty, world, post):
    Duty.objects.update(closed_at=MORNING)
    text = post(world.mill, "note", SAID).content.decode()
    assert "This is owed no more" in text
    assert 'value="Keeper Wu"' in text


def test_only_who_waits_is_offered_to_remind_and_does_it_once_a_day(shown, post, world):
    assert "Remind 水闸站看闸人" in shown(world.mill)
    for other in (world.farm, world.keeper):
        assert "Remind 水闸站看闸人" not in shown(other)
        answer = post(other, "chase")
        assert answer.status_code == 403
        assert "Only those who wait" in answer.content.decode()
    assert "水闸站看闸人 has been reminded." in post(world.mill, "chase").content.decode()
    assert 'disabled aria-describedby="why-chase"' in shown(world.mill)
    again = post(world.mill, "chase").content.decode()
    assert "went out today already" in unescape(again)
    assert Reminder.objects.count() == 1


def test_reminders_are_listed_with_what_became_of_each(shown, duty, world):
    plan_reminders()
    chase(duty, by=world.mill)
    Reminder.objects.filter(stage="soon").update(state="handed over")
    text = shown(world.mill)
    assert "09-28 09:00" in text
    assert "Handed over, not confirmed" in text
    assert "Chased" in text


def test_a_page_costs_the_same_for_one_and_fifty_notes_and_reminders(client, duty, world):
    client.force_login(world.mill)
    client.get(duty.page_url)
    counted = {}
    for number in range(1, 51):
        with clock.at(MORNING + timedelta(days=number)):
            duty.note(by=world.mill, **SAID)
            chase(duty, by=world.mill)
        if number in (1, 50):
            with CaptureQueriesContext(connection) as queries:
                text = client.get(duty.page_url).content.decode()
            assert text.count("spoke to Keeper Wu") == text.count("Chased") == number
            counted[number] = len(queries)
    assert counted[1] == counted[50]


def test_a_duty_nobody_was_reminded_of_offers_no_empty_button(world, shown):
    page = shown(world.mill)
    assert "还没有提醒过" in page or "Nobody has been reminded yet" in page
    assert '"></a>' not in page
