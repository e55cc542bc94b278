#!/usr/bin/env python3
"""Compile the catalogues in locale/, as `compilemessages` does, but without gettext."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "locale"

for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
