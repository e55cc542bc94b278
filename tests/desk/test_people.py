"""Who holds the posts of a body, seen and changed by who administers them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from deadlines.models import Duty
from institutions.models import Post, User
from jointmeeting import clock
from tests.houses import House, fill, house, lively

TODAY = date(2026, 3, 2)
TOMORROW = TODAY + timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> House:
    """Two lead the mill together, and another account waits for a post."""
    data = lively()
    data["posts"][0]["holders"] = 2
    h = house(data)
    User.objects.create_user("newcomer", name="新人")
    return h


def page(h: House, name: str, pk: int) -> str:
    answer = h.client("rights").get(reverse(f"desk:{name}", args=[pk]))
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def post_form(h: House, name: str, pk: int, **typed):
    return h.client("rights").post(reverse(f"desk:{name}", args=[pk]), typed)


def held(post: Post) -> list[str]:
    return [each.person.name for each in post.appointments.today().order_by("pk")]


def test_the_list_names_holders_vacancies_portfolios_and_what_is_open(two):
    topic = two.topic("submitted")
    two.leave("farmer")
    said = page(two, "people_list", two.body.pk)
    assert two.person("miller").name in said
    assert "空缺 1" in said
    assert "分管：水量" in said  # the steward's
    assert Duty.objects.open().of(topic).exists()


def test_the_list_costs_the_same_however_many_have_posts(two):
    client, url = two.client("rights"), reverse("desk:people_list", args=[two.body.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    queries()
    few = queries()
    for number in range(20):
        fill(two.post("mill-office"), f"clerk{number}")
    assert queries() == few


@pytest.mark.changes("PostRules.holders")
def test_no_more_hold_a_post_than_the_charter_says(two):
    miller, farmer = two.post("miller"), two.post("farmer")
    first = two.person("miller")
    typed = {"username": "newcomer", "since": TODAY}
    assert post_form(two, "post_appoint", miller.pk, **typed).status_code == 302
    assert held(miller) == [first.name, "新人"]
    assert "同时担任" in page(two, "post_detail", miller.pk)
    assert "新人" in page(two, "people_list", two.body.pk)
    third = {"person": two.person("steward").pk, "since": TODAY}
    for post in (miller, farmer):
        answer = post_form(two, "post_appoint", post.pk, **third)
        assert answer.status_code == 200
        assert "since" in answer.context["form"].errors
    assert held(farmer) == [two.person("farmer").name]


@pytest.mark.changes("PostRules.holders")
def test_either_of_two_signs_and_both_are_named(two):
    topic = two.topic("submitted")
    post = two.post("miller")
    post_form(two, "post_appoint", post.pk, username="newcomer", since=TODAY)
    second = User.objects.get(username="newcomer")
    sheet = topic.consent("settle")
    said = two.client("mill-office").get(topic.get_absolute_url()).content.decode()
    first = post.appointments.order_by("since").first().person.name
    assert f"{first}、新人" in said
    topic.answer("settle", by=second, digest=sheet.digest, answer="agree")
    assert not sheet.waiting().filter(posts=post).exists()
    assert two.duties_agree()


def test_an_appointment_from_a_day_to_come_is_told_and_gives_nothing_yet(two):
    post = two.post("miller")
    typed = {"username": "newcomer", "since": TOMORROW}
    assert post_form(two, "post_appoint", post.pk, **typed).status_code == 302
    assert "新人 03-03 起" in page(two, "people_list", two.body.pk)
    assert len(held(post)) == 1
    coming = post.appointments.get(since=TOMORROW)
    typed = {"last_day": TODAY}
    assert post_form(two, "appointment_end", coming.pk, **typed).status_code == 302
    assert not post.appointments.filter(pk=coming.pk).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "person"),
        ({"username": "nobody-of-that-name"}, "username"),
        ({"username": "newcomer", "since": ""}, "since"),
        ({"username": "newcomer", "until": "2026-03-01"}, "until"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(two, typed, field):
    typed = {"since": TODAY} | typed
    answer = post_form(two, "post_appoint", two.post("miller").pk, **typed)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert len(held(two.post("miller"))) == 1


def test_who_leaves_has_a_last_day_and_is_listed_as_past(two):
    farmer = two.post("farmer")
    appointment = farmer.appointments.get()
    two.topic("submitted")
    assert "有 1 件" in page(two, "appointment_end", appointment.pk)
    typed = {"last_day": TODAY - timedelta(days=1), "reason": "退休"}
    assert post_form(two, "appointment_end", appointment.pk, **typed).status_code == 302
    assert held(farmer) == []
    assert appointment.person.name in page(two, "post_detail", farmer.pk)
    entry = appointment.history.latest("history_id")
    assert entry.history_change_reason == "End the appointment\n退休"
    answer = post_form(two, "appointment_end", appointment.pk, **typed)
    assert answer.context["form"].non_field_errors()


def test_one_act_hands_a_post_over_with_all_that_is_open(two):
    office = two.post("mill-office")
    appointment, leaving = office.appointments.get(), two.person("mill-office")
    topic = two.topic("settled")
    draft = two.topic(title="没有交的")
    owed = Duty.objects.open().filter(post=office)
    assert "没有交的" not in page(two, "appointment_hand_over", appointment.pk)
    assert "1 份草稿" in page(two, "appointment_hand_over", appointment.pk)
    texts = {duty.text for duty in owed}
    assert texts
    typed = {"username": "newcomer", "since": TODAY}
    answer = post_form(two, "appointment_hand_over", appointment.pk, **typed)
    assert answer.status_code == 302
    assert held(office) == ["新人"]
    assert {duty.text for duty in owed.all()} == texts
    second = two.client("mill-office")
    assert draft.title in second.get(draft.get_absolute_url()).content.decode()
    assert topic.title in second.get(reverse("desk:home")).content.decode()
    first = topic.history.earliest("history_id").history_user
    assert first == leaving  # what was done before keeps its name


def test_the_leaving_holder_prints_the_list(two):
    office = two.post("mill-office")
    two.topic(title="没有交的")
    url = reverse("desk:appointment_hand_over_pdf", args=[office.appointments.get().pk])
    answer = two.client("mill-office").get(url)
    assert answer["Content-Type"] == "application/pdf"


def test_a_successor_does_not_begin_before_the_holder(two):
    appointment = two.post("farmer").appointments.get()
    typed = {"username": "newcomer", "since": appointment.since}
    answer = post_form(two, "appointment_hand_over", appointment.pk, **typed)
    assert list(answer.context["form"].errors) == ["since"]
    assert clock.today() == TODAY
