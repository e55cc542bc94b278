from datetime import timedelta

import pytest

from jointmeeting import clock
from tests.browser import Desks


@pytest.fixture
def desks(browser, live_server, transactional_db):
    """The desks of a journey; at none of them the browser has anything to complain of."""
    desks = Desks(browser, live_server.url)
    yield desks
    assert desks.close() == []


@pytest.fixture
def days_pass(monkeypatch):
    """Let so many days go by for everybody: the product's one clock runs ahead."""
    ahead = [timedelta()]

    def pass_by(days: int) -> None:
        ahead[0] += timedelta(days=days)

    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + ahead[0])
    return pass_by
