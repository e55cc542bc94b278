"""A unit is ended or merged half-way: what it has open is handed on, and nothing is lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agenda.models import Agenda
from agenda.pages import proposing_units
from institutions.appointing import appoint
from institutions.models import Appointment, MemberUnit, User
from institutions.units import end_unit, restore_unit
from jointmeeting import clock
from tests.houses import house
from tests.sittings import agreed, assigned, notified

REASON = "机构改革，并入渡口。"


@pytest.fixture
def h(db):
    return house()


@pytest.fixture
def by(h) -> User:
    return h.person("rights")


def merge(h, by, unit: str = "sluice", into: str | None = "ferry", **words) -> MemberUnit:
    """The unit's last day was yesterday."""
    successor = h.unit(into) if into else None
    words = {"last_day": clock.today() - timedelta(days=1), "reason": REASON} | words
    end_unit(h.unit(unit), by=by, successor=successor, **words)
    return h.unit(unit)


def test_who_acts_for_the_successor_answers_what_is_open(h, by):
    topic = h.topic("settled")
    [asked] = h.ask(topic, "sluice")
    former = h.person("sluice")
    unit = merge(h, by)
    ferry = h.person("ferry")
    assert str(unit) == "水闸站（现渡口）"
    assert h.person("sluice") == ferry
    assert h.owed(asked) == {("opinion", "sluice")}
    page = h.client("ferry").get(asked.get_absolute_url())
    assert page.status_code == 200
    seen = h.client("ferry")
    assert asked.pk in [
        duty.row.pk
        for duty in seen.get(reverse("desk:home")).context["sections"]["me"].duties
    ]
    asked.answer(by=ferry, digest=asked.digest, kind="agree")
    asked.refresh_from_db()
    assert (asked.status, asked.unit) == ("answered", unit)
    assert not former.posts_held
    assert h.duties_agree()


def test_a_task_goes_on_under_its_old_name(h, by):
    task = assigned(h)
    former = h.person("sluice")
    merge(h, by)
    task.accept(by=h.person("ferry"))
    with pytest.raises(PermissionDenied):
        task.report(by=User.objects.get(pk=former.pk), progress="过半。")
    assert h.duties_agree()


def test_it_is_asked_for_nothing_new(h, by):
    topic = h.topic("settled")
    meeting = notified(h)
    merge(h, by)
    ferry = h.person("ferry")
    assert [unit.key for unit in topic.askable()] == ["farm-office", "ferry", "smithy"]
    agenda = Agenda.objects.begin(agreed(h, kind="ad hoc"), by=h.person("mill-office"))
    agenda.gather(by=h.person("mill-office"))
    page = h.client("mill-office").get(
        reverse("meetings:attendance_add", args=[meeting.pk, "unit"])
    )
    assert "水闸站" not in page.content.decode()
    assert [unit.key for unit in ferry.units_held] == ["ferry", "sluice"]
    assert ferry.acting_for(h.body) == h.unit("ferry")
    assert proposing_units(ferry) == []


def test_where_its_topic_is_on_an_agenda_the_successor_sits_in(h, by):
    topic = h.topic("settled")
    h.ask(topic, "sluice")
    h.answer_all(topic)
    office = h.person("mill-office")
    agenda = Agenda.objects.begin(agreed(h), by=office)
    agenda.take_up(by=office, topic=topic)
    merge(h, by)
    agenda.refresh_from_db()
    agenda.gather(by=h.person("mill-office"))
    sitting = agenda.meeting.attendances.exclude(unit=None)
    assert [each.unit.key for each in sitting] == ["ferry"]


def test_whoever_acts_for_the_successor_later_answers_too(h, by):
    merge(h, by)
    first = h.person("ferry")
    Appointment.objects.get(person=first, post=h.post("ferry")).end(clock.today())
    second = User.objects.create_user("second", name="后任")
    appoint(second, h.post("ferry"), since=clock.today() + timedelta(days=1))
    held = Appointment.objects.filter(post=h.post("sluice"), person=first)
    assert held.get().until == clock.today()
    tomorrow = clock.now() + timedelta(days=1)
    with clock.at(tomorrow):
        assert h.person("sluice") == second
        assert h.person("ferry") == second


def test_a_successor_that_ends_too_hands_on_all(h, by):
    merge(h, by)
    with clock.at(clock.now() + timedelta(days=5)):
        merge(h, by, "ferry", "smithy")
        smith = h.person("smithy")
        assert h.person("ferry") == h.person("sluice") == smith
        assert h.unit("sluice").successor == h.unit("smithy")
        assert [unit.key for unit in smith.units_held] == ["smithy", "sluice", "ferry"]


def test_without_a_successor_the_post_is_vacant_and_what_it_owes_stays(h, by):
    [asked] = h.ask(h.topic("settled"), "sluice")
    merge(h, by, into=None)
    assert not Appointment.objects.today().filter(post=h.post("sluice")).exists()
    assert h.owed(asked) == {("opinion", "sluice")}
    assert str(h.unit("sluice")) == "水闸站"


