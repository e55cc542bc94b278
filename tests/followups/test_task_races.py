"""Two at once over one task: one of them does it, the other is told; nothing is owed twice."""

from collections import Counter
from datetime import timedelta

import pytest

from followups.models import Assignment
from institutions.models import User
from jointmeeting import clock
from minutes.models import Correction
from tests.houses import house
from tests.racing import race, step
from tests.sittings import assigned, minuted

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OFFICE = "mill-office"


@pytest.fixture
def h():
    """On the day after the minutes were issued."""
    body = house()
    minutes = minuted(body)
    with clock.at(minutes.meeting.starts_at + timedelta(days=1)):
        body.minutes = minutes
        yield body
    assert body.duties_agree()


@pytest.fixture
def task(h) -> Assignment:
    return assigned(h, h.minutes)


def under_way(h, task: Assignment) -> Assignment:
    task.accept(by=h.person("sluice"))
    return task


def claimed(h, task: Assignment) -> Assignment:
    under_way(h, task).claim(by=h.person("sluice"), evidence="办完了。")
    return task


def test_eight_who_assign_one_decision_assign_it_once(h):
    [decision], by = h.minutes.decisions(), h.person(OFFICE)
    unit = h.unit("sluice")

    def assign() -> str:
        fresh = type(decision).objects.get(pk=decision.pk)
        Assignment.objects.assign(fresh, [unit], by=User.objects.get(pk=by.pk))
        return "assigned"

    assert Counter(race(*[assign] * 8)) == {"assigned": 1, "StepRefused": 7}
    assert Assignment.objects.count() == 1
    assert h.owed(decision) == set()


def test_accepted_and_returned_at_once_is_one_of_the_two(h, task):
    by = h.person("sluice")
    done = Counter(
        race(step(task, "accept", by), step(task, "give_back", by, reason="不归我"))
    )
    assert done["StepRefused"] == 1
    task.refresh_from_db()
    assert task.status == ("accepted" if done["accept"] else "returned")


def test_verified_and_sent_back_in_the_same_second_is_one_of_the_two(h, task):
    claimed(h, task)
    done = Counter(
        race(
            step(task, "verify", h.person(OFFICE), result="done"),
            step(task, "send_back", h.person("farm-office"), reason="没开"),
        )
    )
    assert done["StepRefused"] == 1
    task.refresh_from_db()
    task.decision.refresh_from_db()
    is_closed = bool(done["verify"])
    assert (task.status == "closed") is is_closed
    assert (task.decision.status == "closed") is is_closed
    assert bool(h.owed(task)) is not is_closed


def test_a_report_that_comes_with_the_claim_is_kept_or_refused(h, task):
    under_way(h, task)
    by = h.person("sluice")
    done = Counter(
        race(
            step(task, "report", by, progress="开了三日。"),
            step(task, "claim", by, evidence="办完了。"),
        )
    )
    assert done["claim"] == 1
    assert task.reports.count() == done["report"]
    assert h.owed(task) == {("verify", OFFICE)}


def test_a_report_that_comes_with_the_end_of_the_task_leaves_nothing_owed(h, task):
    under_way(h, task)
    done = Counter(
        race(
            step(task, "report", h.person("sluice"), progress="开了三日。"),
            step(task, "cancel", h.person(OFFICE), reason="另有规定"),
        )
    )
    assert done["cancel"] == 1
    assert task.reports.count() == done["report"]
    assert h.owed(task) == set()


def test_given_to_two_units_at_once_one_has_it(h, task):
    by, units = h.person(OFFICE), [h.unit("ferry"), h.unit("smithy")]
    done = Counter(
        race(*[step(task, "reassign", by, unit=unit, reason="换") for unit in units])
    )
    assert done == {"reassign": 1, "StepRefused": 1}
    assert Assignment.objects.standing().count() == 1


def test_withdrawn_while_it_is_verified_the_decision_has_one_end(h, task):
    claimed(h, task)
    by = h.person(OFFICE)
    line = {"decision": task.decision, "change": "withdrawn"}
    correction = Correction.objects.issue(h.minutes, by=by, reason="撤", lines=[line])
    done = race(step(correction, "apply", by), step(task, "verify", by, result="done"))
    assert "apply" in done
    task.refresh_from_db()
    task.decision.refresh_from_db()
    assert task.decision.status == "withdrawn"
    assert task.status in ("cancelled", "closed")
    assert h.owed(task, task.decision) == set()
