"""Each step of a topic: who may, from which states, what stands against it, what follows."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agenda.models import Topic
from deadlines.models import Duty
from jointmeeting.workflow import StepRefused, steps_for
from tests.houses import STUDY, acts, house, lively, reason

pytestmark = pytest.mark.django_db
NOBODY = ["miller", "farmer", "sluice", "accounts"]


def steps(h, key, topic) -> dict[str, list[str]]:
    """The steps that this person may take by their post, with what stands against each."""
    found = steps_for(h.person(key), Topic.objects.get(pk=topic.pk))
    return {step.name: step.reasons for step in found if step.mine}


def amended(topic, h, **changes) -> None:
    text = topic.values(*topic.WORDS) | changes
    topic.amend(by=h.person(topic.proposed_by.key), seen=topic.seen(), **text)


def with_needs(**needs) -> dict:
    data = lively()
    for step, what in needs.items():
        data["topics"][step]["what"] = what
    return data


# Proposing


def test_a_draft_is_begun_by_the_units_own_liaison(h):
    topic = h.topic("draft", by="farm-office")
    assert (topic.status, topic.submitted_on) == ("draft", None)
    assert acts(topic) == ["Begin a draft"]
    assert h.owed(topic) == set()
    with pytest.raises(PermissionDenied):
        Topic.objects.begin(
            h.unit("farm-office"), by=h.person("mill-office"), title="x", problem="y"
        )


@pytest.mark.changes("TopicRules.proposers", "Proposers.units")
def test_only_the_units_of_the_charter_propose(h):
    with pytest.raises(StepRefused, match="does not propose"):
        h.topic("draft", by="sluice")
    assert not Topic.objects.exists()


@pytest.mark.changes("TopicRules.classes", "TopicClasses.items")
def test_the_class_is_one_of_the_charter(h):
    with pytest.raises(ValidationError, match="class of this charter"):
        h.topic("draft", topic_class="war")


# Submitting


@pytest.mark.parametrize("key", [*NOBODY, "farm-office"])
def test_nobody_else_submits_a_draft(h, key):
    topic = h.topic("draft")
    with pytest.raises(PermissionDenied):
        topic.submit(by=h.person(key))
    assert Topic.objects.get().status == "draft"


def test_submitting_asks_those_who_settle(h):
    topic = h.topic("submitted")
    assert (topic.status, topic.submitted_on) == ("submitted", date(2026, 3, 2))
    assert acts(topic) == ["Begin a draft", "Submit"]
    assert h.owed(topic) == {("settle", "miller"), ("settle", "farmer")}
    duty = Duty.objects.open().of(topic).first()
    assert duty.due_on == date(2026, 3, 9)
    assert duty.waiting == h.post("mill-office")
    assert h.duties_agree()


def test_a_submitted_topic_is_not_submitted_again(h):
    topic = h.topic("submitted")
    with pytest.raises(StepRefused, match="Already done: Submit"):
        topic.submit(by=h.person("mill-office"))


@pytest.mark.changes(
    "TopicRules.to_submit", "Needs.what=evidence", "Needs.what=field_study"
)
def test_submitting_waits_for_what_the_charter_needs(db):
    h = house(with_needs(to_submit=["field_study", "evidence"]))
    topic = h.topic("draft", evidence="")
    assert steps(h, "mill-office", topic)["submit"] == [
        "Still missing: a field study, facts and basis."
    ]
    with pytest.raises(StepRefused, match="a field study, facts and basis"):
        topic.submit(by=h.person("mill-office"))
    h.study(topic)
    amended(topic, h, evidence="水闸站二月的记录。")
    topic.submit(by=h.person("mill-office"))
    assert topic.status == "submitted"


@pytest.mark.changes("gates=explain")
def test_a_gate_the_charter_explains_is_passed_with_a_reason_that_is_kept(db):
    data = with_needs(to_submit=["evidence"])
    data["gates"] = {"agenda.has_what_submitting_needs": "explain"}
    h = house(data)
    topic = h.topic("draft", evidence="")
    with pytest.raises(StepRefused):
        topic.submit(by=h.person("mill-office"))
    topic.submit(by=h.person("mill-office"), despite="记录在路上。")
    assert topic.status == "submitted"
    assert reason(topic) == "记录在路上。"


def test_a_vacant_post_on_the_route_is_told_at_once(h):
    h.leave("farmer")
    topic = h.topic("draft")
    with pytest.raises(StepRefused, match="Vacant: 农场主"):
        topic.submit(by=h.person("mill-office"))
    assert "Vacant: 农场主" in steps(h, "mill-office", topic)["submit"][0]
    assert topic.consent("settle") is None


# Settling


@pytest.mark.changes("Preparation.term")
@pytest.mark.changes("TopicRules.to_consult", "Preparation.office", "TopicRules.prepare")
def test_all_signatures_settle_and_the_preparing_office_owes(db):
    h = house(with_needs(to_consult=["field_study"]))
    topic = h.topic("settled")
    assert (topic.status, topic.settled_on) == ("settled", date(2026, 3, 2))
    assert acts(topic) == ["Begin a draft", "Submit", "Settle"]
    assert h.owed(topic) == {("prepare", "mill-office")}
    [duty] = Duty.objects.open().of(topic)
    assert duty.due_on == date(2026, 3, 16)  # ten working days
    assert topic.ready_on is None
    assert h.duties_agree()


def test_what_is_ready_when_settled_is_to_be_asked_about_at_once(h):
    topic = h.topic("settled")
    assert topic.ready_on == date(2026, 3, 2)
    assert h.owed(topic) == {("consult", "mill-office")}


def test_one_signature_is_not_enough(h):
    topic = h.topic("submitted")
    sheet = topic.consent("settle")
    topic.answer("settle", by=h.person("miller"), digest=sheet.digest, answer="agree")
    topic.refresh_from_db()
    assert topic.status == "submitted"
    assert h.owed(topic) == {("settle", "farmer")}
    assert h.duties_agree()


def test_the_same_post_signs_once(h):
    topic = h.topic("submitted")
    given = {"digest": topic.consent("settle").digest, "answer": "agree"}
    topic.answer("settle", by=h.person("miller"), **given)
    with pytest.raises(StepRefused, match="already been answered"):
        topic.answer("settle", by=h.person("miller"), **given)
    assert topic.consent("settle").signatures.answered().count() == 1


@pytest.mark.parametrize("key", ["sluice", "mill-office", "accounts"])
def test_others_do_not_sign(h, key):
    topic = h.topic("submitted")
    given = {"digest": topic.consent("settle").digest, "answer": "agree"}
    with pytest.raises(PermissionDenied):
        topic.answer("settle", by=h.person(key), **given)


def test_a_text_changed_since_it_was_opened_is_not_signed(h):
    topic = h.topic("submitted")
    seen = topic.consent("settle").digest
    amended(topic, h, problem="四月以来也不足。")
    topic.submit(by=h.person("mill-office"))
    with pytest.raises(StepRefused, match="text has changed"):
        topic.answer("settle", by=h.person("miller"), digest=seen, answer="agree")


def test_who_asks_for_changes_sends_it_back_with_his_words(h):
    topic = h.topic("submitted")
    h.sign(topic, answer="changes")
    assert (topic.status, topic.settled_on) == ("draft", None)
    assert acts(topic)[-1] == "Send back"
    assert "请写明时间。" in reason(topic)
    assert h.owed(topic) == {("mend", "mill-office")}
    closed = Duty.objects.of(topic).exclude(void_because="")
    assert [duty.post.key for duty in closed] == ["farmer"]
    assert h.duties_agree()


def test_who_disagrees_ends_it(h):
    topic = h.topic("submitted")
    h.sign(topic, answer="disagree")
    assert topic.status == "not adopted"
    assert "请写明时间。" in reason(topic)
    assert h.owed(topic) == set()
    assert steps(h, "mill-office", topic) == {}
    assert h.duties_agree()


def test_a_topic_mended_is_signed_anew_by_all(h):
    topic = h.topic("submitted")
    h.sign(topic, answer="changes")
    amended(topic, h, problem="三月至五月下游五个村灌溉不足。")
    assert h.owed(topic) == {("mend", "mill-office")}
    topic.submit(by=h.person("mill-office"))
    sheet = topic.consent("settle")
    assert sheet.earlier.outcome == "changes"
    assert h.owed(topic) == {("settle", "miller"), ("settle", "farmer")}
    h.sign(topic)
    assert topic.status == "settled"
    assert h.duties_agree()


# Returning, withdrawing


def test_the_preparing_office_returns_it_before_all_have_signed(h):
    topic = h.topic("submitted", by="farm-office")
    for key in [*NOBODY, "farm-office"]:
        with pytest.raises(PermissionDenied):
            topic.return_it(by=h.person(key), reason="缺数字。")
    topic.return_it(by=h.person("mill-office"), reason="缺数字。")
    assert topic.status == "draft"
    assert reason(topic) == "缺数字。"
    assert topic.consent("settle").outcome == "void"
    assert h.owed(topic) == {("mend", "farm-office")}
    void = set(Duty.objects.of(topic).exclude(closed_at=None).values_list("void_because"))
    assert void == {("缺数字。",)}
    assert h.duties_agree()


def test_a_settled_topic_is_not_returned(h):
    topic = h.topic("settled")
    with pytest.raises(StepRefused):
        topic.return_it(by=h.person("mill-office"), reason="缺数字。")


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_the_proposer_withdraws_what_is_not_settled(h, stage):
    topic = h.topic(stage)
    for key in [*NOBODY, "farm-office"]:
        with pytest.raises(PermissionDenied):
            topic.withdraw(by=h.person(key), reason="已解决。")
    topic.withdraw(by=h.person("mill-office"), reason="已解决。")
    assert topic.status == "withdrawn"
    assert reason(topic) == "已解决。"
    assert h.owed(topic) == set()
    assert h.duties_agree()


def test_what_was_settled_together_is_withdrawn_together(h):
    topic = h.topic("asked")
    with pytest.raises(StepRefused):
        topic.withdraw(by=h.person("mill-office"), reason="已解决。")
    topic.ask_to_withdraw(by=h.person("mill-office"), reason="已解决。")
    assert topic.status == "settled"
    assert ("withdraw", "farmer") in h.owed(topic)
    assert topic.consent("withdraw").snapshot["withdraw_reason"] == "已解决。"
    h.sign(topic, "withdraw")
    assert topic.status == "withdrawn"
    assert set(topic.consultations.values_list("status", flat=True)) == {"void"}
    assert h.owed(topic, *topic.consultations.all()) == set()
    assert h.duties_agree()


def test_a_withdrawal_that_is_refused_leaves_it_settled(h):
    topic = h.topic("asked")
    topic.ask_to_withdraw(by=h.person("mill-office"), reason="已解决。")
    h.sign(topic, "withdraw", "disagree")
    assert topic.status == "settled"
    assert set(topic.consultations.values_list("status", flat=True)) == {"sent"}
    assert h.duties_agree()


# Studies


def test_a_study_is_recorded_by_the_proposer_or_the_preparing_office(h):
    topic = h.topic("draft", by="farm-office")
    for key in ["farm-office", "mill-office"]:
        topic.record_study(by=h.person(key), **STUDY)
    for key in NOBODY:
        with pytest.raises(PermissionDenied):
            topic.record_study(by=h.person(key), **STUDY)
    assert topic.studies.count() == 2
    assert acts(topic)[-1] == "Record a field study"


def test_a_study_that_makes_a_settled_topic_ready_ends_its_preparation(db):
    h = house(with_needs(to_consult=["field_study", "measure"]))
    topic = h.topic("settled", measure="")
    h.study(topic)
    assert h.owed(topic) == {("prepare", "mill-office")}
    amended(topic, h, measure="开闸。")
    topic.refresh_from_db()
    assert topic.status == "settled"
    assert topic.ready_on == date(2026, 3, 2)
    assert h.owed(topic) == {("consult", "mill-office")}
    assert h.duties_agree()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ended_on": date(2026, 3, 3)}, "once it has ended"),
        ({"ended_on": date(2026, 1, 31)}, "ends after it begins"),
        ({"findings": ""}, "blank"),
    ],
)
def test_a_study_that_cannot_be_is_refused(h, wrong, says):
    topic = h.topic("draft")
    with pytest.raises(ValidationError, match=says):
        h.study(topic, **wrong)
    assert not topic.studies.exists()
    assert acts(topic) == ["Begin a draft"]


# Changing the text


def test_a_change_of_the_signed_text_voids_the_signatures(h):
    topic = h.topic("settled")
    amended(topic, h, problem="四月以来也不足。")
    topic.refresh_from_db()
    assert (topic.status, topic.settled_on) == ("draft", None)
    assert topic.consent("settle").outcome == "void"
    assert acts(topic)[-2:] == ["Amend", "Send back"]
    assert h.owed(topic) == {("mend", "mill-office")}
    assert h.duties_agree()


def test_a_change_beside_the_signed_text_voids_nothing(h):
    topic = h.topic("settled")
    amended(topic, h, evidence="水闸站三月的记录。")
    topic.refresh_from_db()
    assert topic.status == "settled"
    assert topic.consent("settle").outcome == "agreed"
    assert h.owed(topic) == {("consult", "mill-office")}


def test_a_changed_draft_voids_what_units_were_asked_and_asks_them_again(h):
    topic = h.topic("asked")
    first = topic.consultations.first()
    h.opinion(first)
    amended(topic, h, measure="每日五时开闸。")
    topic.refresh_from_db()
    first.refresh_from_db()
    assert first.status == "void"
    assert reason(first) == "The draft was changed."
    assert first.opinion == ""
    assert first.kind == "agree"
    assert h.owed(topic, *topic.consultations.all()) == {("consult", "mill-office")}
    assert h.duties_agree()
    again = h.ask(topic)
    assert len(again) == 6
    assert h.owed(*again) == {(("opinion"), key) for key in ("sluice", "ferry", "smithy")}
    assert topic.asked.first().snapshot["measure"] == "每日五时开闸。"
    assert h.duties_agree()


def test_what_a_change_would_void_is_known_before(h):
    topic = h.topic("asked")
    sheets, asked = topic.voided_by(problem="四月。")
    assert [sheet.act for sheet in sheets] == ["settle"]
    assert len(asked) == 3
    sheets, asked = topic.voided_by(measure="五时。")
    assert (sheets, len(asked)) == ([], 3)
    assert topic.voided_by(title=topic.title) == ([], [])


def test_a_stale_change_is_refused(h):
    topic = h.topic("draft")
    seen = topic.seen()
    amended(topic, h, problem="四月。")
    with pytest.raises(StepRefused, match="text has changed"):
        topic.amend(by=h.person("mill-office"), seen=seen, problem="五月。")
    assert Topic.objects.get().problem == "四月。"


@pytest.mark.parametrize("key", [*NOBODY, "farm-office"])
def test_others_do_not_change_the_text(h, key):
    topic = h.topic("submitted")
    with pytest.raises(PermissionDenied):
        topic.amend(by=h.person(key), seen=topic.seen(), problem="四月。")


def test_a_withdrawn_topic_is_not_changed(h):
    topic = h.topic("draft")
    topic.withdraw(by=h.person("mill-office"), reason="已解决。")
    with pytest.raises(StepRefused, match="no longer be changed"):
        topic.amend(by=h.person("mill-office"), seen=topic.seen(), problem="四月。")


# Who reads it


def test_who_sees_a_topic_and_how_much(h):
    topic = h.topic("draft")

    def sees(key):
        person = h.person(key)
        if not Topic.objects.visible_to(person).filter(pk=topic.pk).exists():
            return "nothing"
        return "all" if topic.is_told_to(person) else "text"

    keys = ["mill-office", "farm-office", "miller", "sluice", "accounts"]
    assert [sees(key) for key in keys] == ["all", *["nothing"] * 4]
    h.submit(topic)
    assert [sees(key) for key in keys] == ["all"] * 3 + ["nothing"] * 2
    h.sign(topic)
    h.ask(topic)
    assert [sees(key) for key in keys] == ["all"] * 3 + ["text", "nothing"]


def test_a_body_does_not_see_anothers_topics(h):
    topic = h.topic("settled")
    data = lively()
    data["words"] = {"mill": "油坊", "farm": "果园"}
    other = house(data, "hill")
    for key in ["mill-office", "farm-office", "miller"]:
        assert not Topic.objects.visible_to(other.person(key)).exists()
    assert Topic.objects.visible_to(h.person("mill-office")).get() == topic


def test_a_withdrawal_under_way_is_not_asked_for_again(h):
    topic = h.topic("settled")
    proposer = h.person("mill-office")
    topic.ask_to_withdraw(by=proposer, reason="已经解决。")
    sheet = topic.consent("withdraw")
    with pytest.raises(StepRefused, match="has been asked for"):
        topic.ask_to_withdraw(by=proposer, reason="再说一遍。")
    topic.refresh_from_db()
    assert topic.consent("withdraw") == sheet
    assert sheet.is_open


def test_only_units_of_the_body_are_asked(h):
    topic = h.topic("settled")
    strange = house(key="hill").unit("ferry")
    with pytest.raises(ValidationError) as refusal:
        topic.consult(by=h.person("mill-office"), units=[strange])
    assert "units" in refusal.value.message_dict
    assert not topic.consultations.exists()
