"""Two administrators merge units at the same moment."""

from datetime import timedelta

import pytest

from institutions.models import Appointment, MemberUnit, User
from institutions.units import end_unit
from jointmeeting import clock
from tests.houses import house
from tests.racing import race

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def merging(h, key: str, into: str):
    """The act of an administrator who merges the one into the other since yesterday."""
    unit, successor, by = h.unit(key).pk, h.unit(into).pk, h.person("rights").pk
    words = {"last_day": clock.today() - timedelta(days=1), "reason": "机构改革。"}

    def merge() -> str:
        end_unit(
            MemberUnit.objects.select_related("joint_body").get(pk=unit),
            by=User.objects.get(pk=by),
            successor=MemberUnit.objects.get(pk=successor),
            **words,
        )
        return "merged"

    return merge


def test_two_units_do_not_take_over_from_each_other():
    h = house()
    outcomes = race(merging(h, "sluice", "ferry"), merging(h, "ferry", "sluice"))
    assert sorted(outcomes) == ["ValidationError", "merged"]
    ended = [h.unit(key) for key in ("sluice", "ferry") if h.unit(key).ended_on]
    assert len(ended) == 1
    assert ended[0].successor.is_on_body


def test_of_eight_who_merge_one_unit_one_does():
    h = house()
    outcomes = race(*[merging(h, "sluice", "ferry") for _each in range(8)])
    assert sorted(outcomes) == ["ValidationError"] * 7 + ["merged"]
    assert Appointment.objects.today().filter(post=h.post("sluice")).count() == 1
