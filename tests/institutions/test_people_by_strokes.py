"""Lists by strokes of the surname, where the charter has people of one rank so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.appointing import appoint
from institutions.models import Appointment, StrokeCount, User
from institutions.strokes import keep_counts, sorting, wanted
from jointmeeting import clock
from meetings.documents import attendance_context, planned_seats
from meetings.models import Attendance
from minutes.documents import people_of
from tests.houses import house, lively
from tests.sittings import notified

pytestmark = pytest.mark.django_db
GUESTS = ["欧阳兰", "王和平", "丁一", "王一", "麴生"]
STROKES = {"欧": 8, "王": 4, "丁": 2, "一": 1, "和": 8}
BY_STROKES = ["丁一", "王一", "王和平", "欧阳兰", "麴生"]


def of(people_by: str, key: str = "town"):
    """A body with that order, and a meeting to which the guests are invited."""
    data = lively()
    data["body"]["people_by"] = people_by
    next(post for post in data["posts"] if post["key"] == "miller")["holders"] = 2
    h = house(data, key)
    meeting = notified(h)
    for name in GUESTS:
        Attendance.objects.give(
            meeting, by=h.person("mill-office"), capacity="invited", name=name, why="船工"
        )
    return h, meeting


def enter(h) -> None:
    keep_counts(h.body, by=h.person("rights"), counts=STROKES)


def guests_on_the_page(h, meeting) -> list[str]:
    url = reverse("meetings:attendance_list", args=[meeting.pk])
    page = h.client("mill-office").get(url)
    rows = [row["place"] for group in page.context["groups"] for row in group["rows"]]
    return [place.name for place in rows if place.is_guest]


def guests_on_the_sheet(h, meeting) -> list[str]:
    groups = attendance_context(meeting, h.person("mill-office"))["groups"]
    [invited] = [group["rows"] for group in groups if group["heading"] == "邀请"]
    return [row["name"] for row in invited]


@pytest.mark.changes("BodyRules.people_by=protocol", "BodyRules.people_by=strokes")
def test_those_invited_stand_in_the_order_of_the_charter():
    h, meeting = of("protocol")
    enter(h)
    assert guests_on_the_page(h, meeting) == GUESTS
    assert guests_on_the_sheet(h, meeting) == GUESTS
    h, meeting = of("strokes", "hill")
    assert guests_on_the_page(h, meeting) == BY_STROKES
    assert guests_on_the_sheet(h, meeting) == BY_STROKES
    meeting.attendances.update(was_there=True)
    assert people_of(meeting)["in_attendance"][-5:] == [f"船工{n}" for n in BY_STROKES]


def test_what_is_signed_keeps_the_order_in_which_it_was_written():
    h, meeting = of("strokes")
    before = planned_seats(meeting)
    enter(h)
    assert planned_seats(meeting) == before


def test_two_holders_of_a_post_stand_by_strokes():
    h, _meeting = of("strokes")
    post = h.post("miller")
    first = Appointment.objects.today().get(post=post).person
    User.objects.filter(pk=first.pk).update(name="欧阳兰")
    second = User.objects.create(username="second", name="丁一")
    appoint(second, post, since=clock.today())
    page = reverse("desk:people_list", args=[h.body.pk])
    here = reverse("desk:body_detail", args=[h.body.pk])

    def turn(url: str) -> bool:
        _head, text = h.client("rights").get(url).content.decode().split("h-posts", 1)
        return text.index("丁一") < text.index("欧阳兰")

    assert not turn(page)
    enter(h)
    assert turn(page)
    assert turn(here)


def test_who_draws_up_the_list_is_told_whose_strokes_are_missing():
    h, meeting = of("strokes")
    enter(h)
    url = reverse("meetings:attendance_list", args=[meeting.pk])
    way = reverse("desk:stroke_counts", args=[h.body.pk])
    page = h.client("mill-office").get(url)
    assert "麴生" in page.context["uncounted"]
    assert "王和平" not in page.context["uncounted"]
    assert way in page.content.decode()
    assert way not in h.client("ferry").get(url).content.decode()


def test_strokes_are_entered_on_one_page():
    h, meeting = of("strokes")
    url = reverse("desk:stroke_counts", args=[h.body.pk])
    client = h.client("mill-office")
    wrong = client.post(url, {"c9eb4": "41", "c738b": "4"})
    assert list(wrong.context["form"].errors) == ["c9eb4"]
    assert 'value="41"' in wrong.content.decode()
    assert not StrokeCount.objects.exists()
    assert client.post(url, {"c9eb4": "19", "c738b": "4"}).status_code == 302
    assert client.post(url, {"c738b": ""}).status_code == 302  # empty: as it was
    assert dict(StrokeCount.objects.values_list("character", "strokes")) == {
        "麴": 19,
        "王": 4,
    }
    assert client.post(url, {"c738b": "5"}).status_code == 302
    [entry, _first] = StrokeCount.objects.get(character="王").history.all()
    assert entry.history_user == h.person("mill-office")
    assert h.client("ferry").get(url).status_code == 403


def test_there_is_no_such_page_where_lists_are_in_protocol_order():
    h = house()
    url = reverse("desk:stroke_counts", args=[h.body.pk])
    assert h.client("rights").get(url).status_code == 404


def test_given_names_count_where_surnames_are_alike():
    assert wanted(["王和", "王一", "丁二"]) == {
        "丁": ["丁二"],
        "王": ["王一", "王和"],
        "一": ["王一"],
        "和": ["王和"],
    }
    names = ["王和", "方一", "王", "未知"]
    counts = {"王": 4, "方": 4, "一": 1}
    assert sorted(names, key=lambda each: sorting(each, counts)) == [
        "方一",
        "王",
        "王和",
        "未知",
    ]


def test_the_list_is_drawn_with_as_many_queries_for_many():
    h, meeting = of("strokes")
    enter(h)
    client = h.client("mill-office")
    url = reverse("meetings:attendance_list", args=[meeting.pk])
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for number in range(50):
        Attendance.objects.give(
            meeting, by=h.person("mill-office"), capacity="invited", name=f"王{number}"
        )
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
