"""A unit has another name from a day on: lists say the new one, what is past keeps the old."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from desk.bodies import names_today
from institutions.loading import load_charter
from institutions.models import Unit
from institutions.reading import CharterRefused
from institutions.renaming import rename_unit, take_name_back
from institutions.units import end_unit
from jointmeeting import clock
from meetings.documents import attendance_context, notice_context, planned_seats
from meetings.models import Attendance
from minutes.documents import people_of
from tests import charters
from tests.houses import House, house, lively
from tests.sittings import held, notified

pytestmark = pytest.mark.django_db
OLD, NEW, BASIS = "水闸站", "水利服务中心", "编委发〔2026〕3号"
DAY = timedelta(days=1)


@pytest.fixture
def h():
    return house()


def rename(h: House, name: str = NEW, short: str = "", **words) -> Unit:
    words = {"since": clock.today(), "basis": BASIS} | words
    unit = h.unit("sluice").unit
    rename_unit(
        unit, by=words.pop("by", h.person("rights")), name=name, short=short, **words
    )
    return h.unit("sluice").unit


def loaded(h: House, **change) -> None:
    """The body's charter in its next version, still with the words of before."""
    data = deepcopy(h.body.rules_in_force.data)
    data["body"]["short"] = "改过的简称"
    for group in data["units"]:
        for unit in group["units"]:
            if unit["key"] == "sluice":
                unit |= change
    load_charter(data, h.body.key, in_force_from=clock.today())


def test_lists_say_the_new_name_and_the_charter_its_own(h):
    rename(h)
    pages = {
        name: h.client("rights").get(reverse(name, args=[h.body.pk])).content.decode()
        for name in ("desk:body_detail", "desk:people_list", "desk:charter_detail")
    }
    assert NEW in pages["desk:people_list"]
    assert OLD not in pages["desk:people_list"]  # nor in the post of who acts for it
    assert all(words in pages["desk:body_detail"] for words in (NEW, OLD, BASIS))
    assert names_today(h.body)["sluice"] == NEW
    assert NEW not in pages["desk:charter_detail"]


@pytest.mark.parametrize(
    "words",
    [{}, {"name": NEW}, {"key": "water"}, {"key": "water", "name": NEW}],
    ids=["old words", "new name", "other key", "both"],
)
def test_a_version_finds_it_by_any_of_its_names(h, words):
    unit, liaison = rename(h), h.unit("sluice").liaison_id
    count = Unit.objects.count()
    loaded(h, **words)
    there = h.unit(words.get("key", "sluice"))
    assert (there.unit, there.unit.name, there.liaison_id) == (unit, NEW, liaison)
    assert Unit.objects.count() == count
    assert str(there.liaison).startswith(NEW)


def test_another_body_that_names_it_as_before_has_the_same_unit(h):
    unit = rename(h)
    other = house(lively(), "brook")
    assert other.unit("sluice").unit == unit
    assert Unit.objects.filter(name=OLD).count() == 0


def test_a_charter_does_not_name_it_twice(h):
    rename(h)
    data = deepcopy(h.body.rules_in_force.data)
    data["units"][1]["units"].append({"key": "water", "name": NEW})
    with pytest.raises(CharterRefused) as refusal:
        load_charter(data, h.body.key, in_force_from=clock.today())
    assert "water" in str(refusal.value)


def test_a_short_name_of_before_does_not_come_back(h):
    loaded(h, short="水闸")
    rename(h, OLD, "闸站")
    loaded(h, short="水闸", liaison="管事")
    assert str(h.unit("sluice").unit) == "闸站"
    loaded(h, short="大闸")  # one that it never had
    assert str(h.unit("sluice").unit) == "大闸"


def attending(meeting, unit) -> None:
    """The unit has a place in the meeting as well."""
    by = unit.joint_body.posts.get(key="unit-mill-office").appointments.get().person
    Attendance.objects.give(meeting, by=by, capacity="in attendance", unit=unit)


def test_a_meeting_held_before_has_the_name_of_its_day(h):
    meeting = held(h)
    url = reverse("meetings:attendance_list", args=[meeting.pk])

    def names() -> list[str]:
        page = h.client("mill-office").get(url)
        return [row["whose"] for group in page.context["groups"] for row in group["rows"]]

    with clock.at(meeting.starts_at + 2 * DAY):
        attending(meeting, h.unit("sluice"))
        rename(h, since=meeting.held_on)
        assert NEW in names()
        take_name_back(h.unit("sluice").unit, by=h.person("rights"), reason="错了。")
        rename(h, since=meeting.held_on + DAY)
        assert f"{OLD}（现{NEW}）" in names()
        groups = attendance_context(meeting, h.person("mill-office"))["groups"]
        assert OLD in {row["unit"] for group in groups for row in group["rows"]}
        meeting.attendances.update(was_there=True)
        assert OLD in people_of(meeting)["in_attendance"]


