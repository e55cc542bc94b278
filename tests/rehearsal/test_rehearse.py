"""A year under a charter: whom it makes act, on what, and where it leads no further."""

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
from pypdfium2 import PdfDocument

from agenda.models import Consultation, Topic
from consents.models import Outcome, Signature
from deadlines.models import Duty
from institutions.loading import CharterRefused, charter_from, load_charter
from institutions.models import charter_by_pk
from jointmeeting import fonts
from meetings.models import Meeting
from rehearsal import rehearsing
from rehearsal.player import ACTS, CannotBePlayed
from rehearsal.rehearsing import rehearse, write_out
from rehearsal.stories import NEUTRAL, story_of
from tests.rehearsal.conftest import BASE, CHARTERS, FIVE_SIDES

pytestmark = pytest.mark.usefixtures("calendar", "files")
WORDS_OF_A_PLACE = ("工会", "政府", "职工", "区长", "旗")
KEYS = ["on", "act", "by", "unit", "document", "basis", "waited_for"]


def text_of(file: Path) -> str:
    """What a document says, its breaks left out."""
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(file)]
    return "".join("".join(pages).split())


@pytest.fixture
def short(monkeypatch):
    """A year of few topics, which is told in a second."""
    story = story_of(NEUTRAL)
    few = replace(story, topics=story.topics[:2])
    monkeypatch.setattr(rehearsing, "story_of", lambda key: few)


@pytest.fixture(params=CHARTERS, ids=lambda path: path.stem)
def played(request, tmp_path):
    """A body after its year, the timeline as it is written, and the folder it is in."""
    data = charter_from(request.param)
    body, timeline = rehearse(data, request.param.stem, 2026)
    write_out(body, timeline, tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "timeline.json").read_text())
    return body, kept, tmp_path / "out"


def test_a_year_is_played_under_every_charter(played):
    """One play serves all that is asked of it, as it takes seconds."""
    body, timeline, out = played

    # it comes to agreed meetings, and to topics settled and answered
    rules = body.rules_in_force.parts["meetings"]
    regular = Meeting.objects.filter(joint_body=body, kind="regular", status="agreed")
    assert regular.count() == rules.least
    assert Meeting.objects.get(joint_body=body, kind="ad hoc").status == "agreed"
    settled = Topic.objects.filter(joint_body=body, status="settled")
    assert settled.count() >= 6
    assert all(topic.asked.filter(status="answered").exists() for topic in settled)

    # what may happen to a topic happened to one
    states = set(Topic.objects.filter(joint_body=body).values_list("status", flat=True))
    assert {"not adopted", "withdrawn"} <= states
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

    # every kind of duty was owed that its rules lead to
    targets = Duty.objects.values_list("target", "kind")
    kinds = {
        (target.partition(":")[0], kind.partition(":")[0]) for target, kind in targets
    }
    needs_nothing_more = not body.rules_in_force.parts["topics"].to_consult.what
    left_out = {("agenda.topic", "prepare")} if needs_nothing_more else set()
    assert kinds == set(ACTS) - left_out

    # nothing is owed any more, and every duty that was done is in the timeline
    assert not Duty.objects.open().exists()
    call_command("check_duties")
    done = Duty.objects.filter(void_because="").select_related("post")
    waited = [each["post"] for entry in timeline for each in entry["waited_for"]]
    assert sorted(waited) == sorted(duty.post.title for duty in done)

    # the timeline has its keys, in the order of the days, and every document once
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

    # no word of a place is said that the charter does not say
    by_charter = json.dumps(body.rules_in_force.data, ensure_ascii=False)
    said = (out / "timeline.json").read_text() + "".join(map(text_of, files))
    said += "".join(f"{t.title}{t.problem}" for t in Topic.objects.all())
    assert {word for word in WORDS_OF_A_PLACE if word in said} <= {
        word for word in WORDS_OF_A_PLACE if word in by_charter
    }


def test_two_plays_tell_the_same(short):
    data = charter_from(FIVE_SIDES)
    body, first = rehearse(data, "first", 2026)
    charter_by_pk.cache_clear()
    _body, second = rehearse(data, "second", 2026)
    assert [asdict(entry) for entry in first.entries] == [
        asdict(entry) for entry in second.entries
    ]


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
    assert where(topics__classes__items=[]).startswith("topics.classes.items: ")


def test_a_route_nobody_can_fill_stops_the_year(short):
    units = charter_from(FIVE_SIDES)["units"]
    for group in units:
        group["is_member"] = False
    assert where(units=units).startswith("meetings.ad_hoc")


def test_a_duty_that_nobody_does_stops_the_year(monkeypatch):
    monkeypatch.delitem(ACTS, ("agenda.topic", "consult"))
    assert where().startswith("agenda.topic: ")


def test_a_year_without_end_is_told(short):
    words = where(topics__consult__term={"value": 4000, "unit": "days"})
    assert "120" in words


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, BASE / "manage.py", "rehearse", *arguments]
    variables = {"PATH": os.environ["PATH"], "DATA_DIR": os.environ["DATA_DIR"]}
    return subprocess.run(
        command, env=variables | environment, capture_output=True, text=True
    )


def test_the_command_plays_in_a_database_of_its_own(tmp_path):
    out, data = tmp_path / "out", tmp_path / "data"
    done = run(FIVE_SIDES, "--year", "2026", "--out", out, DATA_DIR=str(data))
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


def test_a_second_run_leaves_nothing_of_the_first(tmp_path, short):
    body, timeline = rehearse(charter_from(FIVE_SIDES), "lake", 2026)
    write_out(body, timeline, tmp_path)
    (tmp_path / "notes.pdf").touch()
    (tmp_path / "99 old.pdf").touch()
    write_out(body, timeline, tmp_path)
    assert not (tmp_path / "99 old.pdf").exists()
    assert (tmp_path / "notes.pdf").exists()


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
