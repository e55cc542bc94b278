"""A year rehearsed from the screen: asked for, played elsewhere, watched, broken off, read."""

import json
import time
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from institutions.drafting import begin_draft, change_part
from institutions.models import CalendarDay, Charter, User
from jointmeeting import clock
from rehearsal import elsewhere, tasks
from rehearsal.folder import Cancelled
from rehearsal.models import SILENT, Rehearsal
from rehearsal.rehearsing import play_year
from tests.houses import House, house, lively
from tests.rehearsal.conftest import MORNING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "asked")]


@pytest.fixture
def h() -> House:
    return house()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def asked(monkeypatch) -> list[int]:
    """The plays that the background work was asked for; none is begun."""
    keys: list[int] = []
    monkeypatch.setattr(tasks.play, "delay", keys.append)
    return keys


def url(h: House, page: str = "detail", version: int = 1) -> str:
    return reverse(f"rehearsal:rehearsal_{page}", args=[h.body.pk, version])


def begin(h: House, year: int = 2027) -> Rehearsal:
    answer = h.client("rights").post(url(h), {"year": year})
    assert answer.status_code == 302, answer.content.decode()
    return Rehearsal.objects.get()


ENTRY = {
    "on": "2027-03-02",
    "act": "提出议题",
    "by": "磨账房账房",
    "unit": "磨账房",
    "document": "磨函〔2027〕1号",
    "basis": "local",
    "waited_for": [{"post": "磨坊主", "working_days": 2, "due_on": "2027-03-01"}],
}


def finish(played: Rehearsal, **result) -> None:
    result = {"entries": [ENTRY], "stopped": None, "open": []} | result
    played.folder.tell(result)


def test_who_administers_asks_for_a_year_and_sees_how_far_it_is(h, asked):
    played = begin(h)
    assert asked == [played.pk]
    job = played.folder.job()
    assert (job["year"], job["data"]) == (2027, h.body.charter.data)
    assert len(job["calendar"]) == CalendarDay.objects.count()
    page = h.client("rights").get(url(h))
    assert page["Refresh"]
    assert "as soon as the background work" in page.content.decode()
    played.folder.tell_day(date(2027, 7, 2))
    page = h.client("ferry").get(url(h)).content.decode()
    assert "come to 2027-07-02" in page
    assert "50%" in page
    assert "Break the rehearsal off" not in page


def test_its_result_is_kept_as_picture_and_list(h):
    played = begin(h)
    finish(played, open=[{"post": "磨坊主", "text": "签字", "due_on": "2028-01-05"}])
    page = h.client("ferry").get(url(h))
    assert "Refresh" not in page
    text = page.content.decode()
    for said in ("played to the end", "提出议题", "磨函〔2027〕1号", "签字", "<svg"):
        assert said in text
    assert "1 ◆1" in text
    assert '<span class="st is-late">03-01</span>' in text
    assert not played.folder.path.exists()
    assert "提出议题" in h.client("ferry").get(url(h)).content.decode()


def test_a_result_of_other_rules_says_so(h):
    draft = begin_draft(h.body, by=h.person("rights"))
    there = url(h, version=draft.version)
    office = h.client("rights")
    assert office.post(there, {"year": 2027}).status_code == 302
    finish(Rehearsal.objects.get())
    assert "were changed after" not in office.get(there).content.decode()
    words = {"mill": "水磨", "farm": "农场"}
    change_part(draft, "words", words, by=h.person("rights"), revision=draft.revision)
    assert (
        "were changed after this year was rehearsed" in office.get(there).content.decode()
    )


def test_where_the_year_stops_is_said_in_words(h):
    stopped = {"path": "topics.settle.steps[0][0]", "why": "没有人能签。"}
    finish(begin(h), stopped=stopped)
    page = h.client("rights").get(url(h)).content.decode()
    assert "could not go on" in page
    assert "没有人能签。" in page
    assert "Topics · " in page
    assert "topics.settle" not in page


