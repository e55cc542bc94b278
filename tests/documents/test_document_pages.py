"""Documents and attachments: who finds them, who reads them, and how they travel."""

import csv
import io
from datetime import date
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import Attachment, IssuedDocument
from tests.documents.conftest import ask
from tests.documents.test_uploads import PDF

LIST = "/documents/"


def text(answer) -> str:
    return answer.content.decode()


def pdf_of(document) -> str:
    return reverse("documents:document_pdf", args=[document.pk])


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("mill-office", True),  # issued it
        ("farm-office", True),  # was sent it
        ("sluice", True),  # has a copy
        ("miller", True),  # is asked to sign what it is about
        ("ferry", False),
        ("accounts", False),
        ("auditor", False),
    ],
)
def test_a_document_is_read_by_who_takes_part(valley, letter, who, sees):
    assert (letter in IssuedDocument.objects.visible_to(valley.person(who))) is sees
    status = 200 if sees else 404
    client = valley.client(who)
    assert client.get(letter.get_absolute_url()).status_code == status
    assert client.get(pdf_of(letter)).status_code == status
    assert (letter.number in text(client.get(LIST))) is sees


def test_the_list_leads_straight_to_the_file(valley, letter):
    assert f'href="{pdf_of(letter)}"' in text(valley.client("farm-office").get(LIST))


def test_another_body_sees_nothing_of_it(letter, hill):
    for who in ("mill-office", "farm-office", "miller"):
        client = hill.client(who)
        assert client.get(letter.get_absolute_url()).status_code == 404
        assert client.get(pdf_of(letter)).status_code == 404


def test_nobody_reads_it_without_a_name(client, letter):
    answer = client.get(pdf_of(letter))
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/log-in/")


def test_the_page_says_what_it_is_and_to_whom_it_went(valley, letter):
    page = text(valley.client("farm-office").get(letter.get_absolute_url()))
    for said in (letter.title, letter.number, "磨坊账房", "农场账房", "水闸站"):
        assert said in page
    assert letter.sha256[:16] in page
    assert reverse("desk:meeting_detail", args=[1]).rstrip("1/") in page


def test_the_matter_is_linked_only_for_who_may_see_it(valley, letter):
    assert letter.row_for(valley.person("farm-office")) is not None
    assert letter.row_for(valley.person("ferry")) is None


def test_the_file_is_shown_under_its_own_name_and_kept_by_nobody_else(valley, letter):
    answer = valley.client("farm-office").get(pdf_of(letter))
    assert b"".join(answer.streaming_content) == letter.file.read()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert quote(f"{letter.number} ") in answer["Content-Disposition"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_file_is_downloaded_on_demand(valley, letter):
    answer = valley.client("farm-office").get(f"{pdf_of(letter)}?download=1")
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_lost_file_is_said_in_words(valley, letter):
    letter.file.storage.delete(letter.file.name)
    answer = valley.client("farm-office").get(pdf_of(letter))
    assert answer.status_code == 404
    assert "its file is not where it was kept" in text(answer)
    assert letter.number in text(answer)


# Attachments


@pytest.fixture
def scan(valley) -> Attachment:
    """The signed paper of the farmer's answer, entered by his office."""
    meeting = ask(valley)
    meeting.answer(
        "convene",
        by=valley.person("farm-office"),
        digest=meeting.consent("convene").digest,
        answer="agree",
        on_behalf_of=valley.post("farmer"),
        channel="paper",
        given_on=date(2026, 3, 2),
        scan=SimpleUploadedFile("农场主批件.pdf", PDF),
    )
    return Attachment.objects.get()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("farm-office", True),  # kept it
        ("mill-office", True),  # may read opinions
        ("farmer", True),  # signed it
        ("miller", False),
        ("sluice", False),
        ("ferry", False),
        ("auditor", False),
    ],
)
def test_a_scan_is_read_by_who_signed_and_by_the_offices(valley, scan, who, sees):
    answer = valley.client(who).get(scan.get_absolute_url())
    assert answer.status_code == (200 if sees else 404)


def test_a_scan_is_only_ever_downloaded(valley, scan):
    answer = valley.client("farm-office").get(scan.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert quote("农场主批件") in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_a_lost_scan_is_said_in_words(valley, scan):
    scan.file.storage.delete(scan.file.name)
    answer = valley.client("farm-office").get(scan.get_absolute_url())
    assert answer.status_code == 404
    assert "农场主批件.pdf" in text(answer)


# The list


@pytest.mark.parametrize(
    "typed", ["磨账发[2026]09号", " 磨账发（2026）第9号", "磨账发【2026】9号"]
)
def test_a_number_leaves_as_it_must_stand_in_print(valley, typed):
    assert ask(valley, number=typed).letter.number == "磨账发〔2026〕9号"


def numbers(answer) -> list[str]:
    return [each.number for each in answer.context["page"].object_list]


def test_the_list_is_searched_by_number_and_title_and_narrowed(valley):
    ask(valley)
    ask(valley, number="磨账发〔2026〕9号", kind="regular")
    office = valley.client("farm-office")
    assert numbers(office.get(LIST)) == ["磨账发〔2026〕9号", "磨函〔2026〕1号"]
    assert numbers(office.get(LIST, {"text": "账发"})) == ["磨账发〔2026〕9号"]
    assert numbers(office.get(LIST, {"text": "临时会议"})) == ["磨函〔2026〕1号"]
    assert len(numbers(office.get(LIST, {"year": "2026"}))) == 2
    mill, farm = valley.unit("mill-office").pk, valley.unit("farm-office").pk
    assert len(numbers(office.get(LIST, {"issuer": mill}))) == 2
    assert len(numbers(office.get(LIST, {"issuer": farm, "year": "odd"}))) == 2
    assert "Nothing matches" in text(office.get(LIST, {"text": "没有的"}))


def test_an_empty_list_says_what_would_be_there(valley):
    assert "No documents yet" in text(valley.client("farm-office").get(LIST))


def test_the_list_is_exported(valley, letter):
    answer = valley.client("farm-office").get(reverse("documents:document_export"))
    table = list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))
    assert table[1][1:4] == [letter.number, letter.title, "磨账房"]
    assert table[1][5:] == ["农场账房", "水闸站"]


def test_a_long_list_costs_the_queries_of_a_short_one(valley, letter):
    office = valley.client("farm-office")
    office.get(LIST)
    with CaptureQueriesContext(connection) as few:
        office.get(LIST)
    for _each in range(6):
        ask(valley)
    with CaptureQueriesContext(connection) as many:
        assert len(numbers(office.get(LIST))) == 7
    assert len(many) == len(few)
