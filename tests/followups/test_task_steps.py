"""What becomes of a decision and its tasks when one of them is given, corrected or ended."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from agenda.models import Agenda, AgendaItem
from followups.documents import result_of
from followups.models import Assignment, Inspection, ProgressReport
from jointmeeting import clock
from minutes.models import Correction
from tests.houses import acts, house
from tests.sittings import agreed, assigned, minuted

OFFICE = "mill-office"


@pytest.fixture
def task(h):
    """Of the sluice, on the day after the minutes were issued."""
    minutes = minuted(h)
    with clock.at(minutes.meeting.starts_at + timedelta(days=1)):
        yield assigned(h, minutes)


def correct(h, task: Assignment, change: str, **line) -> None:
    minutes, by = task.decision.meeting.minutes, h.person(OFFICE)
    lines = [{"decision": task.decision, "change": change} | line]
    correction = Correction.objects.issue(minutes, by=by, reason="写错", lines=lines)
    correction.apply(by=h.person(OFFICE))
    task.decision.refresh_from_db()


def inspected(h, task: Assignment) -> Inspection:
    inspection = Inspection.objects.begin(
        task,
        by=h.person(OFFICE),
        inspected_on=clock.today(),
        place="水闸",
        took_part="两家",
        finding="闸锈。",
        demand="上油。",
        due_on=clock.today() + timedelta(days=9),
    )
    inspection.ask_to_sign(by=h.person(OFFICE))
    return inspection


def test_a_decision_is_given_to_some_unit_of_its_body_once_each(h):
    [decision] = minuted(h).decisions()
    stranger, sluice = house(key="hill").unit("sluice"), h.unit("sluice")
    for units in ([], [stranger], [sluice, sluice]):
        with pytest.raises(ValidationError) as wrong:
            Assignment.objects.assign(decision, units, by=h.person(OFFICE))
        assert list(wrong.value.message_dict) == ["units"]
    assert h.owed(decision) == {("assign", OFFICE)}


def test_another_lead_gets_the_task_before_the_old_one_gives_it_up(h, task):
    correct(h, task, "lead", leads=[h.unit("ferry")])
    task.refresh_from_db()
    new = Assignment.objects.get(unit=h.unit("ferry"))
    assert (task.status, new.status) == ("cancelled", "issued")
    assert task.decision.status == "assigned"
    assert h.owed(task) == set()
    assert h.owed(new) == {("accept", "ferry")}


def test_a_corrected_date_is_that_of_the_task_and_is_told_anew(h, task):
    task.accept(by=h.person("sluice"))
    later = task.due_on + timedelta(days=30)
    correct(h, task, "due", due_on=later)
    task.refresh_from_db()
    assert task.due_on == later
    assert h.owed(task) == {("report", "sluice"), ("complete", "sluice")}


def test_a_corrected_wording_stands_in_every_duty(h, task):
    correct(h, task, "wording", text="每日七时开闸。")
    assert h.duties_agree()


BAD = [
    {"change": "due"},
    {"change": "lead"},
    {"change": "added", "text": "新的一件"},
    {"change": "added", "text": " ", "is_standing": True},
]


@pytest.mark.parametrize("line", BAD)
def test_a_correction_that_could_not_be_applied_is_not_issued(h, task, line):
    minutes = task.decision.meeting.minutes
    decision = None if line["change"] == "added" else task.decision
    with pytest.raises(ValidationError):
        Correction.objects.issue(
            minutes,
            by=h.person(OFFICE),
            reason="写错",
            lines=[line | {"decision": decision}],
        )
    assert not Correction.objects.exists()


def test_once_its_last_task_is_cancelled_the_decision_is_closed_and_told_so(h, task):
    task.cancel(by=h.person(OFFICE), reason="另有规定")
    task.decision.refresh_from_db()
    assert task.decision.status == "closed"
    with translation.override("zh-hans"):
        assert result_of(task.decision) == "已取消"


def test_an_inspection_ends_with_the_unit_that_had_the_task(h, task):
    inspection = inspected(h, task)
    assert h.owed(inspection) == {("sign_off", "miller"), ("sign_off", "farmer")}
    task.reassign(by=h.person(OFFICE), unit=h.unit("ferry"), reason="换")
    inspection.refresh_from_db()
    assert (inspection.status, acts(inspection)[-1]) == ("closed", "Lapses with the task")
    assert h.owed(inspection) == set()
    assert inspection not in Inspection.objects.visible_to(h.person("sluice"))


def test_what_a_cancelled_meeting_was_to_be_told_is_told_to_the_next(h, task):
    task.accept(by=h.person("sluice"))
    task.claim(by=h.person("sluice"), evidence="办完了。")
    task.verify(by=h.person(OFFICE), result="done")
    first, second = agreed(h, kind="ad hoc"), agreed(h, kind="ad hoc")
    for meeting in (first, second):
        Agenda.objects.begin(meeting, by=h.person(OFFICE))
    item = AgendaItem.objects.get(agenda__meeting=first, kind="progress")
    report = ProgressReport.objects.begin(item, by=h.person(OFFICE))
    report.freeze(by=h.person(OFFICE))
    task.decision.refresh_from_db()
    assert task.decision.reported_on == clock.today()
    first.refresh_from_db()
    first.cancel(by=h.person(OFFICE), reason="水大")
    item = AgendaItem.objects.get(agenda__meeting=second, kind="progress")
    report = ProgressReport.objects.begin(item, by=h.person(OFFICE))
    assert [line.decision for line in report.lines.all()] == [task.decision]
