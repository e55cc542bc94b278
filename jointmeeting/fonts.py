"""Which font file sets which part of a document, and what no font can print.

No font is committed: `tools/get_fonts.sh` fetches the sources, `manage.py build_fonts`
cuts them down. A file `fonts/own/<role>.ttf` or `.otf` of an office wins over both.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import uharfbuzz
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """What a font is for, and the public font that does it unless an office has its own."""

    label: str | Promise
    source: str
    face: int = 0  # a collection holds several; its third is simplified Chinese


ROLES = {
    "fang": Role(_("imitation Song, for the text"), "FandolFang-Regular.otf"),
    "kai": Role(_("regular script"), "FandolKai-Regular.otf"),
    "biao": Role(_("small title Song"), "NotoSerifCJK-Bold.ttc", 2),
    "hei": Role(_("black"), "NotoSansCJK-Regular.ttc", 2),
    "song": Role(_("Song"), "NotoSerifCJK-Regular.ttc", 2),
    # Stands last in every chain, and costs nothing until a document needs it.
    "rest": Role(_("rare characters"), "NotoSerifCJK-Regular.ttc", 2),
}


class FontsMissing(Exception):
    """A document would print boxes; the message tells the user of what."""


def file_of(role: str) -> Path | None:
    """The office's own font, else the one built from the public source."""
    own = settings.FONT_DIR / "own"
    built = settings.FONT_DIR / f"{role}.otf"
    candidates = (own / f"{role}.ttf", own / f"{role}.otf", built)
    return next((path for path in candidates if path.is_file()), None)


def files() -> dict[str, Path]:
    """The file of each role that has one, in the order of the roles."""
    return {role: path for role in ROLES if (path := file_of(role))}


def missing() -> list[str]:
    """The roles without a file: documents use the next font of the chain for them."""
    return [role for role in ROLES if not file_of(role)]


def uncovered(text: str) -> set[str]:
    """The characters of a text that no font at hand can print."""
    characters = set(text) - covered()
    return {each for each in characters if _leaves_a_mark(each)}


def check(text: str) -> None:
    """Refuse a text that could only be printed with boxes in it."""
    if not files():
        message = _(
            "The fonts of documents are not installed: start the product by ./run."
        )
        raise FontsMissing(message)
    if lacking := uncovered(text):
        shown = " ".join(f"{each} (U+{ord(each):04X})" for each in sorted(lacking))
        message = _("No font has these characters, please replace them: %(characters)s")
        raise FontsMissing(message % {"characters": shown})


def covered() -> frozenset[str]:
    """Every character some font at hand can print."""
    return _covered(tuple((each, each.stat().st_mtime_ns) for each in files().values()))


def drawn(path: Path, face: int = 0) -> Iterator[str]:
    """The characters a font has an outline for: some list more than they draw."""
    source = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), face)
    font = uharfbuzz.Font(source)
    for code in source.unicodes:
        extents = font.get_glyph_extents(font.get_nominal_glyph(code))
        if extents and extents.width and extents.height:
            yield chr(code)


@lru_cache(maxsize=2)
def _covered(paths: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    return frozenset().union(*(drawn(path) for path, _changed_at in paths))


def _leaves_a_mark(character: str) -> bool:
    """Spaces, joiners and variation selectors need no outline; stray controls print boxes."""
    if unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return False
    return not (
        character.isspace() or unicodedata.category(character) in {"Cf", "Zl", "Zp", "Zs"}
    )
