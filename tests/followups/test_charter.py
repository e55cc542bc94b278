"""What a charter says of tasks, and what that changes for who reports, verifies and reads."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.timezone import make_aware

from deadlines.models import Duty
from followups.documents import assignment_context, counts_of
from followups.models import Assignment, Inspection
from institutions.appointing import appoint
from institutions.models.charters import problems_of
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests import charters
from tests.followups.pages import page, url
from tests.houses import House, house, lively
from tests.sittings import assigned, minuted

pytestmark = pytest.mark.django_db
OFFICE, OTHER, UNIT = "mill-office", "farm-office", "sluice"
WEDNESDAY = make_aware(datetime(2026, 3, 25, 9))
FIRST = {"every": "once", "after": {"value": 30, "unit": "working days"}}
BY_THE_5TH = {"every": "month", "day": 5}
RESULTS = [
    {"key": "done", "name": "办结"},
    {"key": "given_up", "name": "无法办理", "counts_as": "not done"},
    {"key": "goes_on", "name": "转为日常", "counts_as": "standing"},
]


@pytest.fixture
def given():
    """A house under a charter that differs in these points, with a task accepted there."""
    houses: list[House] = []

    def of(part: str = "", **fields: Any) -> tuple[House, Assignment]:
        data = lively()
        rules = data["followups"][part] if part else data["followups"]
        rules |= fields
        h = house(data)
        houses.append(h)
        minutes = minuted(h)
        with clock.at(WEDNESDAY):
            [task] = [assigned(h, minutes)]
            task.accept(by=h.person(UNIT))
        return h, task

    yield of
    assert all(each.duties_agree() for each in houses)


def report_due(task: Assignment) -> date | None:
    duties = Duty.objects.open().of(task).filter(kind__startswith="report:")
    return duties.values_list("due_on", flat=True).first()


# Rhythms


@pytest.mark.changes(
    "Rhythm.every=once", "Rhythm.after", "Rhythm.day", "ReportRules.rhythms"
)
def test_the_first_report_has_a_term_and_the_others_follow_it(given):
    h, task = given("report", rhythms=[FIRST, BY_THE_5TH])
    assert report_due(task) == date(2026, 5, 6)
    with clock.at(make_aware(datetime(2026, 4, 20, 9))):
        task.report(by=h.person(UNIT), progress="开了。")
        assert report_due(task) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("given_on", "due"),
    [((3, 26), date(2026, 4, 5)), ((4, 1), date(2026, 5, 5))],
)
def test_a_report_given_when_its_reminder_is_due_is_the_one_asked_for(
    given, given_on, due
):
    h, task = given("report", rhythms=[BY_THE_5TH])
    with clock.at(make_aware(datetime(2026, *given_on, 9))):
        task.report(by=h.person(UNIT), progress="开了。")
        assert report_due(task) == due


@pytest.mark.changes("Term.of=minutes", "Term.of=meeting")
@pytest.mark.parametrize(
    ("of", "due"), [("minutes", date(2026, 4, 21)), ("meeting", date(2026, 4, 21))]
)
def test_the_first_report_may_count_from_the_meeting_or_its_minutes(given, of, due):
    term = {"value": 30, "unit": "days", "of": of}
    _h, task = given("report", rhythms=[FIRST | {"after": term}])
    assert report_due(task) == due
    how = Duty.objects.open().of(task).get(kind="report:1").how
    assert how["of"] == of


@pytest.mark.changes(
    "Rhythm.every=month",
    "Rhythm.every=two months",
    "Rhythm.every=quarter",
    "Rhythm.every=half-year",
    "Rhythm.every=year",
)
@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        ({"every": "month", "day": 31}, date(2026, 3, 31)),
        ({"every": "two months", "day": 5}, date(2026, 5, 5)),
        ({"every": "quarter", "day": 31}, date(2026, 4, 30)),
        ({"every": "half-year", "day": 5}, date(2026, 7, 5)),
        ({"every": "year", "day": 5}, date(2027, 1, 5)),
    ],
)
def test_rhythms(given, rhythm, due):
    _h, task = given("report", rhythms=[rhythm])
    assert report_due(task) == due


def test_several_rhythms_all_hold(given):
    rhythms = [{"every": "quarter", "day": 20}, {"every": "two months", "day": 5}]
    h, task = given("report", rhythms=rhythms)
    assert report_due(task) == date(2026, 4, 20)
    with clock.at(make_aware(datetime(2026, 4, 20, 9))):
        task.report(by=h.person(UNIT), progress="开了。")
        assert report_due(task) == date(2026, 5, 5)


def test_without_rhythm_nothing_is_asked_until_it_is_done(given):
    h, task = given("report", rhythms=[])
    assert h.owed(task) == {("complete", UNIT)}
    with clock.at(WEDNESDAY):
        said = assignment_context(task.decision.meeting, h.person(OFFICE))
    assert said["report_when"] == ""


def test_the_list_of_tasks_says_when_to_report(given):
    h, task = given("report", rhythms=[FIRST, BY_THE_5TH])
    with clock.at(WEDNESDAY):
        said = assignment_context(task.decision.meeting, h.person(OFFICE))
    assert said["report_when"] == "于接收后30个工作日内首次报送，以后每月5日前"


@pytest.mark.parametrize(
    ("part", "rule", "path", "expected"),
    [
        ("report", {"rhythms": [FIRST, FIRST]}, "report.rhythms", "one first report"),
        ("report", {"receivers": []}, "report.receivers", "at least one unit"),
        (
            "report",
            {"rhythms": [{"every": "month", "day": 32}]},
            "report.rhythms[0].day",
            "1 to 31",
        ),
        (
            "report",
            {"rhythms": [FIRST | {"day": 5}]},
            "report.rhythms[0].day",
            "nothing: the first report has a term",
        ),
        (
            "report",
            {"rhythms": [{"every": "once"}]},
            "report.rhythms[0].after",
            "a value: it is missing",
        ),
        (
            "report",
            {"rhythms": [BY_THE_5TH | {"after": FIRST["after"]}]},
            "report.rhythms[0].after",
            "nothing: only the first report has a term",
        ),
        (
            "verify",
            {"offices": [OFFICE, OFFICE]},
            "verify.offices",
            "mill-office once only",
        ),
        (
            "verify",
            {"term": {"value": 5, "unit": "days", "when": "before"}},
            "verify.term.when",
            "after the event (“after”)",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_path(part, rule, path, expected):
    data = charters.small()
    data["followups"][part] |= rule
    found = [str(each) for each in problems_of(data)]
    assert found == [f"followups.{path}: expected {expected}"]


# Verifying


@pytest.fixture
def both(given) -> tuple[House, Assignment]:
    h, task = given("verify", by="each")
    with clock.at(WEDNESDAY):
        task.claim(by=h.person(UNIT), evidence="办完了。")
        yield h, task


@pytest.mark.changes("VerifyRules.by=each", "VerifyRules.offices")
def test_each_office_verifies_and_the_last_one_closes(both):
    h, task = both
    assert h.owed(task) == {("verify", OFFICE), ("verify", OTHER)}
    with pytest.raises(StepRefused, match="one after the other"):
        task.verify(by=h.person(OFFICE), result="done")
    mill = h.client(OFFICE)
    assert url("assignment_agree", task) in page(mill.get(task.get_absolute_url()))
    response = mill.post(url("assignment_agree", task), {"result": "partly"})
    assert response.url == task.get_absolute_url()
    task.refresh_from_db()
    assert (task.status, task.agreed) == ("claimed", [OFFICE])
    assert h.owed(task) == {("verify", OTHER)}
    assert mill.get(url("assignment_verify", task)).status_code == 403
    html = page(h.client(OTHER).get(url("assignment_verify", task)))
    assert "部分落实" in html
    assert "办结" not in html.partition("<form class")[2].partition("</form>")[0]
    with pytest.raises(ValidationError):
        task.verify(by=h.person(OTHER), result="done")
    task.verify(by=h.person(OTHER), result="partly")
    assert (task.status, task.verified_by) == ("closed", h.unit(OTHER))


def test_who_also_acts_for_the_unit_does_not_verify_its_task(both):
    h, task = both
    person = h.person(UNIT)
    appoint(person, h.unit(OTHER).liaison, since=date(2026, 3, 1))
    person = type(person).objects.get(pk=person.pk)
    task.agree(by=h.person(OFFICE), result="done")
    with pytest.raises(PermissionDenied):
        task.verify(by=person, result="done")
    assert h.client(UNIT).get(url("assignment_verify", task)).status_code == 403


def test_sent_back_by_one_office_both_verify_anew(both):
    h, task = both
    task.agree(by=h.person(OFFICE), result="done")
    task.send_back(by=h.person(OTHER), reason="缺照片。")
    assert (task.agreed, task.result) == ([], "")
    task.claim(by=h.person(UNIT), evidence="补了。")
    assert h.owed(task) == {("verify", OFFICE), ("verify", OTHER)}


@pytest.mark.changes("VerifyRules.by=one")
def test_where_one_is_enough_none_agrees_first(given):
    h, task = given("verify", by="one")
    with clock.at(WEDNESDAY):
        task.claim(by=h.person(UNIT), evidence="办完了。")
        with pytest.raises(StepRefused, match="can be closed"):
            task.agree(by=h.person(OFFICE), result="done")
        task.verify(by=h.person(OTHER), result="done")
    assert task.status == "closed"


def test_an_office_does_not_verify_its_own_even_where_each_does(given):
    h, task = given("verify", by="each")
    task.unit = h.unit(OFFICE)
    assert [each.key for each in task.verifying] == [OTHER]
    assert not task.is_verified_by_more


@pytest.mark.changes(
    "ResultKind.counts_as=done",
    "ResultKind.counts_as=not done",
    "ResultKind.counts_as=standing",
    "VerifyRules.results",
)
@pytest.mark.parametrize(
    ("result", "counted", "look"),
    [
        ("done", "done", "is-done"),
        ("given_up", "not done", "is-no"),
        ("goes_on", "standing", "is-part"),
    ],
)
def test_a_result_counts_as_the_charter_says(given, result, counted, look):
    h, task = given("verify", results=RESULTS)
    with clock.at(WEDNESDAY):
        task.claim(by=h.person(UNIT), evidence="说明。")
        task.verify(by=h.person(OFFICE), result=result)
        task.decision.refresh_from_db()
        assert counts_of(task.decision) == counted
        html = page(h.client(OFFICE).get(reverse("followups:ledger")))
        assert f'class="st {look}"' in html


# Inspections


@pytest.mark.changes("FollowupRules.inspect")
def test_where_nobody_inspects_it_is_not_offered_and_refused(given):
    h, task = given()
    data = lively()
    del data["followups"]["inspect"]
    other = house(data, "hill")
    assert other.body.part(type(task.rules)).inspect is None
    with clock.at(WEDNESDAY):
        assert "Keep an inspection" in page(h.client(OFFICE).get(task.get_absolute_url()))
    with clock.at(make_aware(datetime(2026, 3, 2, 9))):
        minutes = minuted(other)
    with clock.at(WEDNESDAY):
        task = assigned(other, minutes)
        task.accept(by=other.person(UNIT))
        client = other.client(OFFICE)
        assert "Keep an inspection" not in page(client.get(task.get_absolute_url()))
        address = url("inspection_begin", task)
        assert client.get(address).status_code == 403
        with pytest.raises(PermissionDenied):
            Inspection.objects.begin(task, by=other.person(OFFICE))


# The ladder of notices


def days(value: int) -> dict[str, Any]:
    return {"value": value, "unit": "days"}


STEPS = [
    {"key": "a", "name": "蓝色督办单", "colour": "blue", "after": days(0)},
    {"key": "b", "name": "黄色督办单", "colour": "yellow", "after": days(5)},
    {"key": "c", "name": "橙色督办单", "colour": "orange", "after": days(10)},
    {"key": "d", "name": "红色督办单", "colour": "red", "after": days(20)},
]
PAPER = {"issuer": OFFICE, "mark": "磨督", "basis": {"kind": "local"}}
LADDER = {"paper": PAPER, "steps": STEPS, "basis": {"kind": "local"}}


@pytest.mark.changes(
    "FollowupRules.ladder",
    "LadderRules.steps",
    "LadderStep.name",
    "LadderStep.after",
    "LadderStep.colour=blue",
    "LadderStep.colour=yellow",
    "LadderStep.colour=orange",
    "LadderStep.colour=red",
)
def test_a_late_task_climbs_the_ladder_on_every_page(given):
    h, task = given(ladder=LADDER)
    due_on, shown = task.due_on, {}
    assert due_on
    morning = make_aware(datetime(due_on.year, due_on.month, due_on.day, 9))
    for late in (0, 1, 6, 11, 21):
        with clock.at(morning + timedelta(days=late)):
            pages = [
                h.client(OFFICE).get(reverse("followups:ledger")),
                h.client(UNIT).get(task.get_absolute_url()),
                h.client(UNIT).get(reverse("desk:home")),
            ]
            found = [re.findall(r'class="tag lv-(\w+)">(\w+)<', page(p)) for p in pages]
            assert found[0] == found[1] == found[2]
            shown[late] = found[0]
    assert shown == {
        0: [],
        1: [("blue", "蓝色督办单")],
        6: [("yellow", "黄色督办单")],
        11: [("orange", "橙色督办单")],
        21: [("red", "红色督办单")],
    }


def test_what_is_said_to_be_done_climbs_no_further_and_the_table_names_the_step(given):
    h, task = given(ladder=LADDER)
    assert task.due_on
    with clock.at(make_aware(datetime(2026, 8, 3, 9))):
        office, address = h.client(OFFICE), reverse("followups:ledger_export")
        assert "红色督办单" in page(office.get(address))
        task.claim(by=h.person(UNIT), evidence="办完了。")
        assert "红色督办单" not in page(office.get(address))
        assert "lv-" not in page(office.get(task.get_absolute_url()))


def test_each_step_of_the_ladder_comes_later_than_the_one_before():
    data = charters.small()
    steps = [STEPS[1], STEPS[0], STEPS[2] | {"key": "a"}]
    data["followups"]["ladder"] = LADDER | {"steps": steps}
    assert [str(each) for each in problems_of(data)] == [
        "followups.ladder.steps: expected a once only",
        "followups.ladder.steps[1].after: expected later than the step before",
    ]
