"""Topics set by one side alone, as many as an agenda takes, handed in in time or late."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.models import Agenda, Topic, next_closings
from institutions.loading import CharterRefused
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests import sittings
from tests.houses import House, acts, house, lively

pytestmark = pytest.mark.django_db
BASIS = {"basis": {"kind": "local"}}
DIRECT = {"sides": ["farm"], "verb": "直接确定"} | BASIS
CLOSING = {"term": {"value": 10, "unit": "days", "when": "before"}} | BASIS
LET_PASS = {"verb": "准予", "steps": [[{"any_of": ["farmer"]}]]} | BASIS
MEETING = timezone.make_aware(datetime(2026, 4, 10, 9))  # topics close on 31 March
LATE = timezone.make_aware(datetime(2026, 4, 1, 9))


def body(gates: dict | None = None, agenda: dict | None = None, **topics) -> House:
    """A house under the lively charter, with these rules of topics and agenda."""
    data = lively()
    data["topics"] |= topics
    data["agenda"] |= agenda or {}
    data["gates"] = gates or {}
    return house(data)


def fresh(topic: Topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def page(h: House, url: str, key: str = "mill-office") -> str:
    return h.client(key).get(url).content.decode()


def agenda_of(h: House) -> Agenda:
    """The agenda of a meeting on the tenth of April."""
    by = h.person("mill-office")
    meeting = sittings.agreed(h)
    agenda = Agenda.objects.begin(meeting, by=by)
    meeting.refresh_from_db()
    meeting.arrange(by=by, starts_at=MEETING, place="磨坊", chair=h.post("miller"))
    return Agenda.objects.get(pk=agenda.pk)


# Directly


@pytest.mark.changes("TopicRules.direct", "DirectRules.sides", "DirectRules.verb")
def test_a_side_of_the_charter_settles_its_own_topics_alone(db):
    h = body(direct=DIRECT)
    topic = h.topic("draft", by="farm-office")
    url = reverse("agenda:topic_set_directly", args=[topic.pk])
    assert url in page(h, topic.get_absolute_url(), "farm-office")
    h.client("farm-office").post(url)
    topic = fresh(topic)
    assert (topic.status, topic.consent("settle")) == ("settled", None)
    assert topic.submitted_on == topic.settled_on == date(2026, 3, 2)
    assert acts(topic)[-1] == "Settle it directly"
    for where in (topic.get_absolute_url(), reverse("agenda:topic_list")):
        assert topic.state_label in page(h, where)
    assert "直接确定" in topic.state_label
    assert "农场方" in topic.state_label
    assert h.owed(topic) == {("consult", "mill-office")}
    assert h.duties_agree()


@pytest.mark.changes("DirectRules.sides")
def test_others_go_the_route(db):
    h = body(direct=DIRECT)
    topic = h.topic("draft", by="mill-office")
    url = reverse("agenda:topic_set_directly", args=[topic.pk])
    assert url not in page(h, topic.get_absolute_url())
    with pytest.raises(StepRefused, match="settles no topic directly"):
        topic.set_directly(by=h.person("mill-office"))
    with pytest.raises(PermissionDenied):
        topic.set_directly(by=h.person("farm-office"))


def test_what_one_side_settled_alone_it_withdraws_alone(db):
    h = body(direct=DIRECT)
    topic = h.topic("draft", by="farm-office")
    topic.set_directly(by=h.person("farm-office"))
    topic.ask_to_withdraw(by=h.person("farm-office"), reason="已经解决。")
    assert fresh(topic).status == "withdrawn"
    assert h.duties_agree()


# At most so many


@pytest.mark.changes("AgendaRules.at_most")
@pytest.mark.parametrize("mode", ["refuse", "explain"])
def test_an_agenda_takes_up_so_many_topics(db, mode):
    h = body({"agenda.has_room": mode}, {"at_most": 1})
    agenda, by = agenda_of(h), h.person("mill-office")
    first, second = h.topic("answered"), h.topic("answered", title="夏灌用水")
    agenda.take_up(by=by, topic=first)
    url = agenda.get_absolute_url()
    assert "at most 1" in page(h, url) or "最多 1 个议题" in page(h, url)
    with pytest.raises(StepRefused, match="has 1 topics, as many"):
        agenda.take_up(by=by, topic=second)
    asked = h.client("mill-office").post(
        reverse("agenda:agenda_take_up", args=[agenda.pk, second.pk]),
        {"despite": "两件事要一起议。"},
    )
    assert asked.status_code == (302 if mode == "explain" else 409)
    kept = acts(agenda)[-1], agenda.history.first().history_change_reason
    if mode == "explain":
        assert "两件事要一起议。" in kept[1]
    assert agenda.items.exclude(topic=None).count() == (2 if mode == "explain" else 1)


# In time or late


@pytest.mark.changes("TopicRules.closing", "ClosingRules.term")
def test_after_the_closing_day_a_topic_is_late_for_the_next_meeting(db):
    h = body(closing=CLOSING)
    agenda = agenda_of(h)
    in_time = h.topic("answered")
    with clock.at(LATE):
        late = h.topic("answered", title="夏灌用水")
        assert (fresh(in_time).is_late, fresh(late).is_late) == (False, True)
        assert fresh(in_time).not_ready() == []
        [(why, may_go_on)] = fresh(late).not_ready()
        assert "2026-04-01" in why
        assert may_go_on is False
        for url in (late.get_absolute_url(), reverse("agenda:topic_list")):
            shown = page(h, url)
            assert "handed in late" in shown or "逾期提交" in shown
        only = page(h, reverse("agenda:topic_list") + "?status=late")
        assert "夏灌用水" in only
        assert "春灌用水" not in only
        with pytest.raises(StepRefused):
            agenda.take_up(by=h.person("mill-office"), topic=late)
    assert h.duties_agree()


@pytest.mark.changes("ClosingRules.term")
def test_until_when_is_said_on_the_home_page_and_beside_the_form(db):
    h = body(closing=CLOSING)
    agenda_of(h)
    client = h.client("farm-office")
    for name in ("desk:home", "agenda:topic_create"):
        assert "03-31" in client.get(reverse(name)).content.decode()
    assert "03-31" not in page(h, reverse("desk:home"), "sluice")


@pytest.mark.parametrize("mode", ["explain", "off"])
def test_a_late_one_passes_as_the_charter_says(db, mode):
    h = body({"agenda.came_in_time": mode}, closing=CLOSING)
    agenda, by = agenda_of(h), h.person("mill-office")
    with clock.at(LATE):
        late = h.topic("answered")
        if mode == "explain":
            with pytest.raises(StepRefused, match="were closed"):
                agenda.take_up(by=by, topic=late)
        agenda.take_up(
            by=by, topic=late, topic_despite="事急。" if mode == "explain" else ""
        )
    assert agenda.items.filter(topic=late).exists()


@pytest.mark.changes("ClosingRules.let_pass")
def test_a_late_one_is_let_pass_by_whom_the_charter_names(db):
    h = body(closing=CLOSING | {"let_pass": LET_PASS})
    agenda_of(h)
    with clock.at(LATE):
        late = h.topic("answered")
        url = reverse("agenda:topic_ask_to_let_pass", args=[late.pk])
        assert url in page(h, late.get_absolute_url())
        h.client("mill-office").post(url, {"reason": "闸门昨天坏了。"})
        assert h.owed(late) == {("let_pass", "farmer")}
        late = fresh(late)
        assert late.not_ready() != []
        h.sign(late, "let_pass")
        assert fresh(late).let_pass_on == date(2026, 4, 1)
        assert fresh(late).not_ready() == []
        with pytest.raises(StepRefused, match="nothing to let pass"):
            fresh(late).ask_to_let_pass(by=h.person("mill-office"), reason="再问。")
    assert h.duties_agree()


def test_who_does_not_let_it_pass_leaves_it_to_another_meeting(db):
    h = body(closing=CLOSING | {"let_pass": LET_PASS})
    agenda_of(h)
    with clock.at(LATE):
        late = h.topic("answered")
        late.ask_to_let_pass(by=h.person("mill-office"), reason="闸门昨天坏了。")
        h.sign(late, "let_pass", "disagree")
        assert fresh(late).status == "settled"
        assert fresh(late).not_ready() != []
        assert h.owed(late) == set()
    assert h.duties_agree()


def test_it_is_late_no_more_once_the_meeting_is_on_a_later_day(db):
    h = body(closing=CLOSING)
    agenda = agenda_of(h)
    with clock.at(LATE):
        late = h.topic("answered")
        meeting = agenda.meeting
        meeting.refresh_from_db()
        meeting.arrange(
            by=h.person("mill-office"),
            starts_at=MEETING + timedelta(days=30),
            place="磨坊",
            chair=h.post("miller"),
        )
        assert fresh(late).is_late is False
        assert "later day" in acts(fresh(late))[-1]
    assert h.duties_agree()


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"closing": CLOSING | {"term": {"value": 1, "unit": "days"}}}, "closing.term"),
        ({"closing": CLOSING | {"let_pass": LET_PASS | {"steps": []}}}, "let_pass.steps"),
        ({"direct": DIRECT | {"sides": []}}, "topics.direct.sides"),
        ({"direct": DIRECT | {"sides": ["sea"]}}, "topics.direct.sides"),
        ({"agenda": {"at_most": 0}}, "agenda.at_most"),
    ],
)
def test_what_cannot_be_is_told_at_its_place(db, rules, path):
    with pytest.raises(CharterRefused, match=path):
        body(**rules)


@pytest.mark.changes("RouteCase.late")
def test_a_late_one_may_go_another_way(db):
    settle = lively()["topics"]["settle"]
    case = {"late": True, "steps": [[{"any_of": ["farmer"]}]]} | BASIS
    h = body(
        {"agenda.came_in_time": "off"},
        closing=CLOSING,
        settle=settle | {"cases": [case]},
    )
    agenda_of(h)
    both = {("settle", "miller"), ("settle", "farmer")}
    assert h.owed(h.topic("submitted")) == both
    with clock.at(LATE):
        late = h.topic("submitted", title="夏灌用水")
        assert h.owed(late) == {("settle", "farmer")}
        h.sign(late)
        assert fresh(late).status == "settled"
    assert h.duties_agree()


def test_without_a_closing_day_no_route_is_for_late_ones(db):
    case = {"late": True, "verb": "补定"} | BASIS
    settle = lively()["topics"]["settle"] | {"cases": [case]}
    with pytest.raises(CharterRefused, match=r"topics.settle.cases"):
        body(settle=settle)


def test_the_list_costs_the_same_for_one_late_topic_and_for_many(db):
    h = body(closing=CLOSING, direct=DIRECT)
    agenda_of(h)
    client, counts = h.client("mill-office"), []
    with clock.at(LATE):
        for number in range(4):
            topic = h.topic("draft", by="farm-office", title=f"第{number}件")
            topic.set_directly(by=h.person("farm-office"))
            client.get(reverse("agenda:topic_list"))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("agenda:topic_list"))
            counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_closing_days_of_several_bodies_take_as_many_queries_as_of_one(db):
    data = lively()
    data["topics"] |= {"closing": CLOSING}
    houses = [house(data, key) for key in ("valley", "hill", "shore")]
    for each in houses:
        agenda_of(each)
    bodies = [each.body for each in houses]
    for some in (bodies[:1], bodies):
        with CaptureQueriesContext(connection) as queries:
            found = next_closings(some)
            assert [each.left is not None for each in found] == [True] * len(some)
        assert len(queries) == 2
