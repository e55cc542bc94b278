"""A new version begins while all kinds of things are under way: what is owed agrees with it."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import translation

from agenda.models import Agenda
from deadlines.models import Duty
from deadlines.tasks import follow_charter
from followups.models import Assignment, Inspection
from institutions import versions
from institutions.drafting import begin_draft
from institutions.loading import load_charter
from institutions.models import JointBody, charter_by_pk, charter_seen_from
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Meeting
from meetings.models.years import open_year
from tests import charters
from tests.houses import House, house
from tests.sittings import agreed, assigned, minuted, notified

DAYS = {"value": 20, "unit": "days"}
BEFORE = {"value": 6, "unit": "days", "when": "before"}
VISIT = {"place": "闸口", "took_part": "磨账房", "finding": "闸未开。"}


def plan() -> dict:
    return {
        "covers": ["day", "chair"],
        "ask": BEFORE,
        "agree": charters.LEADERS | {"verb": "核定"},
        "basis": charters.AGREED,
    }


def begin(h: House, change=lambda data: None, **moves) -> JointBody:
    """The next version begins today, changed like that."""
    data = deepcopy(JointBody.objects.get(pk=h.body.pk).charter.data)
    change(data)
    charter_by_pk.cache_clear()
    charter_seen_from.cache_clear()  # a version before was undone, and had the same key
    h.body = load_charter(data, h.body.key, in_force_from=clock.today(), moves=moves)
    follow_charter(h.body.pk)
    return h.body


@pytest.fixture
def h(db):
    with translation.override("en"):
        yield house()


def at_work(h: House) -> None:
    """Topics, meetings, minutes, tasks, inspections, each as far as it can wait."""
    tasks(h)
    notified(h, kind="ad hoc")
    begin(h, lambda data: data["meetings"].update(plan=plan()))
    topics(h)
    meetings(h)
    open_year(h.body)


def topics(h: House) -> None:
    for stage in ("submitted", "settled", "asked", "answered"):
        h.topic(stage, title=stage)
    back = h.topic("submitted", title="back")
    h.sign(back, answer="changes")
    one = h.topic("asked", title="given back").consultations.order_by("pk")[0]
    one.give_back(by=h.person(one.unit.key), reason="不归我站。")


def meetings(h: House) -> None:
    by = h.person("mill-office")
    for _each in ("asked", "to be mended"):
        words = {"kind": "ad hoc", "year": clock.today().year, "reason": "急事"}
        meeting = Meeting.objects.begin(h.unit("mill-office"), by=by, **words)
        meeting.request(by=by)
    h.sign(meeting, "convene", answer="changes")
    agenda_of(h, agreed(h, kind="ad hoc"))
    meeting = agreed(h, kind="ad hoc")
    agenda_of(h, meeting)
    meeting.ask_plan(by=by)


def agenda_of(h: House, meeting: Meeting) -> None:
    by = h.person("mill-office")
    Agenda.objects.begin(meeting, by=by)
    when = clock.now() + timedelta(days=30)
    meeting.refresh_from_db()
    meeting.arrange(by=by, starts_at=when, place="磨坊", chair=h.post("miller"))


def tasks(h: House) -> None:
    """One to be accepted, returned, under way, said to be done; inspections of the last but one."""
    minutes = minuted(h)
    by = h.person("mill-office")
    [found] = minutes.decisions()
    units = [h.unit(key) for key in ("sluice", "ferry", "smithy", "farm-office")]
    _issued, given_back, begun, done = Assignment.objects.assign(found, units, by=by)
    given_back.give_back(by=h.person("ferry"), reason="不归渡口。")
    begun.accept(by=h.person("smithy"))
    done.accept(by=h.person("farm-office"))
    done.claim(by=h.person("farm-office"), evidence="已开闸。")
    for demand in ("", "开闸。"):
        due = clock.today() + timedelta(days=9) if demand else None
        words = VISIT | {"inspected_on": clock.today(), "demand": demand}
        visit = Inspection.objects.begin(begun, by=by, due_on=due, **words)
    visit.ask_to_sign(by=by)


def swapped(each, old: str, new: str):
    """The data with another key, wherever it stands."""
    if isinstance(each, dict):
        return {name: swapped(value, old, new) for name, value in each.items()}
    if isinstance(each, list):
        return [swapped(value, old, new) for value in each]
    return new if each == old else each


def longer(data) -> None:
    """Every term and verb is another one."""
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, (dict, list)):
            longer(value)
    if isinstance(data, dict):
        if "unit" in data and "value" in data:
            data["value"] += 2
        if "verb" in data:
            data["verb"] = "点头"


def dropped(*paths: str):
    """A change: these rules are left out."""

    def change(data) -> None:
        for path in paths:
            *above, last = path.split(".")
            table = data
            for name in above:
                table = table[name]
            table.pop(last, None)

    return change


def put(path: str, value):
    def change(data) -> None:
        *above, last = path.split(".")
        for name in above:
            data = data[name]
        data[last] = value

    return change


def new_key(old: str, new: str, **words):
    """A change: a post or unit has another key, wherever it is named."""

    def change(data) -> None:
        data.update(swapped(data, old, new))
        for each in [*data["posts"], *(u for g in data["units"] for u in g["units"])]:
            if each["key"] == new:
                each.update(words)

    return change


def routes_by(*posts: str):
    """A change: whatever is consented to goes to these posts, one after the other."""

    def change(data) -> None:
        for value in data.values() if isinstance(data, dict) else data:
            if isinstance(value, (dict, list)):
                change(value)
        if isinstance(data, dict) and "steps" in data:
            data["steps"] = [[{"any_of": [post]}] for post in posts]

    return change


def other_office(data) -> None:
    """All that the mill's office did is the farm's office's now."""
    for part in ("meetings", "agenda", "minutes", "followups", "topics"):
        data[part] = swapped(data[part], "mill-office", "farm-office")
    data["meetings"]["organise"]["office"] = "farm-office"
    data["topics"]["proposers"]["units"] = ["mill-office", "farm-office"]
    data["followups"]["verify"]["offices"] = ["farm-office", "mill-office"]
    data["followups"]["inspect"]["units"] = ["farm-office"]
    data["followups"]["progress"]["offices"] = ["farm-office"]
    data["followups"]["report"]["receivers"] = ["farm-office"]
    data["body"]["secretariat"] = "farm-office"


