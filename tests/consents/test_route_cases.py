"""A route by what is so of an act: who is asked then, what it is called, within which term."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consents.charter import Facts, Route, RouteCase, Slot
from deadlines.models import Duty
from desk.charters import lines_of
from institutions.charter import Basis
from institutions.models.charters import problems_of
from jointmeeting import clock
from meetings.models import Meeting
from tests import sittings
from tests.consents.conftest import any_of
from tests.houses import House, house, lively

LOCAL = {"kind": "local"}
FARM = {"sources": ["farm"]}
STEWARD = {"steps": [[any_of("steward")]]}


def by_case(*cases: dict, **topics) -> dict:
    """The lively charter with a class in nobody's portfolio, and these cases of settling."""
    data = lively()
    own = data["topics"]
    own["classes"]["items"].append({"key": "fish", "name": "鱼"})
    told = [{"basis": LOCAL} | case for case in cases]
    settle = own["settle"] | {"cases": told}
    data["topics"] = own | {"settle": settle} | topics
    return data


def waiting(row, act: str = "settle") -> list[str]:
    """Who is asked now: the posts of each empty slot."""
    slots = row.consent(act).waiting().order_by("pk")
    return ["|".join(sorted(each.key for each in s.posts.all())) for s in slots]


def proposed(h: House, by: str = "mill-office", **words):
    return h.topic("submitted", by=by, **words)


@pytest.mark.changes(
    "Route.cases",
    "RouteCase.sources",
    "RouteCase.classes",
    "RouteCase.outside_portfolio",
    "RouteCase.steps",
)
@pytest.mark.parametrize(
    ("case", "words"),
    [
        (FARM, {"by": "farm-office"}),
        ({"classes": ["fish"]}, {"topic_class": "fish"}),
        ({"outside_portfolio": True}, {"topic_class": "fish"}),
        (FARM | {"classes": ["fish"]}, {"by": "farm-office", "topic_class": "fish"}),
    ],
)
def test_where_it_is_so_others_are_asked(db, case, words):
    h = house(by_case(case | STEWARD))
    assert waiting(proposed(h)) == ["miller", "farmer"]
    assert waiting(proposed(h, **words)) == ["steward"]


def test_all_that_a_case_names_must_be_so(db):
    h = house(by_case(FARM | {"classes": ["fish"]} | STEWARD))
    assert waiting(proposed(h, by="farm-office")) == ["miller", "farmer"]
    assert waiting(proposed(h, topic_class="fish")) == ["miller", "farmer"]


def test_the_first_case_that_holds_counts(db):
    first, second = {"steps": [[any_of("farmer")]]}, STEWARD
    h = house(by_case(FARM | first, {"classes": ["fish"]} | second))
    assert waiting(proposed(h, by="farm-office", topic_class="fish")) == ["farmer"]
    assert waiting(proposed(h, topic_class="fish")) == ["steward"]


@pytest.mark.changes("RouteCase.verb", "RouteCase.term", "Route.verb", "Route.term")
def test_verb_and_term_are_those_of_the_case_and_who_is_asked_those_of_the_route(db):
    term = {"value": 2, "unit": "working days"}
    h = house(by_case(FARM | {"verb": "会商", "term": term}))
    topic = proposed(h, by="farm-office")
    assert waiting(topic) == ["miller", "farmer"]
    assert topic.consent("settle").verb == "会商"
    duty = Duty.objects.open().of(topic).first()
    assert duty.due_on == date(2026, 3, 4)
    assert duty.text.startswith("会商")
    common = Duty.objects.open().of(proposed(h)).first()
    assert (common.due_on, common.text[:2]) == (date(2026, 3, 9), "商定")
    h.sign(topic)
    assert topic.state_label == "会商: done"
    page = h.client("mill-office").get(reverse("agenda:topic_list")).content.decode()
    assert "会商: done" in page
    assert h.duties_agree()


def test_a_list_of_topics_that_go_different_ways_takes_no_more_queries(db):
    h = house(by_case(FARM | {"verb": "会商"}))
    browser, counts = h.client("mill-office"), []
    browser.get(
        reverse("agenda:topic_list")
    )  # the first of a day brings rights up to date
    for _round in range(2):
        for office in ("mill-office", "farm-office"):
            h.topic("settled", by=office)
        with CaptureQueriesContext(connection) as caught:
            page = browser.get(reverse("agenda:topic_list")).content.decode()
        assert "会商: done" in page
        assert "商定: done" in page
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_case_without_steps_is_agreed_at_once(db):
    h = house(by_case(FARM | {"steps": []}))
    assert proposed(h, by="farm-office").status == "settled"


