"""The report to the next meeting in the browser: begun, explained, given opinions, frozen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agenda.models import Agenda
from followups.models import ProgressReport
from minutes.models import Decision
from tests.followups.test_progress_steps import begin, brought, explain, imported, say
from tests.sittings import OFFICE, agreed, assigned


@pytest.fixture
def task(h):
    task = assigned(h)
    task.accept(by=h.person("sluice"))
    return task


def url(name: str, *args) -> str:
    return reverse(f"followups:{name}", args=args)


def item_of(h):
    agenda = Agenda.objects.begin(agreed(h, kind="ad hoc"), by=h.person(OFFICE))
    return agenda.items.get(kind="progress")


def test_the_duty_leads_to_what_would_be_gathered(h, task):
    page = h.client(OFFICE).get(url("progress_begin", item_of(h).pk))
    assert page.context["total"] == 1
    assert task.decision.text in page.content.decode()


def test_gathering_leads_to_the_report_and_asks(h, task):
    item, client = item_of(h), h.client(OFFICE)
    page = client.post(url("progress_begin", item.pk), follow=True)
    report = ProgressReport.objects.get()
    assert page.redirect_chain == [(report.get_absolute_url(), 302)]
    assert h.owed(report.lines.get()) == {("explain", "sluice")}
    assert client.get(url("progress_begin", item.pk)).url == report.get_absolute_url()


def test_gathering_is_for_who_presents_the_item(h, task):
    answer = h.client("farm-office").post(url("progress_begin", item_of(h).pk))
    assert answer.status_code == 403
    assert not ProgressReport.objects.exists()


def test_without_a_decision_one_may_type_some_in_or_begin_all_the_same(h):
    earlier = imported(h)
    page = h.client(OFFICE).get(url("progress_begin", item_of(h).pk)).content.decode()
    assert "There is nothing to report" in page
    assert url("decisions_bring", earlier.pk) in page


def test_a_unit_explains_on_one_page(h, task):
    line = begin(h).lines.get()
    client = h.client("sluice")
    page = client.get(line.get_absolute_url())
    given = {"explanation": "缺钱。", "seen": page.context["seen"]}
    answer = client.post(url("progress_explain", line.pk), given)
    assert answer.status_code == 302
    line.refresh_from_db()
    assert line.explanation == "缺钱。"


def test_a_unit_starts_from_what_it_reported_last(h, task):
    task.report(by=h.person("sluice"), progress="备料。", obstacles="缺石料。")
    line = begin(h).lines.get()
    page = h.client("sluice").get(line.get_absolute_url()).content.decode()
    assert "缺石料。</textarea>" in page


def test_what_was_typed_over_anothers_words_is_kept(h, task):
    line = begin(h).lines.get()
    seen = line.seen()
    explain(h, line)
    given = {"explanation": "缺人。", "seen": seen}
    answer = h.client("sluice").post(url("progress_explain", line.pk), given)
    assert answer.status_code == 409
    assert "缺人。" in answer.content.decode()
    assert answer.context["seen"] == line.seen()


def test_a_unit_reads_the_opinions_once_the_report_is_frozen(h, task):
    report = begin(h)
    line = report.lines.get()
    explain(h, line)
    say(h, line)
    client = h.client("sluice")
    assert "下月办完。" not in client.get(line.get_absolute_url()).content.decode()
    report.freeze(by=h.person(OFFICE))
    assert "下月办完。" in client.get(line.get_absolute_url()).content.decode()


def test_an_office_says_its_opinion_below_the_explanation(h, task):
    line = begin(h).lines.get()
    explain(h, line)
    client = h.client("farm-office")
    page = client.get(line.get_absolute_url())
    assert "缺钱。" in page.content.decode()
    given = {"opinion": "可以。", "seen": page.context["seen"]}
    assert client.post(url("progress_say", line.pk), given).status_code == 302
    assert line.opinions.get().opinion == "可以。"


def test_a_line_is_for_its_unit_and_the_offices(h, task):
    line = begin(h).lines.get()
    assert h.client("ferry").get(line.get_absolute_url()).status_code == 404
    assert h.client("sluice").get(line.get_absolute_url()).status_code == 200
    empty = {"opinion": "", "seen": ""}
    answer = h.client("sluice").post(url("progress_say", line.pk), empty)
    assert answer.status_code == 403


def test_the_log_of_a_line_says_who_put_it_in_and_asked(h, task):
    line = begin(h).lines.get()
    explain(h, line)
    log = h.client(OFFICE).get(line.get_absolute_url()).context["log"]
    said = [(entry.who, entry.label) for entry in log]
    office, unit = str(h.person(OFFICE)), str(h.person("sluice"))
    assert said[1:] == [
        (office, "Ask for an explanation"),
        (office, "Put into the report"),
    ]
    assert said[0][0] == unit


def test_the_report_says_who_is_waited_for_and_what_is_left_out(h, task):
    struck = brought(h, imported(h, ordinal=9), is_standing=True)
    struck.strike(by=h.person(OFFICE), reason="打错。")
    report = begin(h)
    page = h.client(OFFICE).get(report.get_absolute_url())
    assert [str(wait["post"]) for wait in page.context["waits"]] == [
        str(h.unit("sluice").liaison)
    ]
    assert [found for _why, found in page.context["left_out"]] == [[struck]]


def test_the_report_takes_as_many_queries_for_forty_decisions(h, task):
    report, client = begin(h), h.client(OFFICE)
    meeting = imported(h, ordinal=9)
    brought(h, meeting, text="第一件", is_standing=True)
    begin(h, report.item.agenda.meeting)
    client.get(report.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(report.get_absolute_url())
    for number in range(39):
        brought(h, meeting, text=f"第{number}件", is_standing=True)
    begin(h, report.item.agenda.meeting)
    with CaptureQueriesContext(connection) as many:
        page = client.get(report.get_absolute_url())
    assert page.content.decode().count('class="st is-carry"') == 40
    assert len(many) == len(few)


def test_freezing_asks_for_the_opening_and_is_refused_while_something_is_missing(h, task):
    report, client = begin(h), h.client(OFFICE)
    page = client.get(url("progress_freeze", report.pk)).content.decode()
    assert "disabled" in page
    answer = client.post(url("progress_freeze", report.pk), {"words": "各位："})
    assert answer.status_code == 409
    assert "各位：" in answer.content.decode()


def test_frozen_it_is_a_document(h):
    report, client = begin(h), h.client(OFFICE)
    answer = client.post(url("progress_freeze", report.pk), {"words": "各位："})
    report.refresh_from_db()
    assert answer.url == report.get_absolute_url()
    assert report.document.number in client.get(answer.url).content.decode()


def test_the_draft_is_a_pdf(h, task):
    answer = h.client("farm-office").get(url("progress_preview", begin(h).pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def typed(*rows: dict) -> dict:
    """What the form of several decisions sends."""
    data = {"form-TOTAL_FORMS": "5", "form-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data


def test_several_decisions_are_typed_in_at_one_go(h):
    meeting, sluice = imported(h), h.unit("sluice").pk
    rows = [
        {"text": "修堤。", "leads": [sluice], "due_on": "2026-06-01"},
        {"text": "巡夜。", "leads": [sluice], "is_standing": "on"},
        {"text": "开渠。", "leads": [sluice], "is_done": "on"},
    ]
    client = h.client(OFFICE)
    answer = client.post(url("decisions_bring", meeting.pk), typed(*rows))
    assert answer.status_code == 302
    found = Decision.objects.values_list("text", "status")
    assert list(found) == [
        ("修堤。", "in force"),
        ("巡夜。", "in force"),
        ("开渠。", "closed"),
    ]


def test_of_several_with_one_wrong_none_is_kept(h):
    meeting, sluice = imported(h), h.unit("sluice").pk
    rows = [
        {"text": "修堤。", "leads": [sluice], "due_on": "2026-06-01"},
        {"text": "巡夜。", "leads": [sluice]},
    ]
    client = h.client(OFFICE)
    answer = client.post(url("decisions_bring", meeting.pk), typed(*rows))
    assert "Say by when" in answer.content.decode()
    assert not Decision.objects.exists()


def test_an_empty_form_says_so(h):
    answer = h.client(OFFICE).post(url("decisions_bring", imported(h).pk), typed())
    assert "Nothing was typed in." in answer.content.decode()


def test_a_meeting_with_minutes_takes_no_typed_decisions(h, task):
    meeting = task.decision.meeting
    answer = h.client(OFFICE).get(url("decisions_bring", meeting.pk))
    assert answer.url == meeting.get_absolute_url()


def test_a_typed_decision_is_struck_out_with_a_reason(h):
    decision = brought(h, imported(h), is_standing=True)
    client = h.client(OFFICE)
    address = url("decision_strike", decision.pk)
    assert "Strike out" in client.get(address).content.decode()
    client.post(address, {"reason": "打错。"})
    decision.refresh_from_db()
    assert decision.status == "withdrawn"
    assert client.get(address).status_code == 302