def without_unit(key: str):
    def change(data) -> None:
        for group in data["units"]:
            group["units"] = [each for each in group["units"] if each["key"] != key]

    return change


def one_more_side(data) -> None:
    steward = next(each for each in data["posts"] if each["key"] == "steward")
    del steward["entered_by"]
    steward["side"] = "river"
    river = {"key": "river", "name": "河方", "office": "sluice", "leader": "steward"}
    data["sides"].append(river | {"basis": charters.AGREED})


def becomes(kind: str, old: str, new: str) -> dict:
    return {kind: {old: {"how": "becomes", "to": new}}}


def ended(kind: str, old: str, heir: str) -> dict:
    return {kind: {old: {"how": "ended", "to": heir}}}


CHANGES = {
    "nothing": (lambda data: None, {}),
    "terms and verbs": (longer, {}),
    "reminders": (put("reminders.before.value", 9), {}),
    "routes": (routes_by("farmer"), {}),
    "routes with another step": (routes_by("farmer", "steward", "miller"), {}),
    "another office": (other_office, {}),
    "how often": (put("meetings.least", 9), {}),
    "in principle": (put("meetings.binding", "in principle"), {}),
    "no consulting": (dropped("topics.consult", "topics.prepare"), {}),
    "no preparing": (dropped("topics.prepare"), {}),
    "more to prepare": (put("topics.to_consult.what", ["field_study"]), {}),
    "consulting before": (put("topics.consult.when", "before"), {}),
    "no inspecting": (dropped("followups.inspect"), {}),
    "no ad hoc": (dropped("meetings.ad_hoc"), {}),
    "no plan": (dropped("meetings.plan"), {}),
    "no replies": (dropped("meetings.notice.reply"), {}),
    "no freezing": (dropped("agenda.freeze"), {}),
    "no receipts": (dropped("minutes.receipt"), {}),
    "each verifies": (put("followups.verify.by", "each"), {}),
    "others verify": (put("followups.verify.offices", ["sluice", "ferry"]), {}),
    "other results": (
        put("followups.verify.results", [{"key": "well", "name": "妥"}]),
        {},
    ),
    "other classes": (
        lambda data: data.update(swapped(data, "water", "air")),
        {},
    ),
    "a post becomes": (
        new_key("miller", "chief", title="首席"),
        becomes("posts", "miller", "chief"),
    ),
    "a post ends": (
        new_key("steward", "bailiff", title="执事"),
        ended("posts", "steward", "farmer"),
    ),
    "a leader ends": (
        new_key("miller", "chief", title="首席"),
        ended("posts", "miller", "farmer"),
    ),
    "an office becomes": (
        new_key("mill-office", "mill-desk", name="磨坊办"),
        becomes("units", "mill-office", "mill-desk"),
    ),
    "a side becomes": (
        lambda data: data.update(swapped(data, "mill", "wheel")),
        becomes("sides", "mill", "wheel"),
    ),
    "one more side": (one_more_side, {}),
    "a unit ends": (without_unit("smithy"), ended("units", "smithy", "ferry")),
    "a unit ends alone": (without_unit("smithy"), ended("units", "smithy", "")),
}


