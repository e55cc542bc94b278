"""Correcting issued minutes: per decision what changes, by a numbered document."""

from datetime import date

import pytest
from django.urls import reverse

from documents.models import IssuedDocument
from minutes.models import Correction, Decision
from tests.minutes.conftest import decide, issue, item, page


@pytest.fixture
def issued(h, minutes):
    """Minutes that are out, with one decision."""
    issue(h, minutes)
    return minutes


def choose(minutes, *decisions, added=0) -> str:
    named = "&".join(f"decision={each.pk}" for each in decisions)
    address = reverse("minutes:correction_create", args=[minutes.pk])
    return f"{address}?{named}&added={added}"


def typed(decision, prefix="", **words) -> dict:
    """What the form sends for a decision that stays as it is, but for these."""
    fields = {
        "text": decision.text,
        "leads": [unit.pk for unit in decision.leads.all()],
        "assisting": [unit.pk for unit in decision.assisting.all()],
        "due_on": decision.due_on or "",
        "done_when": decision.done_when,
        "seen": decision.seen(),
    } | words
    return {
        f"{prefix or f'd{decision.pk}'}-{name}": each for name, each in fields.items()
    }


def test_the_office_chooses_which_decisions_are_concerned(issued, recorder):
    decision = Decision.objects.get()
    html = page(recorder.get(reverse("minutes:correction_create", args=[issued.pk])))
    assert f'value="{decision.pk}"' in html
    assert "At most 20 at once" in html
    form = page(recorder.get(choose(issued, decision)))
    assert "Withdraw this decision" in form
    assert "每日六时开闸。" in form


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ({"text": "每日七时开闸。"}, "wording"),
        ({"done_when": "开闸两月。"}, "wording"),
        ({"due_on": "2026-09-01"}, "due"),
        ({"due_on": "", "is_standing": "on"}, "due"),
        ({"is_withdrawn": "on"}, "withdrawn"),
    ],
)
def test_what_differs_is_the_correction(issued, recorder, words, change):
    decision = Decision.objects.get()
    fields = typed(decision, **words) | {"reason": "写错了。"}
    response = recorder.post(choose(issued, decision), fields)
    correction = Correction.objects.get()
    assert response.url == correction.get_absolute_url()
    assert [line.change for line in correction.lines.all()] == [change]
    assert correction.document.template == "minutes_correction"


def test_a_correction_is_issued_then_applied(h, issued, recorder):
    decision = Decision.objects.get()
    before = issued.document.sha256
    words = {"text": "每日七时开闸。", "due_on": "2026-09-01"}
    words["leads"] = [h.unit("ferry").pk]
    fields = typed(decision, **words) | {"reason": "写错了。", "number": ""}
    recorder.post(choose(issued, decision), fields)
    correction = Correction.objects.get()
    assert h.owed(correction) == {("apply", "mill-office")}
    shown = page(recorder.get(correction.get_absolute_url()))
    assert "Apply the correction" in shown
    assert "每日七时开闸。" in shown
    decision.refresh_from_db()
    assert decision.text == "每日六时开闸。"
    recorder.post(f"{correction.get_absolute_url()}apply/")
    decision.refresh_from_db()
    assert (decision.text, decision.due_on) == ("每日七时开闸。", date(2026, 9, 1))
    assert [unit.key for unit in decision.leads.all()] == ["ferry"]
    issued.refresh_from_db()
    assert issued.document.sha256 == before
    html = page(recorder.get(issued.get_absolute_url()))
    assert "Correction no. 1: Wording" in html
    assert "Corrected" in html
    assert h.duties_agree()


def test_a_second_click_on_apply_is_told(h, issued, recorder):
    decision = Decision.objects.get()
    fields = typed(decision, text="每日七时开闸。") | {"reason": "写错了。"}
    recorder.post(choose(issued, decision), fields)
    apply = f"{Correction.objects.get().get_absolute_url()}apply/"
    recorder.post(apply)
    response = recorder.post(apply, follow=True)
    assert "Already done: Apply the correction" in page(response)


