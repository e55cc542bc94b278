"""A year of Yijinhuoluo's joint body on the screens: from the agreed meeting over agenda,
notice, minutes and tasks to the report that opens the next one.
"""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.translation import gettext, override

from jointmeeting import clock
from meetings.models import Meeting
from minutes.models import Decision
from tests.browser import FOR_OTHERS, MINE
from tests.houses import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "外卖骑手参加工伤保险"
FIRST, SECOND = "旗人社局年底前在两家平台试行。", "参保人数每季度通报一次。"


def test_from_the_agreed_meeting_to_the_report_that_opens_the_next(desks, days_pass):
    h = house("yijinhuoluo")
    h.topic("answered", by="union", title=TITLE, measure=f"{FIRST}\n{SECOND}")
    agreed(h)
    union = desks.of(h, "union")
    the_agenda_is_drawn_up(union)
    there_is_nothing_to_report_yet(union)
    the_notice_is_issued(union)
    units_say_who_comes(h, desks, union)
    days_pass(21)
    it_is_recorded_that_it_was_held(union)
    the_minutes_are_recorded_and_sent(union)
    the_minutes_are_approved_on_behalf(h, desks, union)
    the_minutes_are_issued_and_received(h, desks, union)
    the_decisions_are_assigned(union)
    a_unit_accepts_and_reports(h, desks)
    what_is_done_is_verified(h, desks, union)
    call_command("check_duties")
    days_pass(200)
    agreed(h)
    the_next_meeting_is_told_what_became_of_them(h, desks, union)
    call_command("check_duties")


def agreed(h) -> Meeting:
    """A regular meeting, asked for and agreed to."""
    by, words = h.person("union"), {"kind": "regular", "reason": "研究新业态职工权益。"}
    year = clock.today().year
    meeting = Meeting.objects.begin(h.unit("union"), by=by, year=year, **words)
    meeting.request(by=by)
    h.sign(meeting, "convene")
    return meeting


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days)}"


def zh(text: str) -> str:
    """These words as the screen has them."""
    with override("zh-hans"):
        return gettext(text)


def the_agenda_is_drawn_up(union) -> None:
    union.has(MINE, "定时间地点、印发会议通知")
    union.deal_with("定时间地点、印发会议通知")
    union.press("开始拟议程")
    union.sees("通报上次联席会议议定事项落实情况", "旗总工会通报重点工作")
    union.press(f"列入议程：{TITLE}")
    union.deal_with("定时间地点、印发会议通知")
    union.follow("定时间、地点和主持人")
    union.fill({"开会时间": f"{day(20)}T09:30", "地点": "旗政府二号楼会议室"})
    union.main.get_by_role("radio", name=re.compile("^旗长")).check()
    union.press("定时间、地点和主持人")
    union.follow("拟议程")
    union.press("提出参会名单")
    if union.main.get_by_role("button", name="加入参会名单").count():
        union.press("加入参会名单")
    union.press("议程定稿")
    union.sees("已定稿")


def there_is_nothing_to_report_yet(union) -> None:
    union.deal_with("通报议定事项落实情况")
    union.press(zh("Begin: nothing to report"))
    union.follow(zh("Freeze the report"))
    union.press(zh("Freeze and issue the report"))
    union.told("伊旗联报〔")


def the_notice_is_issued(union) -> None:
    union.deal_with("印发会议通知")
    union.follow("印发会议通知")
    assert union.paper(lambda: union.follow("预览通知（PDF）")) > 10_000
    union.press("印发通知，请各单位报名")
    union.told("伊旗联通〔")


def units_say_who_comes(h, desks, union) -> None:
    """One comes, one sends another, one is excused."""
    wage, taxes = desks.of(h, "human_resources"), desks.of(h, "taxation")
    wage.deal_with("参会人员")
    wage.fill({"姓名": "乌云", "职务": "局长"})
    wage.press("报送参会人员")
    taxes.deal_with("参会人员")
    taxes.main.get_by_text("由他人替会", exact=True).click()
    taxes.fill({"替会人": "包某", "替会人职务": "副局长"})
    taxes.main.get_by_label("理由").first.fill("局长外出。")
    taxes.press("报送替会人")
    science = desks.of(h, "science")
    science.deal_with("参会人员")
    science.main.get_by_text("不能到会，请假", exact=True).click()
    science.main.get_by_label("理由").last.fill("当天验收。")
    science.press("请假")
    for desk in (wage, taxes, science):
        desk.has(MINE)


def it_is_recorded_that_it_was_held(union) -> None:
    union.deal_with("登记会议已召开")
    union.follow("登记会议已召开")
    union.follow("登记到会情况")
    for place in union.main.get_by_role("checkbox").all():
        place.check()
    union.main.get_by_role("checkbox", name=re.compile("旗科技局")).uncheck()
    union.press("保存到会情况")
    union.deal_with("登记会议已召开")
    union.follow("登记会议已召开")
    union.press("登记为第1次会议")


