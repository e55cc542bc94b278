"""Meetings held before they knew their charter get the one of their day."""

from datetime import date
from importlib import import_module

from django.apps import apps

from institutions.models import Charter
from meetings.models import Meeting
from tests import charters

name_the_charter = import_module(
    "meetings.migrations.0007_charter_of_the_day"
).name_the_charter


def test_a_meeting_held_here_is_under_the_version_in_force_on_its_day(db):
    body = charters.load()
    later = charters.small()
    later["body"]["short"] = "新会"
    charters.load(data=later, in_force_from=date(2026, 3, 1))
    first, second = Charter.objects.order_by("version")
    Charter.objects.create(
        joint_body=body, version=3, in_force_from=date(2026, 3, 2), data=later
    )  # a draft

    def held(day: date, **fields) -> Meeting:
        unit = body.members.get(key="mill-office")
        words = {"kind": "regular", "year": day.year, "reason": "开闸"}
        words |= {"requested_by": unit, "held_on": day} | fields
        return Meeting.objects.create(joint_body=body, **words)

    meetings = [
        held(date(2026, 2, 28)),
        held(date(2026, 3, 1)),
        held(date(2026, 5, 1), charter=first),
        held(date(2025, 5, 1)),
        held(date(2026, 5, 1), is_imported=True),
    ]
    name_the_charter(apps, None)
    found = [Meeting.objects.get(pk=each.pk).charter for each in meetings]
    assert found == [first, second, first, None, None]
