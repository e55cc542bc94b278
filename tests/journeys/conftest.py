import pytest

from tests.browser import Desks


@pytest.fixture
def desks(browser, live_server, transactional_db):
    """The desks of a journey; at none of them the browser has anything to complain of."""
    desks = Desks(browser, live_server.url)
    yield desks
    assert desks.close() == []