def the_minutes_are_recorded_and_sent(union) -> None:
    union.deal_with("起草")
    union.follow("通报上次联席会议议定事项落实情况")
    for _report in range(3):
        union.choose("听取通报")
        union.fill({"讨论情况": "会议听取了通报。"})
        union.press("保存，记下一项")
    union.main.get_by_role("radio", name=re.compile("^议定")).check()
    union.fill({"讨论情况": "各方同意先试行。"})
    union.press("保存记录")
    union.follow(TITLE)
    union.press("把选中的写成议定事项")
    union.deal_with("起草")
    union.sees("查漏")
    fill_in(union, FIRST, "两家平台签订协议。", until=day(60))
    fill_in(union, SECOND, "每季度有通报。")
    union.deal_with("起草")
    union.press("送审")
    union.has(MINE)


def fill_in(union, text: str, done_when: str, until: str = "") -> None:
    """Who leads the decision, until when, and what counts as done."""
    union.deal_with("起草")
    row = union.main.get_by_role("row").filter(has_text=text)
    row.get_by_role("link", name=re.compile("^修改")).click()
    leads = union.main.get_by_role("group", name=re.compile("牵头单位"))
    leads.get_by_label("旗人社局", exact=True).check()
    if until:
        union.fill({"完成时限": until})
    else:
        union.main.get_by_label(re.compile("^长期事项")).check()
    union.fill({"完成标准": done_when})
    union.press("保存修改")


def the_minutes_are_approved_on_behalf(h, desks, union) -> None:
    office, deputy = desks.of(h, "government_office"), desks.of(h, "union_deputy")
    union.has(FOR_OTHERS, "审定")
    deputy.deal_with("审定")
    deputy.sees(FIRST)
    deputy.sign()
    office.enter("审定")
    office.enter_paper(day(0))
    chair = desks.of(h, "union_chair")
    chair.deal_with("审定")
    chair.sign("要求修改", "结尾写明由谁汇总。")
    union.deal_with("按要求修改")
    union.sees("结尾写明由谁汇总。")
    union.follow("修改开头段和结尾段")
    union.fill({"结尾段": "由旗总工会按季度汇总。"})
    union.press("保存")
    union.press("送审")
    for desk, way in ((union, "审定"), (office, "审定")):
        desk.enter(way)
        desk.enter_paper(day(0))
    chair.deal_with("审定")
    chair.sees("由旗总工会按季度汇总。")
    chair.sign()
    office.enter("审定")
    office.enter_paper(day(0))
    office.sees("签批件", "旗政府办代录")


def the_minutes_are_issued_and_received(h, desks, union) -> None:
    union.deal_with("印发")
    union.follow("印发纪要")
    union.press("印发纪要")
    union.told("伊旗联纪〔")
    wage = desks.of(h, "human_resources")
    wage.deal_with("签收")
    wage.press("签收")
    wage.has(MINE)


def the_decisions_are_assigned(union) -> None:
    union.deal_with("作出分工")
    union.sees(FIRST, SECOND)
    assert union.paper(lambda: union.press_out("预览责任分工表（PDF）")) > 10_000
    union.press("交办所选事项并印发责任分工表")
    union.told("2 项议定事项已交办")


def a_unit_accepts_and_reports(h, desks) -> None:
    wage = desks.of(h, "human_resources")
    for text in (FIRST, SECOND):
        wage.deal_with(text)
        wage.press("签收")
    wage.deal_with(f"报送落实情况：“{SECOND}”")
    wage.fill({"进展": "第一次通报：参保三百一十人。"})
    wage.press("报送")
    wage.deal_with(f"办理：“{FIRST}”")
    wage.fill({"办理情况": "两家平台已经签订协议。"})
    wage.attach("佐证材料")
    wage.press("报办结")


def what_is_done_is_verified(h, desks, union) -> None:
    union.deal_with("审核办结")
    union.sees("两家平台已经签订协议。", "签批件")
    union.choose("已办结")
    union.press("审核通过，销号")
    union.told("已销号")
    assert Decision.objects.get(text=FIRST).status == "closed"


def the_next_meeting_is_told_what_became_of_them(h, desks, union) -> None:
    """The unit explains, both offices say what they think of it; then it is frozen."""
    union.deal_with("定时间地点、印发会议通知")
    union.press("开始拟议程")
    union.deal_with("通报议定事项落实情况")
    union.press(zh("Gather the decisions and ask the units"))
    union.sees(FIRST, SECOND)
    wage, office = desks.of(h, "human_resources"), desks.of(h, "government_office")
    wage.deal_with(zh("Say how it was kept: “%(decision)s”") % {"decision": SECOND})
    wage.main.get_by_role("textbox").first.fill("已经通报三次，参保九百人。")
    wage.press(zh("Give the explanation"))
    for desk in (office, union):
        desk.deal_with(SECOND)
        desk.main.get_by_role("textbox").first.fill("情况属实，继续按季度通报。")
        desk.press(zh("Give the opinion"))
    union.deal_with("通报议定事项落实情况")
    union.sees("已经通报三次，参保九百人。")
    union.follow(zh("Freeze the report"))
    union.press(zh("Freeze and issue the report"))
    union.told("伊旗联报〔")
    union.follow(zh("Open the document"))
    union.sees("议定事项落实情况的报告")
