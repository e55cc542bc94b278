#!/usr/bin/env python3
"""Check the Chinese catalogue against the code, or write it anew: `catalogue.py update`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

BASE = Path(__file__).parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SOURCES = sorted({path.parent.name for path in BASE.glob("*/__init__.py")} - {"tests"})
SOURCES += ["templates"]


def extract(folder: Path) -> None:
    """Bring the catalogue of a folder up to what its code and templates say."""
    options = ["--locale", "zh_Hans", "--no-location", "--no-obsolete", "--no-wrap"]
    ignored = [f"--ignore={each}" for each in (".venv", "data", "tests", "tools")]
    command = [sys.executable, "-m", "django", "makemessages", *options, *ignored]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def read(folder: Path) -> Catalog:
    with (folder / CATALOGUE).open("rb") as file:
        return read_po(file, locale="zh_Hans")


def problems() -> list[str]:
    """What is missing, doubtful, or no longer said."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for source in (*SOURCES, "locale"):
            shutil.copytree(BASE / source, copy / source)
        extract(copy)
        said, kept = read(copy), read(BASE)
    return [
        *(f"missing: {m.id}" for m in said if m.id and not is_translated(m)),
        *(f"{error}: {m.id}" for m, errors in kept.check() for error in errors),
        *(f"fuzzy: {m.id}" for m in kept if m.fuzzy and m.id),
        *(
            f"no longer said: {m.id}"
            for m in kept
            if m.id and said.get(m.id, m.context) is None
        ),
    ]


def is_translated(message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts) and not message.fuzzy


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        extract(BASE)
    else:
        sys.exit("\n".join(problems()) or None)
