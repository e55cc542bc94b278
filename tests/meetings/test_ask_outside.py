"""An ad hoc meeting that posts outside the body consent to, entered with the scan."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from deadlines.models import Duty
from meetings.models import Meeting, open_year
from tests.houses import House, house, lively
from tests.meetings.test_meeting_pages import TYPED, hidden, text

PDF = b"%PDF-1.7 signed"


def scan(name: str = "批件.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def outside(db) -> Iterator[House]:
    """A body whose ad hoc meetings the steward, who is on no side, agrees to first."""
    data = lively()
    ad_hoc = data["meetings"]["ad_hoc"]
    steps = [[{"any_of": ["steward"]}], [{"each": "side"}]]
    agree = ad_hoc["agree"] | {"verb": "同意召开", "steps": steps}
    data["meetings"]["ad_hoc"] = ad_hoc | {"agree": agree}
    body_in_year = house(data)
    open_year(body_in_year.body)
    yield body_in_year
    call_command("check_duties")


@pytest.fixture
def url(outside) -> str:
    """The page of an ad hoc meeting that was asked for on screen."""
    office = outside.client("mill-office")
    kept = office.post("/meetings/new/", TYPED | {"kind": "ad hoc"})
    assert office.post(f"{kept.url}request/", {"number": ""}).status_code == 302
    return kept.url


def enter(client, url: str, **typed):
    page = client.get(f"{url}answer/convene/")
    typed = {"digest": hidden(page, "digest")} | typed
    return client.post(f"{url}answer/convene/", typed)


def given_on_paper(outside, answer: str = "agree", **more) -> dict:
    return {
        "on_behalf_of": outside.post("steward").pk,
        "answer": answer,
        "channel": "paper",
        "given_on": "2026-03-02",
        "scan": scan(),
    } | more


def test_the_office_named_for_it_enters_what_was_signed(outside, url):
    office = outside.client("mill-office")
    home = text(office.get("/"))
    assert "管家" in home
    assert enter(office, url, **given_on_paper(outside)).status_code == 302
    meeting = Meeting.objects.get()
    [slot] = meeting.consent("convene").signatures.answered()
    assert slot.post.key == "steward"
    assert slot.is_on_behalf
    assert not slot.is_reported
    page = text(office.get(url))
    assert "Entered by 磨账房 on behalf" in page
    download = office.get(slot.scan.get_absolute_url())
    assert b"".join(download.streaming_content) == PDF
    assert owing(meeting) == ["farmer", "miller"]


def owing(meeting) -> list[str]:
    duties = Duty.objects.open().of(meeting)
    return sorted(duties.values_list("post__key", flat=True))


def test_another_office_only_reports_it_and_it_does_not_count(outside, url):
    other = outside.client("farm-office")
    page = text(other.get(f"{url}answer/convene/"))
    assert "管家 (a report, which 磨坊方 has to confirm)" in page
    assert enter(other, url, **given_on_paper(outside)).status_code == 302
    meeting = Meeting.objects.get()
    assert not meeting.consent("convene").signatures.answered().exists()
    assert owing(meeting) == ["steward"]
    assert "To be confirmed" in text(other.get(url))
    own = outside.client("mill-office")
    assert enter(own, url, **given_on_paper(outside)).status_code == 302
    assert owing(meeting) == ["farmer", "miller"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"channel": ""}, "Choose How it was given"),
        ({"scan": ""}, "Attach the signed paper."),
        ({"given_on": ""}, "Enter Given on"),
        ({"given_on": "2026-03-01"}, "Asked on 2026-03-02, today is 2026-03-02."),
        ({"given_on": "2026-03-03"}, "Asked on 2026-03-02, today is 2026-03-02."),
        ({"on_behalf_of": ""}, "Choose Entered for"),
        ({"answer": "disagree"}, "Say why, so that it can be acted upon."),
        ({"answer": ""}, "Choose Answer"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(outside, url, missing, said):
    answer = enter(
        outside.client("mill-office"), url, **given_on_paper(outside, **missing)
    )
    assert said in text(answer)
    assert not Meeting.objects.get().consent("convene").signatures.answered().exists()


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (scan("批件.docx", b"PK\x03\x04"), "docx"),
        (scan("批件.pdf", b"GIF89a"), "is none of these"),
        (scan("批件.jpg", PDF), "is named wrongly: by its content it is PDF"),
        (scan("批件.pdf", b""), "empty"),
    ],
)
def test_a_scan_is_told_by_its_content(outside, url, upload, said):
    answer = enter(
        outside.client("mill-office"), url, **given_on_paper(outside, scan=upload)
    )
    assert said in text(answer)


def test_the_reason_of_a_return_is_read_and_mended(outside, url):
    office, person = outside.client("mill-office"), outside.person("mill-office")
    reason = "请把日期推迟到清明以后。"
    returned = given_on_paper(outside, "changes", opinion=reason)
    assert enter(office, url, **returned).status_code == 302
    assert "Returned" in text(office.get(url))
    assert reason in text(office.get(url))
    form = office.get(f"{url}amend/")
    changed = TYPED | {"kind": "ad hoc", "proposed_on": "2026-04-10"}
    office.post(f"{url}amend/", changed | {"seen": hidden(form, "seen")})
    assert office.post(f"{url}request/", {"number": ""}).status_code == 302
    page = text(office.get(f"{url}answer/convene/"))
    assert "from “2026-03-20” to “2026-04-10”" in page
    assert enter(office, url, **given_on_paper(outside)).status_code == 302
    meeting = Meeting.objects.get()
    outside.sign(meeting, "convene")
    assert meeting.status == Meeting.Status.AGREED
    assert meeting.proposed_on == date(2026, 4, 10)
    assert person.pk in {each.issued_by_id for each in [meeting.letter]}


def test_by_phone_no_paper_is_needed(outside, url):
    by_phone = given_on_paper(outside, channel="phone", scan="")
    assert enter(outside.client("mill-office"), url, **by_phone).status_code == 302


def test_nobody_but_an_office_enters_for_another(outside, url):
    for post in ("miller", "farmer", "sluice"):
        client = outside.client(post)
        answer = client.post(f"{url}answer/convene/", given_on_paper(outside))
        assert answer.status_code in (403, 404)
    assert not Meeting.objects.get().consent("convene").signatures.answered().exists()


def test_a_vacant_post_outside_the_body_blocks_the_request(outside):
    office = outside.client("mill-office")
    outside.leave("steward")
    kept = office.post("/meetings/new/", TYPED | {"kind": "ad hoc"})
    page = text(office.get(f"{kept.url}request/"))
    assert "Vacant: 管家." in page
    assert "disabled" in page
    assert "Vacant: 管家." in text(office.post(f"{kept.url}request/", {"number": ""}))


def test_where_the_charter_lets_one_go_on_the_reason_is_asked_for_and_kept(db):
    data = lively() | {"gates": {"meetings.convening_route_is_held": "explain"}}
    h = house(data)
    open_year(h.body)
    h.leave("farmer")
    office = h.client("mill-office")
    url = office.post("/meetings/new/", TYPED).url
    assert "Vacant: 农场主." in text(office.get(f"{url}request/"))
    refused = text(office.post(f"{url}request/", {"number": ""}))
    assert "Enter Reason for going on all the same" in refused
    why = {"number": "", "despite": "新任下周到任。"}
    assert office.post(f"{url}request/", why).status_code == 302
    page = text(office.get(url))
    assert "新任下周到任。" in page
    assert "Nobody holds this post" in page
