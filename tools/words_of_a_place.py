#!/usr/bin/env python3
"""Fail where code, a template or a catalogue holds a word that only a charter may say."""

import sys
from pathlib import Path

BASE = Path(__file__).parent.parent
WORDS = ("工会", "政府", "职工", "区长", "旗")
APPS = [path.parent for path in BASE.glob("*/apps.py")]
FOLDERS = [
    *APPS,
    BASE / "jointmeeting",
    *(BASE / each for each in ("templates", "static", "locale")),
]
KINDS = {".py", ".html", ".txt", ".css", ".js", ".po", ".svg"}


def found(path: Path) -> list[str]:
    """Each place of a file where such a word stands."""
    lines = enumerate(path.read_text().splitlines(), 1)
    place = path.relative_to(BASE)
    return [
        f"{place}:{number}: {word}"
        for number, line in lines
        for word in WORDS
        if word in line
    ]


def problems() -> list[str]:
    """Each place of the code, the templates and the catalogues where one stands."""
    files = {
        path for folder in FOLDERS for path in folder.rglob("*") if path.suffix in KINDS
    }
    return [problem for path in sorted(files) for problem in found(path)]


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or None)
