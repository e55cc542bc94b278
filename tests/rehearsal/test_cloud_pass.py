"""A year of two issuers and two verifiers, by days of the month; nobody inspects."""

import pytest

from documents.models import Addressee, IssuedDocument
from followups.models import Assignment, Inspection, StatusReport
from institutions.loading import charter_from
from minutes.models import ItemRecord
from rehearsal.rehearsing import rehearse
from tests.rehearsal.conftest import BASE

CLOUD_PASS = BASE / "tests" / "charters" / "cloud_pass.toml"

pytestmark = [pytest.mark.plays, pytest.mark.usefixtures("calendar", "files")]


def test_a_year_of_the_mountain_road():
    body, _timeline = rehearse(charter_from(CLOUD_PASS), "pass", 2026)
    minutes = IssuedDocument.objects.filter(joint_body=body, number__startswith="雾驿发")
    issued = minutes.filter(template="minutes_notice")
    assert issued
    assert {len(each.data["issuers"]) for each in issued} == {2}
    assert not Addressee.objects.filter(document__in=minutes).exclude(status="sent")
    closed = Assignment.objects.filter(joint_body=body, status="closed")
    assert {len(each.agreed) for each in closed.exclude(decision__is_standing=True)} == {
        1
    }
    assert not Inspection.objects.exists()
    outcomes = ItemRecord.objects.exclude(item__kind="topic")
    assert set(outcomes.values_list("outcome", flat=True)) == {"heard"}
    given = StatusReport.objects.order_by("given_on").values_list(
        "assignment", "given_on"
    )
    months = [(task, day.year, day.month) for task, day in given]
    assert all(months.count(each) <= 2 for each in months)
