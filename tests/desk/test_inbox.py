"""The inbox: what one was told, seen once it was opened, done on a page of its own."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deadlines.models import Duty, Reminder, plan_reminders
from jointmeeting import clock
from meetings.models import open_year
from tests import charters

LATE = timezone.make_aware(datetime(2026, 11, 10, 9))
INBOX = "desk:inbox"


@pytest.fixture
def told(valley):
    """The year's request is overdue, and whoever owes it was told."""
    year = open_year(valley.body)
    with clock.at(LATE):
        plan_reminders()
        yield year


def shown(client, person, **query) -> list:
    client.force_login(person)
    page = client.get(reverse(INBOX), query).context["page"]
    return [(reminder.duty.row, reminder.stage) for reminder in page.object_list]


def test_one_reads_what_one_was_told_and_nobody_elses(client, valley, told):
    assert shown(client, valley.clerk) == [(told, "overdue")]
    assert shown(client, valley.bailiff) == []


def test_opening_it_is_having_seen_it(client, valley, told):
    client.force_login(valley.clerk)
    assert client.get(reverse("desk:home")).context["frame"].inbox == 1
    first = client.get(reverse(INBOX)).content.decode()
    again = client.get(reverse(INBOX)).content.decode()
    assert '<span class="tag">新</span>' in first
    assert '<span class="tag">新</span>' not in again
    assert client.get(reverse("desk:home")).context["frame"].inbox == 0
    assert Reminder.objects.get().seen_at == LATE


def test_what_is_done_stands_on_the_second_tab(client, valley, told):
    duty = Reminder.objects.get().duty
    duty.closed_at = clock.now()
    duty.save()
    assert shown(client, valley.clerk) == []
    assert shown(client, valley.clerk, done="1") == [(told, "overdue")]


@pytest.mark.parametrize("page", [INBOX, "desk:home", "desk:duty_list"])
def test_a_duty_whose_row_is_gone_breaks_no_page(client, valley, hill, told, page):
    charters.appointed(valley.clerk, hill, "unit-mill-office")
    open_year(hill)
    plan_reminders()
    Duty.objects.filter(joint_body=hill).update(target="meetings.bodyyear:0")
    client.force_login(valley.clerk)
    assert client.get(reverse(page)).status_code == 200
    duty = Duty.objects.get(joint_body=hill)
    assert client.get(duty.page_url).status_code == 200
    client.get(reverse(INBOX))
    assert not Reminder.objects.unseen().exists()


def test_it_costs_the_same_with_one_message_and_with_several(client, valley, told, hill):
    def queries() -> int:
        client.force_login(valley.clerk)
        client.get(reverse(INBOX))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(INBOX))
        return len(captured)

    few = queries()
    charters.appointed(valley.clerk, hill, "unit-mill-office")
    open_year(hill)
    plan_reminders()
    assert queries() == few
