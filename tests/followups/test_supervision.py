"""Supervision notices: owed once a task has come to a level, issued, sent, told."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import make_aware

from deadlines.models import Duty
from documents.models import IssuedDocument
from followups.documents import notice_context
from followups.models import Assignment, SupervisionNotice
from followups.tasks import note_levels
from institutions.models.charters import problems_of
from jointmeeting import clock
from jointmeeting.rendering import render_html
from jointmeeting.workflow import StepRefused
from minutes.models import Correction
from tests import charters
from tests.followups.pages import page, url
from tests.followups.test_charter import (
    LADDER,
    OFFICE,
    OTHER,
    PAPER,
    STEPS,
    UNIT,
    days,
)
from tests.houses import House, acts, house, lively, reason
from tests.sittings import assigned, minuted

pytestmark = pytest.mark.django_db
WEDNESDAY = make_aware(datetime(2026, 3, 25, 9))
DEMAND = "三日内开闸。"


def given_by(**fields: Any) -> tuple[House, Assignment]:
    """A house whose charter has a ladder, and a task accepted there."""
    data = lively()
    data["followups"] |= {"ladder": LADDER} | fields
    h = house(data)
    minutes = minuted(h)
    with clock.at(WEDNESDAY):
        task = assigned(h, minutes)
        task.accept(by=h.person(UNIT))
    return h, task


def days_late(task: Assignment, days: int):
    """The morning so many days after the day it was due, with the clock's act done."""
    assert task.due_on
    morning = datetime(task.due_on.year, task.due_on.month, task.due_on.day, 9)
    return clock.at(make_aware(morning + timedelta(days=days)))


def supervision_of(task: Assignment) -> list[tuple[str, str, date | None]]:
    open_now = Duty.objects.open().of(task).filter(kind__startswith="supervise:")
    return list(open_now.values_list("kind", "post__key", "due_on"))


def said(level: str = "a", **fields: Any) -> dict[str, Any]:
    by_then = clock.today() + timedelta(days=7)
    return {"level": level, "demand": DEMAND, "answer_by": by_then} | fields


@pytest.fixture
def late() -> Any:
    """A task on the day after it was due, as the clock left it that morning."""
    h, task = given_by()
    with days_late(task, 1):
        note_levels()
        task.refresh_from_db()
        yield h, task
    assert h.duties_agree()


# The clock's act, and what it makes owed


@pytest.mark.changes("LadderStep.issue")
@pytest.mark.parametrize(
    ("own", "due"),
    [({}, date(2026, 5, 26)), ({"issue": days(6)}, date(2026, 5, 28))],
)
def test_each_morning_what_came_to_a_level_makes_its_notice_owed_once(own, due):
    steps = [STEPS[0] | own, *STEPS[1:]]
    h, task = given_by(ladder=LADDER | {"steps": steps})
    with days_late(task, 0):
        note_levels()
        assert supervision_of(task) == []
    with days_late(task, 1):
        for _again in range(2):
            assert note_levels() == 1
        assert supervision_of(task) == [("supervise:a", f"unit-{OFFICE}", due)]
        assert acts(task)[-1] == "Overdue: a supervision notice is due"
        assert acts(task).count("Overdue: a supervision notice is due") == 1
        assert task.history.latest("history_id").history_user is None
        assert h.duties_agree()


def test_a_further_level_takes_the_place_of_the_one_before(late):
    h, task = late
    with days_late(task, 6):
        note_levels()
        assert [each[0] for each in supervision_of(task)] == ["supervise:b"]
        [void] = Duty.objects.of(task).filter(kind="supervise:a")
        assert void.void_because == "it has come to a further level"


@pytest.mark.parametrize(
    ("act", "by", "words"),
    [
        ("claim", UNIT, {"evidence": "办完了。"}),
        ("cancel", OFFICE, {"reason": "另有决定。"}),
    ],
)
def test_nothing_is_issued_about_what_is_said_to_be_done_or_cancelled(
    late, act, by, words
):
    h, task = late
    getattr(task, act)(by=h.person(by), **words)
    assert supervision_of(task) == []
    note_levels()
    assert supervision_of(task) == []
    with pytest.raises(StepRefused):
        task.supervise(by=h.person(OFFICE), **said())


