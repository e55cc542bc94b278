"""Who is in which post on which day, and the rights that follow from it."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from institutions.appointing import appoint
from institutions.models import Appointment, JointBody, Post, User
from institutions.rights import sync_rights
from jointmeeting import clock
from tests import charters
from tests.institutions.conftest import MORNING

TODAY = MORNING.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def say(*words: str, **options) -> str:
    """What the command answers."""
    answer = StringIO()
    call_command("appoint", *words, stdout=answer, **options)
    return answer.getvalue()


@pytest.fixture
def clerk(body) -> User:
    return charters.put(body, "unit-mill-office", "clerk")


def test_a_post_gives_the_rights_of_its_task(clerk, body, other):
    assert clerk.may("read_topics", body)
    assert not clerk.may("administer_accounts", body)
    assert not clerk.may("read_topics", other)
    assert clerk.bodies_allowing("read_topics", "read_audit") == {body.pk}


def test_a_superuser_may_nothing_by_that(body):
    root = User.objects.create_superuser("root")
    assert not root.may("read_topics", body)
    assert not JointBody.objects.allowing(root, "administer_accounts").exists()


@pytest.mark.parametrize(
    ("since", "until"),
    [(TODAY, None), (date(2025, 1, 1), charters.DAY), (TODAY, TOMORROW)],
)
def test_nobody_is_twice_in_one_post_on_a_day(clerk, body, since, until):
    post = body.posts.get(key="unit-mill-office")
    with pytest.raises(ValidationError) as refused:
        appoint(clerk, post, since=since, until=until)
    assert "since" in refused.value.message_dict


def test_one_may_come_back_to_a_post(clerk, body):
    held = clerk.appointments.get()
    held.end(YESTERDAY)
    appoint(clerk, held.post, since=TODAY)
    assert [post.key for post in clerk.posts_held] == ["unit-mill-office"]


def test_a_post_may_have_several_holders(clerk, body):
    charters.put(body, "unit-mill-office", "second")
    post = Post.objects.held().get()
    assert post.appointments.today().count() == 2


def test_an_appointment_ends_after_it_begins(clerk):
    with pytest.raises(ValidationError) as refused:
        clerk.appointments.get().end(date(2025, 12, 31))
    assert list(refused.value.message_dict) == ["until"]


def test_the_last_day_counts_in_full_and_the_next_gives_no_right(clerk, body):
    clerk.appointments.get().end(TODAY)
    sync_rights()
    clerk.look_again()
    assert clerk.may("read_topics", body)
    with clock.at(MORNING + timedelta(days=1)):
        sync_rights()
        assert clerk.posts_held == []
        assert not clerk.may("read_topics", body)


def test_an_appointment_to_come_gives_no_right_yet(body):
    person = charters.put(body, "accounts", "later", since=TOMORROW)
    assert not person.may("administer_accounts", body)
    assert list(person.appointments.not_over()) == list(person.appointments.all())


def test_rights_are_read_once_until_one_looks_again(clerk, body):
    assert clerk.may("read_topics", body)
    clerk.appointments.get().end(YESTERDAY)
    sync_rights([clerk])
    assert clerk.may("read_topics", body)
    clerk.look_again()
    assert not clerk.may("read_topics", body)
    assert clerk.bodies_allowing("read_topics") == frozenset()
    assert clerk.posts_held == []


def test_the_first_request_of_a_day_brings_the_rights_up_to_date(body, client):
    person = charters.put(body, "accounts", "keeper", since=TOMORROW)
    with clock.at(MORNING):
        client.force_login(person)
        assert client.get(reverse("admin:index")).status_code == 403
    with clock.at(MORNING + timedelta(days=1)):
        assert client.get(reverse("admin:index")).status_code == 200


def test_a_right_that_ended_overnight_ends_with_the_next_request(body, client):
    person = charters.put(body, "accounts", "keeper", until=TODAY)
    client.force_login(person)
    assert client.get(reverse("admin:index")).status_code == 200
    with clock.at(MORNING + timedelta(days=1)):
        assert client.get(reverse("admin:index")).status_code == 403


def test_a_person_acts_for_the_unit_whose_liaison_they_are(clerk, body, other):
    assert clerk.acting_for(body).key == "mill-office"
    assert clerk.stands_for(body.members.get(key="mill-office"))
    assert not clerk.stands_for(body.members.get(key="sluice"))
    assert not clerk.stands_for(None)
    assert clerk.acting_for(other) is None


# The command by which the first administrator gets in


def test_the_command_makes_the_person_and_prints_the_password_once(body):
    answer = say("valley", "accounts", username="first", name="首任")
    (password,) = [
        word for word in answer.split() if authenticate(username="first", password=word)
    ]
    assert len(password) >= 10
    person = User.objects.get(username="first")
    assert person.may("administer_accounts", body)
    assert person.appointments.get().since == TODAY
    assert not person.is_superuser


def test_the_command_appoints_who_is_there_already(clerk, body):
    answer = say("valley", "auditor", username="clerk")
    assert "clerk" in answer
    assert User.objects.count() == 1
    assert {post.key for post in clerk.posts_held} == {"auditor", "unit-mill-office"}


@pytest.mark.parametrize(
    ("words", "options", "named"),
    [
        (("mountain", "accounts"), {"username": "clerk"}, "mountain"),
        (("valley", "king"), {"username": "clerk"}, "accounts"),
        (("valley", "accounts"), {"username": "new"}, "--name"),
        (("valley", "accounts"), {"username": "no good", "name": "x"}, "@"),
        (("valley", "unit-mill-office"), {"username": "clerk"}, "clerk"),
    ],
)
def test_the_command_says_what_is_wrong(clerk, words, options, named):
    with pytest.raises(CommandError) as refused:
        say(*words, **options)
    assert named in str(refused.value)
    assert User.objects.count() == Appointment.objects.count() == 1
