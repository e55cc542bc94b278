"""A held meeting keeps the charter it was held under, whatever comes after."""

from copy import deepcopy

import pytest

from agenda.charter import AgendaRules
from followups.charter import FollowupRules
from followups.models import Inspection
from institutions.drafting import begin_draft
from institutions.loading import load_charter
from institutions.models import JointBody
from jointmeeting import clock
from meetings.charter import MeetingRules
from meetings.models import Meeting
from minutes.charter import MinutesRules
from minutes.models.ballots import deciding_of
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


def test_what_the_rules_have_given_up_is_read_in_the_last_that_had_it(h):
    kept = h.body.part(FollowupRules).inspect

    def no_inspections(data):
        del data["followups"]["inspect"]
        data["body"]["short"] = "新会"

    next_version(h, no_inspections)
    body = JointBody.objects.get(pk=h.body.pk)
    begin_draft(body, by=h.person("rights"), data={"followups": "mistaken"})
    assert body.last_said(lambda each: each.part(FollowupRules).inspect) == kept
    assert Inspection(joint_body=body).inspecting == kept


def test_a_key_that_reads_like_a_value_of_the_format_changes_no_value(h):
    first = repr(h.body.charter.data)

    def named(key):
        return lambda data: data.update(eval(first.replace("'miller'", f"'{key}'")))

    def becomes(old, new):
        return {"posts": {old: {"how": "becomes", "to": new}}}

    next_version(h, named("progress"), **becomes("miller", "progress"))
    h.body = JointBody.objects.get(pk=h.body.pk)
    held = meeting(h, year=2026, charter=h.body.charter)
    next_version(h, named("chief"), **becomes("progress", "chief"))
    rules = Meeting.objects.get(pk=held.pk).rules_then
    kinds = {each.kind for each in rules.part(AgendaRules).standing}
    assert "progress" in kinds
    assert "chief" in rules.part(MeetingRules).chair.posts


def test_a_held_meeting_decides_as_its_own_rules_say(h):
    held = meeting(h, year=2026, charter=h.body.charter)
    coming = meeting(h, year=2027)
    rule = {"manner": "majority", "basis": {"kind": "local"}}
    next_version(h, lambda data: data["meetings"].update(deciding=rule))
    held, coming = (Meeting.objects.get(pk=each.pk) for each in (held, coming))
    assert deciding_of(held) is None
    assert deciding_of(coming).manner == "majority"
