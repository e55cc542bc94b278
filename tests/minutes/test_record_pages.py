"""Recording an item and writing down what was decided on it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jointmeeting import clock
from minutes.models import Decision
from tests.houses import acts
from tests.minutes.conftest import approve, decide, issue, item, page, record_all


def url(name, row) -> str:
    return reverse(f"minutes:{name}", args=[row.pk])


def typed(h, **words) -> dict:
    """What the form of a decision sends."""
    return {
        "text": "每日六时开闸。",
        "leads": [h.unit("sluice").pk],
        "assisting": [h.unit("ferry").pk],
        "due_on": "2026-06-01",
        "done_when": "开闸一月。",
    } | words


# An item


def test_the_recorder_chooses_an_outcome_of_the_charter(minutes, recorder):
    record = item(minutes)
    html = page(recorder.get(url("record_item", record)))
    assert "下回再议: the topic waits for another meeting" in html
    said = {"outcome": "later", "discussion": "水不够。", "seen": record.seen()}
    response = recorder.post(url("record_item", record), said)
    assert response.url == minutes.get_absolute_url()
    record.refresh_from_db()
    assert (record.outcome, record.discussion) == ("later", "水不够。")
    assert record.history.latest().history_change_reason == "Record an item"


def test_an_outcome_that_the_charter_does_not_have_is_refused(minutes, recorder):
    record = item(minutes)
    said = {"outcome": "maybe", "discussion": "水不够。", "seen": record.seen()}
    response = recorder.post(url("record_item", record), said)
    assert response.status_code == 200
    assert "水不够。" in page(response)
    record.refresh_from_db()
    assert record.discussion == ""


def test_the_recorder_goes_on_to_the_next_item(minutes, recorder):
    first, second, *_others = minutes.records.all()
    said = {"outcome": "decided", "discussion": "好。", "seen": first.seen(), "next": "1"}
    response = recorder.post(url("record_item", first), said)
    assert response.url == url("record_item", second)


def test_of_two_recorders_the_second_sees_both_texts(h, minutes, recorder):
    record = item(minutes)
    seen = record.seen()
    first = {"outcome": "decided", "discussion": "先记的。"}
    minutes.record(by=h.person("mill-office"), item=record, seen=seen, **first)
    said = {"outcome": "later", "discussion": "后记的。", "seen": seen}
    response = recorder.post(url("record_item", record), said)
    html = page(response)
    assert response.status_code == 409
    assert "先记的。" in html
    assert "后记的。" in html
    record.refresh_from_db()
    assert record.discussion == "先记的。"
    again = said | {"seen": response.context["seen"]}
    assert recorder.post(url("record_item", record), again).status_code == 302
    record.refresh_from_db()
    assert record.discussion == "后记的。"


def test_the_other_office_reads_the_item_and_records_nothing(h, minutes):
    record, client = item(minutes), h.client("farm-office")
    assert "Keep the record" not in page(client.get(url("record_item", record)))
    assert client.post(url("record_item", record), {}).status_code == 403


# Decisions


def test_each_line_of_the_measure_is_offered_as_a_draft(minutes, recorder):
    record = item(minutes)
    response = recorder.get(url("record_item", record))
    assert response.context["measures"] == ["每日六时到九时开闸。", "四月前修好闸门。"]
    chosen = {"line": ["每日六时到九时开闸。", "四月前修好闸门。", "混进来的一行"]}
    recorder.post(url("decision_split", record), chosen)
    texts = [decision.text for decision in minutes.decisions()]
    assert texts == ["每日六时到九时开闸。", "四月前修好闸门。"]
    again = recorder.get(url("record_item", record))
    assert again.context["measures"] == []


def test_no_line_chosen_is_said(minutes, recorder):
    response = recorder.post(url("decision_split", item(minutes)), follow=True)
    assert "Choose at least one line of the measure." in page(response)
    assert not Decision.objects.exists()


def test_a_decision_begins_with_a_line_of_the_measure(minutes, recorder):
    address = f"{url('decision_create', item(minutes))}?line=1"
    assert "四月前修好闸门。" in page(recorder.get(address))


def test_a_decision_is_written_down(h, minutes, recorder):
    record = item(minutes)
    response = recorder.post(url("decision_create", record), typed(h))
    assert response.url == url("record_item", record)
    decision = Decision.objects.get()
    assert decision.due_on == date(2026, 6, 1)
    assert [str(unit) for unit in decision.leads.all()] == ["水闸站"]
    assert [str(unit) for unit in decision.assisting.all()] == ["渡口"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": ""}, "Enter What was decided"),
        ({"due_on": "2026-02-01"}, "The meeting was on 2026-03-22"),
        ({"due_on": "2101-01-01"}, "Give a day up to the year 2100."),
        ({"is_standing": "on"}, "A standing decision has no date"),
        ({"due_on": "bald"}, "Enter a valid date"),
        ({"text": "水" * 5001}, "remove 1"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    h, minutes, recorder, words, said
):
    fields = typed(h, **words)
    response = recorder.post(url("decision_create", item(minutes)), fields)
    html = page(response)
    assert said in html
    assert "开闸一月。" in html
    assert not Decision.objects.exists()


def test_a_unit_that_leads_does_not_assist(h, minutes, recorder):
    fields = typed(h, assisting=[h.unit("sluice").pk])
    response = recorder.post(url("decision_create", item(minutes)), fields)
    assert "A unit leads or assists, not both." in page(response)


def test_a_date_in_a_year_without_calendar_is_warned_of(h, minutes, recorder):
    fields = typed(h, due_on="2028-06-01")
    address = url("decision_create", item(minutes))
    response = recorder.post(address, fields, follow=True)
    assert "No working calendar for 2028" in page(response)
    assert Decision.objects.get().due_on == date(2028, 6, 1)
    html = page(recorder.get(minutes.get_absolute_url()))
    assert "No working calendar for 2028" in html.partition("Gap check")[2]


def test_a_decision_is_changed(h, minutes, recorder):
    decide(h, minutes)
    decision = Decision.objects.get()
    fields = typed(
        h, text="七时开闸。", seen=decision.seen(), due_on="", is_standing="on"
    )
    recorder.post(url("decision_change", decision), fields)
    decision.refresh_from_db()
    assert (decision.text, decision.is_standing) == ("七时开闸。", True)
    assert acts(decision) == ["Write down a decision", "Change a decision"]


def test_who_changes_a_decision_second_sees_both_texts(h, minutes, recorder):
    decide(h, minutes)
    decision = Decision.objects.get()
    seen = decision.seen()
    words = {"text": "先写的。", "leads": [h.unit("ferry")], "assisting": []}
    by = h.person("mill-office")
    minutes.change_decision(by=by, decision=decision, seen=seen, **words)
    fields = typed(h, text="后写的。", seen=seen)
    response = recorder.post(url("decision_change", decision), fields)
    html = page(response)
    assert response.status_code == 409
    assert "先写的。" in html
    assert "后写的。" in html
    assert "渡口" in html.partition("What is stored now")[2].partition("</div>")[0]
    again = fields | {"seen": response.context["seen"]}
    assert recorder.post(url("decision_change", decision), again).status_code == 302


def test_a_decision_is_struck_out_after_a_question_that_names_it(h, minutes, recorder):
    decide(h, minutes)
    decision = Decision.objects.get()
    assert "每日六时开闸。" in page(recorder.get(url("decision_strike", decision)))
    recorder.post(url("decision_strike", decision))
    assert not Decision.objects.exists()
    gone = Decision.history.latest("history_id")
    assert gone.history_user == h.person("mill-office")
    html = page(recorder.get(minutes.get_absolute_url()))
    assert "Strike out a decision: 每日六时开闸。" in html


def test_what_was_struck_out_can_be_written_down_again(h, minutes, recorder):
    decide(h, minutes)
    recorder.post(url("decision_strike", Decision.objects.get()))
    [gone] = recorder.get(minutes.get_absolute_url()).context["struck"]
    html = page(recorder.get(gone["url"]))
    assert "每日六时开闸。" in html
    assert "开闸一月。" in html


def test_a_decision_struck_out_by_another_is_gone(h, minutes, recorder):
    decide(h, minutes)
    decision = Decision.objects.get()
    address = url("decision_change", decision)
    minutes.strike(by=h.person("mill-office"), decision=decision)
    assert recorder.post(address, typed(h)).status_code == 404


@pytest.mark.parametrize("name", ["decision_change", "decision_strike"])
def test_a_decision_stays_as_it_was_sent(h, minutes, recorder, name):
    record_all(h, minutes)
    approve(h, minutes)
    decision = Decision.objects.get()
    fields = typed(h, text="改了。", seen=decision.seen())
    recorder.post(url(name, decision), fields)
    decision.refresh_from_db()
    assert decision.text == "每日六时开闸。"


def test_the_page_of_an_item_takes_as_many_queries_for_twenty(h, minutes, recorder):
    decide(h, minutes, assisting=[h.unit("ferry")])
    decide(h, minutes, text="乙", assisting=[h.unit("ferry")])
    address = url("record_item", item(minutes))
    recorder.get(address)
    with CaptureQueriesContext(connection) as two:
        recorder.get(address)
    for number in range(18):
        decide(h, minutes, text=f"事{number}", assisting=[h.unit("ferry")])
    with CaptureQueriesContext(connection) as twenty:
        recorder.get(address)
    assert len(twenty) == len(two)


def test_a_unit_reads_the_item_once_it_is_issued(h, minutes):
    issue(h, minutes)
    response = h.client("sluice").get(url("record_item", item(minutes)))
    assert "说定。" in page(response)
    assert "Keep the record" not in page(response)
    assert clock.today() > minutes.meeting.held_on