@pytest.mark.changes("RouteCase.ad_hoc")
def test_minutes_of_an_ad_hoc_meeting_go_their_own_way(db):
    data = lively()
    case = {"ad_hoc": True, "basis": LOCAL} | STEWARD
    data["minutes"]["approve"] = data["minutes"]["approve"] | {"cases": [case]}
    h = house(data)
    approved = sittings.approved(h, kind="ad hoc")
    assert [slot.post.key for slot in approved.consent("approve").signatures.all()] == [
        "steward"
    ]


def test_a_meeting_may_hang_on_the_side_that_asks_for_it(db):
    data = lively()
    regular = data["meetings"]["regular"]
    cases = [FARM | STEWARD | {"basis": LOCAL}]
    regular["agree"] = regular["agree"] | {"cases": cases}
    regular["asked_by"] = ["mill-office", "farm-office"]
    h = house(data)
    asked = {}
    for office in ("mill-office", "farm-office"):
        by = h.person(office)
        words = {"kind": "regular", "year": 2026, "reason": "春灌在即。"}
        meeting = Meeting.objects.begin(h.unit(office), by=by, **words)
        meeting.request(by=by)
        asked[office] = waiting(meeting, "convene")
    assert asked == {"mill-office": ["miller", "farmer"], "farm-office": ["steward"]}


def test_the_page_of_a_topic_says_which_way_holds_and_why(db):
    basis = {"kind": "clause", "clause": "约定第九条"}
    h = house(by_case(FARM | STEWARD | {"basis": basis}))
    browser = h.client("mill-office")
    page = browser.get(proposed(h, by="farm-office").get_absolute_url()).content.decode()
    assert "<td>is proposed by 农场方</td>" in page
    assert "<td>管家</td>" in page
    assert "约定第九条" in page
    page = browser.get(proposed(h).get_absolute_url()).content.decode()
    assert "special cases: the common rule holds." in page
    plain = house(key="plain")
    page = plain.client("mill-office").get(proposed(plain).get_absolute_url())
    assert "Who settles it" not in page.content.decode()


def test_the_charter_page_says_each_case_in_words(db):
    both, step = (
        FARM | {"classes": ["fish"]},
        [any_of("steward", "miller"), any_of("farmer")],
    )
    fish = {"classes": ["fish"], "steps": [step]}
    h = house(by_case(both | STEWARD, FARM | {"verb": "会商"}, fish))
    said = {line.name: line.says for line in lines_of(h.body.rules_in_force)}
    way = "Settling topics · Where it goes another way · is proposed by 农场方"
    assert said[f"{way} and is of the class 鱼"] == "管家"
    assert said[way] == "会商"
    way = "Settling topics · Where it goes another way · is of the class 鱼"
    assert said[way] == "(管家 or 磨坊主) and 农场主"


# What is refused


def told(data: dict) -> dict[str, str]:
    return {problem.path: problem.expected for problem in problems_of(data)}


PATH = "topics.settle.cases[0]"
OTHER = {"steps": [[any_of("farmer")]]}


@pytest.mark.parametrize(
    ("cases", "path"),
    [
        ([STEWARD], PATH),
        ([FARM], PATH),
        ([{"sources": ["river"]} | STEWARD], f"{PATH}.sources"),
        ([{"classes": ["birds"]} | STEWARD], f"{PATH}.classes"),
        ([{"ad_hoc": True} | STEWARD], f"{PATH}.ad_hoc"),
        ([FARM | {"steps": [[]]}], f"{PATH}.steps[0]"),
        ([FARM | {"steps": [[{"each": "attending"}]]}], f"{PATH}.steps[0][0].each"),
        ([FARM | STEWARD, FARM | OTHER], "topics.settle.cases[1]"),
        (
            [FARM | STEWARD, FARM | {"classes": ["fish"]} | OTHER],
            "topics.settle.cases[1]",
        ),
        (
            [{"outside_portfolio": True, "classes": ["water"]} | STEWARD],
            PATH,
        ),
        (
            [FARM | STEWARD, {"sources": ["mill"]} | OTHER, {"sources": ["mill", "farm"]} | OTHER],
            "topics.settle.cases[2]",
        ),
    ],
)  # fmt: skip
def test_a_case_that_says_nothing_that_can_be_is_refused(cases, path):
    assert list(told(by_case(*cases))) == [path]


