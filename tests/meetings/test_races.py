"""Eight at once: numbers, letters, day and list, on a database with row locks."""

from collections import Counter
from datetime import timedelta

import pytest

from documents.models import IssuedDocument, NumberSeries
from institutions.models import User
from jointmeeting import clock
from meetings.models import Attendance, Meeting, ticks_seen
from tests import sittings
from tests.houses import house
from tests.meetings.conftest import WORDS
from tests.racing import race

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office():
    return house()


def ask(pk: int, person: int, number: str = ""):
    def act() -> str:
        meeting = Meeting.objects.get(pk=pk)
        meeting.request(by=User.objects.get(pk=person), number=number)
        return "asked"

    return act


def drafts(office, number: int) -> list[int]:
    unit, by = office.unit("mill-office"), office.person("mill-office")
    words = WORDS | {"kind": "ad hoc"}
    made = (Meeting.objects.begin(unit, by=by, **words) for _each in range(number))
    return [meeting.pk for meeting in made]


def test_eight_letters_at_once_have_eight_numbers_without_a_gap(office):
    person = office.person("mill-office").pk
    outcomes = race(*[ask(pk, person) for pk in drafts(office, 8)])
    assert outcomes == ["asked"] * 8
    numbers = set(IssuedDocument.objects.values_list("number", flat=True))
    assert numbers == {f"磨函〔2026〕{n}号" for n in range(1, 9)}
    assert NumberSeries.objects.get().last == 8


def test_of_eight_who_issue_one_letter_one_does(office):
    [pk], person = drafts(office, 1), office.person("mill-office").pk
    outcomes = Counter(race(*[ask(pk, person)] * 8))
    assert outcomes == {"asked": 1, "StepRefused": 7}
    assert IssuedDocument.objects.count() == 1
    assert Meeting.objects.get().consents.count() == 1


def test_a_number_typed_by_eight_at_once_is_given_once(office):
    person = office.person("mill-office").pk
    acts = [ask(pk, person, "账发〔2026〕5号") for pk in drafts(office, 8)]
    outcomes = Counter(race(*acts))
    assert outcomes == {"asked": 1, "ValidationError": 7}
    assert Meeting.objects.filter(status="requested").count() == 1


def step(pk: int, person: int, name: str, **given):
    def act() -> str:
        meeting = Meeting.objects.get(pk=pk)
        getattr(meeting, name)(by=User.objects.get(pk=person), **given)
        return name

    return act


def test_of_eight_who_arrange_what_all_have_read_one_does(office):
    meeting, person = sittings.agreed(office), office.person("mill-office").pk
    given = {"chair": office.post("miller"), "seen": meeting.seen_arranged()}
    days = [clock.now() + timedelta(days=20 + n) for n in range(8)]
    acts = [
        step(meeting.pk, person, "arrange", starts_at=day, place="磨坊", **given)
        for day in days
    ]
    assert Counter(race(*acts)) == {"arrange": 1, "StepRefused": 7}
    assert Meeting.objects.get(pk=meeting.pk).starts_at in days
    assert office.duties_agree()


def test_of_eight_who_put_off_what_all_have_read_one_does_and_all_are_told_once(office):
    meeting, person = sittings.notified(office), office.person("mill-office").pk
    given = {"reason": "春汛。", "seen": meeting.seen_arranged()}
    acts = [
        step(
            meeting.pk,
            person,
            "postpone",
            starts_at=clock.now() + timedelta(days=30 + n),
            place="磨坊",
            **given,
        )
        for n in range(8)
    ]
    assert Counter(race(*acts)) == {"postpone": 1, "StepRefused": 7}
    assert IssuedDocument.objects.filter(template="meeting_change").count() == 1
    assert office.duties_agree()


def test_of_eight_who_tick_the_list_all_have_read_one_does(office):
    meeting, person = sittings.held(office), office.person("mill-office").pk
    [first, *_more] = meeting.attendances.all()
    seen = ticks_seen(meeting)

    def act() -> str:
        by = User.objects.get(pk=person)
        Attendance.objects.tick(meeting, [first.pk], by=by, seen=seen)
        return "ticked"

    with clock.at(meeting.starts_at + timedelta(hours=4)):
        outcomes = Counter(race(*[act] * 8))
    assert outcomes == {"ticked": 1, "StepRefused": 7}
    assert meeting.attendances.filter(was_there=True).count() == 1
