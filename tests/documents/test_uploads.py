"""Which files are taken: told by their content, whatever their names say."""

from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from documents.files import check_upload, type_of
from documents.forms import ScanField
from documents.models import Attachment


def package(*names: str) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "<xml/>")
    return content.getvalue()


PDF = b"%PDF-1.7\n%%EOF"
JPG = b"\xff\xd8\xff\xe0 jfif"
PNG = b"\x89PNG\r\n\x1a\n...."
OFD = package("OFD.xml", "Doc_0/Document.xml")
DOCX = package("[Content_Types].xml", "word/document.xml")


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (JPG, "jpg"),
        (PNG, "png"),
        (OFD, "ofd"),
        (DOCX, ""),
        (b"PK\x03\x04 cut short", ""),
        (b"<html><script>", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_content_says(content, kind):
    file = upload("scan", content)
    assert type_of(file) == kind
    assert file.read() == content  # left at its beginning


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("批件.pdf", PDF),
        ("批件.PDF", PDF),
        ("批件.jpg", JPG),
        ("批件.jpeg", JPG),
        ("批件.png", PNG),
        ("批件.ofd", OFD),
    ],
)
def test_a_scan_of_a_known_type_is_taken(name, content):
    assert ScanField().clean(upload(name, content)).name == name


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("批件.pdf", b"", "“批件.pdf” is empty."),
        ("批件.pdf", JPG, "“批件.pdf” is named wrongly: by its content it is JPG."),
        ("批件.jpg", OFD, "named wrongly: by its content it is OFD"),
        ("批件.ofd", DOCX, "is none of these: PDF、OFD、JPG、PNG."),
        ("批件.pdf", b"MZ\x90 program", "is none of these"),
    ],
)
def test_another_file_is_refused_with_the_reason(name, content, said):
    with pytest.raises(ValidationError) as refusal:
        check_upload(upload(name, content))
    assert said in refusal.value.messages[0]


@pytest.mark.parametrize("name", ["批件.exe", "批件.docx", "批件.pdf.html", "批件"])
def test_a_name_of_another_type_is_refused(name):
    with pytest.raises(ValidationError):
        ScanField().clean(upload(name, PDF))


@override_settings(MAX_UPLOAD_MB=1)
def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        check_upload(upload("批件.pdf", PDF + bytes(1024 * 1024)))


def test_an_upload_is_kept_as_it_was_sent(valley):
    by = valley.person("mill-office")
    kept = Attachment.objects.keep(upload("../../批件.pdf", PDF), valley.body, by=by)
    assert kept.name == "批件.pdf"
    assert (kept.kind, kept.size) == ("pdf", len(PDF))
    assert kept.sha256 == sha256(PDF).hexdigest()
    assert kept.file.name.startswith(f"attachments/{valley.body.pk}/2026/")
    assert kept.file.read() == PDF
