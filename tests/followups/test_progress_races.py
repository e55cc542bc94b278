"""Several at once on the report to the next meeting, on a database with row locks."""

from collections import Counter

import pytest

from agenda.models import Agenda
from documents.models import IssuedDocument
from followups.models import Assignment, ProgressLine, ProgressReport
from institutions.models import User
from tests.followups.test_progress_steps import begin, explain, say
from tests.houses import house
from tests.racing import race
from tests.sittings import OFFICE, agreed, assigned

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def h():
    return house()


@pytest.fixture
def task(h):
    task = assigned(h)
    task.accept(by=h.person("sluice"))
    return task


def explaining(line: ProgressLine, person: User, text: str):
    seen = line.seen()

    def act() -> str:
        by = User.objects.get(pk=person.pk)
        fresh = ProgressLine.objects.get(pk=line.pk)
        fresh.explain(by=by, explanation=text, seen=seen)
        return "explained"

    return act


def freezing(report: ProgressReport, person: User):
    def act() -> str:
        by = User.objects.get(pk=person.pk)
        ProgressReport.objects.get(pk=report.pk).freeze(by=by)
        return "frozen"

    return act


def saying(line: ProgressLine, person: User, office):
    seen = line.seen(office)

    def act() -> str:
        fresh = ProgressLine.objects.get(pk=line.pk)
        by = User.objects.get(pk=person.pk)
        fresh.say(by=by, opinion="改了。", seen=seen)
        return "said"

    return act


def test_of_eight_who_explain_at_once_one_does(h, task):
    line, sluice = begin(h).lines.get(), h.person("sluice")
    outcomes = race(*[explaining(line, sluice, f"理由{n}") for n in range(8)])
    assert Counter(outcomes) == {"explained": 1, "StepRefused": 7}
    assert h.duties_agree()


def test_of_eight_who_freeze_one_does(h, task):
    report = begin(h)
    explain(h, report.lines.get())
    say(h, report.lines.get())
    before = IssuedDocument.objects.count()
    outcomes = race(*[freezing(report, h.person(OFFICE))] * 8)
    assert Counter(outcomes) == {"frozen": 1, "StepRefused": 7}
    assert IssuedDocument.objects.count() == before + 1
    assert h.duties_agree()


def test_what_is_said_while_freezing_is_in_the_document_or_refused(h, task):
    report = begin(h)
    line = report.lines.get()
    explain(h, line)
    say(h, line)
    office = h.unit("farm-office")
    outcomes = race(
        freezing(report, h.person(OFFICE)),
        saying(line, h.person("farm-office"), office),
    )
    report.refresh_from_db()
    is_in = "改了。" in str(report.document.data)
    assert is_in == ("said" in outcomes)
    assert "frozen" in outcomes
    assert h.duties_agree()


def test_closing_a_decision_while_the_report_is_frozen_ends_in_one_of_the_two(h, task):
    report = begin(h)
    explain(h, report.lines.get())
    say(h, report.lines.get())
    task.claim(by=h.person("sluice"), evidence="办完了。")
    mill = h.person(OFFICE)

    def verifying() -> str:
        by = User.objects.get(pk=mill.pk)
        Assignment.objects.get(pk=task.pk).verify(by=by, result="done")
        return "verified"

    outcomes = race(freezing(report, mill), verifying)
    assert Counter(outcomes) == {"frozen": 1, "verified": 1}
    task.decision.refresh_from_db()
    report.refresh_from_db()
    was_told = "已办结" in str(report.document.data["parts"])
    assert bool(task.decision.reported_on) == was_told
    assert h.duties_agree()


def test_gathering_twice_at_once_gives_one_report_with_one_line(h, task):
    agenda = Agenda.objects.begin(agreed(h, kind="ad hoc"), by=h.person(OFFICE))
    item, mill = agenda.items.get(kind="progress"), h.person(OFFICE)

    def act() -> str:
        by = User.objects.get(pk=mill.pk)
        ProgressReport.objects.begin(type(item).objects.get(pk=item.pk), by=by)
        return "begun"

    assert race(*[act] * 6) == ["begun"] * 6
    assert ProgressLine.objects.count() == 1
    assert h.duties_agree()
