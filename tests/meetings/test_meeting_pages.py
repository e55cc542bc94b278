"""The pages of meetings, as the people of a body use them."""

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import IssuedDocument
from meetings.models import Meeting
from tests import charters
from tests.meetings.test_ask_for_meetings import RARE

TYPED = {
    "kind": "regular",
    "year": "2026",
    "reason": "春灌在即。",
    "proposed_on": "2026-03-20",
    "topics_planned": "春灌用水",
}
NEW = "/meetings/new/"


def text(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', text(answer))
    assert found
    return found[1]


def test_a_meeting_goes_from_the_duty_to_agreed_on_screen(valley):
    office = valley.client("mill-office")
    home = office.get("/")
    assert f"{NEW}?body={valley.body.pk}&amp;year=2026" in text(home)
    kept = office.post(NEW, TYPED)
    meeting = Meeting.objects.get()
    assert kept.url == meeting.get_absolute_url()
    assert "Issue the letter" in text(office.get(f"{kept.url}request/"))
    issued = office.post(f"{kept.url}request/", {"number": ""}, follow=True)
    assert "磨函〔2026〕1号" in text(issued)
    assert "Waiting for 2, first: 磨坊主" in text(issued)
    for post in ("miller", "farmer"):
        signatory = valley.client(post)
        page = signatory.get(f"{kept.url}answer/convene/")
        given = {"digest": hidden(page, "digest"), "answer": "agree"}
        assert signatory.post(f"{kept.url}answer/convene/", given).url == kept.url
    assert "Agreed" in text(office.get(kept.url))
    sheet = office.get(f"{kept.url}sheet/convene/")
    assert sheet.getvalue().startswith(b"%PDF-")


def test_who_may_not_ask_is_told_who_may(valley):
    refused = valley.client("farm-office").get(NEW)
    assert refused.status_code == 403
    assert "Regular meeting: by the charter it is asked for by 磨账房." in text(refused)


def test_only_the_kinds_one_may_ask_for_are_offered(db, valley):
    data = charters.small()
    data["meetings"]["ad_hoc"] = data["meetings"]["ad_hoc"] | {
        "asked_by": ["farm-office"]
    }
    hill = charters.load("hill", data)
    page = valley.client("mill-office")
    charters.appointed(valley.person("mill-office"), hill, "unit-farm-office")
    form = text(page.get(f"{NEW}?body={hill.pk}"))
    assert 'value="ad hoc"' in form
    assert 'value="regular"' not in form
    other = page.post(f"{NEW}?body={hill.pk}", TYPED)
    assert other.status_code == 200
    assert "Kind" in text(other)
    assert not Meeting.objects.exists()


def test_a_body_that_one_has_no_part_in_does_not_exist(valley):
    hill = charters.load("hill")
    office = valley.client("mill-office")
    assert office.get(f"{NEW}?body={hill.pk}").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("reason", "", "Enter Reason"),
        ("proposed_on", "2026-03-01", "This day is past."),
        ("proposed_on", "soon", "Enter a valid date."),
        ("year", "1999", "2000"),
        ("kind", "", "Choose Kind"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(valley, field, typed, said):
    page = text(valley.client("mill-office").post(NEW, TYPED | {field: typed}))
    assert said in page
    assert "春灌用水" in page
    assert not Meeting.objects.exists()


def test_a_draft_that_is_there_already_is_named(valley, begin):
    url = begin().get_absolute_url()
    assert f'href="{url}"' in text(valley.client("mill-office").get(NEW))


def test_the_letter_is_seen_before_it_is_issued(valley, begin):
    preview = valley.client("mill-office").get(f"{begin().get_absolute_url()}letter/")
    assert preview["Content-Type"] == "application/pdf"
    assert "no-store" in preview["Cache-Control"]
    assert not IssuedDocument.objects.exists()


def test_a_letter_that_cannot_be_printed_says_why(valley, begin):
    meeting, office = begin(reason=f"缺{RARE}"), valley.client("mill-office")
    url = meeting.get_absolute_url()
    page = text(office.post(f"{url}request/", {"number": "磨函〔2026〕9号"}))
    assert "No font has these characters" in page
    assert "磨函〔2026〕9号" in page
    assert "No font has" in text(office.get(f"{url}letter/", follow=True))


def test_a_number_in_use_is_said_beside_the_field(valley, asked, begin):
    asked()
    second, office = begin(kind="ad hoc"), valley.client("mill-office")
    url = f"{second.get_absolute_url()}request/"
    page = office.post(url, {"number": "磨函〔2026〕1号"})
    assert page.context["form"].errors == {"number": ["This number is in use."]}
    assert "磨函〔2026〕1号" in text(page)


def test_a_change_since_the_page_was_opened_is_shown(valley, begin):
    meeting, office = begin(), valley.client("mill-office")
    url = f"{meeting.get_absolute_url()}amend/"
    seen = hidden(office.get(url), "seen")
    person = valley.person("mill-office")
    meeting.amend(by=person, seen=meeting.seen(), reason="另一位先改了。")
    page = office.post(url, TYPED | {"seen": seen, "reason": "我后改的。"})
    assert page.status_code == 409
    assert "The text has changed since you opened it." in text(page)
    assert "另一位先改了。" in text(page)
    assert "我后改的。" in text(page)
    again = {"seen": hidden(page, "seen"), "reason": "我后改的。"}
    assert office.post(url, TYPED | again).status_code == 302
    assert Meeting.objects.get().reason == "我后改的。"


def test_an_asked_meeting_is_not_changed(valley, asked):
    url = asked().get_absolute_url()
    answer = valley.client("mill-office").get(f"{url}amend/", follow=True)
    assert "This can no longer be changed." in text(answer)


def test_cancelling_asks_first_and_wants_a_reason(valley, asked):
    meeting, office = asked(), valley.client("mill-office")
    url = f"{meeting.get_absolute_url()}cancel/"
    assert "Cancel “Regular meeting of 2026”?" in text(office.get(url))
    assert "Enter Reason" in text(office.post(url, {"reason": ""}))
    assert office.post(url, {"reason": "雨水充足。"}).status_code == 302
    page = text(office.get(meeting.get_absolute_url()))
    assert "Cancelled" in page
    assert "雨水充足。" in page


@pytest.mark.parametrize("step", ["request", "cancel"])
def test_a_step_already_taken_is_said(valley, asked, step):
    meeting, office = asked(), valley.client("mill-office")
    meeting.cancel(by=valley.person("mill-office"), reason="改期")
    url = f"{meeting.get_absolute_url()}{step}/"
    assert "Already done: Cancel the meeting by" in text(office.get(url, follow=True))
    late = office.post(url, {"number": "", "reason": "再来"})
    assert "Already done: Cancel the meeting by" in text(late)


def test_the_steps_of_others_are_greyed_with_their_reason(valley, asked):
    meeting = asked()
    page = text(valley.client("farm-office").get(meeting.get_absolute_url()))
    assert "For: 磨账房" in page
    assert (
        valley.client("farm-office")
        .get(f"{meeting.get_absolute_url()}cancel/")
        .status_code
        == 403
    )


def test_a_draft_is_seen_by_its_own_unit_only(valley, begin):
    url = begin().get_absolute_url()
    assert valley.client("mill-office").get(url).status_code == 200
    for other in ("farm-office", "miller", "sluice"):
        assert valley.client(other).get(url).status_code == 404


def test_a_unit_sees_that_it_is_agreed_but_not_who_said_what(valley, asked):
    meeting = asked()
    url, unit = meeting.get_absolute_url(), valley.client("sluice")
    assert unit.get(url).status_code == 404
    valley.sign(meeting, "convene")
    page = text(unit.get(url))
    assert "Agreed" in page
    assert "磨坊主" not in page
    assert unit.get(f"{url}sheet/convene/").status_code == 404


def test_who_sent_it_back_still_sees_it(valley, asked):
    meeting = asked()
    valley.sign(meeting, "convene", "changes")
    page = text(valley.client("miller").get(meeting.get_absolute_url()))
    assert "请写明时间。" in page


def test_an_office_enters_for_its_side_and_reports_for_the_others(valley, asked):
    meeting = asked()
    agree = meeting.rules.agree.verb
    answer = f'href="{meeting.get_absolute_url()}answer/convene/">'

    def button(who: str) -> str:
        return text(valley.client(who).get(meeting.get_absolute_url()))

    assert f'"btn btn-main" {answer}Answer: {agree}<' in button("miller")
    assert f'"btn" {answer}Enter an answer: {agree}<' in button("mill-office")
    consent = meeting.consent("convene")
    told = {"digest": consent.digest, "answer": "agree"}
    meeting.answer("convene", by=valley.person("miller"), **told)
    assert f'"btn" {answer}Report an answer: {agree}<' in button("mill-office")
    assert f'"btn" {answer}Enter an answer: {agree}<' in button("farm-office")
    assert answer not in button("miller")


def test_the_changes_since_the_last_round_are_shown_to_who_is_asked_anew(valley, asked):
    meeting, office = asked(), valley.person("mill-office")
    valley.sign(meeting, "convene", "changes")
    meeting.amend(by=office, seen=meeting.seen(), proposed_on=date(2026, 4, 2))
    meeting.request(by=office)
    url = f"{meeting.get_absolute_url()}answer/convene/"
    page = text(valley.client("miller").get(url))
    assert "Compare with the last text" in page
    assert "Changed “proposed day” from “2026-03-20” to “2026-04-02”" in page


def test_the_history_is_told_in_words(valley, asked):
    meeting = asked()
    valley.sign(meeting, "convene")
    page = text(valley.client("mill-office").get(meeting.get_absolute_url()))
    log = page.partition('id="h-log"')[2]
    for said in ("Begin", "Ask for the meeting", "Agree to the meeting"):
        assert said in log
    assert "磨坊主" in log


# The list


def rows(answer) -> list[str]:
    return [str(row["meeting"].reason) for row in answer.context["page"].object_list]


def test_the_list_is_narrowed_by_year_kind_and_state(valley, begin, asked):
    begin(reason="甲")
    asked(reason="乙", kind="ad hoc")
    begin(reason="丙", year=2027)
    office = valley.client("mill-office")
    url = reverse("meetings:meeting_list")
    assert rows(office.get(url)) == ["丙", "乙", "甲"]
    assert rows(office.get(url, {"year": 2026})) == ["乙", "甲"]
    assert rows(office.get(url, {"kind": "ad hoc"})) == ["乙"]
    assert rows(office.get(url, {"status": "draft", "year": 2027})) == ["丙"]
    assert rows(office.get(url, {"year": "many", "kind": "odd"})) == ["丙", "乙", "甲"]
    assert "Nothing matches" in text(office.get(url, {"status": "agreed"}))


def test_an_empty_list_says_what_would_be_there(valley):
    page = text(valley.client("mill-office").get(reverse("meetings:meeting_list")))
    assert "No meetings yet" in page
    assert NEW in page


def test_the_list_says_whose_turn_it_is(valley, asked):
    asked()
    page = text(valley.client("farm-office").get(reverse("meetings:meeting_list")))
    assert "磨坊主" in page
    assert "working days left" in page


def test_the_list_is_exported_with_what_was_typed_made_harmless(valley, asked):
    asked()
    answer = valley.client("farm-office").get(reverse("meetings:meeting_export"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))
    assert table[0][1] == "Meeting"
    assert table[1][1] == "Regular meeting of 2026"
    assert table[1][7] == "磨坊主、农场主"


def count(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_a_long_list_costs_the_queries_of_a_short_one(valley, asked):
    office, url = valley.client("farm-office"), reverse("meetings:meeting_list")
    meeting = asked()
    few = count(office, url)
    for _each in range(8):
        asked(kind="ad hoc")
    assert count(office, url) == few
    assert meeting.letter is not None


def test_a_page_with_more_meetings_and_rounds_costs_the_same(valley, asked):
    office, person = valley.client("farm-office"), valley.person("mill-office")
    meeting = asked()
    valley.sign(meeting, "convene", "changes")
    meeting.request(by=person)
    url = meeting.get_absolute_url()
    few = count(office, url)
    valley.sign(meeting, "convene", "changes")
    meeting.request(by=person)
    for _each in range(5):
        asked(kind="ad hoc")
    assert count(office, url) == few
