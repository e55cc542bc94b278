"""A unit's task: accepted or returned, reported on; what is typed too late is kept."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import make_aware

from documents.models import Attachment
from followups.models import Assignment, Contact
from jointmeeting import clock
from tests.followups.pages import page, url
from tests.houses import reason

pytestmark = pytest.mark.django_db
WORDS = {"progress": "开了三日。", "obstacles": "闸锈。", "next_steps": "上油。"}
EVIL = '<script>alert("闸")</script>'


@pytest.fixture
def accepted(h, task) -> Assignment:
    task.accept(by=h.person("sluice"))
    return task


def test_the_page_says_whose_turn_it_is_until_when_and_why_then(h, task):
    html = page(h.client("sluice").get(task.get_absolute_url()))
    assert "Waiting for: 水闸站看闸人" in html
    assert "your turn" in html
    assert "5 working days from 03-25, which does not count, to 04-01." in html


def test_a_unit_accepts_its_task_from_the_page(h, task):
    response = h.client("sluice").post(url("assignment_accept", task))
    assert response.url == task.get_absolute_url()
    task.refresh_from_db()
    assert task.status == "accepted"
    assert h.owed(task) == {("report", "sluice"), ("complete", "sluice")}


def test_a_unit_returns_what_is_not_its_remit_and_the_office_reads_why(h, task):
    client, address = h.client("sluice"), url("assignment_give_back", task)
    assert client.post(address, {"reason": "归渡口管。"}).status_code == 302
    html = page(h.client("mill-office").get(url("assignment_reassign", task)))
    assert "Returned by 水闸站 on 03-25" in html
    assert "归渡口管。" in html


def test_nothing_is_returned_once_the_term_to_accept_is_over(h, task):
    with clock.at(clock.now() + timedelta(days=10)):
        client, address = h.client("sluice"), url("assignment_give_back", task)
        response = client.post(address, {"reason": "归渡口管。"})
        assert response.status_code == 409
        assert "The term to return it ended on 2026-04-01" in page(response)
        assert "归渡口管。" in page(response)
    task.refresh_from_db()
    assert task.status == "issued"


def test_the_office_says_why_it_stays_with_the_unit(h, task):
    task.give_back(by=h.person("sluice"), reason="归渡口管。")
    client, address = h.client("mill-office"), url("assignment_confirm", task)
    assert client.post(address, {"reason": "水闸在你处。"}).status_code == 302
    task.refresh_from_db()
    assert task.status == "issued"
    assert reason(task) == "水闸在你处。"


def test_a_task_is_given_to_another_unit_which_sees_who_returned_it(h, task):
    task.give_back(by=h.person("sluice"), reason="归渡口管。")
    data = {"unit": h.unit("ferry").pk, "reason": "渡口更近。"}
    response = h.client("mill-office").post(url("assignment_reassign", task), data)
    assert response.status_code == 302
    new = Assignment.objects.get(unit=h.unit("ferry"))
    assert new.replaces == task
    html = page(h.client("ferry").get(new.get_absolute_url()))
    assert "Returned by 水闸站" in html


def test_a_unit_that_has_the_task_already_is_not_offered(h, task):
    html = page(h.client("mill-office").get(url("assignment_reassign", task)))
    offered = html.partition('<select name="unit"')[2].partition("</select>")[0]
    assert "渡口" in offered
    assert "水闸站" not in offered


@pytest.mark.changes("ReportRules.receivers")
def test_a_report_goes_to_the_receivers_that_are_named(h, accepted):
    client = h.client("sluice")
    receivers = f"{h.unit('mill-office')}、{h.unit('farm-office')}"
    assert receivers in page(client.get(url("assignment_report", accepted)))
    assert client.post(url("assignment_report", accepted), WORDS).status_code == 302
    [report] = accepted.reports.all()
    assert (report.progress, report.given_on) == ("开了三日。", clock.today())
    accepted.refresh_from_db()
    assert accepted.status == "under way"
    html = page(h.client("mill-office").get(accepted.get_absolute_url()))
    assert "开了三日。" in html


def test_a_report_starts_from_the_last_one_and_asks_at_most_five_things(h, accepted):
    accepted.report(by=h.person("sluice"), **WORDS)
    html = page(h.client("sluice").get(url("assignment_report", accepted)))
    assert "开了三日。</textarea>" in html
    assert "Filled in with your report of 03-25" in html
    assert html.count('name="obstacles"') == 1
    assert "Not yet" not in html
    form = html.partition('<form class="form"')[2].partition("</form>")[0]
    assert form.count('<div class="field') <= 5


def test_a_report_after_closing_is_refused_and_what_was_typed_is_kept(h, accepted):
    client = h.client("sluice")
    accepted.claim(by=h.person("sluice"), evidence="办完了。")
    accepted.verify(by=h.person("mill-office"), result="done")
    response = client.post(url("assignment_report", accepted), WORDS)
    assert response.status_code == 409
    assert "Already done: Verify and close by" in page(response)
    assert "开了三日。" in page(response)
    assert not accepted.reports.exists()
    back = client.get(url("assignment_report", accepted))
    assert back.status_code == 302


def test_a_file_of_another_kind_is_refused_and_says_why(h, accepted):
    wrong = SimpleUploadedFile("progress.exe", b"MZ" + b"0" * 64)
    data = WORDS | {"scan": wrong}
    response = h.client("sluice").post(url("assignment_report", accepted), data)
    html = page(response)
    assert response.status_code == 200
    assert "exe" in html
    assert "开了三日。" in html
    assert not accepted.reports.exists()
    assert not Attachment.objects.exists()


def test_a_scan_is_read_by_the_offices_and_by_no_other_unit(h, accepted):
    scan = SimpleUploadedFile("scan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    data = WORDS | {"scan": scan}
    h.client("sluice").post(url("assignment_report", accepted), data)
    [kept] = Attachment.objects.all()
    html = page(h.client("farm-office").get(accepted.get_absolute_url()))
    assert kept.get_absolute_url() in html
    assert h.client("ferry").get(kept.get_absolute_url()).status_code == 404


def test_what_is_typed_is_never_markup(h, accepted):
    words = dict.fromkeys(WORDS, EVIL)
    client = h.client("sluice")
    assert client.post(url("assignment_report", accepted), words).status_code == 302
    for address in (accepted.get_absolute_url(), accepted.decision.get_absolute_url()):
        html = page(client.get(address))
        assert EVIL not in html
        assert "&lt;script&gt;" in html


def test_another_unit_neither_sees_nor_reports_the_task(h, accepted):
    for name in ("assignment_detail", "assignment_report"):
        assert h.client("ferry").get(url(name, accepted)).status_code == 404
    assert (
        h.client("mill-office").get(url("assignment_report", accepted)).status_code == 403
    )


def test_a_date_in_a_year_without_calendar_is_shown_as_far_as_it_is_known(h, issued):
    [decision] = issued.decisions()
    type(decision).objects.filter(pk=decision.pk).update(due_on=date(2031, 5, 1))
    decision.refresh_from_db()
    mill = h.person("mill-office")
    [task] = Assignment.objects.assign(decision, [h.unit("sluice")], by=mill)
    task.accept(by=h.person("sluice"))
    html = page(h.client("sluice").get(task.get_absolute_url()))
    assert "2031-05-01" in html
    assert "working days left" in html


def test_terms_that_count_over_a_year_without_calendar_are_provisional(h, issued):
    [decision] = issued.decisions()
    with clock.at(make_aware(datetime(2026, 12, 29, 9))):
        mill = h.person("mill-office")
        [task] = Assignment.objects.assign(decision, [h.unit("sluice")], by=mill)
        html = page(h.client("sluice").get(task.get_absolute_url()))
    assert "provisional" in html


def test_a_call_to_the_unit_is_noted_and_read_by_the_own_office_only(h, accepted):
    data = {"whom": "吴看闸", "said": "下周来件。", "channel": "phone"}
    address = url("assignment_contact", accepted)
    assert h.client("mill-office").post(address, data).status_code == 302
    [note] = Contact.objects.all()
    assert note.noted_by == h.unit("mill-office")
    seen = {
        who: "下周来件。" in page(h.client(who).get(accepted.get_absolute_url()))
        for who in ("mill-office", "farm-office", "sluice")
    }
    assert seen == {"mill-office": True, "farm-office": False, "sluice": False}


def test_a_unit_notes_no_calls_to_itself(h, accepted):
    data = {"whom": "吴", "said": "好。", "channel": "phone"}
    response = h.client("sluice").post(url("assignment_contact", accepted), data)
    assert response.status_code == 403
    assert not Contact.objects.exists()


def test_half_a_note_is_drawn_again_with_what_is_missing(h, accepted):
    data = {"whom": "吴看闸", "said": "", "channel": "phone"}
    response = h.client("mill-office").post(url("assignment_contact", accepted), data)
    assert 'value="吴看闸"' in page(response)
    assert not Contact.objects.exists()
