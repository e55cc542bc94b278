"""Cut the public fonts down to the characters that documents use."""

import bz2
import json
import os
from hashlib import file_digest, sha256
from pathlib import Path

import uharfbuzz
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jointmeeting import fonts

HAN = range(0x3400, 0xA000)
SIGNS = [
    range(0x20, 0x7F),
    range(0xA0, 0x100),
    range(0x2010, 0x2060),
    range(0x2100, 0x2200),
    range(0x2460, 0x2500),
    range(0x25A0, 0x2600),
    range(0x3000, 0x3040),
    range(0x3200, 0x3400),
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),
]


class Command(BaseCommand):
    help = "Cut the fonts in fonts/source down to what documents use, once."

    def handle(self, *args, **options) -> None:
        common = common_characters(settings.FONT_DIR / "source")
        stamps = settings.FONT_DIR / "built.json"
        built = json.loads(stamps.read_text()) if stamps.is_file() else {}
        for role, font in fonts.ROLES.items():
            source = settings.FONT_DIR / "source" / font.source
            target = settings.FONT_DIR / f"{role}.otf"
            if not source.is_file():
                self._say(role, _("there is no fonts/source/%s") % font.source)
                continue
            stamp = _stamp(source, font.face, common)
            if built.get(role) == stamp and target.is_file():
                self._say(role, _("built before"))
                continue
            subset_font(source, font.face, common, target, rare=role == "rest")
            built[role] = stamp
            _write(stamps, json.dumps(built, indent=2).encode())
            self._say(role, f"{target.name}, {target.stat().st_size / 1e6:.1f} MB")
        if missing := fonts.missing():
            raise CommandError(_("Without a font: %s") % ", ".join(missing))

    def _say(self, role: str, what: str) -> None:
        self.stdout.write(f"{role:5} {fonts.ROLES[role].label}: {what}")


def common_characters(folder: Path) -> set[int]:
    """The characters of everyday documents; all Han ones where the list is not at hand."""
    table = folder / "Unihan_OtherMappings.txt.bz2"
    return (
        _gb2312()
        | set().union(*SIGNS)
        | (_general(table) if table.is_file() else set(HAN))
    )


def subset_font(
    source: Path, face_number: int, common: set[int], target: Path, *, rare: bool
) -> None:
    """Write the face with the common characters only, or with all others only."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(source)), face_number)
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(set(face.unicodes) - common if rare else common)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    _write(target, uharfbuzz.subset(face, wanted).blob.data)


def _gb2312() -> set[int]:
    pairs = (
        bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)
    )
    return {ord(each) for pair in pairs for each in pair.decode("gb2312", "ignore")}


def _general(table: Path) -> set[int]:
    """The 8105 characters of the General Standard List, out of the Unihan data."""
    with bz2.open(table, "rt", encoding="utf-8") as lines:
        rows = (line.split("\t") for line in lines if not line.startswith("#"))
        return {int(row[0][2:], 16) for row in rows if row[1:2] == ["kTGH"]}


def _stamp(source: Path, face: int, common: set[int]) -> str:
    with source.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    recipe = (digest, face, sorted(common), uharfbuzz.__version__)
    return sha256(repr(recipe).encode()).hexdigest()


def _write(target: Path, content: bytes) -> None:
    """Replace the file as a whole, so that a killed build leaves no half font."""
    part = target.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(target)