def test_on_its_last_day_it_is_still_there(h, by):
    former = h.person("sluice")
    unit = merge(h, by, last_day=clock.today())
    assert unit.is_on_body
    assert h.person("sluice") == former
    with clock.at(clock.now() + timedelta(days=1)):
        assert not h.unit("sluice").is_on_body
        assert h.person("sluice") == h.person("ferry")


def test_a_slip_is_taken_back(h, by):
    former = h.person("sluice")
    merge(h, by)
    restore_unit(h.unit("sluice"), by=by, reason="看错了。")
    unit = h.unit("sluice")
    assert (unit.ended_on, unit.successor, str(unit)) == (None, None, "水闸站")
    assert h.person("sluice") == former
    labels = unit.history.values_list("history_change_reason", flat=True)
    assert list(labels)[:2] == [
        "Be on the body again\n看错了。",
        f"Leave the body\n{REASON}",
    ]
    with pytest.raises(ValidationError, match=r"是本联席会议的单位|on the body"):
        restore_unit(unit, by=by, reason="再一次。")


@pytest.mark.parametrize(
    ("unit", "into", "days", "field"),
    [
        ("mill-office", "ferry", -1, None),
        ("sluice", "ferry", 1, "last_day"),
        ("sluice", "sluice", -1, "successor"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    h, by, unit, into, days, field
):
    day = clock.today() + timedelta(days=days)
    with pytest.raises(ValidationError) as refused:
        merge(h, by, unit, into, last_day=day)
    assert field is None or field in refused.value.message_dict
    assert h.unit(unit).ended_on is None
    assert h.person(unit)


def test_taken_back_an_appointment_ends_when_it_did(h, by):
    """Who was to leave later, leaves then; who had left on that very day stays away."""
    held = Appointment.objects.get(person=h.person("sluice"), post=h.post("sluice"))
    until = clock.today() + timedelta(days=30)
    held.until = until
    held.save()
    gone = User.objects.create_user("gone", name="前任")
    day = clock.today() - timedelta(days=1)
    earlier = appoint(gone, h.post("sluice"), since=held.since, until=day)
    merge(h, by)
    restore_unit(h.unit("sluice"), by=by, reason="看错了。")
    for appointment, last_day in ((held, until), (earlier, day)):
        appointment.refresh_from_db()
        assert appointment.until == last_day


def test_it_ends_once(h, by):
    merge(h, by)
    with pytest.raises(ValidationError):
        merge(h, by, into="smithy")
    assert h.unit("sluice").successor == h.unit("ferry")


def test_only_who_administers_the_rights_ends_units(h):
    with pytest.raises(PermissionDenied):
        merge(h, h.person("mill-office"))
    assert h.unit("sluice").ended_on is None


# On the screen


def test_the_page_shows_what_is_open_and_hands_it_on(h, by):
    [asked] = h.ask(h.topic("settled", title="夜间看守"), "sluice")
    client = h.client("rights")
    body = reverse("desk:body_detail", args=[h.body.pk])
    url = reverse("desk:unit_end", args=[h.unit("sluice").pk])
    assert url in client.get(body).content.decode()
    assert "夜间看守" in client.get(url).content.decode()
    typed = {"last_day": "", "successor": h.unit("ferry").pk, "reason": REASON}
    wrong = client.post(url, typed).content.decode()
    assert REASON in wrong
    day = clock.today() - timedelta(days=1)
    answer = client.post(url, typed | {"last_day": str(day)}, follow=True)
    page = answer.content.decode()
    assert "渡口" in page
    assert reverse("desk:unit_restore", args=[h.unit("sluice").pk]) in page
    assert h.unit("sluice").successor == h.unit("ferry")
    again = client.post(url, typed | {"last_day": str(day)}, follow=True)
    assert again.redirect_chain == [(body, 302)]


def test_taking_it_back_asks_first_and_wants_a_reason(h, by):
    merge(h, by)
    client, url = (
        h.client("rights"),
        reverse("desk:unit_restore", args=[h.unit("sluice").pk]),
    )
    assert "水闸站" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 200
    assert h.unit("sluice").ended_on
    assert client.post(url, {"reason": "看错了。"}).status_code == 302
    assert h.unit("sluice").ended_on is None


def test_an_appointment_in_the_administration_is_followed(h, by):
    merge(h, by)
    held = Appointment.objects.get(person=h.person("ferry"), post=h.post("ferry"))
    url = reverse("admin:institutions_appointment_change", args=[held.pk])
    until = clock.today() + timedelta(days=9)
    typed = {"since": str(held.since), "until": str(until)}
    assert h.client("accounts").post(url, typed).status_code == 302
    taken = Appointment.objects.today().get(post=h.post("sluice"))
    assert taken.until == until
