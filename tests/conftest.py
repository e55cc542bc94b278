"""One Chromium for all tests that need one; each test says so by the marker `browser`.

A document that another test has drawn from the same text is not drawn again, but where
drawing is what is tested.
"""

import os
from functools import lru_cache
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jointmeeting import rendering

expect.set_options(timeout=15_000)  # a busy machine is no fault of a page
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The Chromium of the machine: none is downloaded."""
    chromium = {"executable_path": os.environ["CHROMIUM"], "args": list(QUIET)}
    return browser_type_launch_args | chromium


DRAWING = [Path(__file__).parent / name for name in ("jointmeeting", "documents")]
drawn_once = lru_cache(maxsize=1000)(rendering.pdf_of)


@pytest.fixture(autouse=True)
def drawn_before(request, monkeypatch) -> None:
    if not any(request.path.is_relative_to(folder) for folder in DRAWING):
        monkeypatch.setattr(rendering, "pdf_of", drawn_once)
