"""A disk that fills up while minutes are frozen: nothing is half-issued, no number is lost."""

import errno
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.urls import reverse

from documents.models import IssuedDocument, NumberSeries
from tests.minutes.conftest import approve, page, record_all


class FullDisk(FileSystemStorage):
    """Takes the first bytes of a file, then no more."""

    def _save(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read()[:100])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def disk(settings, tmp_path):
    """Where files go; `fill()` leaves no room on it."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def fill(settings) -> None:
    full = {"BACKEND": "tests.minutes.test_full_disk.FullDisk"}
    settings.STORAGES = settings.STORAGES | {"default": full}


def empty(settings) -> None:
    room = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": room}


def test_a_full_disk_issues_nothing_and_loses_no_number(
    settings, disk, h, minutes, recorder
):
    record_all(h, minutes)
    approve(h, minutes)
    address = reverse("minutes:minutes_issue", args=[minutes.pk])
    kept = set(disk.rglob("*.pdf"))
    documents = IssuedDocument.objects.count()
    fill(settings)
    response = recorder.post(address, {"number": ""})
    assert response.status_code == 409
    assert "No space left on device" in page(response)
    assert "nothing was issued" in page(response)
    minutes.refresh_from_db()
    assert (minutes.status, minutes.document) == ("approved", None)
    assert minutes.meeting.status == "held"
    assert IssuedDocument.objects.count() == documents
    assert not NumberSeries.objects.filter(mark="磨纪", last__gt=0).exists()
    assert set(disk.rglob("*.pdf")) == kept
    assert h.duties_agree()
    empty(settings)
    recorder.post(address, {"number": ""})
    minutes.refresh_from_db()
    assert minutes.document.number == "磨纪〔2026〕1号"
    assert h.duties_agree()
