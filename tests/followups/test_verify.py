"""A task is said to be done, sent back or verified by another office, reviewed or cancelled."""

from datetime import timedelta

import pytest

from followups.models import Assignment
from jointmeeting import clock
from minutes.models import Decision
from tests.followups.pages import page, url
from tests.houses import reason
from tests.sittings import assigned

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(h, task) -> Assignment:
    task.accept(by=h.person("sluice"))
    return task


@pytest.fixture
def claimed(h, accepted) -> Assignment:
    accepted.claim(by=h.person("sluice"), evidence="开闸三十日。")
    return accepted


@pytest.fixture
def standing(h, issued) -> Assignment:
    Decision.objects.update(is_standing=True, due_on=None)
    task = assigned(h, issued)
    task.accept(by=h.person("sluice"))
    return task


def test_a_unit_says_that_it_is_done_and_the_verifier_owes_the_rest(h, accepted):
    client, address = h.client("sluice"), url("assignment_claim", accepted)
    assert "磨账房" in page(client.get(address))
    assert client.post(address, {"evidence": "开闸三十日。"}).status_code == 302
    accepted.refresh_from_db()
    assert accepted.status == "claimed"
    assert h.owed(accepted) == {("verify", "mill-office")}


def test_what_was_claimed_is_not_claimed_again(h, claimed):
    client, address = h.client("sluice"), url("assignment_claim", claimed)
    response = client.post(address, {"evidence": "再说一遍。"})
    assert response.status_code == 409
    assert "Already done: Say that it is done" in page(response)
    assert "再说一遍。" in page(response)
    claimed.refresh_from_db()
    assert claimed.evidence == "开闸三十日。"


@pytest.mark.changes("ResultKind.name")
def test_it_is_verified_with_a_result_of_the_charter(h, claimed):
    client, address = h.client("mill-office"), url("assignment_verify", claimed)
    html = page(client.get(address))
    assert "开闸三十日。" in html
    assert "部分落实" in html
    assert client.post(address, {"result": "partly"}).status_code == 302
    claimed.refresh_from_db()
    assert (claimed.status, claimed.result_name) == ("closed", "部分落实")
    assert claimed.verified_by == h.unit("mill-office")
    assert claimed.decision.status == "closed"


def test_it_is_sent_back_with_what_is_missing(h, claimed):
    client, address = h.client("farm-office"), url("assignment_send_back", claimed)
    assert client.post(address, {"reason": "缺照片。"}).status_code == 302
    claimed.refresh_from_db()
    assert (claimed.status, reason(claimed)) == ("under way", "缺照片。")
    html = page(h.client("sluice").get(url("assignment_claim", claimed)))
    assert "开闸三十日。" in html


def test_a_unit_never_verifies_its_own_task(h, issued):
    [decision] = Decision.objects.all()
    mill = h.person("mill-office")
    [task] = Assignment.objects.assign(decision, [h.unit("mill-office")], by=mill)
    task.accept(by=mill)
    task.claim(by=h.person("mill-office"), evidence="办完了。")
    assert h.owed(task) == {("verify", "farm-office")}
    response = h.client("mill-office").get(url("assignment_verify", task))
    assert response.status_code == 403
    assert h.client("farm-office").get(url("assignment_verify", task)).status_code == 200


def test_of_verifying_and_sending_back_the_second_is_told_of_the_first(h, claimed):
    farm, mill = h.client("farm-office"), h.client("mill-office")
    farm.post(url("assignment_send_back", claimed), {"reason": "缺照片。"})
    response = mill.post(url("assignment_verify", claimed), {"result": "done"})
    assert response.status_code == 409
    assert "Already done: Send back to be done" in page(response)


def test_a_task_is_cancelled_with_what_cancels_it(h, accepted):
    client, address = h.client("mill-office"), url("assignment_cancel", accepted)
    assert "Name what cancels it" in page(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "第二次会议另有决定。"}).status_code == 302
    accepted.refresh_from_db()
    assert accepted.status == "cancelled"
    assert not h.owed(accepted)


def test_a_standing_task_is_reviewed_a_year_on_and_never_claimed(h, standing):
    assert h.owed(standing) == {("report", "sluice"), ("review", "mill-office")}
    response = h.client("sluice").post(
        url("assignment_claim", standing), {"evidence": "完。"}
    )
    assert "A standing task has no end; report on it." in page(response)
    with clock.at(clock.now() + timedelta(days=365)):
        client, address = h.client("mill-office"), url("assignment_review", standing)
        assert client.post(address, {"reason": "还要开闸。"}).status_code == 302
        standing.refresh_from_db()
        assert standing.reviewed_on == clock.today()
        assert ("review", "mill-office") in h.owed(standing)


def test_a_standing_task_is_ended_with_a_result_and_why(h, standing):
    client, address = h.client("mill-office"), url("assignment_end", standing)
    assert client.post(address, {"result": "done", "reason": ""}).status_code == 200
    given = {"result": "done", "reason": "已成常例。"}
    assert client.post(address, given).status_code == 302
    standing.refresh_from_db()
    assert standing.status == "closed"
    assert standing.decision.status == "closed"


def test_a_task_with_a_date_is_not_reviewed(h, accepted):
    client, address = h.client("mill-office"), url("assignment_review", accepted)
    response = client.post(address, {"reason": "还要。"})
    assert response.status_code == 409
    assert "Only a standing task is reviewed" in page(response)


def test_only_steps_that_a_task_can_take_are_drawn(h, accepted):
    html = page(h.client("sluice").get(accepted.get_absolute_url()))
    assert "Say that it is done" in html
    assert "It goes on for another year" not in html


def test_a_decision_without_date_that_is_not_standing_can_be_done(h, issued):
    Decision.objects.update(due_on=None)
    task = assigned(h, issued)
    task.accept(by=h.person("sluice"))
    response = h.client("sluice").post(
        url("assignment_claim", task), {"evidence": "完。"}
    )
    assert response.status_code == 302
