"""The ledger: what was decided, meeting by meeting, and what has become of it."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.boxes import tasks_box
from followups.models import Assignment
from jointmeeting import clock
from minutes.models import Decision
from tests import sittings
from tests.followups.pages import LEDGER, page

pytestmark = pytest.mark.django_db
EXPORT = reverse("followups:ledger_export")
WORDS = {"progress": "开了三日。", "obstacles": "闸锈。", "next_steps": "上油。"}
LINE = 'class="row-open"'


def more(h, minutes, texts) -> list[Decision]:
    """Further decisions of that meeting, as if its minutes had had them."""
    by, lead = h.person("mill-office"), [h.unit("sluice")]
    found = []
    for number, text in enumerate(texts):
        words = {"due_on": clock.today() + timedelta(days=number)}
        each = Decision.objects.put(
            minutes.meeting, by=by, text=text, leads=lead, **words
        )
        each.take_effect(by=by)
        found.append(each)
    return found


def listed(response) -> list[str]:
    """The first characters of the decisions that are listed."""
    rows = page(response).split("<tr id=")[1:]
    return [
        row.partition('<th scope="row">')[2].split(">")[1].split("<")[0] for row in rows
    ]


def test_a_line_says_who_leads_until_when_how_it_stands_and_what_was_reported(h, task):
    task.accept(by=h.person("sluice"))
    task.report(by=h.person("sluice"), **WORDS)
    html = page(h.client("mill-office").get(LEDGER))
    for said in ("每日六时开闸。", "水闸站", "05-21", "Under way", "开了三日。", "03-25"):
        assert said in html
    assert "1 decisions, 0 closed" in html


def test_a_line_says_how_far_it_is_overdue(h, task):
    with clock.at(clock.now() + timedelta(days=60)):
        html = page(h.client("mill-office").get(LEDGER))
    assert 'due-k is-late">1 working days overdue' in html
    assert "1 overdue" in html


def test_a_line_opens_to_its_story(h, task):
    task.accept(by=h.person("sluice"))
    task.report(by=h.person("sluice"), **WORDS)
    client = h.client("mill-office")
    shut = page(client.get(LEDGER))
    assert "上油。" not in shut
    assert f"?open={task.decision_id}#d{task.decision_id}" in shut
    opened = page(client.get(LEDGER, {"open": task.decision_id}))
    for said in ("闸锈。", "上油。", "Accept", "开闸一月。", "decision 1"):
        assert said in opened
    assert 'aria-expanded="true"' in opened
    assert page(client.get(LEDGER, {"open": "all"})).count('aria-expanded="true"') == 1


def test_the_offices_read_all_of_it_and_a_unit_its_own(h, issued, task):
    more(h, issued, ["道路", "桥"])
    lines = {
        who: page(h.client(who).get(LEDGER)).count(LINE)
        for who in ("mill-office", "farm-office", "sluice", "ferry")
    }
    assert lines == {"mill-office": 3, "farm-office": 3, "sluice": 3, "ferry": 0}
    mill = h.person("mill-office")
    task.reassign(by=mill, unit=h.unit("ferry"), reason="归渡口。")
    assert listed(h.client("ferry").get(LEDGER)) == ["每日六时开闸。"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "桥"}, ["修桥"]),
        ({"text": "开闸一月"}, ["每日六时开闸。"]),
        ({"state": "in force"}, ["修路", "修桥"]),
        ({"state": "open"}, ["每日六时开闸。", "修路", "修桥"]),
        ({"state": "task issued"}, ["每日六时开闸。"]),
        ({"state": "task claimed"}, []),
        ({"state": "closed"}, []),
        ({"year": "2026"}, ["每日六时开闸。", "修路", "修桥"]),
        ({"year": "1999"}, ["每日六时开闸。", "修路", "修桥"]),  # none such: left out
        ({"meeting": "nonsense"}, ["每日六时开闸。", "修路", "修桥"]),
        ({"state": "overdue"}, []),
    ],
)
def test_the_query_narrows_it(h, issued, task, query, found):
    more(h, issued, ["修路", "修桥"])
    assert listed(h.client("mill-office").get(LEDGER, query)) == found


def test_it_is_narrowed_to_a_unit_and_to_a_meeting(h, issued, task):
    [road] = more(h, issued, ["修路"])
    mill = h.person("mill-office")
    Assignment.objects.assign(road, [h.unit("ferry")], by=mill)
    client = h.client("mill-office")
    assert listed(client.get(LEDGER, {"unit": h.unit("ferry").pk})) == ["修路"]
    assert len(listed(client.get(LEDGER, {"unit": h.unit("sluice").pk}))) == 2
    assert len(listed(client.get(LEDGER, {"meeting": issued.meeting.pk}))) == 2


def test_what_is_overdue_is_found(h, issued, task):
    more(h, issued, ["修路", "修桥"])
    with clock.at(clock.now() + timedelta(days=1)):
        found = listed(h.client("mill-office").get(LEDGER, {"state": "overdue"}))
    assert found == ["修路"]


def test_nothing_found_offers_to_reset_the_query(h, task):
    html = page(h.client("mill-office").get(LEDGER, {"text": "无此事"}))
    assert "Nothing matches" in html


def test_it_takes_as_many_queries_for_one_line_as_for_fifty(h, issued, task):
    task.accept(by=h.person("sluice"))
    task.report(by=h.person("sluice"), **WORDS)
    client = h.client("mill-office")
    client.get(LEDGER)
    with CaptureQueriesContext(connection) as one:
        client.get(LEDGER)
    mill = h.person("mill-office")
    for each in more(h, issued, [f"事项{n}" + "修" * 40 for n in range(60)]):
        [given] = Assignment.objects.assign(each, [h.unit("sluice")], by=mill)
        given.accept(by=h.person("sluice"))
        given.report(by=h.person("sluice"), **WORDS)
    with CaptureQueriesContext(connection) as fifty:
        response = client.get(LEDGER)
    assert len(fifty) == len(one) <= 15
    assert page(response).count(LINE) == 50
    assert len(response.content) <= 60_000
    with CaptureQueriesContext(connection) as opened:
        client.get(LEDGER, {"open": "all"})
    assert len(opened) <= len(fifty) + 2


def test_it_takes_as_many_queries_for_one_meeting_as_for_three(h, issued, task):
    client = h.client("mill-office")
    client.get(LEDGER)
    with CaptureQueriesContext(connection) as one:
        client.get(LEDGER)
    for year in (2027, 2028):
        sittings.assigned(h, sittings.minuted(h, year=year))
    with CaptureQueriesContext(connection) as three:
        response = client.get(LEDGER)
    assert page(response).count(LINE) == 3
    assert len(three) == len(one)


def test_the_table_for_a_spreadsheet_holds_all_pages_and_no_formula(h, issued, task):
    task.accept(by=h.person("sluice"))
    task.report(by=h.person("sluice"), progress="=1+1")
    more(h, issued, [f"事项{n}" for n in range(60)])
    response = h.client("mill-office").get(EXPORT)
    rows = list(csv.reader(StringIO(page(response).removeprefix("\ufeff"))))
    assert len(rows) == 62
    head, first, *_rest = rows
    line = dict(zip(head, first, strict=True))
    assert line["Decision"] == "每日六时开闸。"
    assert line["Lead units"] == "水闸站"
    assert line["Progress"] == "'=1+1"


def test_it_prints_on_paper_laid_across(h, task):
    assert '<body class="wide"' in page(h.client("mill-office").get(LEDGER))


def test_what_is_typed_is_never_markup(h, issued):
    evil = "<script>alert(1)</script>"
    more(h, issued, [evil])
    html = page(h.client("mill-office").get(LEDGER, {"text": evil, "open": "all"}))
    assert evil not in html
    assert "&lt;script&gt;" in html


def test_the_box_on_a_meetings_page_is_for_those_who_see_its_decisions(h, issued, task):
    box = tasks_box(issued.meeting, h.person("mill-office"))
    assert [row["leads"] for row in box["rows"]] == [["水闸站"]]
    assert (box["total"], box["closed"], box["assign_url"]) == (1, 0, "")
    assert tasks_box(issued.meeting, h.person("ferry")) == {}


def test_the_box_offers_to_assign_to_who_may(h, issued):
    urls = {
        who: tasks_box(issued.meeting, h.person(who))["assign_url"]
        for who in ("mill-office", "farm-office")
    }
    address = reverse("followups:assign", args=[issued.meeting.pk])
    assert urls == {"mill-office": address, "farm-office": ""}
