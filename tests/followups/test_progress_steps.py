"""The report to the next meeting: gathered, explained, given opinions, frozen, in its bounds."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agenda.models import Agenda
from deadlines.models import Duty
from followups.models import Assignment, ProgressLine, ProgressReport
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Meeting
from minutes.models import Decision
from tests.sittings import OFFICE, agreed, assigned


@pytest.fixture
def task(h):
    """A task of a decision that is not done."""
    task = assigned(h)
    task.accept(by=h.person("sluice"))
    return task


def begin(h, meeting: Meeting | None = None) -> ProgressReport:
    """The report to the next meeting, whose agenda is begun with it."""
    meeting = meeting or agreed(h, kind="ad hoc")
    agenda = Agenda.objects.begin(meeting, by=h.person(OFFICE))
    item = agenda.items.get(kind="progress")
    return ProgressReport.objects.begin(item, by=h.person(OFFICE))


def explain(h, line: ProgressLine, text: str = "缺钱。") -> None:
    line.explain(by=h.person("sluice"), explanation=text, seen=line.seen())


def say(h, line: ProgressLine, *keys: str) -> None:
    for key in keys or (OFFICE, "farm-office"):
        office = h.unit(key)
        line.say(by=h.person(key), opinion="下月办完。", seen=line.seen(office))


def done(h, task) -> None:
    task.claim(by=h.person("sluice"), evidence="办完了。")
    task.verify(by=h.person(OFFICE), result="done")


def imported(h, **words) -> Meeting:
    words = {
        "kind": "regular",
        "year": 2025,
        "reason": "旧账",
        "held_on": clock.today() - timedelta(days=200),
        "place": "磨坊",
        "ordinal": 1,
    } | words
    return Meeting.objects.bring_in(h.unit(OFFICE), by=h.person(OFFICE), **words)


def brought(h, meeting: Meeting, **fields) -> Decision:
    fields = {
        "text": "修堤。",
        "leads": [h.unit("sluice")],
        "is_standing": False,
    } | fields
    by = h.person(OFFICE)
    return Decision.objects.bring_in(meeting, by=by, **fields)


@pytest.mark.changes("ProgressRules.explain", "ProgressRules.opinion")
def test_each_decision_not_done_is_explained_before_the_offices_say_what_they_think(
    h, task
):
    report = begin(h)
    [line] = report.lines.all()
    assert h.owed(line) == {("explain", "sluice")}
    assert {duty.how["value"] for duty in Duty.objects.open().of(line)} == {5}
    explain(h, line)
    assert h.owed(line) == {("opinion", OFFICE), ("opinion", "farm-office")}
    assert {duty.how["value"] for duty in Duty.objects.open().of(line)} == {3}
    say(h, line, OFFICE)
    [missing] = report.unsaid()
    assert missing == f"“{line.decision}”：the opinion of {h.unit('farm-office')}"
    say(h, line, "farm-office")
    assert line.status == "said"
    assert not report.unsaid()


def test_the_report_waits_for_all_that_is_missing(h, task):
    report = begin(h)
    with pytest.raises(StepRefused, match="Still missing"):
        report.freeze(by=h.person(OFFICE))
    assert report.status == "gathering"


def test_frozen_it_fills_its_item_and_says_how_each_decision_stood(h, task):
    report = begin(h)
    [line] = report.lines.all()
    explain(h, line)
    say(h, line)
    report.freeze(by=h.person(OFFICE), words="各位：")
    report.refresh_from_db()
    line.refresh_from_db()
    assert report.item.paper == report.document
    assert report.document.data["words"] == "各位："
    assert "水闸" in line.result
    assert not h.owed(report.item)


def test_a_decision_that_is_done_is_reported_closed_and_never_again(h, task):
    report = begin(h)
    [line] = report.lines.all()
    done(h, task)
    assert not h.owed(line)
    report.freeze(by=h.person(OFFICE))
    task.decision.refresh_from_db()
    assert task.decision.reported_on == clock.today()
    later = begin(h, agreed(h, kind="ad hoc"))
    assert not later.lines.exists()
    [(why, [decision])] = later.left_out()
    assert (why, decision) == ("reported closed to an earlier meeting", task.decision)


def test_one_reported_as_not_done_is_reported_again(h, task):
    report = begin(h)
    explain(h, report.lines.get())
    say(h, report.lines.get())
    report.freeze(by=h.person(OFFICE))
    assert begin(h, agreed(h, kind="ad hoc")).lines.get().decision == task.decision


def test_gathering_again_takes_what_has_come_since(h, task):
    report = begin(h)
    brought(h, imported(h, ordinal=9), is_standing=True)
    assert report.not_yet_gathered().count() == 1
    again = ProgressReport.objects.begin(report.item, by=h.person(OFFICE))
    assert again == report
    assert report.lines.count() == 2


def test_a_decision_withdrawn_meanwhile_is_left_out_and_said_to_be(h):
    decision = brought(h, imported(h), is_standing=True)
    report = begin(h)
    [line] = report.lines.all()
    decision.strike(by=h.person(OFFICE), reason="打错。")
    assert not h.owed(line)
    assert report.left_out() == [("withdrawn by a correction", [decision])]
    report.freeze(by=h.person(OFFICE))
    assert report.document.data["total"] == 0


def test_with_nothing_to_report_the_report_is_frozen_at_once(h):
    report = begin(h)
    report.freeze(by=h.person(OFFICE))
    assert report.document.data["total"] == 0


def test_only_who_presents_the_item_gathers(h):
    agenda = Agenda.objects.begin(agreed(h), by=h.person(OFFICE))
    item = agenda.items.get(kind="progress")
    with pytest.raises(PermissionDenied):
        ProgressReport.objects.begin(item, by=h.person("farm-office"))
    assert not ProgressReport.objects.exists()


def test_an_explanation_may_be_put_right_until_an_office_has_spoken(h, task):
    line = begin(h).lines.get()
    explain(h, line)
    explain(h, line, "缺人。")
    say(h, line, OFFICE)
    with pytest.raises(StepRefused, match="said its opinion"):
        explain(h, line, "缺粮。")
    line.refresh_from_db()
    assert line.explanation == "缺人。"


def test_who_explains_over_anothers_words_is_refused(h, task):
    line = begin(h).lines.get()
    seen = line.seen()
    explain(h, line)
    with pytest.raises(StepRefused, match="changed since"):
        line.explain(by=h.person("sluice"), explanation="缺人。", seen=seen)


def test_an_office_changes_its_opinion_until_the_report_is_frozen(h, task):
    report = begin(h)
    line = report.lines.get()
    explain(h, line)
    say(h, line)
    office = h.unit(OFFICE)
    line.say(by=h.person(OFFICE), opinion="不成理由。", seen=line.seen(office))
    assert line.opinions.get(unit=office).opinion == "不成理由。"
    report.freeze(by=h.person(OFFICE))
    with pytest.raises(StepRefused, match="frozen"):
        line.say(by=h.person(OFFICE), opinion="迟了。", seen=line.seen(office))


def test_opinions_are_for_the_supervising_offices_and_explanations_for_the_lead(h, task):
    line = begin(h).lines.get()
    with pytest.raises(PermissionDenied):
        line.explain(by=h.person(OFFICE), explanation="无", seen=line.seen())
    explain(h, line)
    with pytest.raises(PermissionDenied):
        line.say(by=h.person("sluice"), opinion="好", seen="")
    assert not line.opinions.exists()


def test_a_cancelled_meeting_waits_for_no_explanation(h, task):
    meeting = agreed(h, kind="ad hoc")
    report = begin(h, meeting)
    line = report.lines.get()
    meeting.refresh_from_db()
    meeting.cancel(by=h.person(OFFICE), reason="大水。")
    assert not h.owed(line)
    with pytest.raises(StepRefused):
        explain(h, line)
    with pytest.raises(StepRefused):
        report.freeze(by=h.person(OFFICE))


def test_the_explanation_is_due_no_later_than_the_papers_of_the_meeting(h, task):
    meeting = agreed(h, kind="ad hoc")
    agenda = Agenda.objects.begin(meeting, by=h.person(OFFICE))
    meeting.refresh_from_db()
    starts_at = clock.now() + timedelta(days=5)
    meeting.arrange(
        by=h.person(OFFICE), starts_at=starts_at, place="磨坊", chair=h.post("miller")
    )
    report = begin(h, meeting)
    [duty] = Duty.objects.open().of(report.lines.get())
    papers = agenda.rules.papers.due(meeting.day).on
    assert duty.due_on <= max(papers, clock.today())
    assert duty.due_on < meeting.day


def test_four_hundred_decisions_are_gathered_and_frozen(h):
    meeting = imported(h)
    made = [
        Decision(
            joint_body=h.body,
            meeting=meeting,
            position=number,
            text=f"第{number}件",
            status="closed",
        )
        for number in range(400)
    ]
    Decision.objects.bulk_create(made)
    report = begin(h)
    report.freeze(by=h.person(OFFICE))
    assert report.document.data["total"] == 400
    assert not Decision.objects.filter(reported_on=None).exists()


def test_a_decision_typed_in_wrongly_is_struck_out_with_its_tasks(h):
    decision = brought(h, imported(h), due_on=clock.today())
    task = assigned_to(h, decision)
    decision.strike(by=h.person(OFFICE), reason="打错。")
    task.refresh_from_db()
    assert (decision.status, task.status) == ("withdrawn", "cancelled")


def assigned_to(h, decision):
    by, unit = h.person(OFFICE), h.unit("sluice")
    [task] = Assignment.objects.assign(decision, [unit], by=by)
    return task


def test_a_decision_that_a_meeting_was_told_of_is_not_struck_out(h):
    decision = brought(h, imported(h), is_done=True)
    begin(h).freeze(by=h.person(OFFICE))
    decision.refresh_from_db()
    with pytest.raises(StepRefused, match="reported to a meeting"):
        decision.strike(by=h.person(OFFICE), reason="打错。")


def test_a_decision_of_issued_minutes_is_not_struck_out(h, task):
    with pytest.raises(StepRefused, match="by a correction"):
        task.decision.strike(by=h.person(OFFICE), reason="打错。")


def test_one_done_already_is_given_to_nobody(h):
    decision = brought(h, imported(h), is_done=True)
    assert decision.status == "closed"
    assert not h.owed(decision)