def test_only_one_is_under_way_and_the_next_takes_the_place_of_the_last(h):
    played = begin(h)
    again = h.client("rights").post(url(h), {"year": 2028}, follow=True)
    assert "is being rehearsed already" in again.content.decode()
    finish(played)
    assert begin(h, 2028).pk != played.pk


def test_a_play_that_says_nothing_more_is_broken_off_and_can_be_begun_again(h):
    played = begin(h)
    with clock.at(MORNING + SILENT + timedelta(seconds=1)):
        page = h.client("rights").get(url(h)).content.decode()
        assert "broken off" in page
        assert "Rehearse again" in page
        assert begin(h).pk != played.pk


def test_it_is_cancelled_and_the_play_notices(h):
    played = begin(h)
    assert h.client("rights").post(url(h, "cancel")).status_code == 302
    played.refresh_from_db()
    assert played.status == "cancelled"
    for tell in (
        lambda: played.folder.tell_day(date(2027, 1, 4)),
        lambda: finish(played),
    ):
        with pytest.raises(Cancelled):
            tell()
    assert h.client("rights").post(url(h, "cancel")).status_code == 302


def test_the_task_begins_what_is_wanted_only(h, monkeypatch):
    started = []
    monkeypatch.setattr(tasks, "start", started.append)
    played = begin(h)
    tasks.play(played.pk)
    assert started == [played.folder.path]
    played.cancel(by=h.person("rights"))
    tasks.play(played.pk)
    assert len(started) == 1


@pytest.mark.parametrize("year", ["", "x", "1999", "2101"])
def test_a_year_that_is_none_is_refused(h, year):
    page = h.client("rights").post(url(h), {"year": year})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.content.decode()
    assert not Rehearsal.objects.exists()


def test_a_draft_is_rehearsed_by_who_administers_and_unknown_to_others(h):
    data = deepcopy(h.body.charter.data)
    Charter.objects.create(
        joint_body=h.body, version=2, data=data, in_force_from=date(2027, 1, 1)
    )
    assert h.client("rights").get(url(h, version=2)).status_code == 200
    assert h.client("ferry").get(url(h, version=2)).status_code == 404
    data["minutes"]["recorder"] = "nobody"
    Charter.objects.filter(version=2).update(data=data)
    page = h.client("rights").get(url(h, version=2)).content.decode()
    assert "This charter has mistakes" in page
    assert "minutes.recorder" in page
    assert "Rehearse the year" not in page


def test_what_is_missing_stands_beside_it(h):
    h.leave("farmer")
    page = h.client("rights").get(url(h)).content.decode()
    assert "Nobody acts as 农场主." in page


@pytest.mark.plays
def test_a_year_is_played_and_told_as_plain_data(calendar):
    days: list[date] = []
    told = play_year(lively(), 2026, [], days.append)
    assert told["stopped"] is None
    assert told["entries"][-1]["on"] <= "2026-12-31"
    assert {each["due_on"] != "" for e in told["entries"] for each in e["waited_for"]}
    assert any(each["document"] for each in told["entries"])
    assert days == sorted(days)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.plays
def test_where_a_year_cannot_go_on_is_told_with_what_came_before(calendar):
    data = lively()
    data["offices"] = [
        d for d in data["offices"] if "run_consultations" not in d["rights"]
    ]
    told = play_year(data, 2026, [], lambda day: None)
    assert told["stopped"]["path"] == "topics.consult"
    assert told["entries"]


@pytest.mark.plays
def test_a_process_of_its_own_plays_it_and_leaves_this_database_alone(h):
    played = begin(h)
    people = User.objects.count()
    elsewhere.start(played.folder.path).wait(timeout=300)
    deadline = time.monotonic() + 5
    while played.is_under_way and time.monotonic() < deadline:
        played.look()
    assert played.status == "done", played.result
    assert played.result["entries"]
    assert User.objects.count() == people
