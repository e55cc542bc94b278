"""On which ground of the charter a topic is sent back or not adopted."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agenda.models import Topic
from institutions.loading import CharterRefused
from tests.houses import House, house, lively

pytestmark = pytest.mark.django_db
GROUNDS = [
    {"key": "elsewhere", "name": "不归协商会管"},
    {"key": "vague", "name": "问题不清楚"},
]


def body(grounds: list | None = GROUNDS) -> House:
    data = lively()
    if grounds is not None:
        data["topics"]["refuse"] = {"grounds": grounds, "basis": {"kind": "local"}}
    return house(data)


def page(h: House, url: str) -> str:
    return h.client("mill-office").get(url).content.decode()


def answer(h: House, topic: Topic, **given) -> None:
    sheet = topic.consent("settle")
    topic.answer("settle", by=h.person("miller"), digest=sheet.digest, **given)


@pytest.mark.parametrize(
    ("said", "status"), [("changes", "draft"), ("disagree", "not adopted")]
)
@pytest.mark.changes("TopicRules.refuse", "RefusalRules.grounds", "RefusalGround.name")
def test_a_signatory_who_refuses_names_a_ground_of_the_charter(db, said, status):
    h = body()
    topic = h.topic("submitted")
    url = reverse("agenda:topic_answer", args=[topic.pk, "settle"])
    client = h.client("miller")
    assert "问题不清楚" in client.get(url).content.decode()
    given = {"answer": said, "opinion": "写明是哪几个村。"}
    for ground in ("", "weather"):
        with pytest.raises(ValidationError, match="ground"):
            answer(h, topic, **given, ground=ground)
    digest = topic.consent("settle").digest
    without = client.post(url, given | {"digest": digest})
    assert without.status_code == 200
    assert "写明是哪几个村。" in without.content.decode()
    client.post(url, given | {"digest": digest, "ground": "vague"})
    topic.refresh_from_db()
    assert (topic.status, topic.ground_name) == (status, "问题不清楚")
    shown = page(h, topic.get_absolute_url())
    assert shown.count("问题不清楚") >= 2  # on the topic, and in what happened
    listed = reverse("agenda:topic_list")
    assert topic.title in page(h, f"{listed}?ground=vague")
    assert topic.title not in page(h, f"{listed}?ground=elsewhere")
    assert h.duties_agree()


@pytest.mark.changes("TopicRules.refuse")
def test_the_office_that_returns_one_names_a_ground(db):
    h = body()
    topic = h.topic("submitted")
    client, by = h.client("mill-office"), h.person("mill-office")
    url = reverse("agenda:topic_return_it", args=[topic.pk])
    assert "不归协商会管" in client.get(url).content.decode()
    assert client.post(url, {"reason": "请找渡口。"}).status_code == 200
    with pytest.raises(ValidationError, match="ground"):
        topic.return_it(by=by, reason="请找渡口。")
    assert Topic.objects.get().status == "submitted"
    assert client.post(url, {"reason": "请找渡口。", "ground": "elsewhere"}).url
    topic.refresh_from_db()
    assert (topic.status, topic.ground_name) == ("draft", "不归协商会管")
    assert "不归协商会管" in page(h, topic.get_absolute_url())


def test_who_agrees_names_none(db):
    h = body()
    topic = h.topic("submitted")
    answer(h, topic, answer="agree", ground="vague")
    assert not topic.consent("settle").signatures.exclude(ground="").exists()


def test_without_grounds_words_are_enough(db):
    h = body(None)
    topic = h.topic("submitted")
    h.sign(topic, answer="changes")
    assert (topic.status, topic.ground) == ("draft", "")
    assert "ground" not in page(h, reverse("agenda:topic_list"))


@pytest.mark.parametrize(
    ("grounds", "path"),
    [([], "refuse.grounds"), ([GROUNDS[0], GROUNDS[0]], "refuse.grounds")],
)
def test_what_cannot_be_is_told_at_its_place(db, grounds, path):
    with pytest.raises(CharterRefused, match=path):
        body(grounds)
