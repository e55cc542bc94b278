"""The sheet as it is drawn and printed, and the page on which it is answered."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from consents.sheets import paper_of, sheet_of
from documents.models import Attachment
from jointmeeting import clock
from jointmeeting.rendering import render_pdf
from tests import charters
from tests.consents.conftest import MORNING, any_of, ask, make_house
from tests.meetings.test_meeting_pages import hidden, text


def slots(asked) -> list[dict]:
    drawn = sheet_of(asked.row, asked.sheet, asked.house.person("mill-office"))
    return [slot for side in drawn["sides"] for slot in side["slots"]]


def test_the_sides_stand_in_the_order_of_the_charter(routed):
    asked = routed([any_of("steward"), any_of("farmer")], [any_of("miller")])
    drawn = sheet_of(asked.row, asked.sheet, asked.house.person("mill-office"))
    names = [side["name"] for side in drawn["sides"]]
    assert names == ["磨坊方", "农场方", "Outside the sides"]


def test_who_was_asked_is_said_with_how_long_and_until_when(routed):
    asked = routed([any_of("miller")], [any_of("farmer")])
    now, later = slots(asked)
    assert (now["waiting"], now["waited_days"]) == (True, 0)
    assert now["due"] is not None
    assert not later["waiting"]


def test_a_post_left_vacant_is_shown_as_such(routed):
    asked = routed([any_of("miller")])
    asked.house.leave("miller")
    assert slots(asked)[0]["vacant"]


def test_an_answer_for_two_places_says_so_on_screen_and_on_paper(db):
    h = make_house([any_of("miller"), any_of("steward"), any_of("farmer")])
    h.leave("steward")
    charters.appointed(h.person("miller"), h.body, "steward", since=clock.today())
    asked = ask(h)
    asked.answer("miller")
    assert sorted(slot["places"] for slot in slots(asked)) == [0, 2, 2]
    page = text(h.client("mill-office").get(asked.row.get_absolute_url()))
    assert page.count("One answer, for 2 places on this sheet") == 2
    assert "答复一次" in printed(asked)


def test_the_signed_paper_is_linked_for_those_who_may_open_it(routed):
    asked = routed([any_of("farmer"), any_of("miller")])
    scan = SimpleUploadedFile("批件.pdf", b"%PDF-1.7 signed")
    asked.on_behalf("farm-office", "farmer", channel="paper", scan=scan)
    file = Attachment.objects.get().get_absolute_url()
    for who, may in {"farmer": True, "mill-office": True, "miller": False}.items():
        browser = asked.house.client(who)
        page = browser.get(asked.row.get_absolute_url()).content.decode()
        assert "on behalf" in page
        assert (f'href="{file}"' in page) is may
        assert (browser.get(file).status_code == 200) is may


def printed(asked) -> str:
    content = render_pdf("consent_sheet", paper_of(asked.row, asked.sheet))
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_the_sheet_is_printed_with_answers_and_who_is_waited_for(routed):
    asked = routed([any_of("miller"), any_of("farmer"), any_of("steward")])
    asked.answer("miller", opinion="同意，请早办。")
    asked.on_behalf("farm-office", "steward")
    paper = printed(asked)
    assert "会签单" in paper
    assert "同意，请早办。" in paper
    assert "转报，待确认" in paper
    assert "还差：农场主、管家" in paper
    assert asked.sheet.digest[:8] in paper


def test_drawing_costs_the_same_for_two_slots_and_for_ten(db):
    few = ask(make_house([any_of("miller"), any_of("farmer")]))
    scan = SimpleUploadedFile("批件.pdf", b"%PDF-1.7 signed")
    few.on_behalf("farm-office", "farmer", channel="paper", scan=scan)
    many, office = few.house, few.house.person
    with CaptureQueriesContext(connection) as of_few:
        sheet_of(few.row, few.sheet, office("mill-office"))
    posts = ["miller", "farmer", "steward", "accounts", "rights", "auditor"]
    consent = few.sheet
    for key in posts:
        slot = consent.signatures.create(step=0)
        slot.posts.set([many.post(key)])
    with CaptureQueriesContext(connection) as of_many:
        sheet_of(few.row, few.sheet, office("mill-office"))
    assert len(of_few) == len(of_many)


# The page


@pytest.fixture
def asked(routed):
    return routed([any_of("miller"), any_of("farmer")])


@pytest.fixture
def url(asked) -> str:
    return f"{asked.row.get_absolute_url()}answer/convene/"


def test_a_signatory_is_asked_for_two_things_only(asked, url):
    page = asked.house.client("miller").get(url)
    assert list(page.context["form"].fields) == ["answer", "opinion"]
    assert "春灌在即。" in text(page)


def test_an_office_is_asked_for_whom_how_and_when(asked, url):
    form = asked.house.client("farm-office").get(url).context["form"]
    assert form.is_entering
    assert not form.is_own
    labels = [str(label) for value, label in form.fields["on_behalf_of"].choices]
    assert labels == ["磨坊主 (a report, which 磨坊方 has to confirm)", "农场主"]


def test_the_own_office_finds_what_another_reported(asked, url):
    told = {"opinion": "写明时间。", "channel": "phone", "given_on": date(2026, 3, 2)}
    with clock.at(MORNING + timedelta(days=1)):
        asked.on_behalf("farm-office", "miller", answer="changes", **told)
        form = asked.house.client("mill-office").get(url).context["form"]
        shown = {name: form[name].value() for name in ("answer", *told)}
        assert shown == told | {"answer": "changes"}
        assert form["on_behalf_of"].value() == asked.house.post("miller").pk
        others = asked.house.client("farm-office").get(url).context["form"]
        assert others["answer"].value() is None


def test_what_is_only_reported_is_not_said_to_be_entered(asked):
    told = {"channel": "phone", "given_on": date(2026, 3, 2)}
    with clock.at(MORNING + timedelta(days=1)):
        asked.on_behalf("farm-office", "miller", **told)
        page = text(asked.house.client("mill-office").get(asked.row.get_absolute_url()))
    assert "reports: Agree" in page
    assert "on behalf" not in page


def test_who_signs_and_runs_the_office_chooses(asked, url):
    office = asked.house.person("farm-office")
    asked.house.leave("farmer")
    charters.appointed(office, asked.house.body, "farmer", since=clock.today())
    page = asked.house.client("farm-office").get(url)
    form = page.context["form"]
    assert form.is_own
    assert not form.is_entering
    assert "My own answer" in text(page)


def test_what_was_typed_is_kept_when_the_text_has_changed(asked, url):
    miller = asked.house.client("miller")
    stale = {"digest": "0" * 64, "answer": "changes", "opinion": "请写明时间。"}
    page = miller.post(url, stale)
    assert page.status_code == 409
    assert "The text has changed since you opened it." in text(page)
    assert "请写明时间。" in text(page)
    assert miller.post(url, stale | {"digest": hidden(page, "digest")}).status_code == 302


def test_who_answers_a_second_time_is_told(asked, url):
    miller = asked.house.client("miller")
    digest = hidden(miller.get(url), "digest")
    assert miller.post(url, {"digest": digest, "answer": "agree"}).status_code == 302
    again = miller.post(url, {"digest": digest, "answer": "agree"})
    assert "This has already been answered." in text(again)
    assert miller.get(url).status_code == 403


def test_a_decided_sheet_sends_one_back_to_its_row(asked, url):
    asked.answer("miller", "changes", opinion="写明时间。")
    answer = asked.house.client("farmer").get(url, follow=True)
    assert answer.status_code == 404  # it no longer lies before this signatory
    told = asked.house.client("miller").get(url, follow=True)
    assert "This has already been decided." in text(told)


def test_who_sees_but_is_not_asked_may_not_answer(asked, url):
    asked.house.sign(asked.row, "convene")
    member = asked.house.client("sluice")
    assert member.get(asked.row.get_absolute_url()).status_code == 200
    assert member.get(url).status_code == 403
    assert member.post(url, {"answer": "agree"}).status_code == 403


def test_an_act_that_does_not_exist_is_no_page(asked, url):
    strange = url.replace("convene", "dissolve")
    assert asked.house.client("miller").get(strange).status_code == 404
