"""Eight answers at once on one sheet: one decision."""

from collections import Counter

import pytest

from consents.models import Signature
from consents.tasks import count_silences
from institutions.models import User
from meetings.models import Meeting
from tests.consents.conftest import any_of, ask, make_house
from tests.consents.test_silence import DAY_AFTER, on, silently
from tests.houses import house
from tests.racing import race

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
POSTS = ["miller", "farmer", "steward", "accounts", "rights", "auditor"]
UNITS = ["mill-office", "farm-office", "sluice", "ferry", "smithy"]


def answer(asked, post: str, given: str = "agree"):
    person, digest = asked.house.person(post).pk, asked.sheet.digest
    opinion = "" if given == "agree" else "不妥。"

    def act() -> str:
        by = User.objects.get(pk=person)
        told = {"digest": digest, "answer": given, "opinion": opinion}
        Meeting.objects.get(pk=asked.pk).answer("convene", by=by, **told)
        return "answered"

    return act


def decisions(asked) -> Counter:
    labels = asked.row.history.values_list("history_change_reason", flat=True)
    return Counter(label.partition("\n")[0] for label in labels)


def test_eight_slots_filled_at_once_are_one_decision():
    leaders = POSTS[:3]
    each = [any_of(post) for post in leaders]
    asked = ask(make_house([*each, {"each": "member"}]))
    outcomes = race(*[answer(asked, post) for post in leaders + UNITS])
    assert outcomes == ["answered"] * 8
    assert asked.row.status == "agreed"
    assert decisions(asked)["Agree to the meeting"] == 1


def test_of_eight_in_one_slot_the_first_decides():
    asked = ask(make_house([any_of(*POSTS)]))
    acts = [
        answer(asked, post, "agree" if number % 2 else "disagree")
        for number, post in enumerate(POSTS + POSTS[:2])  # two click twice
    ]
    assert Counter(race(*acts)) == {"answered": 1, "StepRefused": 7}
    made = decisions(asked)
    assert made["Agree to the meeting"] + made["Decline the meeting"] == 1
    assert asked.sheet.signatures.get().answer in ("agree", "disagree")


def test_an_answer_against_the_clock_is_an_answer_or_silence_never_both():
    asked = ask(house(silently([any_of("miller")])))
    with on(DAY_AFTER):
        act = answer(asked, "miller", "disagree")
        outcomes = Counter(race(act, silence, silence, act))
    slot = asked.sheet.signatures.get()
    was_answered = outcomes["answered"] == 1
    assert outcomes["counted"] == 2
    assert slot.by_silence is not was_answered
    assert asked.row.status == ("declined" if was_answered else "agreed")
    assert Signature.history.filter(history_type="~").count() == 1


def silence() -> str:
    count_silences()
    return "counted"