OFFICE_BECOMES = becomes("units", "mill-office", "mill-desk")
SIDE_BECOMES = becomes("sides", "mill", "wheel")


def routes_of_each_side(data) -> None:
    data["topics"]["settle"]["steps"] = [[{"each": "side"}]]


def test_what_is_owed_agrees_whatever_the_new_version_says(h, subtests):
    at_work(h)
    assert h.duties_agree()
    body = h.body
    for name, (change, moves) in CHANGES.items():
        with subtests.test(name), transaction.atomic():
            h.body = body
            begin(h, change, **moves)
            assert h.duties_agree()
            transaction.set_rollback(True)


def test_untold_dates_move_and_told_ones_stay(h):
    asked = h.topic("asked")
    told = Duty.objects.open().filter(kind="opinion").values_list("due_on", flat=True)
    ready = h.topic("settled")
    before, days = Duty.objects.open().of(ready).get(), set(told)
    begin(h, put("topics.consult.ask_within", DAYS | {"value": 60}))
    begin(h, put("topics.consult.term", DAYS | {"value": 60}))
    assert Duty.objects.get(pk=before.pk).due_on == clock.today() + timedelta(days=60)
    assert set(told.all()) == days
    assert asked.consultations.exists()


def test_what_is_owed_no_more_is_void_and_says_since_when(h):
    topic = h.topic("settled")
    begin(h, dropped("topics.consult"))
    duty = Duty.objects.of(topic).get(kind="consult")
    assert duty.closed_at
    assert "not owed by the charter in force from" in duty.void_because


def test_the_reminder_of_an_untold_date_comes_as_the_new_version_has_it(h):
    topic = h.topic("settled")
    begin(h, put("reminders.before", {"value": 1, "unit": "days", "when": "before"}))
    duty = Duty.objects.open().of(topic).get()
    assert duty.remind_on == duty.due_on - timedelta(days=1)


def nothing_prepared(data) -> None:
    put("topics.to_consult.what", [])(data)
    dropped("topics.prepare")(data)


def test_where_nobody_prepares_any_more_units_are_asked_at_once(h):
    begin(h, put("topics.to_consult.what", ["field_study"]))
    topic = h.topic("settled")
    assert h.owed(topic) == {("prepare", "mill-office")}
    begin(h, nothing_prepared)
    assert h.owed(topic) == {("consult", "mill-office")}


