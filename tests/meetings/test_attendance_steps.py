"""A place in a meeting: who says who comes, until when, and who was there."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from deadlines.models import Duty
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Attendance, Meeting, seat
from tests.houses import acts, fill, house, reason
from tests.sittings import agreed, held, minuted, notified

OFFICE = "mill-office"


@pytest.fixture
def place(valley) -> Attendance:
    """Of the sluice, in a meeting that was told to all."""
    meeting = notified(valley, valley.topic("answered"))
    return meeting.attendances.get(unit__key="sluice")


def test_the_unit_says_who_comes_and_owes_it_no_more(valley, place):
    assert valley.owed(place) == {("reply", "sluice")}
    [duty] = Duty.objects.open().of(place)
    assert duty.due_on == place.meeting.day - timedelta(days=3)  # a Sunday
    assert duty.waiting == valley.post(OFFICE)
    place.reply(by=valley.person("sluice"), name="吴", title="掌柜", phone="800")
    assert (place.status, place.who) == ("coming", "吴")
    assert valley.owed(place) == set()
    assert acts(place)[-1] == "Say who comes"


def test_the_organiser_may_say_it_for_a_unit_and_no_other_unit_may(valley, place):
    with pytest.raises(PermissionDenied):
        place.reply(by=valley.person("ferry"), name="吴", title="掌柜")
    with pytest.raises(PermissionDenied):
        place.excuse(by=valley.person("farm-office"), reason="忙")
    place.reply(by=valley.person(OFFICE), name="吴", title="掌柜")
    assert place.history.first().history_user == valley.person(OFFICE)


def test_who_cannot_come_is_excused_or_sends_another(valley, place):
    sluice = valley.person("sluice")
    place.excuse(by=sluice, reason="发大水")
    assert (place.status, reason(place)) == ("excused", "发大水")
    place.replace(
        by=valley.person("sluice"),
        substitute="郑",
        substitute_title="副站长",
        reason="代",
    )
    assert (place.status, place.who) == ("substituted", "郑")
    place.reply(by=valley.person("sluice"), name="吴", title="站长")
    assert (place.status, place.who, place.substitute) == ("coming", "吴", "")


def test_a_reply_given_meanwhile_is_not_overwritten(valley, place):
    seen = place.seen()
    place.reply(by=valley.person("sluice"), name="吴", title="站长", seen=seen)
    again = Attendance.objects.get(pk=place.pk)
    with pytest.raises(StepRefused, match="changed since"):
        again.excuse(by=valley.person(OFFICE), reason="忙", seen=seen)
    place.refresh_from_db()
    assert (place.status, place.name) == ("coming", "吴")


def test_a_late_reply_is_taken_until_the_meeting_is_held(valley, place):
    with clock.at(place.meeting.starts_at - timedelta(hours=1)):
        place.reply(by=valley.person("sluice"), name="吴", title="站长")
        assert place.status == "coming"
    with clock.at(place.meeting.starts_at + timedelta(hours=1)):
        place.meeting.hold(by=valley.person(OFFICE))
        with pytest.raises(StepRefused):
            place.excuse(by=valley.person("sluice"), reason="忘了")


def test_a_unit_called_after_the_notice_is_asked_at_once(valley):
    meeting = notified(valley)
    place = Attendance.objects.give(
        meeting,
        by=valley.person(OFFICE),
        capacity=Attendance.Capacity.IN_ATTENDANCE,
        unit=valley.unit("smithy"),
    )
    assert place.status == "asked"
    assert valley.owed(place) == {("reply", "smithy")}


def test_people_without_account_are_invited_by_name_and_owe_nothing(valley):
    meeting = notified(valley)
    for name in ("王", "李"):
        place = Attendance.objects.give(
            meeting,
            by=valley.person(OFFICE),
            capacity=Attendance.Capacity.INVITED,
            name=name,
            why="老农",
        )
        assert valley.owed(place) == set()
    assert meeting.attendances.filter(capacity="invited").count() == 2


def test_a_post_and_a_unit_sit_once(valley):
    meeting = notified(valley)
    words = {"by": valley.person(OFFICE), "capacity": Attendance.Capacity.ATTENDING}
    with pytest.raises(ValidationError, match="has a place"):
        Attendance.objects.give(meeting, post=valley.post("miller"), **words)
    before = meeting.attendances.count()
    seat(meeting, post=valley.post("miller"), **words)
    assert meeting.attendances.count() == before
    [first, second] = meeting.attendances.filter(unit=None)[:2]
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=second.pk).update(post=first.post)


def test_nobody_but_the_organiser_gives_places_or_ticks(valley, place):
    meeting = place.meeting
    for key in ("farm-office", "miller", "sluice"):
        by = valley.person(key)
        with pytest.raises(PermissionDenied):
            Attendance.objects.give(
                meeting, by=by, capacity=Attendance.Capacity.INVITED, name="王"
            )
        with pytest.raises(PermissionDenied):
            place.tick(by=by, was_there=True)
        with pytest.raises(PermissionDenied):
            Attendance.objects.tick(meeting, [place.pk], by=by)


def test_who_was_there_is_ticked_on_the_day_not_before(valley, place):
    by = valley.person(OFFICE)
    with pytest.raises(ValidationError, match="not been held"):
        place.tick(by=by, was_there=True)
    with clock.at(place.meeting.starts_at):
        Attendance.objects.tick(place.meeting, [place.pk], by=by)
    there = place.meeting.attendances.filter(was_there=True)
    assert list(there) == [place]
    assert not place.meeting.attendances.filter(was_there=None).exists()


def test_the_list_is_closed_with_the_minutes(valley):
    minutes = minuted(valley)
    place = minutes.meeting.attendances.first()
    with clock.at(minutes.meeting.starts_at + timedelta(days=1)):
        by = valley.person(OFFICE)
        with pytest.raises(StepRefused, match="closed with the minutes"):
            place.tick(by=by, was_there=False)
        meeting = Meeting.objects.get(pk=minutes.meeting.pk)
        with pytest.raises(StepRefused, match="closed with the minutes"):
            Attendance.objects.give(
                meeting, by=by, capacity=Attendance.Capacity.INVITED, name="王"
            )


def test_who_was_told_keeps_the_place(valley):
    place = Attendance.objects.give(
        agreed(valley),
        by=valley.person(OFFICE),
        capacity=Attendance.Capacity.INVITED,
        name="王",
    )
    place.remove(by=valley.person(OFFICE))
    assert not Attendance.objects.exists()
    told = notified(valley, kind="ad hoc").attendances.first()
    with pytest.raises(StepRefused, match="excused"):
        told.remove(by=valley.person(OFFICE))


def test_a_unit_whose_liaison_left_still_owes_and_the_next_one_answers(valley, place):
    valley.leave("sluice")
    assert valley.owed(place) == {("reply", "sluice")}
    [duty] = Duty.objects.open().of(place)
    assert duty.holders == []
    new = fill(valley.post("sluice"), "sluice-new")
    place.reply(by=new, name="吴", title="站长")
    assert valley.owed(place) == set()


def test_the_list_of_a_meeting_not_yet_told_is_for_the_offices(valley):
    meeting = agreed(valley)
    place = Attendance.objects.give(
        meeting,
        by=valley.person(OFFICE),
        capacity=Attendance.Capacity.IN_ATTENDANCE,
        unit=valley.unit("sluice"),
    )
    seen = Attendance.objects.visible_to
    assert place in seen(valley.person("farm-office"))
    assert place not in seen(valley.person("sluice"))


def test_nobody_outside_the_body_sees_who_sits_in_it(valley):
    meeting = held(valley)
    other = house(key="hill")
    assert not Attendance.objects.visible_to(other.person(OFFICE)).exists()
    assert meeting.attendances.exists()
