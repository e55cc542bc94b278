"""One Chromium for all tests that need one; each test says so by the marker `browser`.

A document is drawn in the places below and for tests marked `draws`; elsewhere a blank page
stands for it, another one for each text.
"""

import os
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import expect
from pypdf import PdfWriter

from jointmeeting import rendering
from tests import building

expect.set_options(timeout=15_000)  # a busy machine is no fault of a page
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


LIVE = {"live_server", "transactional_db"}  # whose tables are emptied after each test


def _is_live(item) -> bool:
    marker = item.get_closest_marker("django_db")
    is_said = marker is not None and marker.kwargs.get("transaction", False)
    return is_said or bool(LIVE & set(item.fixturenames))


def _asks_a_database(item) -> bool:
    is_said = item.get_closest_marker("django_db") is not None
    return is_said or bool({"db", *LIVE} & set(item.fixturenames))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Live tests come last, as the permissions are made anew after each of them.

    What asks no database is the same on each: it runs on SQLite alone.
    """
    if connection.vendor != "sqlite":
        apart = [each for each in items if not _asks_a_database(each)]
        config.hook.pytest_deselected(items=apart)
        items[:] = [each for each in items if _asks_a_database(each)]
    items.sort(key=_is_live)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The Chromium of the machine: none is downloaded."""
    chromium = {"executable_path": os.environ["CHROMIUM"], "args": list(QUIET)}
    return browser_type_launch_args | chromium


HERE = Path(__file__).parent
DRAWING = [
    HERE / name
    for name in (
        "consents/test_sheets.py",
        "documents",
        "jointmeeting",
        "journeys",
        "meetings/test_arrange_and_tell.py",
        "rehearsal",
        "test_no_word_of_a_place.py",
    )
]


@cache
def blank() -> bytes:
    file = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(file)
    return file.getvalue()


def page_for(html: str) -> bytes:
    return blank() + f"\n%{sha256(html.encode()).hexdigest()}\n".encode()


@pytest.fixture(autouse=True)
def drawn_where_that_is_tested(request, monkeypatch) -> None:
    drawn = request.node.get_closest_marker("draws")
    if not drawn and not any(request.path.is_relative_to(place) for place in DRAWING):
        monkeypatch.setattr(rendering, "pdf_of", page_for)


@pytest.fixture(autouse=True)
def nothing_built_yet() -> None:
    building.begin()