def test_another_date_begins_the_ladder_anew(late):
    h, task = late
    task.supervise(by=h.person(OFFICE), **said())
    line = {"decision": task.decision, "change": "due"}
    line["due_on"] = clock.today() + timedelta(days=30)
    minutes = task.decision.meeting.minutes
    correction = Correction.objects.issue(
        minutes, by=h.person(OFFICE), reason="缓一个月", lines=[line]
    )
    correction.apply(by=h.person(OFFICE))
    task.refresh_from_db()
    assert (task.level, task.noticed) == ("", "")
    assert supervision_of(task) == []
    with days_late(task, 1):
        note_levels()
        task.refresh_from_db()
        task.supervise(by=h.person(OFFICE), **said())
    assert SupervisionNotice.objects.filter(level="a").count() == 2


@pytest.mark.parametrize(
    ("inspect", "unit", "office"),
    [
        ([OTHER, OFFICE], UNIT, OTHER),
        ([OTHER], OTHER, OFFICE),
        (None, UNIT, OFFICE),
        (None, OFFICE, OTHER),
    ],
)
def test_it_is_owed_by_who_inspects_or_else_assigns_never_by_the_unit(
    inspect, unit, office
):
    rules = lively()["followups"]["inspect"]
    own = {"inspect": rules | {"units": inspect}} if inspect else {}
    data = lively()
    if not inspect:
        del data["followups"]["inspect"]
    data["followups"] |= {"ladder": LADDER} | own
    h = house(data)
    minutes = minuted(h)
    with clock.at(WEDNESDAY):
        decision = minutes.decisions()[0]
        by = h.person(OFFICE)
        [task] = Assignment.objects.assign(decision, [h.unit(unit)], by=by)
    with days_late(task, 1):
        note_levels()
        assert [each[1] for each in supervision_of(task)] == [f"unit-{office}"]
        task.refresh_from_db()
        with pytest.raises(PermissionDenied):
            task.supervise(by=h.person(unit), **said())
        task.supervise(by=h.person(office), **said())
        assert h.duties_agree()


# Issuing it


@pytest.mark.changes("LadderRules.paper", "LadderRules.receipt")
@pytest.mark.parametrize("receipt", [2, 5])
def test_it_is_numbered_sent_to_the_unit_and_acknowledged(receipt):
    term = {"value": receipt, "unit": "days"}
    h, task = given_by(ladder=LADDER | {"receipt": term})
    with days_late(task, 1):
        note_levels()
        client = h.client(OFFICE)
        response = client.post(url("assignment_supervise", task), said())
        assert response.url == task.get_absolute_url()
        [notice] = task.notices.all()
        assert notice.document.number == "磨督〔2026〕1号"
        assert [each.key for each in notice.document.sent_to] == [UNIT]
        [receipt_owed] = Duty.objects.open().of(*notice.document.addressees.all())
        assert receipt_owed.post == h.post(UNIT)
        assert receipt_owed.due_on == clock.today() + timedelta(days=receipt)
        assert supervision_of(task) == []
        unit = h.client(UNIT)
        assert "磨督〔2026〕1号" in page(unit.get(reverse("desk:home")))
        assert unit.get(notice.document.get_absolute_url()).status_code == 200
        assert acts(task)[-1] == "Issue a supervision notice"


def test_what_it_says(late):
    h, task = late
    step = task.check_notice("a", clock.today(), "")
    notice = SupervisionNotice.of(task, step, DEMAND, date(2026, 6, 5))
    context = notice_context(notice, task.ladder, h.person(OFFICE))
    text = re.sub(r"<[^>]+>|\s", "", render_html("supervision_notice", context))
    for words in (
        "蓝色督办单",
        f"已逾期{notice.days_late}个工作日",
        "现予以蓝色督办",
        "每日六时开闸。",
        "办结标准：开闸一月",
        DEMAND,
        "请于2026年6月5日（含当日）前",
    ):
        assert words in text
    assert h.unit(UNIT).unit.name in text


def test_a_preview_is_kept_nowhere(late):
    h, task = late
    address = url("assignment_supervise_preview", task)
    response = h.client(OFFICE).post(address, said())
    assert response["Content-Type"] == "application/pdf"
    assert not SupervisionNotice.objects.exists()
    empty = h.client(OFFICE).get(address)
    assert empty.url == url("assignment_supervise", task)


def test_a_level_left_out_or_early_asks_for_a_reason_that_is_kept(late):
    h, task = late
    client, address = h.client(OFFICE), url("assignment_supervise", task)
    html = page(client.post(address, said("c")))
    assert "“蓝色督办单” was not issued: say why this level is left out." in html
    assert DEMAND in html
    client.post(address, said("c", reason="汛期将至。"))
    [notice] = task.notices.all()
    task.refresh_from_db()
    assert (notice.level, notice.reason, reason(task)) == (
        "c",
        "汛期将至。",
        "汛期将至。",
    )
    html = page(client.post(address, said("d")))
    assert "It has only come to “蓝色督办单”: say why this level comes early." in html


