"""Two years in which the chair goes round, plans are signed, votes counted."""

import pytest

from agenda.models import Agenda
from institutions.loading import charter_from
from meetings.models import Attendance
from meetings.quorum import count_of
from minutes.documents import words_of
from minutes.models import Minutes
from rehearsal.rehearsing import rehearse
from tests.rehearsal.conftest import BASE

THREE_VILLAGES = BASE / "tests" / "charters" / "three_villages.toml"

pytestmark = [pytest.mark.plays, pytest.mark.usefixtures("calendar", "files")]


def test_two_years_of_the_three_villages():
    body, _timeline = rehearse(charter_from(THREE_VILLAGES), "villages", 2026)
    held = body.meetings.filter(status="minuted").order_by("held_on")
    regular = held.filter(kind="regular").select_related("chair")
    assert [meeting.chair.key for meeting in regular] == ["upper_head", "middle_head"]
    for meeting in held:
        assert meeting.consent("plan").outcome == "agreed"
        assert count_of(meeting).is_met
    replaced = Attendance.objects.filter(joint_body=body, status="substituted")
    assert replaced
    assert not replaced.filter(letter=None)
    assert not Agenda.objects.filter(joint_body=body, status="frozen")
    said = [words_of(each) for each in Minutes.objects.filter(joint_body=body)]
    assert all("达到三分之二" in each["counted"] for each in said)
    manners = [item.get("manner", "") for each in said for item in each["items"]]
    assert any(manner.endswith("表决通过。") for manner in manners)
