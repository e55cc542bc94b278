"""The frame of every page: the menu, the body worked in, what is counted."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from desk.context import Frame
from institutions.models import CalendarDay, Charter, charter_by_pk
from jointmeeting import clock
from tests import charters
from tests.houses import house


def frame_of(client, person) -> Frame:
    client.force_login(person)
    return client.get(reverse("desk:home")).context["frame"]


def urls(frame: Frame) -> list[str]:
    return [item["url"] for section in frame.menu for item in section["items"]]


def test_a_stranger_is_sent_to_log_in(client):
    answer = client.get(reverse("desk:home"))
    assert answer.status_code == 302
    assert answer.url == "/log-in/?next=/"


def test_without_a_person_nothing_is_drawn_and_nothing_asked(
    db, django_assert_num_queries
):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        frame = Frame(request)
        assert frame.menu == []
        assert frame.bodies == []
        assert frame.provisional_years == []


def test_the_frame_costs_three_queries(client, valley, django_assert_num_queries):
    frame = frame_of(client, valley.clerk)
    request = frame._request
    request.user.look_again()
    with django_assert_num_queries(3):
        frame = Frame(request)
        assert frame.menu
        assert frame.body == valley.body
        assert (frame.waiting, frame.inbox) == (0, 0)
        assert frame.provisional_years == []
        assert frame.office == "磨账房账房"


def test_one_works_in_the_first_body_until_another_is_chosen(client, valley, hill):
    charters.appointed(valley.clerk, hill, "unit-mill-office")
    assert frame_of(client, valley.clerk).body == valley.body
    answer = client.post(reverse("desk:body_choose"), {"body": hill.pk})
    assert answer.url == reverse("desk:home")
    assert client.get(reverse("desk:home")).context["frame"].body == hill


@pytest.mark.parametrize("chosen", ["{hill}", "0", "x", ""])
def test_a_body_of_others_cannot_be_chosen(client, valley, hill, chosen):
    client.force_login(valley.clerk)
    data = {"body": chosen.format(hill=hill.pk)}
    assert client.post(reverse("desk:body_choose"), data).status_code == 404
    assert client.get(reverse("desk:home")).context["frame"].body == valley.body


def test_a_body_is_chosen_by_a_button_only(client, valley):
    client.force_login(valley.clerk)
    assert client.get(reverse("desk:body_choose")).status_code == 405


def test_only_administrators_are_shown_the_administration(client, valley):
    admin = reverse("admin:index")
    assert admin in urls(frame_of(client, valley.keeper))
    assert admin not in urls(frame_of(client, valley.clerk))


def test_who_has_no_post_has_no_body_and_no_charter_in_the_menu(client, valley):
    person = charters.User.objects.create_user("nobody")
    frame = frame_of(client, person)
    assert frame.body is None
    assert urls(frame)
    assert not any("/bodies/" in url for url in urls(frame))


def test_the_page_one_is_on_is_marked(client, valley):
    client.force_login(valley.clerk)
    frame = client.get(reverse("desk:inbox")).context["frame"]
    items = [item for section in frame.menu for item in section["items"]]
    assert [item["url"] for item in items if item["is_current"]] == [
        reverse("desk:inbox")
    ]


def test_the_page_of_a_body_is_marked_for_that_body_only(client, valley, hill):
    charters.appointed(valley.clerk, hill, "unit-mill-office")
    client.force_login(valley.clerk)
    for body, marked in ((valley.body, 1), (hill, 0)):
        answer = client.get(reverse("desk:body_detail", args=[body.pk]))
        assert answer.content.decode().count('aria-current="page">') == marked + 1


def test_a_year_without_a_calendar_is_told_while_dates_fall_in_it(client, valley):
    CalendarDay.objects.all().delete()
    assert frame_of(client, valley.clerk).provisional_years == [2026]
    CalendarDay.objects.create(day=date(2026, 5, 1), is_working=False)
    assert frame_of(client, valley.clerk).provisional_years == []


@pytest.mark.parametrize(
    ("days", "said"),
    [(61, ""), (60, "charter ends on"), (-1, "charter ended on")],
)
def test_the_offices_are_told_before_a_trial_ends(db, days, said):
    h = house()
    last = clock.today() + timedelta(days=days)
    Charter.objects.filter(pk=h.body.charter_id).update(trial_until=last)
    charter_by_pk.cache_clear()
    with translation.override("en"):
        office = h.client("mill-office").get("/").content.decode()
        other = h.client("ferry").get("/").content.decode()
    assert ("The trial of the charter" in office) == bool(said)
    assert said in office
    assert "The trial of the charter" not in other
