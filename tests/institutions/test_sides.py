"""Two to five sides, of one unit or several, with their seats."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from consents.models import Signature
from consents.ways import way_to_answer
from deadlines.models import Duty
from institutions.lacks import lacks_of
from institutions.loading import load_charter
from institutions.models import Post
from institutions.models.charters import problems_of
from tests.houses import SINCE, house, lively

LOCAL = {"kind": "local"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def with_sides(**changes: dict) -> dict:
    """The lively charter, with these changes to its sides by their keys."""
    data = lively()
    data["sides"] = [each | changes.get(each["key"], {}) for each in data["sides"]]
    return data


def problems(data: dict) -> list[tuple[str, str]]:
    return [(problem.path, problem.expected) for problem in problems_of(data)]


def side(number: int) -> dict:
    key = f"side{number}"
    return {"key": key, "name": key, "office": key, "leader": key, "basis": LOCAL}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 6])
def test_there_are_two_to_five_sides(count):
    data = lively()
    more = range(count - 2)
    data["sides"] = data["sides"][:count] + [side(number) for number in more]
    data["posts"] += [
        {"key": f"side{number}", "title": "首", "side": f"side{number}", "basis": LOCAL}
        for number in more
    ]
    data["units"][1]["units"] += [
        {"key": f"side{number}", "name": f"房{number}"} for number in more
    ]
    found = [expected for path, expected in problems(data) if path == "sides"]
    wanted = [] if 2 <= count <= 5 else [f"two to five sides: there are {count}"]
    assert found == wanted


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"farm": {"units": ["mill-office"]}}, "sides[1].units"),
        ({"mill": {"units": ["ferry"]}, "farm": {"units": ["ferry"]}}, "sides[1].units"),
        ({"mill": {"units": ["farm-office"]}}, "sides[1].office"),
        ({"mill": {"units": ["mill-office"]}}, "sides[0].units"),
        ({"mill": {"units": ["ferry", "ferry"]}}, "sides[0].units"),
        ({"mill": {"units": ["harbour"]}}, "sides[0].units"),
        ({"mill": {"seats": 0}}, "sides[0].seats"),
    ],
)
def test_what_a_side_cannot_be_is_refused(changes, path):
    assert [where for where, _expected in problems(with_sides(**changes))] == [path]


@pytest.fixture
def two(db):
    """A house in which the mill's side is of two units."""
    return house(with_sides(mill={"units": ["ferry"]}))


def answer(topic, by, **given) -> Signature:
    told = {"answer": "agree", "channel": "phone", "given_on": topic.submitted_on} | given
    sheet = topic.consent("settle")
    topic.answer("settle", by=by, digest=sheet.digest, **told)
    return sheet.signatures.get(post=given["on_behalf_of"])


@pytest.mark.changes("SideRules.units")
@pytest.mark.parametrize("unit", ["mill-office", "ferry"])
def test_each_unit_of_a_side_enters_for_its_posts_and_it_counts(two, unit):
    topic = two.topic("submitted")
    slot = answer(topic, two.person(unit), on_behalf_of=two.post("miller"))
    assert (slot.is_on_behalf, slot.is_reported) == (True, False)


def test_for_another_side_it_only_reports_and_other_units_do_neither(two):
    topic = two.topic("submitted")
    slot = answer(topic, two.person("ferry"), on_behalf_of=two.post("farmer"))
    assert slot.is_reported
    with pytest.raises(PermissionDenied, match="Only the office"):
        answer(topic, two.person("sluice"), on_behalf_of=two.post("miller"))


def test_nobody_enters_for_who_acts_for_a_unit(db):
    data = with_sides(mill={"units": ["ferry"]})
    data["topics"]["settle"] = data["topics"]["settle"] | {"steps": [[{"each": "unit"}]]}
    h = house(data)
    topic = h.topic("submitted")
    with pytest.raises(PermissionDenied, match="Only the office"):
        answer(topic, h.person("mill-office"), on_behalf_of=h.post("ferry"))


def test_it_sees_the_sheet_and_what_it_may_enter_but_is_owed_nothing(two):
    topic = two.topic("submitted")
    ferry, sheet = two.person("ferry"), topic.consent("settle")
    assert way_to_answer(sheet, ferry) == "entered"
    assert set(Duty.objects.entered_by(ferry)) == set(
        Duty.objects.open().of(topic).filter(post=two.post("miller"))
    )
    assert not Duty.objects.owed_by(ferry).exists()
    assert way_to_answer(sheet, two.person("sluice")) == ""


def test_that_a_further_unit_could_see_nothing_it_enters_is_told(two):
    told = {each.text: each.paths for each in lacks_of(two.body.rules_in_force, two.body)}
    text = "渡口 is to do this, and lacks the right “Read topics” for it."
    assert told[text] == ("sides[0].units",)


@pytest.mark.changes("SideRules.units", "RouteCase.sources")
def test_what_a_further_unit_proposes_is_of_its_side(db):
    data = with_sides(farm={"units": ["ferry"]})
    data["topics"]["proposers"]["units"] += ["ferry", "sluice"]
    case = {"sources": ["farm"], "steps": [[{"any_of": ["steward"]}]], "basis": LOCAL}
    data["topics"]["settle"] = data["topics"]["settle"] | {"cases": [case]}
    h = house(data)
    for unit, count in {"ferry": 1, "farm-office": 1, "sluice": 2}.items():
        topic = h.topic("submitted", by=unit)
        assert topic.consent("settle").signatures.count() == count, unit


def test_a_unit_that_is_of_the_side_no_more_enters_no_more(two):
    load_charter(with_sides(), "valley", in_force_from=SINCE)
    assert Post.objects.get(key="unit-ferry").side is None
    assert not two.person("ferry").posts_entered


@pytest.mark.changes(
    "SideRules.seats",
    "SideRules.units",
    "SideRules.name",
    "SideRules.office",
    "SideRules.leader",
)
def test_the_page_of_the_body_says_seats_and_further_units(db):
    h = house(with_sides(mill={"units": ["ferry"], "seats": 3}))
    page = h.client("sluice").get(f"/bodies/{h.body.pk}/").content.decode()
    words = " ".join(page.split())
    assert '<span class="soft">Seats</span> 3</p>' in words
    assert '<span class="soft">Other units of it</span> 渡口</p>' in words
    assert words.count("Seats") == 1
    assert '<h3>磨坊方</h3> <p><span class="soft">Leader</span> 磨坊主</p>' in words
    assert '<span class="soft">Office</span> 磨账房</p>' in words
