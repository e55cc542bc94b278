"""The page of minutes: what it says, to whom, and the road to their issue."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from documents.models import Addressee, IssuedDocument
from jointmeeting import clock
from minutes.boxes import minutes_box
from minutes.models import Decision, Minutes
from tests.houses import house, lively, reason
from tests.minutes.conftest import approve, decide, issue, item, page, record_all
from tests.sittings import held, notified


def url(name, row, *args) -> str:
    return reverse(f"minutes:{name}", args=[row.pk, *args])


# Who reads it, and what it says


@pytest.mark.parametrize(
    ("who", "drafted", "asked", "issued"),
    [
        ("mill-office", 200, 200, 200),
        ("farm-office", 200, 200, 200),
        ("miller", 404, 200, 200),
        ("sluice", 404, 404, 200),
        ("accounts", 404, 404, 404),
    ],
)
def test_minutes_are_read_by_who_takes_part(h, minutes, who, drafted, asked, issued):
    client = h.client(who)
    assert client.get(minutes.get_absolute_url()).status_code == drafted
    record_all(h, minutes)
    minutes.send(by=h.person("mill-office"))
    assert client.get(minutes.get_absolute_url()).status_code == asked
    h.sign(minutes, "approve")
    minutes.issue(by=h.person("mill-office"))
    assert client.get(minutes.get_absolute_url()).status_code == issued


def test_a_unit_reads_what_was_decided_but_not_who_answered_what(h, minutes):
    issue(h, minutes)
    html = page(h.client("sluice").get(minutes.get_absolute_url()))
    assert "每日六时开闸。" in html
    assert minutes.document.number in html
    assert "What happened" not in html
    assert 'id="h-consent"' not in html


def test_the_gap_check_stands_beside_its_item_with_a_link(minutes, recorder):
    html = page(recorder.get(minutes.get_absolute_url()))
    record = item(minutes)
    assert "Gap check" in html
    assert f"{record}：the outcome" in html
    assert f'href="{url("record_item", record)}"' in html


def test_a_decision_says_what_it_lacks(h, minutes, recorder):
    decide(h, minutes, leads=[], due_on=None, done_when="")
    html = page(recorder.get(minutes.get_absolute_url()))
    decision = Decision.objects.get()
    assert "a lead unit、a date、what counts as done" in html
    assert f'href="{url("decision_change", decision)}"' in html


def test_the_other_office_reads_the_draft_and_changes_nothing(h, minutes):
    client = h.client("farm-office")
    html = page(client.get(minutes.get_absolute_url()))
    assert "Record the item" not in html
    for name in ("amend", "take_back", "issue"):
        got = client.post(url(f"minutes_{name}", minutes))
        assert got.status_code == 403
    assert client.post(url("minutes_send", minutes)).status_code == 403


def test_the_track_goes_from_the_draft_to_the_issue(h, minutes, recorder):
    issue(h, minutes)
    context = recorder.get(minutes.get_absolute_url()).context
    stages = [(each["label"], each["state"]) for each in context["stages"]]
    assert [label for label, _state in stages] == [
        "Draft",
        "In approval",
        "Approved",
        "Issued",
    ]
    assert {state for _label, state in stages} == {"past"}


def test_the_page_takes_as_many_queries_for_two_decisions_as_for_twenty(
    h, minutes, recorder
):
    record_all(h, minutes)
    decide(h, minutes, text="甲", assisting=[h.unit("ferry")])
    address = minutes.get_absolute_url()
    recorder.get(address)
    with CaptureQueriesContext(connection) as two:
        recorder.get(address)
    for number in range(18):
        decide(h, minutes, text=f"事{number}", assisting=[h.unit("ferry")])
    with CaptureQueriesContext(connection) as twenty:
        response = recorder.get(address)
    assert len(twenty) == len(two)
    assert page(response).count('class="num"') == 20


def test_the_page_of_issued_minutes_takes_as_many_queries_for_twenty(h, recorder):
    counted = []
    for title, more in (("甲", 0), ("乙", 18)):
        meeting = held(h, h.topic("answered", title=title), kind="ad hoc")
        with clock.at(meeting.starts_at + timedelta(hours=4)):
            minutes = Minutes.objects.get(meeting=meeting)
            for number in range(more):
                decide(h, minutes, text=f"事{number}")
            decide(h, minutes, text="修桥。")
            issue(h, minutes)
            recorder.get(minutes.get_absolute_url())
            with CaptureQueriesContext(connection) as queries:
                response = recorder.get(minutes.get_absolute_url())
        counted.append((page(response).count('class="num"'), len(queries)))
    [(few, queries), (many, as_many)] = counted
    assert (few, many) == (2, 20)
    assert as_many == queries


def test_four_hundred_decisions_are_shown_in_parts(h, minutes, recorder):
    record_all(h, minutes)
    for number in range(399):
        decide(h, minutes, text=f"第{number}事", leads=[])
    with CaptureQueriesContext(connection) as queries:
        response = recorder.get(minutes.get_absolute_url())
    html = page(response)
    assert len(queries) <= 60
    assert html.count('class="num"') == 20
    assert "380 more decisions of this item" in html
    assert "and 394 more" in html  # of what is missing, five are named
    assert len(response.content) <= 60_000
    later = recorder.get(f"{url('record_item', item(minutes))}?page=8")
    assert page(later).count('class="num"') == 50
    assert len(later.content) <= 60_000


# Opening and closing


def test_opening_and_closing_are_changed(minutes, recorder):
    seen = minutes.seen()
    words = {"opening": "开头。", "closing": "结尾。", "seen": seen}
    recorder.post(url("minutes_amend", minutes), words)
    minutes.refresh_from_db()
    assert (minutes.opening, minutes.closing) == ("开头。", "结尾。")


def test_who_changes_the_opening_second_sees_both_texts(h, minutes, recorder):
    seen = minutes.seen()
    by = h.person("mill-office")
    minutes.amend(by=by, seen=seen, opening="先写的。")
    words = {"opening": "后写的。", "closing": "", "seen": seen}
    response = recorder.post(url("minutes_amend", minutes), words)
    assert response.status_code == 409
    assert "先写的。" in page(response)
    assert "后写的。" in page(response)


# Approval


def test_gaps_hold_the_minutes_back(minutes, recorder):
    response = recorder.post(url("minutes_send", minutes), follow=True)
    minutes.refresh_from_db()
    assert minutes.status == "draft"
    assert "Still missing" in page(response)


def test_where_the_charter_lets_one_go_on_the_reason_is_kept(db):
    h = house(lively() | {"gates": {"minutes.has_no_gaps": "explain"}})
    meeting = held(h, h.topic("answered"))
    minutes, client = Minutes.objects.get(meeting=meeting), h.client("mill-office")
    html = page(client.get(minutes.get_absolute_url()))
    assert "Reason for going on all the same" in html
    client.post(url("minutes_send", minutes), {"despite": "下周补。"})
    minutes.refresh_from_db()
    assert minutes.status == "in approval"
    assert reason(minutes) == "下周补。"


def test_what_is_sent_can_be_taken_back_with_a_reason(h, minutes, recorder):
    record_all(h, minutes)
    recorder.post(url("minutes_send", minutes))
    minutes.refresh_from_db()
    assert minutes.status == "in approval"
    asked = page(recorder.get(url("minutes_take_back", minutes)))
    assert str(minutes) in asked
    recorder.post(url("minutes_take_back", minutes), {"reason": "写漏了。"})
    minutes.refresh_from_db()
    assert minutes.status == "draft"
    assert minutes.consent("approve").outcome == "void"
    assert h.duties_agree()


@pytest.mark.parametrize(
    ("answer", "said", "not_said"),
    [
        ("changes", "Changes asked for on", "Disagreed on"),
        ("disagree", "Disagreed on", "Changes asked for on"),
    ],
)
def test_changes_asked_for_are_told_apart_from_a_refusal(
    h, minutes, recorder, answer, said, not_said
):
    record_all(h, minutes)
    minutes.send(by=h.person("mill-office"))
    h.sign(minutes, "approve", answer)
    html = page(recorder.get(minutes.get_absolute_url()))
    assert minutes.status == "draft"
    assert said in html
    assert not_said not in html
    assert "请写明时间。" in html


def test_a_signatory_reads_the_whole_text_and_answers(h, minutes):
    record_all(h, minutes)
    minutes.send(by=h.person("mill-office"))
    client = h.client("miller")
    address = url("minutes_answer", minutes, "approve")
    response = client.get(address)
    assert "每日六时开闸。" in page(response)
    digest = response.context["digest"]
    client.post(address, {"answer": "agree", "digest": digest})
    sheet = minutes.consent("approve")
    assert sheet.signatures.answered().count() == 1


def test_the_office_enters_a_signed_paper_with_its_scan(h, minutes):
    record_all(h, minutes)
    minutes.send(by=h.person("mill-office"))
    client, address = h.client("farm-office"), url("minutes_answer", minutes, "approve")
    scan = SimpleUploadedFile("批件.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    given = {
        "answer": "agree",
        "on_behalf_of": h.post("farmer").pk,
        "channel": "paper",
        "given_on": clock.today().isoformat(),
        "digest": minutes.consent("approve").digest,
    }
    refused = client.post(address, given)
    assert "Attach the signed paper." in page(refused)
    client.post(address, given | {"scan": scan})
    slot = minutes.consent("approve").signatures.answered().get()
    assert (slot.post, slot.is_on_behalf) == (h.post("farmer"), True)
    assert slot.scan


def test_sheet_and_preview_are_pdfs(h, minutes, recorder):
    record_all(h, minutes)
    minutes.send(by=h.person("mill-office"))
    for address in (
        url("minutes_sheet", minutes, "approve"),
        url("minutes_preview", minutes),
    ):
        response = recorder.get(address)
        assert response["Content-Type"] == "application/pdf"
        assert b"".join(response.streaming_content).startswith(b"%PDF-")


# Issue


def test_the_office_sees_to_whom_they_go_and_issues_them(h, minutes, recorder):
    record_all(h, minutes)
    approve(h, minutes)
    html = page(recorder.get(minutes.get_absolute_url()))
    assert f'<a class="btn btn-main" href="{url("minutes_issue", minutes)}">' in html
    html = page(recorder.get(url("minutes_issue", minutes)))
    issuer = minutes.joint_body.members.get(key=minutes.rules.paper.issuer)
    assert f"<td>{issuer.unit.name}</td>" in html
    assert "农场账房" in html
    assert "水闸站" in html
    recorder.post(url("minutes_issue", minutes), {"number": ""})
    minutes.refresh_from_db()
    document = minutes.document
    assert document.number == "磨纪〔2026〕1号"
    shown = page(recorder.get(minutes.get_absolute_url()))
    assert document.sha256 in shown
    assert Decision.objects.get().status == "in force"
    assert h.duties_agree()


def test_the_office_may_type_the_number_of_its_own_register(h, minutes, recorder):
    record_all(h, minutes)
    approve(h, minutes)
    recorder.post(url("minutes_issue", minutes), {"number": "府纪(2026)7号"})
    minutes.refresh_from_db()
    assert minutes.document.number == "府纪〔2026〕7号"


def test_a_number_in_use_is_said_beside_the_field(h, minutes, recorder):
    record_all(h, minutes)
    approve(h, minutes)
    taken = IssuedDocument.objects.values_list("number", flat=True)[0]
    response = recorder.post(url("minutes_issue", minutes), {"number": taken})
    assert response.status_code == 409
    assert "This number is in use." in page(response)
    assert taken in page(response)


def test_a_second_click_is_told_who_has_done_it(h, minutes, recorder):
    issue(h, minutes)
    response = recorder.post(url("minutes_issue", minutes), {"number": ""}, follow=True)
    assert "Already done: Issue the minutes" in page(response)
    assert IssuedDocument.objects.filter(template="minutes").count() == 1


def test_issued_minutes_are_changed_by_nobody(h, minutes, recorder):
    issue(h, minutes)
    record = item(minutes)
    words = {"outcome": "no", "discussion": "改了。", "seen": record.seen()}
    response = recorder.post(url("record_item", record), words)
    assert response.status_code == 409
    assert "改了。" in page(response)
    record.refresh_from_db()
    assert record.outcome == "decided"


def test_a_character_that_no_font_has_is_named_and_nothing_is_issued(
    h, minutes, recorder
):
    record_all(h, minutes, text="请\U0010fffd办。")
    approve(h, minutes)
    response = recorder.post(url("minutes_issue", minutes), {"number": ""})
    assert response.status_code == 409
    assert "U+10FFFD" in page(response)
    minutes.refresh_from_db()
    assert minutes.status == "approved"
    preview = recorder.get(url("minutes_preview", minutes), follow=True)
    assert "U+10FFFD" in page(preview)


HOSTILE = '<script>alert(1)</script><img src="file:///etc/passwd">'


@pytest.mark.draws
def test_what_is_typed_is_text_on_the_page_and_on_paper(h, minutes, recorder):
    record_all(h, minutes, text=HOSTILE)
    record = item(minutes)
    said = {"outcome": "decided", "discussion": HOSTILE}
    by = h.person("mill-office")
    minutes.record(by=by, item=record, seen=record.seen(), **said)
    html = page(recorder.get(minutes.get_absolute_url()))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    approve(h, minutes)
    assert recorder.post(url("minutes_issue", minutes), {"number": ""}).status_code == 302
    minutes.refresh_from_db()
    with minutes.document.file.open() as file:
        words = "".join(each.extract_text() for each in PdfReader(file).pages)
    assert "".join(HOSTILE.split()) in "".join(words.split())


def test_a_title_of_two_hundred_characters_fits(h, recorder):
    title = "灌" * 200
    meeting = notified(h, h.topic("answered"))
    by, presenter = h.person("mill-office"), h.unit("sluice")
    meeting.agenda.add(by=by, kind="other", title=title, presenter=presenter)
    with clock.at(meeting.starts_at):
        for attendance in meeting.attendances.all():
            attendance.tick(by=by, was_there=True)
        meeting.hold(by=by)
        minutes = Minutes.objects.get(meeting=meeting)
        issue(h, minutes)
        assert title in page(recorder.get(minutes.get_absolute_url()))


# Receipts


def test_a_unit_acknowledges_receipt_in_one_click(h, minutes):
    issue(h, minutes)
    client, unit = h.client("sluice"), h.unit("sluice")
    addressee = Addressee.objects.get(document=minutes.document, member=unit)
    address = reverse("documents:addressee_receive", args=[addressee.pk])
    for shown in (minutes.get_absolute_url(), minutes.document.get_absolute_url()):
        assert address in page(client.get(shown))
    response = client.post(address, follow=True)
    assert "Receipt of" in page(response)
    addressee.refresh_from_db()
    assert addressee.received_on == clock.today()
    assert address not in page(client.get(minutes.get_absolute_url()))
    assert h.duties_agree()


def test_nobody_acknowledges_for_another_unit(h, minutes):
    issue(h, minutes)
    unit = h.unit("sluice")
    addressee = Addressee.objects.get(document=minutes.document, member=unit)
    address = reverse("documents:addressee_receive", args=[addressee.pk])
    for who in ("ferry", "mill-office", "farm-office"):
        assert h.client(who).post(address).status_code == 404
    addressee.refresh_from_db()
    assert addressee.status == "asked"


def test_the_office_sees_who_has_not_and_may_remind_them(h, minutes, recorder):
    issue(h, minutes)
    unit = h.unit("sluice")
    addressee = Addressee.objects.get(document=minutes.document, member=unit)
    html = page(recorder.get(minutes.get_absolute_url()))
    receipts = html.partition('id="h-receipts"')[2]
    assert "Receipt asked for" in receipts
    assert "Remind" in receipts
    addressee.receive(by=h.person("sluice"))
    rows = recorder.get(minutes.get_absolute_url()).context["receipts"]
    waiting = [each["addressee"].member for each in rows if each["duty"]]
    assert unit not in waiting
    assert waiting


# The box on the meeting's page


def test_the_box_counts_what_is_missing_in_one_query(
    h, minutes, django_assert_num_queries
):
    decide(h, minutes, leads=[])
    person = h.person("mill-office")
    assert person.may("read_topics", h.body)
    minutes_box(minutes.meeting, person)
    with django_assert_num_queries(1):
        box = minutes_box(minutes.meeting, person)
    assert (box["decisions"], box["gaps"]) == (1, 1 + minutes.records.count())
    assert minutes_box(minutes.meeting, h.person("sluice")) == {}


def test_the_box_leads_to_the_document(h, minutes):
    issue(h, minutes)
    box = minutes_box(minutes.meeting, h.person("sluice"))
    assert box["document"] == minutes.document
    assert box["gaps"] == 0