def test_a_level_not_above_the_one_issued_is_refused(late):
    h, task = late
    by = h.person(OFFICE)
    task.supervise(by=by, **said("b", reason="汛期将至。"))
    client, address = h.client(OFFICE), url("assignment_supervise", task)
    for level in ("a", "b"):
        response = client.post(address, said(level))
        assert response.status_code == 409
        assert "“黄色督办单” was issued already" in page(response)
        assert DEMAND in page(response)
    assert task.notices.count() == 1
    offered = re.findall(r'name="level" value="(\w)"', page(client.get(address)))
    assert offered == ["c", "d"]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"answer_by": "2026-03-01"}, "This day has passed."),
        ({"level": "z"}, "Select a valid choice."),
        ({"demand": ""}, "demand"),
    ],
)
def test_what_does_not_fit_is_said_beside_it(late, wrong, text):
    h, task = late
    response = h.client(OFFICE).post(url("assignment_supervise", task), said() | wrong)
    assert text in page(response)
    assert not task.notices.exists()


def test_a_level_of_no_charter_is_refused(late):
    h, task = late
    with pytest.raises(ValidationError):
        task.supervise(by=h.person(OFFICE), **said("z"))


def test_where_there_is_no_level_there_is_no_step(h, task):
    client = h.client(OFFICE)
    assert url("assignment_supervise", task) not in page(
        client.get(task.get_absolute_url())
    )
    assert client.get(url("assignment_supervise", task)).url == task.get_absolute_url()
    with pytest.raises(StepRefused):
        task.supervise(by=h.person(OFFICE), **said())


# Where it is told


def test_it_is_told_on_the_task_in_the_ledger_the_table_and_at_home(late):
    h, task = late
    office, unit = h.client(OFFICE), h.client(UNIT)
    task.supervise(by=h.person(OFFICE), **said())
    today = clock.today().isoformat()
    told = f"蓝色督办单 issued {today}"
    for client, address in (
        (office, reverse("followups:ledger")),
        (unit, task.get_absolute_url()),
        (unit, reverse("desk:home")),
    ):
        html = page(client.get(address))
        assert f'<span class="tag lv-blue">{told}</span>' in html
    table = page(office.get(reverse("followups:ledger_export")))
    assert f"蓝色督办单 磨督〔2026〕1号 {today}" in table
    log = office.get(task.get_absolute_url()).context["log"]
    assert [change.new for each in log[:2] for change in each.changes] == [
        "蓝色督办单",
        "蓝色督办单",
    ]
    html = page(unit.get(task.get_absolute_url()))
    assert "磨督〔2026〕1号" in html
    assert str(h.person(OFFICE)) in html
    with days_late(task, 6):
        html = page(office.get(reverse("followups:ledger")))
        tags = re.findall(r'class="tag lv-(\w+)">([^<]+)<', html)
        assert tags == [("yellow", "黄色督办单"), ("blue", told)]


def test_the_ledger_costs_the_same_for_one_notice_and_for_many(late):
    h, task = late
    office, by = h.client(OFFICE), h.person(OFFICE)
    costs = []
    for level, why in (("a", ""), ("b", "急"), ("c", "急"), ("d", "急")):
        task.supervise(by=by, **said(level, reason=why))
        office.get(reverse("followups:ledger"))
        with CaptureQueriesContext(connection) as found:
            office.get(reverse("followups:ledger"))
        costs.append(len(found))
    assert len(set(costs)) == 1


def test_a_unit_that_assists_reads_the_notice(late):
    h, task = late
    task.decision.assisting.add(h.unit("smithy"))
    task.supervise(by=h.person(OFFICE), **said())
    [notice] = task.notices.all()
    seen = IssuedDocument.objects.visible_to(h.person("smithy"))
    assert seen.filter(pk=notice.document_id).exists()


# What a charter cannot say


def test_a_ladder_has_steps_and_terms_count_from_their_events():
    data = charters.small()
    before = {"value": 2, "unit": "days", "when": "before"}
    wrong = {"paper": PAPER, "steps": [], "receipt": before, "basis": {"kind": "local"}}
    data["followups"]["ladder"] = wrong
    assert [str(each) for each in problems_of(data)] == [
        "followups.ladder.receipt.when: expected after the event (“after”)",
        "followups.ladder.steps: expected at least one step",
    ]
