"""What a charter lacks is told before anybody lives under it: where, and whether it stops the year."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from institutions.lacks import Lack, lacks_of
from institutions.loading import charter_from
from institutions.models import Charter
from institutions.writing import text_of
from jointmeeting import clock
from tests.houses import house, lively

FILES = sorted(
    [
        *Path(settings.BASE_DIR, "charters").glob("*.toml"),
        *Path(settings.BASE_DIR, "tests", "charters").glob("*.toml"),
    ]
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def found(change: Callable[[dict], None]) -> dict[str, bool]:
    """The paths of what a charter lacks once it is changed so, and whether it stops the year."""
    data = lively()
    change(data)
    lacks = lacks_of(Charter(data=data, in_force_from=clock.today()))
    return {path: lack.prevents for lack in lacks for path in lack.paths}


def without(right: str) -> Callable[[dict], None]:
    def change(data):
        for duty in data["offices"]:
            duty["rights"] = [each for each in duty["rights"] if each != right]

    return change


def put(path: str, value) -> Callable[[dict], None]:
    def change(data):
        part = data
        *above, last = path.split(".")
        for key in above:
            part = part[key]
        part[last] = value

    return change


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_charters_that_are_lived_under_lack_nothing(path):
    assert lacks_of(Charter(data=charter_from(path), in_force_from=clock.today())) == []


@pytest.mark.parametrize(
    ("right", "where"),
    [
        ("prepare_topics", {"topics.to_agenda.what"}),
        ("run_consultations", {"topics.consult.office"}),
        ("organise_meetings", {"meetings.organise.office"}),
        ("record_meetings", {"minutes.recorder"}),
        ("assign_tasks", {"followups.assign.office"}),
        ("verify_results", {f"followups.verify.offices[{n}]" for n in (0, 1)}),
        ("inspect", {f"followups.inspect.units[{n}]" for n in (0, 1)}),
        (
            "read_topics",
            {
                "topics.to_agenda.what",
                "topics.consult.office",
                "meetings.organise.office",
                "minutes.recorder",
                "followups.assign.office",
                *(f"followups.progress.offices[{n}]" for n in (0, 1)),
                *(f"agenda.standing[{n}].presenter" for n in (0, 1)),
            },
        ),
    ],
)
def test_an_office_without_the_right_for_its_task(right, where):
    told = found(without(right))
    assert {path for path, prevents in told.items() if prevents} == where


@pytest.mark.parametrize(
    ("change", "where", "prevents"),
    [
        (put("topics.classes.items", []), "topics.classes.items", True),
        (put("topics.proposers.units", []), "topics.proposers.units", True),
        (
            put("meetings.ask_by", {"value": 365, "unit": "days", "when": "before"}),
            "meetings.ask_by",
            True,
        ),
        (
            put("meetings.notice.reply", {"value": 5, "unit": "days", "when": "before"}),
            "meetings.notice.reply",
            True,
        ),
        (
            put(
                "meetings.attendance.by_portfolio",
                [{"post": "steward", "classes": ["wind"]}],
            ),
            "meetings.attendance.by_portfolio[0].classes",
            False,
        ),
        (
            put("agenda.standing", []),
            "agenda.standing",
            False,
        ),
        (
            put(
                "minutes.outcomes",
                [{"key": "later", "name": "下回再议", "then": "stays"}],
            ),
            "minutes.outcomes",
            True,
        ),
        (
            put(
                "topics.closing",
                {
                    "term": {"value": 2, "unit": "days", "when": "before"},
                    "basis": {"kind": "local"},
                },
            ),
            "topics.closing.term",
            False,
        ),
        (without("administer_rights"), "offices", False),
        (without("administer_accounts"), "offices", False),
    ],
)
def test_what_leads_nowhere_is_told_at_its_place(change, where, prevents):
    assert found(change)[where] is prevents


def test_a_notice_leaves_before_the_replies_are_due():
    """It leaves three working days before, which is more than four days."""
    reply = {"value": 4, "unit": "days", "when": "before"}
    assert found(put("meetings.notice.reply", reply)) == {}


def test_a_route_of_member_units_where_there_is_none():
    def change(data):
        for group in data["units"]:
            group["is_member"] = False
        data["minutes"]["approve"]["steps"] = [[{"each": "member"}]]

    assert found(change) == {"minutes.approve.steps[0][0]": True}


def paths(lacks: list[Lack]) -> dict[str, bool]:
    return {path: lack.prevents for lack in lacks for path in lack.paths}


@pytest.mark.django_db
class TestToday:
    """What depends on who holds a post today."""

    def test_where_all_posts_are_held_nothing_is_missing(self):
        h = house()
        assert lacks_of(h.body.rules_in_force, h.body) == []

    def test_a_vacant_post_stops_each_route_that_asks_it_and_is_named_once(self):
        h = house()
        h.leave("farmer")
        lacks = lacks_of(h.body.rules_in_force, h.body)
        [stops] = [lack for lack in lacks if lack.prevents]
        assert stops.vacant == ("farmer",)
        assert "topics.settle.steps[0][1]" in stops.paths
        assert "minutes.approve.steps[0][1]" in stops.paths
        assert "meetings.chair.posts" not in stops.paths  # another may chair

    def test_one_of_several_posts_is_enough(self):
        data = lively()
        steps = [[{"any_of": ["miller", "farmer"]}]]
        for part in (data["topics"]["settle"], data["minutes"]["approve"]):
            part["steps"] = steps
        h = house(data)
        h.leave("farmer")
        told = paths(lacks_of(h.body.rules_in_force, h.body))
        assert "topics.settle.steps[0][0]" not in told
        h.leave("miller")
        told = paths(lacks_of(h.body.rules_in_force, h.body))
        assert told["topics.settle.steps[0][0]"]
        assert told["meetings.chair.posts"]

    def test_each_side_and_each_member_must_be_there(self):
        data = lively()
        data["topics"]["settle"]["steps"] = [[{"each": "side"}, {"each": "member"}]]
        h = house(data)
        h.leave("miller")
        h.leave("ferry")
        told = paths(lacks_of(h.body.rules_in_force, h.body))
        assert told["topics.settle.steps[0][0]"]
        assert told["topics.settle.steps[0][1]"]

    def test_a_unit_for_which_nobody_acts(self):
        h = house()
        h.leave("ferry")
        told = paths(lacks_of(h.body.rules_in_force, h.body))
        assert told == {"units[1].units[1]": False}

    def test_an_office_without_liaison_stops_its_tasks(self):
        h = house()
        h.leave("farm-office")
        lacks = lacks_of(h.body.rules_in_force, h.body)
        told = paths(lacks)
        assert told["sides[1].office"]
        assert told["agenda.standing[1].presenter"]
        assert told["followups.verify.offices"] is False  # its own tasks: by nobody
        assert all(
            lack.vacant == ("unit-farm-office",) for lack in lacks if lack.prevents
        )

    def test_a_draft_is_asked_with_the_people_of_its_body(self):
        h = house()
        data = deepcopy(h.body.charter.data)
        post = {
            "key": "reeve",
            "title": "村长",
            "side": "farm",
            "basis": {"kind": "local"},
        }
        data["posts"].append(post)
        data["minutes"]["approve"]["steps"] = [[{"any_of": ["reeve"]}]]
        draft = Charter(joint_body=h.body, data=data, in_force_from=clock.today())
        [lack] = lacks_of(draft, h.body)
        assert (lack.vacant, lack.prevents) == (("reeve",), True)

    def test_the_page_of_the_charter_says_what_where_and_where_it_is_mended(self):
        h = house()
        url = reverse("desk:charter_detail", args=[h.body.pk])
        assert "Nothing is missing" in h.client("ferry").get(url).content.decode()
        h.leave("farmer")
        page = h.client("ferry").get(url).content.decode()
        assert "Nobody acts as 农场主." in page
        assert "Topics · " in page
        assert "stops the year" in page
        assert reverse("desk:body_detail", args=[h.body.pk]) + "#h-posts" in page


def file_of(tmp_path, change) -> Path:
    data = lively()
    change(data)
    path = tmp_path / "valley.toml"
    path.write_text(text_of(Charter(data=data)), encoding="utf-8")
    return path


def test_the_command_says_that_nothing_stops_the_year(tmp_path, capsys):
    call_command("charter_check", file_of(tmp_path, put("agenda.standing", [])))
    said = capsys.readouterr().out
    assert "agenda.standing: " in said
    assert "Nothing stops the year." in said


def test_the_command_says_what_stops_it(tmp_path, capsys):
    file = file_of(tmp_path, put("topics.proposers.units", []))
    with pytest.raises(CommandError):
        call_command("charter_check", file)
    assert "topics.proposers.units: " in capsys.readouterr().out


def test_the_command_names_a_mistake(tmp_path):
    file = file_of(tmp_path, put("minutes.recorder", "nobody"))
    with pytest.raises(CommandError, match=r"minutes\.recorder"):
        call_command("charter_check", file)


@pytest.mark.django_db
def test_the_command_counts_the_people_of_a_body(tmp_path, capsys):
    h = house()
    h.leave("farmer")
    file = file_of(tmp_path, lambda data: None)
    with pytest.raises(CommandError):
        call_command("charter_check", file, body=h.body.key)
    with pytest.raises(CommandError, match="nowhere"):
        call_command("charter_check", file, body="nowhere")
