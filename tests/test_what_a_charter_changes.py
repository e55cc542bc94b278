"""Keys of a charter that one act shows: the same act, under another value, comes out otherwise."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jointmeeting.workflow import StepRefused
from meetings.documents import attendance_context
from tests.houses import House, house, lively
from tests.sittings import notified

pytestmark = pytest.mark.django_db
OFFICE = "mill-office"
OTHER = {
    "topic_class": "roads",
    "title": "夏灌用水。",
    "problem": "六月以来不足。",
    "evidence": "水闸站六月的记录。",
    "measure": "每日七时开闸。",
}


def page(h: House, name: str) -> str:
    address = reverse(name, args=[h.body.pk])
    return h.client(OFFICE).get(address).content.decode()


@pytest.mark.changes(
    "SourceText.title",
    "SourceText.number",
    "SourceText.issued_on",
    "SourceText.is_trial",
    "SourceText.from_issue",
)
def test_the_texts_stand_above_the_rules(db):
    data = lively()
    text = {"title": "渠规", "number": "渠字第7号", "issued_on": "2019-03-22"}
    data["body"]["texts"] = [text]
    before = page(house(data), "desk:charter_detail")
    assert all(words in before for words in ("渠规", "渠字第7号", "2019-03-22"))
    data["body"]["texts"] = [text | {"is_trial": True, "from_issue": True}]
    after = page(house(data, "hill"), "desk:charter_detail")
    for words in ("试行", "自印发之日起施行"):
        assert words not in before
        assert words in after


@pytest.mark.changes("BodyRules.secretariat")
def test_the_page_of_the_body_says_where_its_secretariat_is(db):
    data = lively()
    data["body"].pop("secretariat", None)
    assert "办公室设在" not in page(house(data), "desk:body_detail")
    data["body"]["secretariat"] = "sluice"
    assert "办公室设在水闸站" in page(house(data, "hill"), "desk:body_detail")


@pytest.mark.changes(
    "TopicRules.settled_text=topic_class",
    "TopicRules.settled_text=title",
    "TopicRules.settled_text=problem",
    "TopicRules.settled_text=evidence",
    "TopicRules.settled_text=measure",
)
@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("is_signed", [True, False])
def test_what_was_signed_is_settled_anew_when_it_changes(db, name, is_signed):
    data = lively()
    signed = {"topic_class", name} if is_signed else set(OTHER) - {name}
    data["topics"]["settled_text"] = sorted(signed)
    data["topics"]["classes"]["items"].append({"key": "roads", "name": "道路"})
    h = house(data)
    topic = h.topic("settled")
    words = topic.values(*topic.WORDS) | {name: OTHER[name]}
    topic.amend(by=h.person(OFFICE), seen=topic.seen(), **words)
    topic.refresh_from_db()
    assert (topic.consent("settle").outcome == "void") is is_signed


@pytest.mark.changes("Needs.what=evidence", "Needs.what=measure")
@pytest.mark.parametrize(
    ("need", "told"), [("evidence", "事实和依据"), ("measure", "措施建议")]
)
def test_a_topic_is_submitted_with_what_is_asked(db, need, told):
    h = house(asking(need))
    topic = h.topic("draft", **{need: ""})
    with pytest.raises(StepRefused, match=told):
        topic.submit(by=h.person(OFFICE))
    asked_nothing = house(asking(), "hill")
    topic = asked_nothing.topic("draft", **{need: ""})
    topic.submit(by=asked_nothing.person(OFFICE))
    assert topic.status == "submitted"


@pytest.mark.changes("Needs.what=field_study", "gates=refuse", "gates=off")
def test_a_topic_is_studied_first_where_that_is_asked(db):
    h = house(asking("field_study"))
    topic = h.topic("draft")
    with pytest.raises(StepRefused, match="调研"):
        topic.submit(by=h.person(OFFICE))
    data = asking("field_study")
    data["gates"] = {"agenda.has_what_submitting_needs": "off"}
    unasked = house(data, "hill")
    topic = unasked.topic("draft")
    topic.submit(by=unasked.person(OFFICE))
    assert topic.status == "submitted"


def asking(*needs: str) -> dict:
    """A charter under which a topic needs this before it is submitted, and nothing more."""
    data = lively()
    data["topics"]["to_submit"]["what"] = list(needs)
    return data


@pytest.mark.changes("PostRules.unit")
def test_the_list_of_a_meeting_says_which_unit_a_post_stands_in(db):
    data = lively()
    post = next(each for each in data["posts"] if each["key"] == "miller")
    listed = []
    for key, unit in (("valley", "上游磨坊"), ("hill", "下游磨坊")):
        post["unit"] = unit
        h = house(data, key)
        context = attendance_context(notified(h), h.person(OFFICE))
        listed += [row["unit"] for group in context["groups"] for row in group["rows"]]
    assert {"上游磨坊", "下游磨坊"} <= set(listed)


@pytest.mark.changes("OpinionKind.differs")
@pytest.mark.parametrize("differs", [True, False])
def test_an_opinion_that_differs_says_why(db, differs):
    data = lively()
    data["topics"]["consult"]["kinds"] = [
        {"key": "odd", "name": "另有看法", "differs": differs},
        {"key": "agree", "name": "同意"},
    ]
    h = house(data)
    asked = h.topic("asked").consultations.get(unit__key="sluice")
    if not differs:
        h.opinion(asked)
        assert asked.status == "answered"
        return
    with pytest.raises(ValidationError):
        h.opinion(asked)