def test_what_is_signed_stays_as_it_was(h):
    meeting = notified(h)
    attending(meeting, h.unit("sluice"))
    before = planned_seats(meeting)
    rename(h)
    assert planned_seats(meeting) == before


def test_a_new_document_has_the_new_name(h):
    meeting = notified(h)
    attending(meeting, h.unit("sluice"))
    rename(h)
    words = notice_context(meeting, h.person("mill-office"))
    assert any(NEW in unit for group in words["seats"] for unit in group["units"])


def test_who_took_over_is_called_by_its_new_name(h):
    end_unit(
        h.unit("ferry"),
        by=h.person("rights"),
        last_day=clock.today() - DAY,
        reason="并入",
        successor=h.unit("sluice"),
    )
    rename(h)
    assert str(h.unit("ferry")) == f"渡口（现{NEW}）"


def test_a_slip_is_taken_back(h):
    rename(h)
    take_name_back(h.unit("sluice").unit, by=h.person("rights"), reason="看错了。")
    unit = h.unit("sluice").unit
    assert (unit.name, unit.former_names.count()) == (OLD, 0)
    assert str(h.unit("sluice").liaison).startswith(OLD)
    entry = unit.history.first()
    assert entry.history_user == h.person("rights")
    assert "看错了。" in entry.history_change_reason
    with pytest.raises(ValidationError):
        take_name_back(unit, by=h.person("rights"), reason="再来。")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"since": clock.today() + DAY}, "since"),
        ({"name": OLD}, "name"),
        ({"name": "渡口"}, "name"),
    ],
    ids=["a day to come", "its own name", "another's"],
)
def test_what_is_wrong_is_said_beside_its_field(h, words, field):
    if field == "since":
        words = {"since": clock.today() + DAY}
    with pytest.raises(ValidationError) as refusal:
        rename(h, **words)
    assert list(refusal.value.message_dict) == [field]
    assert (str(h.unit("sluice").unit), Unit.objects.named(NEW).exists()) == (OLD, False)


def test_a_name_that_another_had_is_taken(h):
    rename(h)
    with pytest.raises(ValidationError) as refusal:
        rename_unit(
            h.unit("ferry").unit,
            by=h.person("rights"),
            name=OLD,
            since=clock.today(),
            basis=BASIS,
        )
    assert list(refusal.value.message_dict) == ["name"]


def test_it_is_renamed_once_from_a_day_on(h):
    rename(h, since=clock.today() - DAY)
    with pytest.raises(ValidationError) as refusal:
        rename(h, "水务中心", since=clock.today() - DAY)
    assert list(refusal.value.message_dict) == ["since"]
    rename(h, "水务中心")
    assert [row.name for row in h.unit("sluice").unit.former_names.all()] == [OLD, NEW]


def test_only_who_administers_all_its_bodies_renames_it(h):
    with pytest.raises(PermissionDenied):
        rename(h, by=h.person("mill-office"))
    charters.load("brook")
    with pytest.raises(PermissionDenied) as refusal:
        rename(h)
    assert "1" in str(refusal.value)
    assert str(h.unit("sluice").unit) == OLD


# On the screen


def test_the_page_renames_and_takes_back(h):
    client, member = h.client("rights"), h.unit("sluice")
    body = reverse("desk:body_detail", args=[h.body.pk])
    url = reverse("desk:unit_rename", args=[member.pk])
    back = reverse("desk:unit_name_back", args=[member.pk])
    assert url in client.get(body).content.decode()
    assert back not in client.get(body).content.decode()
    typed = {"name": NEW, "short": "", "since": "", "basis": BASIS}
    assert BASIS in client.post(url, typed).content.decode()
    page = client.post(url, typed | {"since": str(clock.today())}, follow=True)
    assert NEW in page.content.decode()
    assert back in page.content.decode()
    assert NEW in client.get(back).content.decode()
    assert client.post(back, {"reason": ""}).status_code == 200
    assert client.post(back, {"reason": "看错了。"}).status_code == 302
    assert str(h.unit("sluice").unit) == OLD
