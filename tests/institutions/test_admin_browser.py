"""The administration under our policy of sources: Chromium blocks nothing, and all works."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from institutions.models import Appointment
from tests import charters
from tests.browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_AGO = date(2000, 1, 1)
PAGES = ("user", "unit", "appointment", "post", "side", "charter", "calendarday")


@pytest.fixture
def desk(browser, live_server):
    """The desk of the accounts' and rights' administrator; it notes what is blocked."""
    body = charters.load()
    # The site's thread has the world's own clock.
    person = charters.put(body, "accounts", "keeper", since=LONG_AGO)
    charters.appointed(person, body, "rights", since=LONG_AGO)
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    yield Desk(context, live_server.url)
    context.close()


def test_no_page_has_anything_blocked(desk):
    page = desk.page
    for name in PAGES:
        page.goto(reverse(f"admin:institutions_{name}_changelist"))
        page.wait_for_load_state("networkidle")
    assert desk.faults == []


def test_a_person_is_entered_and_appointed(desk):
    page = desk.page
    page.goto(reverse("admin:institutions_user_add"))
    for field, text in {"username": "lisi", "name": "李四"}.items():
        page.fill(f"#id_{field}", text)
    for field in ("password1", "password2"):
        page.fill(f"#id_{field}", "Sluice-and-mill-8")
    page.click("[name=_save]")
    page.wait_for_url("**/change/")
    page.goto(reverse("admin:institutions_appointment_add"))
    for field, text in {"person": "李四", "post": "磨坊主"}.items():
        page.click(f".field-{field} .select2-selection")
        page.fill(".select2-search__field", text)
        page.click(f".select2-results__option >> text={text}")
    page.click("[name=_save]")
    page.wait_for_url("**/appointment/")
    assert desk.faults == []
    held = Appointment.objects.get(person__username="lisi")
    assert held.post.key == "miller"