def test_the_class_a_route_hangs_on_is_signed(db):
    data = by_case({"classes": ["fish"]} | STEWARD, settled_text=["title"])
    assert list(told(data)) == ["topics.settled_text"]


@pytest.mark.parametrize("act", ["regular", "ad_hoc"])
def test_whether_a_meeting_is_ad_hoc_is_no_case_of_its_own_request(act):
    data = lively()
    agree = data["meetings"][act]["agree"]
    agree["cases"] = [{"ad_hoc": True, "basis": LOCAL} | STEWARD]
    assert list(told(data)) == [f"meetings.{act}.agree.cases[0].ad_hoc"]


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([[any_of("auditor")]], "steps[0][0].any_of"),
        ([[any_of("miller", "miller")]], "steps[0][0].any_of"),
        ([[any_of("miller")], [any_of("farmer")], [any_of("miller")]], "steps[2][0]"),
        ([[{"each": "side"}], [{"each": "side"}]], "steps[1][0]"),
        ([[any_of("miller")], []], "steps[1]"),
    ],
)
def test_a_route_that_nobody_can_complete_is_refused(steps, path):
    data = lively()
    settle = data["topics"]["settle"]
    data["topics"] = data["topics"] | {"settle": settle | {"steps": steps}}
    assert list(told(data)) == [f"topics.settle.{path}"]


def test_a_post_twice_in_one_step_answers_once(db):
    data = lively()
    twice = [any_of("miller"), any_of("miller", "steward"), any_of("farmer")]
    data["topics"]["settle"] = data["topics"]["settle"] | {"steps": [twice]}
    h = house(data)
    topic = proposed(h)
    sheet = topic.consent("settle")
    topic.answer("settle", by=h.person("miller"), digest=sheet.digest, answer="agree")
    assert waiting(topic) == ["farmer"]


def test_the_route_as_it_is_rests_on_the_case(db):
    own, other = Basis(kind="clause", clause="一"), Basis(kind="clause", clause="二")
    case = RouteCase(late=True, steps=((Slot(each="side"),),), basis=other)
    route = Route(verb="商定", steps=(), cases=(case,), basis=own)
    assert route.under(Facts()) is route
    late = route.under(Facts(late=True))
    assert (late.verb, late.steps, late.basis) == ("商定", case.steps, other)


# The kinds of places on a sheet


@pytest.mark.changes(
    "Slot.each",
    "Slot.any_of",
    "Route.steps",
    "Slot.each=side",
    "Slot.each=member",
    "Slot.each=unit",
)
@pytest.mark.parametrize(
    ("slot", "asked"),
    [
        (any_of("miller", "farmer"), ["farmer|miller"]),
        ({"each": "side"}, ["miller", "farmer"]),
        ({"each": "member"}, ["unit-mill-office", "unit-farm-office"]),
        (
            {"each": "unit"},
            ["unit-mill-office", "unit-farm-office", "unit-sluice", "unit-ferry", "unit-smithy"],
        ),
    ],
)  # fmt: skip
def test_who_is_asked_by_each_kind_of_place(db, slot, asked):
    data = lively()
    data["units"][1]["is_member"] = False
    data["topics"]["settle"] = data["topics"]["settle"] | {"steps": [[slot]]}
    h = house(data)
    topic = proposed(h)
    assert waiting(topic) == asked
    h.sign(topic)
    assert topic.status == "settled"


@pytest.mark.changes("Slot.each=attending")
def test_each_unit_that_attended_approves_the_minutes(db):
    data = lively()
    data["minutes"]["approve"] = data["minutes"]["approve"] | {"steps": [[{"each": "attending"}]]}  # fmt: skip
    data["meetings"]["attendance"]["units"] = ["sluice", "ferry"]
    h = house(data)
    meeting = sittings.notified(h, h.topic("answered"))
    there = {"unit-sluice", "unit-smithy"}
    with clock.at(meeting.starts_at + timedelta(hours=3)):
        by = h.person(meeting.organiser.key)
        for place in meeting.attendances.select_related("unit__liaison"):
            was_there = place.unit is None or place.unit.liaison.key in there
            place.tick(by=by, was_there=was_there)
        meeting.refresh_from_db()
        meeting.hold(by=by)
        minutes = sittings.recorded(h, meeting)
        assert minutes.vacancy("approve") is None
        minutes.send(by=h.person(minutes.recorder.key))
        assert set(waiting(minutes, "approve")) == there
        h.sign(minutes, "approve")
    assert minutes.status == "approved"
