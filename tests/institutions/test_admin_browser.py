"""The administration under our policy of sources: Chromium blocks nothing, and all works."""

import os
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from institutions.models import Appointment
from tests import charters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_AGO = date(2000, 1, 1)
PAGES = ("user", "unit", "appointment", "post", "side", "charter", "calendarday")


@pytest.fixture
def page(live_server):
    """A page of the accounts' and rights' administrator; it notes what is blocked."""
    body = charters.load()
    # The site's thread has the world's own clock.
    person = charters.put(body, "accounts", "keeper", since=LONG_AGO)
    charters.appointed(person, body, "rights", since=LONG_AGO)
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"]
        )
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        page = context.new_page()
        page.blocked = []

        def note(said) -> None:
            if said.type == "error":
                page.blocked.append(said.text)

        context.on("console", note)
        context.on("weberror", lambda error: page.blocked.append(str(error.error)))
        context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        yield page
        browser.close()


def test_no_page_has_anything_blocked(page):
    for name in PAGES:
        page.goto(reverse(f"admin:institutions_{name}_changelist"))
        page.wait_for_load_state("networkidle")
    assert page.blocked == []


def test_a_person_is_entered_while_being_appointed(page):
    page.goto(reverse("admin:institutions_appointment_add"))
    with page.expect_popup() as opened:
        page.click("#add_id_person")
    popup = opened.value
    for field, text in {"username": "lisi", "name": "李四"}.items():
        popup.fill(f"#id_{field}", text)
    for field in ("password1", "password2"):
        popup.fill(f"#id_{field}", "Sluice-and-mill-8")
    popup.click("[name=_save]")
    page.wait_for_selector(".field-person .select2-selection__rendered >> text=李四")
    page.click(".field-post .select2-selection")
    page.fill(".select2-search__field", "磨坊主")
    page.click(".select2-results__option >> text=磨坊主 协商会")
    page.click("[name=_save]")
    page.wait_for_url("**/appointment/")
    assert page.blocked == []
    held = Appointment.objects.get(person__username="lisi")
    assert held.post.key == "miller"
