"""When units are asked, in how many rounds, what silence and opposing views come to."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from agenda.documents import agenda_context, consultation_context
from agenda.models import Agenda, Topic
from institutions.loading import CharterRefused
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests import sittings
from tests.houses import House, acts, house, lively, reason

pytestmark = pytest.mark.django_db
AFTER = timezone.make_aware(datetime(2026, 3, 17, 9))  # the day after the term


def body(gates: dict | None = None, drop: str = "", **rules) -> House:
    """A house under the lively charter, with these rules of asking units."""
    data = lively()
    data["topics"]["consult"] |= rules
    data["topics"].pop(drop, None)
    data["gates"] = gates or {}
    return house(data)


def fresh(topic: Topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def amend(h: House, topic: Topic, **changes) -> None:
    topic = fresh(topic)
    by = h.person(topic.proposed_by.key)
    topic.amend(by=by, seen=topic.seen(), **topic.values(*topic.WORDS) | changes)


def page(h: House, topic: Topic, key: str = "mill-office") -> str:
    return h.client(key).get(topic.get_absolute_url()).content.decode()


def agenda_of(h: House) -> Agenda:
    by = h.person("mill-office")
    return Agenda.objects.begin(sittings.agreed(h), by=by)


# Before, beside, after


@pytest.mark.changes("ConsultationRules.when=before")
def test_units_are_asked_before_those_who_settle_it(db):
    h = body(when="before")
    topic = h.topic("submitted")
    assert topic.consent("settle") is None
    assert h.owed(topic) == {("consult", "mill-office")}
    asked = h.ask(topic, "sluice", "ferry")
    with pytest.raises(StepRefused, match="Waiting for the opinion of: 水闸站"):
        fresh(topic).put(by=h.person("mill-office"))
    assert "提请商定" in page(h, topic) or "Put to those who settle" in page(h, topic)
    for each in asked:
        h.opinion(each)
    assert h.owed(topic) == {("put", "mill-office")}
    assert h.duties_agree()
    fresh(topic).put(by=h.person("mill-office"))
    assert h.owed(topic) == {("settle", "miller"), ("settle", "farmer")}
    topic = fresh(topic)
    h.sign(topic)
    assert (topic.status, topic.not_ready()) == ("settled", [])
    assert h.duties_agree()


@pytest.mark.changes("ConsultationRules.when=before")
def test_sent_back_it_is_asked_about_anew_before_it_is_settled(db):
    h = body(when="before")
    topic = h.topic("submitted")
    for each in h.ask(topic, "sluice"):
        h.opinion(each)
    topic = fresh(topic)
    topic.put(by=h.person("mill-office"))
    h.sign(topic, answer="changes")
    assert fresh(topic).status == "draft"
    fresh(topic).submit(by=h.person("mill-office"))
    assert h.owed(topic) == {("consult", "mill-office")}
    assert h.duties_agree()


@pytest.mark.changes("ConsultationRules.when=beside")
def test_units_are_asked_while_it_is_settled_and_the_agenda_needs_both(db):
    h = body(when="beside")
    topic = h.topic("submitted")
    settling = {("settle", "miller"), ("settle", "farmer")}
    assert h.owed(topic) == {("consult", "mill-office"), *settling}
    [asked] = h.ask(topic, "sluice")
    topic = fresh(topic)
    h.sign(topic)
    [(why, _may)] = topic.not_ready()
    assert "Waiting for the opinion of" in why
    h.opinion(asked)
    assert fresh(topic).not_ready() == []
    assert h.duties_agree()


@pytest.mark.parametrize("when", ["before", "beside"])
def test_units_need_not_answer_about_a_topic_that_is_withdrawn(db, when):
    h = body(when=when)
    topic = h.topic("submitted")
    asked = h.ask(topic, "sluice", "ferry")
    fresh(topic).withdraw(by=h.person("mill-office"), reason="另行处理")
    assert set(topic.consultations.values_list("status", flat=True)) == {"void"}
    assert h.owed(topic, *asked) == set()
    assert h.duties_agree()


@pytest.mark.changes("ConsultationRules.when=after")
def test_units_are_asked_after_it_is_settled(db):
    h = body(when="after")
    topic = h.topic("submitted")
    assert h.owed(topic) == {("settle", "miller"), ("settle", "farmer")}
    assert "topic_consult" not in page(h, topic)
    with pytest.raises(StepRefused, match="not asked at this stage"):
        topic.consult(by=h.person("mill-office"), units=[h.unit("ferry")])
    with pytest.raises(StepRefused):
        topic.put(by=h.person("mill-office"))


# Rounds


@pytest.mark.changes("ConsultationRules.rounds")
def test_a_new_draft_is_put_to_units_once_more_and_no_more(db):
    h = body(rounds=2)
    topic = h.topic("answered")
    amend(h, topic, measure="每日五时开闸。")
    assert {each.status for each in topic.consultations.all()} == {"answered"}
    assert fresh(topic).not_ready() == []
    h.ask(fresh(topic), "sluice")
    assert [each.round for each in topic.consultations.order_by("pk")] == [1, 1, 1, 2]
    shown = page(h, topic)
    assert "第 1 轮" in shown or "Round 1" in shown
    h.answer_all(topic)
    amend(h, topic, measure="每日四时开闸。")
    with pytest.raises(StepRefused, match="asked in 2 rounds"):
        h.ask(fresh(topic), "sluice")
    assert h.duties_agree()


@pytest.mark.changes("ConsultationRules.rounds")
def test_who_has_not_answered_is_asked_about_the_new_draft_instead(db):
    h = body(rounds=2)
    topic = h.topic("asked")
    amend(h, topic, measure="每日五时开闸。")
    h.ask(fresh(topic), "sluice")
    of_sluice = topic.consultations.filter(unit__key="sluice").order_by("pk")
    assert [each.status for each in of_sluice] == ["void", "sent"]
    assert "new draft" in reason(of_sluice[0])
    assert topic.consultations.filter(status="sent").count() == 3
    assert h.duties_agree()


def test_without_rounds_a_change_voids_what_units_said(db):
    h = body()
    topic = h.topic("answered")
    amend(h, topic, measure="每日五时开闸。")
    assert {each.status for each in topic.consultations.all()} == {"void"}
    assert h.owed(topic) == {("consult", "mill-office")}


# Silence


def silent(h: House) -> Topic:
    topic = h.topic("asked")
    with clock.at(AFTER):
        for each in topic.consultations.all():
            each.lapse(by=h.person("mill-office"), reason="电话催过两次。")
    return topic


@pytest.mark.parametrize(
    ("silence", "says"),
    [
        pytest.param(
            "consent",
            "taken as consent",
            marks=pytest.mark.changes("ConsultationRules.silence=consent"),
        ),
        pytest.param(
            "nothing",
            "Lapsed",
            marks=pytest.mark.changes("ConsultationRules.silence=nothing"),
        ),
    ],
)
def test_what_silence_comes_to_is_said_wherever_it_stands(db, silence, says):
    h = body(silence=silence)
    topic = silent(h)
    assert all(says in each.state_label for each in topic.consultations.all())
    assert fresh(topic).not_ready() == []
    rules = topic.rules.consult
    letter = consultation_context(topic, rules, [], h.person("mill-office"))
    assert letter["silence_is_consent"] == (silence == "consent")
    agenda = agenda_of(h)
    agenda.take_up(by=h.person("mill-office"), topic=fresh(topic))
    paper = agenda_context(agenda, h.person("mill-office"))
    told = [view for item in paper["items"] for view in item["views"]]
    assert len(told) == (3 if silence == "consent" else 0)


# Opposing views


def opposed(h: House) -> Topic:
    topic = h.topic("asked")
    [first, *others] = topic.consultations.order_by("pk")
    h.opinion(first, kind="differ", opinion="先修闸门。")
    for each in others:
        h.opinion(each)
    return fresh(topic)


@pytest.mark.changes("ConsultationRules.opposing=attached")
def test_opposing_views_go_along_to_the_agenda_and_the_meeting(db):
    h = body(opposing="attached")
    topic = opposed(h)
    agenda = agenda_of(h)
    agenda.take_up(by=h.person("mill-office"), topic=topic)
    paper = agenda_context(agenda, h.person("mill-office"))
    [view] = [view for item in paper["items"] for view in item["views"]]
    assert (view.kind, view.opinion) == ("不同意", "先修闸门。")
    client = h.client("mill-office")
    for row in (topic, agenda, agenda.meeting):
        assert "先修闸门。" in client.get(row.get_absolute_url()).content.decode()


@pytest.mark.changes("ConsultationRules.opposing=on file")
def test_by_default_they_stay_on_file(db):
    h = body()
    agenda, topic = agenda_of(h), opposed(h)
    agenda.take_up(by=h.person("mill-office"), topic=topic)
    shown = h.client("mill-office").get(agenda.get_absolute_url()).content.decode()
    assert "先修闸门。" not in shown
    opinion = topic.consultations.order_by("pk")[0]
    with pytest.raises(StepRefused, match="Only opposing opinions"):
        opinion.adopt(by=h.person("mill-office"), adoption="采纳。")


@pytest.mark.changes("ConsultationRules.opposing=settled first")
def test_an_opposing_view_is_settled_before_the_agenda(db):
    h = body(opposing="settled first")
    topic = opposed(h)
    opinion = topic.consultations.order_by("pk")[0]
    [(why, _may)] = topic.not_ready()
    assert "still to be noted: 水闸站" in why
    assert h.owed(topic) == {("adopt", "mill-office")}
    with pytest.raises(PermissionDenied):
        opinion.adopt(by=h.person("farm-office"), adoption="采纳。")
    with pytest.raises(ValidationError, match="how it is taken up"):
        opinion.adopt(by=h.person("mill-office"), adoption=" ")
    url = f"{opinion.get_absolute_url()}adopt/"
    client = h.client("mill-office")
    assert client.post(url, {"adoption": "列入第二期维修。"}).status_code == 302
    assert fresh(topic).not_ready() == []
    assert h.owed(topic) == set()
    opinion.refresh_from_db()
    assert acts(opinion)[-1] == "Note how it is taken up"
    agenda = agenda_of(h)
    agenda.take_up(by=h.person("mill-office"), topic=fresh(topic))
    shown = client.get(agenda.get_absolute_url()).content.decode()
    assert "列入第二期维修。" in shown
    assert h.duties_agree()


def test_who_comes_round_in_the_next_round_opposes_no_more(db):
    h = body(opposing="settled first", rounds=2)
    topic = opposed(h)
    amend(h, topic, measure="先修闸门，再开闸。")
    [again] = h.ask(fresh(topic), "sluice")[-1:]
    h.opinion(again)
    assert fresh(topic).not_ready() == []
    assert h.owed(topic) == set()
    assert h.duties_agree()


# Bodies that ask no unit, or prepare nothing


@pytest.mark.changes("TopicRules.consult")
def test_a_body_may_ask_no_unit_at_all(db):
    h = body(drop="consult")
    topic = h.topic("settled")
    assert topic.not_ready() == []
    assert h.owed(topic) == set()
    with pytest.raises(StepRefused, match="not asked"):
        topic.consult(by=h.person("mill-office"), units=[h.unit("ferry")])
    client = h.client("mill-office")
    assert "征求" not in page(h, topic)
    assert client.get(f"{topic.get_absolute_url()}consult/").status_code == 302
    assert client.get(f"{topic.get_absolute_url()}letter/").status_code == 404
    assert client.get(reverse("agenda:topic_create")).status_code == 200
    agenda_of(h).take_up(by=h.person("mill-office"), topic=topic)


@pytest.mark.changes("TopicRules.prepare")
def test_where_nobody_prepares_units_are_asked_at_once(db):
    h = body(drop="prepare")
    topic = h.topic("settled")
    assert h.owed(topic) == {("consult", "mill-office")}
    shown = page(h, topic)
    assert "Prepared" not in shown
    assert h.client("mill-office").get(reverse("agenda:topic_create")).status_code == 200


def test_what_nobody_prepares_cannot_be_needed(db):
    data = lively()
    del data["topics"]["prepare"]
    data["topics"]["to_consult"]["what"] = ["field_study"]
    with pytest.raises(CharterRefused, match=r"topics.to_consult.what"):
        house(data)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"rounds": 0}, "topics.consult.rounds"),
        ({"when": "later"}, "topics.consult.when"),
        ({"opposing": "attached", "kinds": [{"key": "a", "name": "阅"}]}, "opposing"),
    ],
)
def test_what_cannot_be_is_told_at_its_place(db, rules, path):
    with pytest.raises(CharterRefused, match=path):
        body(**rules)


# Needs and how strictly they are asked for

NEEDS = [
    ("to_submit", "agenda.has_what_submitting_needs"),
    ("to_consult", "agenda.has_what_consulting_needs"),
    ("to_agenda", "agenda.has_what_the_agenda_needs"),
]


def step_of(h: House, step: str) -> Callable[..., None]:
    """A topic without evidence before this step, to be taken with or without a reason."""
    stages = {"to_submit": "draft", "to_consult": "settled", "to_agenda": "answered"}
    topic = h.topic(stages[step], evidence="", by="mill-office")
    by = h.person("mill-office")
    if step == "to_submit":
        return partial(topic.submit, by=by)
    if step == "to_consult":
        return partial(topic.consult, by=by, units=[h.unit("ferry")])
    agenda = agenda_of(h)

    def take_up(despite: str = "") -> None:
        agenda.take_up(by=by, topic=topic, topic_despite=despite)

    return take_up


@pytest.mark.parametrize(("step", "gate"), NEEDS)
@pytest.mark.parametrize("mode", ["refuse", "explain", "off"])
@pytest.mark.changes("gates=refuse", "gates=explain", "gates=off", "Needs.what=evidence")
def test_each_need_is_asked_for_as_strictly_as_the_charter_says(db, step, gate, mode):
    data = lively()
    data["topics"][step]["what"] = ["evidence"]
    data["gates"] = {gate: mode}
    h = house(data)
    take = step_of(h, step)
    if mode != "off":
        with pytest.raises(StepRefused, match="facts and basis"):
            take()
    if mode == "refuse":
        with pytest.raises(StepRefused):
            take(despite="材料在路上。")
    else:
        take(**({"despite": "材料在路上。"} if mode == "explain" else {}))
    assert h.duties_agree()


def test_asked_for_a_reason_before_it_is_prepared_it_is_not_prepared_any_more(db):
    data = lively()
    data["topics"]["to_consult"]["what"] = ["field_study"]
    data["gates"] = {"agenda.has_what_consulting_needs": "explain"}
    h = house(data)
    topic = h.topic("settled")
    assert h.owed(topic) == {("prepare", "mill-office")}
    by = h.person("mill-office")
    topic.consult(by=by, units=[h.unit("ferry")], despite="事急。")
    assert h.owed(topic) == set()
    assert h.duties_agree()
