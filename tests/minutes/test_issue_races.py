"""Ten at once: the minutes are issued once, under one number."""

from collections import Counter

import pytest

from documents.models import IssuedDocument, NumberSeries
from institutions.models import User
from jointmeeting import clock
from minutes.models import Correction, Decision, Minutes
from tests.houses import house
from tests.minutes.conftest import AFTER, approve, issue, record_all
from tests.racing import race
from tests.sittings import held

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def h():
    return house()


@pytest.fixture
def minutes(h):
    meeting = held(h, h.topic("answered"))
    with clock.at(AFTER):
        yield Minutes.objects.get(meeting=meeting)


def test_of_ten_who_issue_the_minutes_one_does(h, minutes):
    record_all(h, minutes)
    approve(h, minutes)
    person = h.person("mill-office").pk

    def act() -> str:
        row = Minutes.objects.get(pk=minutes.pk)
        row.issue(by=User.objects.get(pk=person))
        return "issued"

    outcomes = Counter(race(*[act] * 10))
    assert outcomes == {"issued": 1, "StepRefused": 9}
    document = IssuedDocument.objects.get(template="minutes")
    assert document.number == "磨纪〔2026〕1号"
    assert NumberSeries.objects.get(mark="磨纪").last == 1
    assert Decision.objects.get().status == "in force"
    assert h.duties_agree()


def test_of_ten_who_record_one_item_one_is_kept(h, minutes):
    person = h.person("mill-office").pk
    record = minutes.records.latest("pk")
    seen = record.seen()

    def act(n: int):
        def recorded() -> str:
            row = Minutes.objects.get(pk=minutes.pk)
            said = {"outcome": "decided", "discussion": f"第{n}人记的。"}
            by = User.objects.get(pk=person)
            row.record(by=by, item=record, seen=seen, **said)
            return f"第{n}人记的。"

        return recorded

    outcomes = race(*map(act, range(10)))
    record.refresh_from_db()
    assert outcomes.count("StepRefused") == 9
    assert record.discussion in outcomes


def test_of_ten_who_correct_the_minutes_one_does(h, minutes):
    issue(h, minutes)
    [decision] = Decision.objects.all()
    person = h.person("mill-office").pk

    def act() -> str:
        row = Minutes.objects.get(pk=minutes.pk)
        lines = [{"decision": decision, "change": "wording", "text": "七时开闸。"}]
        by = User.objects.get(pk=person)
        Correction.objects.issue(row, by=by, reason="写错了。", lines=lines)
        return "corrected"

    outcomes = Counter(race(*[act] * 10))
    assert outcomes == {"corrected": 1, "StepRefused": 9}
    assert Correction.objects.get().position == 1
    assert NumberSeries.objects.get(mark="磨纪").last == 2
    assert h.duties_agree()
