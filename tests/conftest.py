"""One Chromium for all tests that need one; each test says so by the marker `browser`."""

import os

import pytest
from playwright.sync_api import expect

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
