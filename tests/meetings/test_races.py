"""Eight at once: numbers and letters, on a database with row locks."""

from collections import Counter

import pytest

from documents.models import IssuedDocument, NumberSeries
from institutions.models import User
from meetings.models import Meeting
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
