"""A held meeting keeps the charter it was held under, whatever comes after."""

from copy import deepcopy

import pytest

from institutions.loading import load_charter
from jointmeeting import clock
from meetings.charter import MeetingRules
from meetings.models import Meeting
from minutes.charter import MinutesRules
from tests.houses import house


@pytest.fixture
def h(db):
    return house()


def meeting(h, **fields) -> Meeting:
    office = h.unit("mill-office")
    row = Meeting.objects.create(joint_body=h.body, requested_by=office, **fields)
    return Meeting.objects.get(pk=row.pk)


def next_version(h, change, **moves) -> None:
    data = deepcopy(h.body.charter.data)
    change(data)
    load_charter(data, h.body.key, in_force_from=clock.today(), moves=moves)


def other_outcome(data) -> None:
    data["minutes"]["outcomes"][0]["name"] = "另议"


def test_one_that_was_held_reads_the_rules_of_then_and_one_to_come_those_of_now(h):
    held = meeting(h, year=2026, charter=h.body.charter)
    coming = meeting(h, year=2027)
    before = held.rules_then.part(MinutesRules).outcomes[0].name
    next_version(h, other_outcome)
    held, coming = (Meeting.objects.get(pk=each.pk) for each in (held, coming))
    assert held.rules_then.part(MinutesRules).outcomes[0].name == before
    assert coming.rules_then.part(MinutesRules).outcomes[0].name == "另议"


def test_the_rules_of_then_name_units_and_posts_by_their_present_keys(h):
    held = meeting(h, year=2026, charter=h.body.charter)

    def renamed(data):
        text = repr(data).replace("'miller'", "'chief'").replace("'mill-office'", "'hub'")
        data.update(eval(text))

    next_version(h, renamed, posts={"miller": {"how": "becomes", "to": "chief"}})
    held = Meeting.objects.get(pk=held.pk)
    assert held.organiser.key == "hub"
    assert "chief" in held.rules_then.part(MeetingRules).chair.posts
