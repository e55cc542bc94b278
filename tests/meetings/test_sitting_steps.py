"""A meeting from agreed to held, step by step: who may, in which state, what is owed then."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import make_aware

from agenda.models import Agenda, AgendaItem
from deadlines.models import Duty
from documents.models import IssuedDocument
from institutions.loading import load_charter
from institutions.models import CalendarDay
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Attendance, Meeting, seat
from minutes.models import Minutes
from tests import charters
from tests.houses import acts, house, lively, reason
from tests.sittings import agreed, held, notified

OFFICE = "mill-office"
FIVE_SIDES = Path(settings.BASE_DIR) / "tests" / "charters" / "five_sides.toml"
DAY = make_aware(datetime(2026, 3, 20, 9))


def arrange(h, meeting: Meeting, **words) -> None:
    chair = meeting.sitting_rules.chair.posts[0]
    words = {"starts_at": DAY, "place": "磨坊", "chair": h.post(chair)} | words
    meeting.arrange(**{"by": h.person(meeting.organiser.key)} | words)


def due(row, kind: str) -> date:
    return Duty.objects.open().of(row).get(kind=kind).due_on


# Arrange


@pytest.mark.changes("NoticeRules.arrange")
def test_once_agreed_the_organiser_owes_the_notice(valley):
    meeting = agreed(valley)
    assert valley.owed(meeting) == {("notify", OFFICE)}
    assert due(meeting, "notify") == date(2026, 3, 16)  # ten working days


def test_the_day_moves_what_the_organiser_owes(valley):
    meeting = agreed(valley)
    arrange(valley, meeting)
    assert due(meeting, "notify") == date(2026, 3, 17)  # three working days before
    assert acts(meeting)[-1] == "Set day, place and chair"


def test_only_the_organiser_arranges(valley):
    meeting = agreed(valley)
    words = {"starts_at": DAY, "place": "磨坊", "chair": valley.post("miller")}
    for key in ("farm-office", "miller", "sluice"):
        with pytest.raises(PermissionDenied, match="磨账房"):
            meeting.arrange(by=valley.person(key), **words)
    meeting.refresh_from_db()
    assert meeting.starts_at is None


def test_a_meeting_is_arranged_only_while_it_is_agreed_to(valley, asked):
    for meeting in (asked(), notified(valley)):
        with pytest.raises(StepRefused):
            arrange(valley, meeting)


BAD = [
    ({"starts_at": make_aware(datetime(2026, 3, 1, 9))}, "starts_at"),
    ({"chair": "steward"}, "chair"),
    ({"chair": "farmer"}, "delegated_by"),
    ({"chair": "farmer", "delegated_by": "steward"}, "delegated_by"),
    ({"chair": "miller", "delegated_by": "miller"}, "delegated_by"),
]


@pytest.mark.parametrize(("words", "field"), BAD)
def test_what_the_charter_does_not_allow_is_told_beside_its_field(valley, words, field):
    meeting = agreed(valley)
    posts = {
        key: valley.post(value) if isinstance(value, str) else value
        for key, value in words.items()
    }
    with pytest.raises(ValidationError) as wrong:
        arrange(valley, meeting, **posts)
    assert list(wrong.value.message_dict) == [field]
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.chair) == (None, None)


def test_a_delegate_chairs_for_who_delegates_it(valley):
    meeting = agreed(valley)
    arrange(
        valley,
        meeting,
        chair=valley.post("farmer"),
        delegated_by=valley.post("miller"),
    )
    assert (meeting.chair.key, meeting.delegated_by.key) == ("farmer", "miller")


# The notice


def test_a_meeting_without_day_or_without_people_is_not_told(valley):
    meeting = agreed(valley)
    with pytest.raises(StepRefused, match="Set day, place and chair first"):
        meeting.notify(by=valley.person(OFFICE))
    arrange(valley, meeting)
    with pytest.raises(StepRefused, match="who attends"):
        meeting.notify(by=valley.person(OFFICE))
    assert not IssuedDocument.objects.filter(template="meeting_notice").exists()


def test_the_notice_asks_each_unit_who_comes(valley):
    meeting = notified(valley, valley.topic("answered"))
    assert meeting.notice.number == "磨告〔2026〕1号"
    assert valley.owed(meeting) == {("hold", OFFICE)}
    asked = meeting.attendances.exclude(unit=None)
    assert {each.status for each in asked} == {"asked"}
    assert valley.owed(*asked) == {("reply", each.unit.key) for each in asked}
    duties = Duty.objects.open().of(meeting, *asked)
    assert {duty.told_on for duty in duties} == {clock.today()}
    people = meeting.attendances.filter(unit=None)
    assert {each.status for each in people} == {"listed"}


def test_who_has_not_the_right_issues_no_notice(valley):
    meeting = agreed(valley)
    arrange(valley, meeting)
    with pytest.raises(PermissionDenied):
        meeting.notify(by=valley.person("farm-office"))


def test_the_number_may_be_that_of_another_register(valley):
    meeting = agreed(valley)
    arrange(valley, meeting)
    seat(
        meeting,
        by=valley.person(OFFICE),
        capacity=Attendance.Capacity.ATTENDING,
        post=valley.post("miller"),
    )
    meeting.notify(by=valley.person(OFFICE), number="账发[2026]7号")
    assert meeting.notice.number == "账发〔2026〕7号"


# Postponed


def test_a_new_day_is_told_once_to_all_and_asked_anew(valley):
    meeting = notified(valley, valley.topic("answered"))
    [first, *others] = meeting.attendances.exclude(unit=None).order_by("pk")
    first.reply(by=valley.person(first.unit.key), name="吴", title="掌柜")
    old = due(meeting, "hold")
    later = meeting.starts_at + timedelta(days=7)
    meeting.postpone(
        by=valley.person(OFFICE), reason="水大", starts_at=later, place="磨坊"
    )
    assert meeting.status == "notified"
    changes = IssuedDocument.objects.filter(template="meeting_change")
    assert changes.count() == 1
    assert due(meeting, "hold") == old + timedelta(days=7)
    first.refresh_from_db()
    assert (first.status, first.name) == ("asked", "吴")
    assert valley.owed(*meeting.attendances.all()) == {
        ("reply", each.unit.key) for each in (first, *others)
    }
    assert reason(meeting) == "水大"


def test_what_hangs_on_the_day_moves_with_it(valley):
    meeting = notified(valley)
    agenda = meeting.agenda
    item = AgendaItem.objects.get(agenda=agenda, kind="progress")
    before = due(agenda, "freeze"), due(item, "report")
    meeting.postpone(
        by=valley.person(OFFICE),
        reason="水大",
        starts_at=meeting.starts_at + timedelta(days=7),
        place="磨坊",
    )
    after = due(agenda, "freeze"), due(item, "report")
    assert after == tuple(day + timedelta(days=7) for day in before)


def test_a_day_that_is_past_or_no_change_is_no_postponement(valley):
    meeting = notified(valley)
    by = valley.person(OFFICE)
    for day in (clock.now() - timedelta(days=1), meeting.starts_at):
        with pytest.raises(ValidationError) as wrong:
            meeting.postpone(by=by, reason="水大", starts_at=day, place="磨坊")
        assert list(wrong.value.message_dict) == ["starts_at"]
    assert not IssuedDocument.objects.filter(template="meeting_change").exists()


def test_only_a_meeting_that_was_told_is_postponed(valley):
    meeting = agreed(valley)
    words = {"reason": "水大", "starts_at": DAY, "place": "磨坊"}
    with pytest.raises(StepRefused):
        meeting.postpone(by=valley.person(OFFICE), **words)
    with pytest.raises(PermissionDenied):
        notified(valley, kind="ad hoc").postpone(by=valley.person("sluice"), **words)


# Cancelled


def test_a_meeting_cancelled_after_notice_tells_all_and_asks_nothing_more(valley):
    topic = valley.topic("answered")
    meeting = notified(valley, topic)
    agenda, number = meeting.agenda, meeting.notice.number
    meeting.cancel(by=valley.person(OFFICE), reason="水退了")
    rows = [meeting, agenda, *agenda.items.all(), *meeting.attendances.all()]
    assert valley.owed(*rows) == set()
    voided = Duty.objects.of(*meeting.attendances.all()).values_list(
        "void_because", flat=True
    )
    assert set(voided) == {"the meeting was cancelled"}
    assert meeting.notice.template == "meeting_cancelled"
    assert number in str(meeting.notice.data)
    assert reason(meeting) == "水退了"
    assert meeting.ordinal is None


def test_topics_of_a_cancelled_meeting_are_ready_for_another(valley):
    topic = valley.topic("answered")
    meeting = notified(valley, topic)
    meeting.cancel(by=valley.person(OFFICE), reason="水退了")
    topic.refresh_from_db()
    assert (topic.status, topic.not_ready()) == ("settled", [])
    other = agreed(valley)
    agenda = Agenda.objects.begin(other, by=valley.person(OFFICE))
    assert list(agenda.candidates()) == [topic]
    agenda.take_up(by=valley.person(OFFICE), topic=topic)
    assert agenda.items.filter(topic=topic).exists()


def test_a_cancelled_meeting_takes_no_reply_and_is_not_held(valley):
    meeting = notified(valley, valley.topic("answered"))
    place = meeting.attendances.exclude(unit=None).first()
    meeting.cancel(by=valley.person(OFFICE), reason="水退了")
    with pytest.raises(StepRefused, match="over, or will not be held"):
        place.reply(by=valley.person(place.unit.key), name="吴", title="掌柜")
    with clock.at(meeting.starts_at + timedelta(hours=1)), pytest.raises(StepRefused):
        meeting.hold(by=valley.person(OFFICE))


def test_a_meeting_that_was_held_cannot_be_cancelled(valley):
    meeting = held(valley)
    with pytest.raises(StepRefused):
        meeting.cancel(by=valley.person(OFFICE), reason="晚了")


# Held


def test_a_meeting_is_held_once_it_has_begun(valley):
    meeting = notified(valley)
    with pytest.raises(StepRefused, match="not begun"):
        meeting.hold(by=valley.person(OFFICE))
    with clock.at(meeting.starts_at), pytest.raises(PermissionDenied):
        meeting.hold(by=valley.person("farm-office"))
    with clock.at(meeting.starts_at):
        meeting.hold(by=valley.person(OFFICE))
        assert (meeting.status, meeting.ordinal) == ("held", 1)
        assert meeting.held_on == meeting.day
        minutes = Minutes.objects.get(meeting=meeting)
        assert valley.owed(meeting) == set()
        assert valley.owed(minutes) == {("draft", OFFICE)}


def test_what_was_not_answered_lapses_when_the_meeting_is_held(valley):
    meeting = notified(valley, valley.topic("answered"))
    assert valley.owed(*meeting.attendances.all())
    with clock.at(meeting.starts_at + timedelta(hours=2)):
        meeting.hold(by=valley.person(OFFICE))
        assert valley.owed(*meeting.attendances.all()) == set()
        agenda = meeting.agenda
        assert valley.owed(agenda, *agenda.items.all()) == set()
        lapsed = Duty.objects.of(agenda, *agenda.items.all(), *meeting.attendances.all())
        assert {duty.void_because for duty in lapsed} == {"the meeting was held"}


@pytest.mark.changes("OrganiseRules.held_before")
def test_the_ordinal_runs_on_from_those_held_before_and_those_on_file(valley):
    data = lively()
    data["meetings"]["organise"]["held_before"] = 4
    load_charter(data, valley.body.key, in_force_from=charters.DAY)
    valley.body.refresh_from_db()
    office = valley.unit(OFFICE)
    first = held(valley)
    assert first.ordinal == 5
    words = {"kind": "ad hoc", "year": 2025, "reason": "旧", "place": "磨坊"}
    Meeting.objects.bring_in(
        office,
        by=valley.person(OFFICE),
        held_on=date(2025, 5, 5),
        ordinal=9,
        **words,
    )
    with clock.at(first.starts_at + timedelta(days=1)):
        assert held(valley, kind="ad hoc").ordinal == 10


def test_the_database_gives_no_ordinal_twice(valley):
    meeting = held(valley)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(ordinal=None)
    other = agreed(valley, kind="ad hoc")
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=other.pk).update(ordinal=meeting.ordinal)


BAD_IMPORT = [
    ({"held_on": date(2026, 3, 3)}, "held_on"),
    ({"held_on": None}, "held_on"),
    ({"ordinal": None}, "ordinal"),
]


@pytest.mark.parametrize(("words", "field"), BAD_IMPORT)
def test_a_meeting_on_file_lies_in_the_past_and_has_a_number(valley, words, field):
    words = {
        "kind": "regular",
        "year": 2025,
        "reason": "旧",
        "place": "磨坊",
        "held_on": date(2025, 5, 5),
        "ordinal": 1,
    } | words
    with pytest.raises(ValidationError) as wrong:
        Meeting.objects.bring_in(valley.unit(OFFICE), by=valley.person(OFFICE), **words)
    assert list(wrong.value.message_dict) == [field]
    with pytest.raises(PermissionDenied):
        Meeting.objects.bring_in(valley.unit(OFFICE), by=valley.person("sluice"), **words)
    assert not Meeting.objects.exists()


# Years whose calendar is not known


def test_a_date_in_a_year_without_calendar_is_provisional_and_says_so(valley):
    CalendarDay.objects.all().delete()
    meeting = agreed(valley)
    duty = Duty.objects.open().of(meeting).get(kind="notify")
    assert duty.how["provisional"]
    arrange(valley, meeting)
    duty.refresh_from_db()
    assert (duty.how["provisional"], duty.due_on) == (True, date(2026, 3, 17))


# Five sides


@pytest.fixture
def lake(db):
    body = house(FIVE_SIDES, key="lake")
    yield body
    assert body.duties_agree()


def test_by_another_charter_another_office_counts_other_days(lake):
    meeting = agreed(lake)
    assert lake.owed(meeting) == {("notify", "ferry_house")}
    assert due(meeting, "notify") == date(2026, 3, 14)  # twelve days, a Saturday
    with pytest.raises(PermissionDenied):
        arrange(lake, meeting, by=lake.person("reed_house"), chair=lake.post("net_elder"))
    meeting = held(lake, kind="ad hoc")
    assert meeting.ordinal == 15


def test_where_the_charter_refuses_it_nobody_sits_in_for_another(lake):
    meeting = notified(lake)
    place = meeting.attendances.get(unit__key="inn")  # always called
    with pytest.raises(StepRefused, match="nobody sits in for another"):
        place.replace(
            by=lake.person("inn"), substitute="吴", substitute_title="掌柜", reason="忙"
        )
    place.excuse(by=lake.person("inn"), reason="忙")
    assert place.status == "excused"