def test_where_units_are_asked_no_more_those_who_settle_are(h):
    begin(h, put("topics.consult.when", "before"))
    topic = h.topic("submitted")
    assert h.owed(topic) == {("consult", "mill-office")}
    begin(h, dropped("topics.consult"))
    assert h.owed(topic) == {("settle", "miller"), ("settle", "farmer")}


def test_a_consent_goes_on_by_the_route_by_which_it_was_asked(h):
    topic = h.topic("submitted")
    begin(h, routes_by("farmer", "steward"))
    assert h.owed(topic) == {("settle", "miller"), ("settle", "farmer")}
    h.sign(topic)
    assert topic.status == "settled"
    other = h.topic("submitted")
    assert h.owed(other) == {("settle", "farmer")}


def test_what_was_asked_is_answered_although_the_rule_is_dropped(h):
    tasks(h)
    begin(h, put("meetings.plan", plan()))
    meeting = agreed(h, kind="ad hoc")
    agenda_of(h, meeting)
    meeting.ask_plan(by=h.person("mill-office"))
    topic = h.topic("asked")
    begin(h, dropped("meetings.plan", "followups.inspect", "topics.consult"))
    begin(h, new_key("mill-office", "mill-desk"), **OFFICE_BECOMES)
    h.sign(meeting, "plan")
    h.sign(Inspection.objects.get(status="to sign"), "sign_off")
    h.answer_all(topic)
    assert h.duties_agree()


def test_an_office_that_has_verified_has_done_so_under_its_new_key(h):
    begin(h, put("followups.verify.by", "each"))
    task = assigned(h)
    unit = h.person(task.unit.key)
    task.accept(by=unit)
    task.claim(by=unit, evidence="已开闸。")
    task.agree(by=h.person("mill-office"), result="done")
    begin(h, new_key("mill-office", "mill-desk"), **OFFICE_BECOMES)
    assert h.owed(task) == {("verify", "farm-office")}
    begin(h, put("followups.verify.offices", ["mill-desk", "sluice"]))
    task.refresh_from_db()
    assert [kind.key for kind in task.results()] == ["done"]


def test_where_the_office_that_is_missing_leaves_another_closes_it(h):
    begin(h, put("followups.verify.by", "each"))
    task = assigned(h)
    unit = h.person(task.unit.key)
    task.accept(by=unit)
    task.claim(by=unit, evidence="已开闸。")
    task.agree(by=h.person("farm-office"), result="done")
    others = ["farm-office", task.unit.key]
    begin(h, put("followups.verify.offices", others))
    assert h.owed(task) == {("verify", "farm-office")}
    task.refresh_from_db()
    task.verify(by=h.person("farm-office"), result="done")
    assert task.status == "closed"


def test_what_could_not_begin_is_not_remembered_as_in_force(h, monkeypatch):
    """A draft is changed after it failed to begin: nobody reads it as it was."""
    by = h.person("rights")
    draft = begin_draft(h.body, by=by)

    def fail(charter):
        assert charter.joint_body.rules_in_force.pk == charter.pk
        raise StepRefused("no")

    monkeypatch.setattr(versions, "FOLLOWING", [fail])
    with pytest.raises(StepRefused):
        versions.agree(draft, by=by, revision=0, in_force_from=clock.today())
    assert charter_by_pk(draft.pk).state == "draft"


def test_a_side_that_becomes_another_keeps_its_topics(h):
    topic = h.topic("submitted")
    begin(h, lambda data: data.update(swapped(data, "mill", "wheel")), **SIDE_BECOMES)
    assert [side.key for side in h.body.sides.all()] == ["wheel", "farm"]
    assert topic.proposed_by.liaison.side.key == "wheel"
    h.sign(topic)
    assert topic.status == "settled"


def test_a_side_that_is_added_takes_part(h):
    begin(h, one_more_side)
    begin(h, routes_of_each_side)
    topic = h.topic("submitted")
    assert h.owed(topic) == {(("settle"), key) for key in ("miller", "farmer", "steward")}
