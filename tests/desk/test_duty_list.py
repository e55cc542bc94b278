"""The list of all open duties, its query and its table for a spreadsheet."""

import csv
from datetime import datetime
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from jointmeeting import clock
from meetings.models import open_year
from tests.desk.test_home import make_topic


@pytest.fixture
def work(valley):
    """Something overdue, something due, and something that is only waited for."""
    year = open_year(valley.body)
    with clock.at(timezone.make_aware(datetime(2026, 11, 10, 9))):
        topic = make_topic(valley, "farm-office", "水渠清淤")
        yield year, topic


def listed(client, person, **query) -> list:
    client.force_login(person)
    answer = client.get(reverse("desk:duty_list"), query)
    assert answer.status_code == 200
    return [(duty.post.key, duty.row) for duty in answer.context["page"].object_list]


def test_it_lists_what_waits_for_me_unless_asked_otherwise(client, valley, work):
    year, topic = work
    assert listed(client, valley.clerk) == [("unit-mill-office", year)]
    assert listed(client, valley.clerk, who="others") == [("miller", topic)]
    assert listed(client, valley.bailiff, who="awaited") == [("miller", topic)]


def test_it_is_narrowed_by_kind_and_by_term(client, valley, work):
    year, _topic = work
    mine = [("unit-mill-office", year)]
    assert listed(client, valley.clerk, kind="meetings.bodyyear") == mine
    assert listed(client, valley.clerk, kind="agenda.topic") == []
    assert listed(client, valley.clerk, near="late") == mine
    for near in ("near", "go", "none"):
        assert listed(client, valley.clerk, near=near) == []


def test_who_waits_is_not_told_that_he_waits(client, valley, work):
    client.force_login(valley.bailiff)
    awaited = client.get(reverse("desk:duty_list"), {"who": "awaited"})
    assert "农场账房账房在等" not in awaited.content.decode()
    client.force_login(valley.miller)
    mine = client.get(reverse("desk:duty_list"))
    assert "农场账房账房在等" in mine.content.decode()


@pytest.mark.parametrize(
    "query", [{"who": "x"}, {"kind": "x"}, {"near": "x"}, {"body": "x"}, {"page": "x"}]
)
def test_nonsense_in_the_address_is_left_out(client, valley, work, query):
    assert listed(client, valley.clerk, **query) == [("unit-mill-office", work[0])]


def test_the_table_holds_the_same_rows(client, valley, work):
    client.force_login(valley.clerk)
    answer = client.get(reverse("desk:duty_export"), {"who": "others"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert 'filename="2026-11-10-others.csv"' in answer["Content-Disposition"]
    head, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert row[:2] == ["磨坊与农场协商会", "磨坊主"]
    assert "水渠清淤" in row[2]
    assert len(head) == len(row)


def test_no_cell_is_taken_for_a_formula(client, valley):
    make_topic(valley, "mill-office", "议题")
    valley.body.name = "=1+1"
    valley.body.save()
    client.force_login(valley.miller)
    answer = client.get(reverse("desk:duty_export"))
    [_head, row] = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert row[0] == "'=1+1"
