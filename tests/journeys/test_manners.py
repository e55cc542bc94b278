"""What the product does when people and networks are as they are."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from consents.models import Consent
from documents.models import Attachment
from meetings.models import Meeting, open_year
from tests.browser import MINE, NARROW, SCAN, WIDE
from tests.houses import house
from tests.test_access import HOLDERS, ROLES, Scene, lines, scene, url_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LYING = SCAN | {"name": "复函.png"}
TYPED = "同意开闸，但须避开检修。\n检修在每月五日。"


@pytest.fixture
def h(transactional_db):
    return house()


# Clicks and clocks


def test_two_clicks_on_a_step_take_it_once(h, desks):
    topic = h.topic()
    office = desks.of(h, "mill-office")
    office.menu("议题")
    office.follow(topic.title)
    office.main.get_by_role("button", name="提交").dblclick()
    office.told("已提交，等待签署")
    expect(office.main.get_by_role("alert")).to_have_count(0)
    assert Consent.objects.filter(act="settle").count() == 1


def test_a_step_taken_in_one_window_is_told_in_the_other(h, desks):
    topic = h.topic()
    office = desks.of(h, "mill-office")
    office.menu("议题")
    office.follow(topic.title)
    other = office.context.new_page()
    other.goto(office.page.url)
    other.get_by_role("button", name="提交").click()
    expect(other.get_by_role("status")).to_contain_text("已提交，等待签署")
    office.press("提交")
    office.told("这件事已经办过了")
    assert Consent.objects.filter(act="settle").count() == 1


def test_a_text_changed_meanwhile_keeps_what_was_typed(h, desks):
    topic = h.topic()
    office, colleague = desks.of(h, "mill-office"), desks.new()
    username = h.person("mill-office").username
    colleague.log_in(username, username)
    for desk in (office, colleague):
        desk.menu("议题")
        desk.follow(topic.title)
        desk.follow("修改内容")
    colleague.fill({"主要问题": "六个村灌溉不足。"})
    colleague.press("保存修改")
    colleague.told("修改已保存")
    office.fill({"主要问题": "七个村灌溉不足。"})
    office.press("保存修改")
    office.sees("你打开以后的改动", "六个村")
    expect(office.field("主要问题")).to_have_value("七个村灌溉不足。")
    topic.refresh_from_db()
    assert topic.problem == "六个村灌溉不足。"
    office.press("保存修改")
    office.told("修改已保存")
    topic.refresh_from_db()
    assert topic.problem == "七个村灌溉不足。"


def test_what_was_typed_outlives_the_session(h, desks):
    office = desks.of(h, "mill-office")
    office.menu("议题")
    office.follow("提出议题")
    office.fill({"议题名称": "夜间开闸", "主要问题": TYPED})
    Session.objects.all().delete()
    office.press("保存草稿")
    username = h.person("mill-office").username
    office.page.get_by_label("用户名").fill(username)
    office.page.get_by_label("密码").fill(username)
    office.press("登录")
    office.told("刚才填的内容已恢复")
    expect(office.field("议题名称")).to_have_value("夜间开闸")
    expect(office.field("主要问题")).to_have_value(TYPED)


# Replies


def open_reply(h, desks, unit: str = "ferry"):
    """A unit was asked, and its liaison has typed an opinion."""
    [consultation] = h.ask(h.topic("settled"), unit)
    desk = desks.of(h, unit)
    desk.deal_with(consultation.topic.title)
    desk.fill({"意见": TYPED})
    return desk, consultation


def test_a_file_with_a_lying_name_is_refused_and_the_text_kept(h, desks):
    ferry, consultation = open_reply(h, desks)
    ferry.choose("同意")
    ferry.main.get_by_text("另有复函：填文号、日期，传扫描件").click()
    ferry.attach("复函扫描件", LYING)
    ferry.press("提交正式回复")
    ferry.told("“复函.png”的扩展名不对，内容是 PDF。")
    expect(ferry.field("意见")).to_have_value(TYPED)
    expect(ferry.main.get_by_label("同意", exact=True)).to_be_checked()
    consultation.refresh_from_db()
    assert consultation.status == "sent"
    assert not Attachment.objects.exists()


def test_who_was_replaced_while_replying_is_shown_what_was_typed(h, desks):
    ferry, consultation = open_reply(h, desks)
    ferry.choose("同意")
    h.replace("ferry")
    ferry.press("提交正式回复")
    expect(ferry.heading).to_have_text("没有这个页面")
    kept = ferry.region("你刚才填写的内容").get_by_role("textbox")
    expect(kept).to_have_value(TYPED)
    consultation.refresh_from_db()
    assert (consultation.status, consultation.opinion) == ("sent", "")


# Logging in


def test_a_wrong_password_is_told_and_lets_nobody_in(h, desks):
    desk = desks.new()
    desk.log_in(h.person("miller").username, "mistyped")
    desk.told("用户名")
    expect(desk.page.get_by_label("用户名")).to_have_value("valley-miller")
    assert not Session.objects.exists()


def test_a_leader_logs_in_and_signs_by_keyboard_alone(h, desks):
    topic = h.topic("submitted")
    username = h.person("miller").username
    desk = desks.new()
    desk.page.goto("/")
    keys = desk.page.keyboard
    tab_to(desk, desk.page.get_by_label("用户名"))
    keys.type(username)
    tab_to(desk, desk.page.get_by_label("密码"))
    keys.type(username)
    keys.press("Enter")
    expect(desk.heading).to_have_text("谁在等谁")
    tab_to(desk, desk.rows(MINE).get_by_role("link", name="去办理"))
    keys.press("Enter")
    tab_to(desk, desk.main.get_by_label("同意", exact=True))
    keys.press("Space")
    tab_to(desk, desk.main.get_by_role("button", name="记入审签单"))
    keys.press("Enter")
    desk.told("答复已记入审签单")
    signature = topic.consent("settle").signatures.get(posts__key="miller")
    assert signature.answer == "agree"


def tab_to(desk, place) -> None:
    """Press Tab until the keyboard is there; it is within forty stops, and can be seen."""
    expect(place).to_be_visible()
    for _stop in range(40):
        desk.page.keyboard.press("Tab")
        if place.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"not reached by keyboard: {place}")


# Every page


def test_pages_are_accessible_and_fit_a_phone(desks):
    h = house("yijinhuoluo")
    open_year(h.body)
    for key, addresses in pages_of(h).items():
        page = desks.of(h, key).page
        for address in addresses:
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert violations(page) == [], address
            page.set_viewport_size(NARROW)
            assert is_narrow(page), address
            page.set_viewport_size(WIDE)


def test_every_page_of_the_table_of_addresses_is_so_too(desks):
    """Each page there is, at the stage that the table has it, for the first who may."""
    there = scene()
    for key, addresses in pages_in(there).items():
        page = desks.of(there.here, key).page
        for address in addresses:
            page.goto(address)
            assert violations(page) == [], address
            page.set_viewport_size(NARROW)
            assert is_narrow(page), address
            page.set_viewport_size(WIDE)


def pages_in(there: Scene) -> dict[str, list[str]]:
    """Addresses by the key of the post of who opens them; without files and the log-in."""
    found: dict[str, list[str]] = {}
    for method, what, answers in lines():
        got = dict(zip(ROLES, answers, strict=True))
        role = next((each for each in HOLDERS if got[each] == 200), None)
        if method == "GET" and role:
            address = url_of(there, what)
            answer = there.clients[role].get(address)
            if answer["Content-Type"].startswith("text/html"):
                found.setdefault(HOLDERS[role], []).append(address)
    return found


def pages_of(h) -> dict[str, list[str]]:
    """The pages an office works on, the forms it fills in, and what others answer on."""
    settled, topic = h.topic("settled", title="骑手体检"), h.topic("asked")
    submitted = h.topic("submitted", title="骑手夜校")
    asked = topic.consultations.first()
    union, words = h.person("union"), {"year": 2026, "reason": "研究骑手权益。"}
    meeting, draft = (
        Meeting.objects.begin(h.unit("union"), by=union, **words) for _each in "12"
    )
    meeting.request(by=union)
    body = [
        reverse(name, args=[h.body.pk])
        for name in ("desk:body_detail", "desk:charter_detail")
    ]
    lists = ["/", reverse("desk:inbox"), reverse("agenda:topic_list")]
    lists += [reverse("meetings:meeting_list"), reverse("documents:document_list")]
    forms = [
        reverse("agenda:topic_create"),
        reverse("agenda:topic_consult", args=[settled.pk]),
        reverse("meetings:meeting_create"),
        reverse("meetings:meeting_request", args=[draft.pk]),
    ]
    rows = [each.get_absolute_url() for each in (meeting, topic, submitted, asked)]
    sheet = reverse("agenda:topic_answer", args=[submitted.pk, "settle"])
    return {
        "union": lists + body + forms + rows,
        "vice_head": [sheet],
        asked.unit.key: [asked.get_absolute_url()],
    }


def violations(page) -> list[str]:
    """What keeps people with other eyes and hands out, as axe finds it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def is_narrow(page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