def test_a_decision_is_added(h, issued, recorder):
    fields = {
        "reason": "漏了一项。",
        "a0-text": "修桥。",
        "a0-leads": [h.unit("sluice").pk],
        "a0-due_on": "2026-09-01",
        "a0-done_when": "能走车。",
    }
    recorder.post(choose(issued, added=1), fields)
    correction = Correction.objects.get()
    recorder.post(f"{correction.get_absolute_url()}apply/")
    added = Decision.objects.get(text="修桥。")
    assert added.status == "in force"
    assert "Added by a correction" in page(recorder.get(issued.get_absolute_url()))
    assert h.duties_agree()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "Nothing is changed of this decision."),
        ({"leads": []}, "Choose at least one lead unit."),
        ({"done_when": ""}, "Say what counts as done."),
        ({"seen": "other"}, "The text has changed since you opened it."),
        ({"due_on": "2026-01-01", "text": "改了。"}, "The meeting was on"),
    ],
)
def test_what_cannot_be_is_said_and_kept(issued, recorder, words, said):
    decision = Decision.objects.get()
    fields = typed(decision, **words) | {"reason": "因为写错了。"}
    html = page(recorder.post(choose(issued, decision), fields))
    assert said in html
    assert "因为写错了。" in html
    assert not Correction.objects.exists()


def test_an_added_decision_lacks_nothing(issued, recorder):
    fields = {"reason": "漏了。", "a0-text": "修桥。"}
    html = page(recorder.post(choose(issued, added=1), fields))
    assert "Give a date, or say that it is standing." in html
    assert "Choose Lead units" in html
    assert not Correction.objects.exists()


def test_the_next_correction_waits_until_the_last_is_applied(issued, recorder):
    decision = Decision.objects.get()
    fields = typed(decision, text="每日七时开闸。") | {"reason": "写错了。"}
    recorder.post(choose(issued, decision), fields)
    response = recorder.get(choose(issued, decision), follow=True)
    assert "Apply the Correction no. 1" in page(response)
    response = recorder.post(choose(issued, decision), fields)
    assert response.status_code == 409
    assert "写错了。" in page(response)
    assert Correction.objects.count() == 1


def test_the_preview_takes_no_number(issued, recorder):
    decision = Decision.objects.get()
    fields = typed(decision, text="每日七时开闸。") | {"reason": "写错了。"}
    address = choose(issued, decision).replace("/correct/", "/correct/preview/")
    numbers = IssuedDocument.objects.count()
    response = recorder.post(address, fields)
    assert response["Content-Type"] == "application/pdf"
    assert IssuedDocument.objects.count() == numbers
    wrong = recorder.post(address, fields | {"reason": ""})
    assert "每日七时开闸。" in page(wrong)


def test_drafts_are_changed_not_corrected(h, minutes, recorder):
    decide(h, minutes)
    address = reverse("minutes:correction_create", args=[minutes.pk])
    response = recorder.get(address, follow=True)
    assert "Minutes that are not issued are changed, not corrected." in page(response)
    assert item(minutes).outcome == ""


def test_only_who_records_corrects(h, issued):
    address = reverse("minutes:correction_create", args=[issued.pk])
    assert h.client("farm-office").get(address).status_code == 403
    assert h.client("sluice").get(address).status_code == 403


def test_a_character_no_font_has_leaves_nothing_behind(issued, recorder):
    decision = Decision.objects.get()
    fields = typed(decision, text="七时\U0010fffd开闸。") | {"reason": "写错了。"}
    response = recorder.post(choose(issued, decision), fields)
    assert response.status_code == 409
    assert "U+10FFFD" in page(response)
    assert not Correction.objects.exists()


def test_the_document_leads_to_the_minutes(h, issued, recorder):
    decision = Decision.objects.get()
    lines = [{"decision": decision, "change": "withdrawn"}]
    by = h.person("mill-office")
    correction = Correction.objects.issue(issued, by=by, reason="记错了。", lines=lines)
    html = page(recorder.get(correction.document.get_absolute_url()))
    assert f'href="{issued.get_absolute_url()}"' in html


def test_a_decision_leads_on_where_one_may_open_it(h, issued, recorder):
    decision = Decision.objects.get()
    lines = [{"decision": decision, "change": "withdrawn"}]
    by = h.person("mill-office")
    correction = Correction.objects.issue(issued, by=by, reason="记错了。", lines=lines)
    link = f'href="{decision.get_absolute_url()}"'
    assert link in page(recorder.get(correction.get_absolute_url()))
    told = set(issued.document.addressees.values_list("member__key", flat=True))
    [key, *_more] = (
        told
        - {"mill-office", "farm-office"}
        - {unit.key for unit in decision.leads.all()}
    )
    html = page(h.client(key).get(correction.get_absolute_url()))
    assert str(decision) in html
    assert link not in html
