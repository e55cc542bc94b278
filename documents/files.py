"""What may be uploaded: told by its content, never by its name alone."""

from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
}
BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
NAMED = {"jpeg": "jpg"}  # another name for the same type


def type_of(file: File) -> str:
    """The type of a file by its content: a key of TYPES, or nothing."""
    file.seek(0)
    beginning = file.read(16)
    file.seek(0)
    for mark, kind in BEGINNINGS.items():
        if beginning.startswith(mark):
            return kind
    return "ofd" if beginning.startswith(b"PK") and _is_ofd(file) else ""


def _is_ofd(file: File) -> bool:
    """An OFD file is a package with OFD.xml at its root (GB/T 33190—2016)."""
    try:
        with ZipFile(file) as package:
            return "OFD.xml" in package.namelist()
    except BadZipFile:
        return False
    finally:
        file.seek(0)


def check_upload(file: File) -> None:
    """Refuse a file that is empty, too large, of another type, or not what its name says."""
    name = PurePath(file.name or "").name
    extension = PurePath(name).suffix.lower().lstrip(".")
    named = NAMED.get(extension, extension)
    about = {"file": name, "types": "、".join(each.upper() for each in TYPES)}
    if not file.size:
        raise ValidationError(_("“%(file)s” is empty.") % about)
    if file.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        about["n"] = str(settings.MAX_UPLOAD_MB)
        raise ValidationError(_("“%(file)s” is larger than %(n)s MB.") % about)
    found = type_of(file)
    if not found:
        raise ValidationError(_("“%(file)s” is none of these: %(types)s.") % about)
    if found != named:
        about["type"] = found.upper()
        text = _("“%(file)s” is named wrongly: by its content it is %(type)s.")
        raise ValidationError(text % about)
