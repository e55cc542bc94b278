"""Two years under a charter: whom it makes act, on what, and where it leads no further."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, F
from pypdfium2 import PdfDocument

from agenda.charter import TopicRules
from agenda.models import AgendaItem, Consultation, Topic
from consents.models import Consent, Outcome, Signature
from deadlines.models import Duty
from followups.charter import FollowupRules
from followups.models import (
    Assignment,
    Contact,
    Inspection,
    ProgressLine,
    ProgressReport,
)
from institutions.loading import CharterRefused, charter_from, load_charter
from institutions.models import charter_by_pk
from jointmeeting import fonts
from meetings.charter import MeetingRules
from meetings.models import Attendance
from minutes.models import Correction, Minutes
from rehearsal import rehearsing
from rehearsal.player import ACTS, CannotBePlayed
from rehearsal.rehearsing import rehearse, write_out
from rehearsal.stories import NEUTRAL, story_of
from tests.houses import lively
from tests.rehearsal.conftest import BASE, CHARTERS, FIVE_SIDES

pytestmark = [pytest.mark.plays, pytest.mark.usefixtures("calendar", "files")]
WORDS_OF_A_PLACE = ("工会", "政府", "职工", "区长", "旗")
LIGHTHOUSE = FIVE_SIDES.with_stem("lighthouse")  # its years are short
KEYS = ["on", "act", "by", "unit", "document", "basis", "waited_for"]


def text_of(file: Path) -> str:
    """What a document says, its breaks left out."""
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(file)]
    return "".join("".join(pages).split())


@pytest.fixture
def short(monkeypatch):
    """Two years of few topics, which are told in some seconds."""
    story = story_of(NEUTRAL)
    topics = [*story.topics[:2], story.topics[-1]]
    few = replace(story, topics=tuple(topics), ad_hoc=story.ad_hoc[:1])
    monkeypatch.setattr(rehearsing, "story_of", lambda key: few)


@pytest.fixture(params=CHARTERS, ids=lambda path: path.stem)
def played(request, tmp_path):
    """A body after its year, the timeline as it is written, and the folder it is in."""
    data = charter_from(request.param)
    body, timeline = rehearse(data, request.param.stem, 2026)
    write_out(body, timeline, tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "timeline.json").read_text())
    return body, kept, tmp_path / "out"


def test_two_years_are_played_under_every_charter(played):
    """One play serves all that is asked of it, as it takes a while."""
    body, timeline, out = played
    its_meetings_are_held_and_minuted(body)
    what_may_happen_to_a_topic_happened_to_one(body)
    what_may_happen_on_the_way_to_minutes_happened(body)
    what_may_happen_to_a_task_happened_to_one(body)
    the_next_meeting_was_told_what_became_of_it(body)
    nothing_is_owed_but_what_has_no_end(body, timeline)
    the_timeline_has_each_act_and_document(body, timeline, out)
    no_word_of_a_place_is_said(body, out)


def its_meetings_are_held_and_minuted(body) -> None:
    least = body.part(MeetingRules).least
    held = body.meetings.filter(status="minuted")
    years = [meeting.year for meeting in held.filter(kind="regular").order_by("held_on")]
    assert years == [2026] * least + [2027] * least
    assert held.filter(kind="ad hoc").count() == 1
    assert held.count() == body.meetings.count()
    before = body.part(MeetingRules).organise.held_before
    ordinals = held.order_by("held_on").values_list("ordinal", flat=True)
    assert list(ordinals) == list(range(before + 1, before + 1 + held.count()))


def what_may_happen_to_a_topic_happened_to_one(body) -> None:
    topics = Topic.objects.filter(joint_body=body)
    states = set(topics.values_list("status", flat=True))
    assert {"decided", "not adopted", "withdrawn"} <= states
    items = AgendaItem.objects.filter(joint_body=body).exclude(topic=None)
    assert items.values("topic").annotate(n=Count("pk")).filter(n=2).exists()
    sheets = Signature.objects.filter(consent__joint_body=body)
    assert sheets.filter(consent__outcome=Outcome.CHANGES).exists()
    assert Signature.history.filter(is_reported=True).exists()
    assert sheets.filter(is_reported=True).count() == 0
    asked = Consultation.objects.filter(joint_body=body)
    assert {"answered", "returned", "lapsed", "void"} == set(
        asked.values_list("status", flat=True)
    )
    assert asked.filter(is_late=True).exists()
    assert asked.exclude(source="").exists()


def what_may_happen_on_the_way_to_minutes_happened(body) -> None:
    places = Attendance.objects.filter(joint_body=body)
    assert places.filter(status="excused", was_there=False).exclude(unit=None).exists()
    assert places.filter(status="excused").exclude(post=None).exists()
    is_allowed = body.part(MeetingRules).attendance.substitutes == "allowed"
    assert places.filter(status="substituted").exists() is is_allowed
    assert places.filter(capacity="invited", was_there=True).exists()
    of_body = Minutes.objects.filter(joint_body=body)
    sheets = Consent.objects.filter(act="approve", joint_body=body)
    changed = sheets.filter(outcome=Outcome.CHANGES).count()
    assert 1 <= changed < of_body.count()
    corrections = Correction.objects.filter(joint_body=body)
    assert {correction.status for correction in corrections} == {"applied"}
    for correction in corrections:
        [line] = correction.lines.all()
        task = line.decision.assignments.standing().latest("pk")
        assert task.due_on == line.due_on


def what_may_happen_to_a_task_happened_to_one(body) -> None:
    tasks = Assignment.objects.filter(joint_body=body)
    [returned] = tasks.filter(status="reassigned")
    [given] = returned.replaced_by.all()
    assert (given.status, given.decision) == ("closed", returned.decision)
    [standing] = tasks.filter(decision__is_standing=True)
    assert standing.reports.count() > 1
    assert not tasks.exclude(status__in=["closed", "reassigned"]).exclude(pk=standing.pk)
    late = tasks.filter(claimed_on__gt=F("due_on"))
    assert late.exists()
    [inspection] = Inspection.objects.filter(joint_body=body)
    assert (inspection.status, bool(inspection.answer_text)) == ("closed", True)
    assert Contact.objects.filter(assignment__joint_body=body).exists()


def the_next_meeting_was_told_what_became_of_it(body) -> None:
    reports = ProgressReport.objects.filter(joint_body=body).order_by("pk")
    assert {report.status for report in reports} == {"frozen"}
    assert reports.count() == body.meetings.count()
    last = reports.last()
    assert last.item.agenda.meeting.year == 2027
    told = story_of(NEUTRAL).resolves()
    [why] = {each.undone for _text, each in told if each.undone}
    [line] = ProgressLine.objects.filter(joint_body=body, explanation=why)
    offices = body.part(FollowupRules).progress.offices
    assert line.opinions.count() == len(offices)
    assert line.decision.status == "closed"
    assert line.decision.closed_on > line.report.frozen_on


# What only rules lead to that these three charters do not have; others of the tests do.
OF_OTHER_CHARTERS = {
    ("agenda.topic", "adopt"),
    ("agenda.topic", "let_pass"),
    ("agenda.topic", "put"),
    ("documents.mandate", "accept"),
    ("followups.assignment", "supervise"),
    ("meetings.attendance", "substitute"),
    ("meetings.meeting", "ask_plan"),
    ("meetings.meeting", "plan"),
}


def nothing_is_owed_but_what_has_no_end(body, timeline) -> None:
    """Every kind of duty was owed that its rules lead to; all that was done is told."""
    targets = Duty.objects.values_list("target", "kind")
    kinds = {
        (target.partition(":")[0], kind.partition(":")[0]) for target, kind in targets
    }
    needs_nothing_more = not body.part(TopicRules).to_consult.what
    left_out = {("agenda.topic", "prepare")} if needs_nothing_more else set()
    assert kinds == set(ACTS) - OF_OTHER_CHARTERS - left_out
    owed = {duty.kind.partition(":")[0] for duty in Duty.objects.open()}
    assert owed == {"report", "review"}
    call_command("check_duties")
    done = Duty.objects.filter(void_because="").exclude(closed_at=None)
    waited = [each["post"] for entry in timeline for each in entry["waited_for"]]
    titles = [duty.post.title for duty in done.select_related("post")]
    assert sorted(waited) == sorted(titles)


def the_timeline_has_each_act_and_document(body, timeline, out) -> None:
    """It has its keys, in the order of the days, and every document once."""
    assert all(list(entry) == KEYS for entry in timeline)
    days = [date.fromisoformat(entry["on"]) for entry in timeline]
    assert days == sorted(days)
    assert all(entry["act"] and entry["by"] and entry["basis"] for entry in timeline)
    numbers = [entry["document"] for entry in timeline if entry["document"]]
    issued = list(body.documents.order_by("pk").values_list("number", flat=True))
    assert numbers == issued
    files = sorted(out.glob("*.pdf"))
    assert len(files) == len(issued) > 0
    assert all(file.read_bytes().startswith(b"%PDF-") for file in files)
    assert all(number in file.name for number, file in zip(issued, files, strict=True))


def no_word_of_a_place_is_said(body, out) -> None:
    """None but those that the charter says."""
    by_charter = json.dumps(body.rules_in_force.data, ensure_ascii=False)
    said = (out / "timeline.json").read_text()
    said += "".join(map(text_of, out.glob("*.pdf")))
    said += "".join(f"{t.title}{t.problem}" for t in Topic.objects.all())
    assert {word for word in WORDS_OF_A_PLACE if word in said} <= {
        word for word in WORDS_OF_A_PLACE if word in by_charter
    }


def test_two_plays_tell_the_same_and_a_second_leaves_nothing_of_the_first(
    short, tmp_path
):
    data = charter_from(FIVE_SIDES)
    body, first = rehearse(data, "first", 2026)
    write_out(body, first, tmp_path)
    (tmp_path / "notes.pdf").touch()
    (tmp_path / "99 old.pdf").touch()
    charter_by_pk.cache_clear()
    body, second = rehearse(data, "second", 2026)
    assert [asdict(entry) for entry in first.entries] == [
        asdict(entry) for entry in second.entries
    ]
    write_out(body, second, tmp_path)
    assert not (tmp_path / "99 old.pdf").exists()
    assert (tmp_path / "notes.pdf").exists()


def test_a_body_with_one_department_is_played_too(short):
    data = lively()
    data["units"][1]["units"] = [
        each
        for each in data["units"][1]["units"]
        if each["key"] not in ("ferry", "smithy")
    ]
    body, _timeline = rehearse(data, "valley", 2026)
    its_meetings_are_held_and_minuted(body)


def where(**changes) -> str:
    """Where the play under the five-sided charter stops when it is changed so."""
    data = charter_from(FIVE_SIDES)
    for path, value in changes.items():
        part = data
        *above, last = path.split("__")
        for key in above:
            part = part[key]
        part[last] = value
    with pytest.raises(CannotBePlayed) as stop:
        rehearse(data, "lake", 2026)
    return str(stop.value)


def test_a_charter_with_a_mistake_says_where():
    data = charter_from(FIVE_SIDES)
    data["topics"]["settle"]["steps"][0][0]["any_of"] = ["nobody"]
    with pytest.raises(CharterRefused, match=r"topics\.settle\.steps\[0\]\[0\]\.any_of"):
        rehearse(data, "lake", 2026)


def test_an_office_without_the_right_for_its_task_stops_the_year():
    data = charter_from(FIVE_SIDES)
    asking = [d for d in data["offices"] if "run_consultations" not in d["rights"]]
    assert where(offices=asking).startswith("topics.consult: ")


def test_nobody_who_may_propose_stops_the_year():
    assert where(topics__proposers__units=[]).startswith("topics.proposers.units: ")


def test_no_class_of_topics_stops_the_year():
    stop = where(topics__classes__items=[], meetings__attendance__by_portfolio=[])
    assert stop.startswith("topics.classes.items: ")


def test_a_route_nobody_can_fill_stops_the_year(short):
    units = charter_from(FIVE_SIDES)["units"]
    for group in units:
        group["is_member"] = False
    assert where(units=units).startswith("meetings.ad_hoc")


def test_a_duty_that_nobody_does_stops_the_year(monkeypatch):
    monkeypatch.delitem(ACTS, ("agenda.topic", "consult"))
    assert where().startswith("agenda.topic: ")


def test_a_year_without_end_is_told(short):
    words = where(topics__consult__term={"value": 3660, "unit": "days"})
    assert "150" in words


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, BASE / "manage.py", "rehearse", *arguments]
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": os.environ["DATA_DIR"]}
    return subprocess.run(
        command, env=variables | environment, capture_output=True, text=True
    )


def test_the_command_plays_in_a_database_of_its_own(tmp_path):
    out, data = tmp_path / "out", tmp_path / "data"
    done = run(LIGHTHOUSE, "--year", "2026", "--out", out, DATA_DIR=str(data))
    assert done.returncode == 0, done.stderr
    timeline = json.loads((out / "timeline.json").read_text())
    assert len(done.stdout.splitlines()) == len(timeline) + 1
    assert "Traceback" not in done.stderr
    assert not (data / "db.sqlite3").exists()
    assert list(out.glob("01 *.pdf"))


def test_the_command_says_where_a_charter_cannot_be_played(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text(
        FIVE_SIDES.read_text().replace('issuer = "ferry_house"', 'issuer = "x"')
    )
    done = run(broken, "--year", "2026", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "topics.consult.letter.issuer" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_fonts_nothing_is_played(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "files", dict)
    with pytest.raises(CommandError, match=r"\./run"):
        call_command("rehearse", str(FIVE_SIDES), year=2026, out=tmp_path, here=True)


def test_a_play_here_spares_a_database_in_use(tmp_path):
    load_charter(charter_from(FIVE_SIDES), "lake", in_force_from=date(2026, 1, 1))
    with pytest.raises(CommandError, match="--here"):
        call_command(
            "rehearse",
            str(FIVE_SIDES),
            year=2026,
            out=tmp_path,
            here=True,
            stdout=StringIO(),
        )
