"""The order of an agenda in Chromium: by the keyboard, and by dragging."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from agenda.models import Agenda
from jointmeeting import clock
from tests.browser import Desk
from tests.houses import house
from tests.sittings import agreed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = ["看守", "油灯", "绳索"]
BEGUN = ["上回议定的事", "农场通报"]


@pytest.fixture
def agenda() -> Agenda:
    """Two items that the charter puts on it, and three of one's own."""
    h = house()
    with translation.override("zh-hans"), clock.at(clock.now()):
        by = h.person("mill-office")
        agenda = Agenda.objects.begin(agreed(h), by=by)
        for title in OWN:
            agenda.add(by=by, kind="other", title=title, presenter=h.unit("ferry"))
    agenda.keeper = by
    return agenda


@pytest.fixture
def desk(browser, live_server, agenda):
    """The organiser's desk, with the agenda open."""
    client = Client()
    client.force_login(agenda.keeper)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        viewport={"width": 1366, "height": 900},
    )
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    desk = Desk(context, live_server.url)
    desk.page.goto(agenda.get_absolute_url())
    yield desk
    context.close()


def kept(agenda) -> list[str]:
    return [item.title for item in Agenda.objects.get(pk=agenda.pk).items.all()]


def grip(desk, title):
    return desk.page.locator("tr", has_text=title).locator(".grip")


def test_an_item_goes_up_by_the_keyboard_and_keeps_the_focus(desk, agenda):
    page = desk.page
    page.get_by_role("button", name="上移，现在第 5 项：绳索").focus()
    for place in (4, 3, 2):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        desk.told(f"“绳索”现在是第 {place} 项。")
        focus = page.locator(":focus").get_attribute("aria-label")
        assert focus == f"上移，现在第 {place} 项：绳索"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focus = page.locator(":focus").get_attribute("aria-label")
    assert focus == "下移，现在第 1 项：绳索"  # it goes no further up
    assert kept(agenda) == ["绳索", *BEGUN, "看守", "油灯"]
    assert desk.faults == []


def test_an_item_is_dragged_to_its_place_and_the_order_is_kept(desk, agenda):
    page = desk.page
    with page.expect_navigation():
        grip(desk, "油灯").drag_to(page.locator("tr", has_text="农场通报").last)
    desk.told("次序已保存。")
    assert kept(agenda) == ["上回议定的事", "油灯", "农场通报", "看守", "绳索"]
    assert desk.faults == []


def test_an_item_let_go_beside_the_table_is_back_where_it_was(desk, agenda):
    page = desk.page
    before = page.locator("tr[id^=item]").all_inner_texts()
    page.locator("h1").scroll_into_view_if_needed()
    grip(desk, "油灯").hover()
    page.mouse.down()
    page.locator("tr", has_text="农场通报").last.hover()
    page.locator("h1").hover()
    page.mouse.up()
    assert page.locator("tr[id^=item]").all_inner_texts() == before
    assert kept(agenda) == BEGUN + OWN
    assert desk.faults == []


def test_what_another_did_meanwhile_is_told_and_the_order_can_be_kept_after_all(
    desk, agenda
):
    page = desk.page
    item = agenda.items.get(title="看守")
    agenda.take_off(by=agenda.keeper, item=item)
    with page.expect_navigation():
        page.get_by_role("button", name="上移，现在第 5 项：绳索").click()
    desk.told("次序没有保存", "从议程取下：看守")
    with page.expect_navigation():
        page.get_by_role("button", name="按这个次序保存").click()
    assert kept(agenda) == [*BEGUN, "绳索", "油灯"]
    assert desk.faults == []


def test_without_script_the_buttons_move_items_and_no_sign_is_shown(
    browser, live_server, agenda
):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="zh-CN"
    )
    client = Client()
    client.force_login(agenda.keeper)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(agenda.get_absolute_url())
    assert page.locator(".grip").first.is_hidden()
    with page.expect_navigation():
        page.get_by_role("button", name="下移，现在第 1 项：上回议定的事").click()
    context.close()
    assert kept(agenda)[:2] == BEGUN[::-1]
