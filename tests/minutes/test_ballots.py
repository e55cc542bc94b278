"""How an item was decided: votes, or as the charter's manner asks; what the minutes say."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jointmeeting import clock
from minutes.documents import words_of
from minutes.models import Minutes
from tests.houses import house, lively
from tests.sittings import OFFICE, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    """The topic's record in the draft of a meeting of three, which decides in a manner."""

    def draft(manner: str):
        data = lively()
        data["meetings"]["attendance"]["attending"] = ["miller", "farmer", "steward"]
        if manner:
            rule = {"manner": manner, "basis": {"kind": "local"}}
            data["meetings"]["deciding"] = rule
        h = house(data)
        meeting = held(h, h.topic("answered"))
        minutes = Minutes.objects.get(meeting=meeting)
        later = clock.at(meeting.starts_at + timedelta(days=1))
        later.__enter__()
        entered.append(later)
        return h, minutes, minutes.records.exclude(item__topic=None).get()

    entered: list = []
    yield draft
    for each in entered:
        each.__exit__(None, None, None)


def record(h, minutes, item, outcome="decided", **ballot) -> None:
    said = {"outcome": outcome, "discussion": "说定。", "seen": item.seen()}
    minutes.record(by=h.person(OFFICE), item=item, **said, **ballot)


def manner_of(minutes) -> str:
    [item] = [each for each in words_of(minutes)["items"] if each["is_topic"]]
    return item.get("manner", "")


VOTES = [
    ("majority", (2, 1, 0), True),
    ("majority", (1, 1, 1), False),
    ("two thirds", (2, 0, 1), True),
    ("two thirds", (1, 0, 2), False),
]


@pytest.mark.changes(
    "MeetingRules.deciding",
    "DecidingRules.manner=majority",
    "DecidingRules.manner=two thirds",
)
@pytest.mark.parametrize(("manner", "votes", "carries"), VOTES)
def test_votes_carry_a_decision_or_not(draft, manner, votes, carries):
    h, minutes, item = draft(manner)
    names = ("votes_for", "votes_against", "votes_abstained")
    ballot = dict(zip(names, votes, strict=True))
    if carries:
        record(h, minutes, item, **ballot)
        said = "赞成{}票，反对{}票，弃权{}票，表决通过。".format(*votes)
        assert manner_of(minutes) == said
    else:
        with pytest.raises(ValidationError, match="it is not decided"):
            record(h, minutes, item, **ballot)
        record(h, minutes, item, outcome="later", **ballot)
        assert "表决通过" not in manner_of(minutes)


def test_more_votes_than_people_or_none_are_refused(draft):
    h, minutes, item = draft("majority")
    with pytest.raises(ValidationError, match="Enter the votes"):
        record(h, minutes, item)
    with pytest.raises(ValidationError, match="only 3 who may vote"):
        record(h, minutes, item, votes_for=4, votes_against=0)


@pytest.mark.changes("DecidingRules.manner=consensus", "DecidingRules.manner=chair")
@pytest.mark.parametrize(
    ("manner", "said"),
    [("consensus", "与会人员一致同意。"), ("chair", "经讨论，由会议主持人决定。")],
)
def test_without_a_vote_it_is_ticked_that_it_was_so_decided(draft, manner, said):
    h, minutes, item = draft(manner)
    url = reverse("minutes:record_item", args=[item.pk])
    client = h.client(OFFICE)
    form = client.get(url).context["form"]
    assert "is_so_decided" in form.fields
    assert "votes_for" not in form.fields
    typed = {"outcome": "decided", "discussion": "说定。", "seen": item.seen()}
    page = client.post(url, typed)
    assert "is_so_decided" in page.context["form"].errors
    assert client.post(url, typed | {"is_so_decided": "on"}).status_code == 302
    assert manner_of(minutes) == said


def test_where_the_charter_leaves_it_open_nothing_is_asked(draft):
    h, minutes, item = draft("")
    form = h.client(OFFICE).get(reverse("minutes:record_item", args=[item.pk]))
    assert not {"votes_for", "is_so_decided"} & form.context["form"].fields.keys()
    record(h, minutes, item)
    assert "manner" not in words_of(minutes)["items"][-1]


def test_votes_are_asked_for_beside_who_was_there(draft):
    h, _minutes, item = draft("two thirds")
    page = h.client(OFFICE).get(reverse("minutes:record_item", args=[item.pk]))
    assert "3 who may vote were there" in page.content.decode()
