"""Why one can see a matter and take its steps: by the very rules that let one, or do not."""

from datetime import timedelta

import pytest
from django.utils import translation

from desk.why import page_of
from institutions.appointing import appoint
from jointmeeting import clock
from tests.houses import House, house

ADDRESS = "/why/"


@pytest.fixture
def h(db) -> House:
    with translation.override("en"):
        yield house()


def why(h: House, who: str, row, **asked) -> str:
    address = row if isinstance(row, str) else row.get_absolute_url()
    answer = h.client(who).get(ADDRESS, {"address": address} | asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("address", "is_a_matter"),
    [
        ("/agenda/topics/12/", True),
        ("https://example.org/agenda/topics/12/amend/?x=1#y", True),
        ("/agenda/topics/", False),
        ("/agenda/topics/new/", False),
        ("/agenda/agendas/begin/3/", False),
        ("/agenda/topics/x12/", False),
        ("/agenda/topics/9999999999999999999999/", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_which_matter_an_address_is_about(address, is_a_matter):
    assert (page_of(address) is not None) is is_a_matter


def test_it_says_through_which_post_since_when_and_what_is_waited_for(h):
    topic = h.topic("draft")
    page = why(h, "mill-office", topic)
    assert "through the unit that proposed it: as 磨账房账房" in page
    assert "since 2026-01-01" in page
    assert "may, now" in page
    page = why(h, "mill-office", h.topic("asked", title="磨坊排水"))
    assert "It is not its turn in the present state." in page


def test_a_signatory_is_told_what_he_is_asked_for(h):
    topic = h.topic("submitted")
    page = why(h, "miller", topic)
    assert "through being asked to sign: as 磨坊主" in page
    assert "Settling the topic" in page
    assert "entering what was signed" in why(h, "mill-office", topic)
    with translation.override("zh-hans"):
        assert "Settling the topic" not in why(h, "miller", topic)


def test_a_shut_gate_is_told_with_its_reason(h):
    h.leave("farmer")
    page = why(h, "mill-office", h.topic("draft"))
    assert "may, not now" in page
    assert "Vacant: 农场主" in page


def test_hidden_and_not_there_are_told_in_the_same_words(h):
    topic = h.topic("submitted", title="秘密的议题")
    hidden = why(h, "ferry", topic)
    nowhere = why(h, "ferry", "/agenda/topics/987654/")
    assert "秘密的议题" not in hidden
    assert "take no part in the matter" in hidden
    assert "渡口联络人" in hidden  # one's own posts

    def bare(page: str, number: int) -> list[str]:
        lines = page.replace(f"topics/{number}/", "").splitlines()
        return [line for line in lines if "csrf" not in line]

    assert bare(hidden, topic.pk) == bare(nowhere, 987654)


def test_who_answers_for_rights_asks_about_others_and_reads_no_word_of_the_matter(h):
    topic = h.topic("submitted", title="秘密的议题")
    person = h.person("mill-office")
    for who in ("rights", "auditor"):
        page = why(h, who, topic, person=person.pk)
        assert f"{person} can see it" in page
        assert "秘密的议题" not in page
        assert f"{h.person('ferry')} cannot see it" in why(
            h, who, topic, person=h.person("ferry").pk
        )


def test_others_are_asked_about_by_nobody_else(h):
    topic = h.topic("submitted")
    asked = {"address": topic.get_absolute_url(), "person": h.person("ferry").pk}
    assert h.client("mill-office").get(ADDRESS, asked).status_code == 403


def test_other_bodies_are_out_of_reach(h):
    there = house(key="hill")
    topic = there.topic("submitted", title="山上的议题")
    page = why(h, "rights", topic)
    assert "take no part in the matter" in page
    stranger = there.person("ferry")
    asked = {"address": h.topic().get_absolute_url(), "person": stranger.pk}
    answer = h.client("rights").get(ADDRESS, asked)
    assert answer.context["form"].errors
    assert str(stranger) not in answer.content.decode()


def test_pages_and_refusals_lead_there(h):
    topic = h.topic("submitted")
    link = f"/why/?address=%2Fagenda%2Ftopics%2F{topic.pk}%2F"
    assert link in h.client("mill-office").get(topic.get_absolute_url()).content.decode()
    refused = h.client("ferry").get(topic.get_absolute_url())
    assert refused.status_code == 404
    assert link in refused.content.decode()


def test_without_a_question_it_asks_for_one(h):
    page = h.client("ferry").get(ADDRESS).content.decode()
    assert "Address of the page" in page
    assert "Person" not in page.split("Ask about a page")[1]


def test_posts_on_other_bodies_are_not_told_of_others(h):
    there = house(key="hill")
    person = h.person("ferry")
    there.leave("steward")
    appoint(person, there.post("steward"), since=clock.today() + timedelta(days=1))
    with clock.at(clock.now() + timedelta(days=1)):
        about_oneself = h.client("ferry").get(ADDRESS)
        about_him = h.client("rights").get(ADDRESS, {"address": "/", "person": person.pk})
    assert len(about_oneself.context["held"]) == 2
    assert {each.post.joint_body for each in about_him.context["held"]} == {h.body}
