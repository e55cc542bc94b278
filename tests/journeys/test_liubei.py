"""What Liubei's joint body does otherwise: consent of the city, one of two signatories, the
study after the topic is settled, and opinions that the government's office asks for.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command

from jointmeeting import clock
from tests.browser import AWAITED, FOR_OTHERS, MINE
from tests.houses import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "环卫工人休息点"
MEETING = "研究同意"


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days)}"


def test_an_ad_hoc_meeting_needs_the_city_and_then_both_sides(desks):
    h = house("liubei")
    union, office = desks.of(h, "union"), desks.of(h, "government_office")
    ask_for_the_meeting(union)
    the_city_asks_for_a_change(union, office)
    the_request_is_mended_and_agreed(union, office)
    the_next_request_is_declined(union, office)
    call_command("check_duties")


def ask_for_the_meeting(union) -> None:
    union.menu("会议")
    union.follow("提请召开会议")
    union.choose("临时会议")
    union.fill({"理由": "高温天气户外作业。", "建议日期": day(20)})
    union.press("保存草稿，再看提请函")
    union.follow("提请召开")
    union.sees("市政府")
    union.press("印发提请函并送签")
    union.told("柳北工函")


def the_city_asks_for_a_change(union, office) -> None:
    union.has(FOR_OTHERS, MEETING)
    union.has(AWAITED, "市政府")
    office.has(FOR_OTHERS, MEETING)
    office.enter(MEETING)
    office.sees("市政府")
    office.enter_paper(day(0), "要求修改", "请写明参加单位。", of="市政府")
    union.has(MINE, "按要求修改提请")
    union.has(FOR_OTHERS)
    office.has_nothing_to_do()


def the_request_is_mended_and_agreed(union, office) -> None:
    union.deal_with("按要求修改提请")
    union.sees("请写明参加单位。")
    union.follow("修改")
    union.fill({"理由": "高温天气户外作业，区住建局、区应急局参加。"})
    union.press("保存修改")
    union.follow("提请召开")
    union.press("印发提请函并送签")
    office.enter(MEETING)
    office.sees("与上一稿比较")
    office.enter_paper(day(0), of="市政府")
    office.has(FOR_OTHERS)
    union.enter(MEETING)
    union.sees("市总工会", "尚未送签")
    union.enter_paper(day(0))
    office.enter(MEETING)
    office.enter_paper(day(0), of="区长")
    union.enter(MEETING)
    union.enter_paper(day(0))
    for desk in (office, union):
        desk.has(FOR_OTHERS)
    union.menu("会议")
    union.follow(f"{clock.today().year}年临时会议")
    union.sees("已同意", "审签单（PDF）", "代区长录入")
    union.has_happened("退回", "请写明参加单位。", "提请召开")


def the_next_request_is_declined(union, office) -> None:
    ask_for_the_meeting(union)
    office.enter(MEETING)
    office.enter_paper(day(0), "不同意", "上月刚开过。", of="市政府")
    union.has(FOR_OTHERS)
    union.has(AWAITED, "印发会议通知")
    union.menu("会议")
    union.sees("不同意召开")


def test_a_topic_is_settled_before_it_is_studied(desks):
    h = house("liubei")
    union, office = desks.of(h, "union"), desks.of(h, "government_office")
    the_topic_is_returned_once(h, desks, union)
    either_of_two_signs_for_the_union(h, desks, union, office)
    the_union_studies_and_the_office_asks(h, desks, union, office)
    for desk in (desks.of(h, "finance"), desks.of(h, "vice_head")):
        desk.has(FOR_OTHERS)
    office.has_nothing_to_do()
    union.has_nothing_to_do()
    call_command("check_duties")


def the_topic_is_returned_once(h, desks, union) -> None:
    union.menu("议题")
    union.follow("提出议题")
    union.choose("职工权益与生产生活")
    union.fill({"议题名称": TITLE, "主要问题": "沿街休息点不够。"})
    union.press("保存草稿")
    union.press("提交")
    secretary = desks.of(h, "party_secretary")
    secretary.deal_with(TITLE)
    secretary.sees("其中一位答复即可。")
    secretary.sign("要求修改", "请写明缺几处。")
    union.has(MINE, f"修改退回的议题“{TITLE}”")
    desks.of(h, "vice_head").has(MINE)
    union.deal_with(TITLE)
    union.sees("请写明缺几处。")
    union.follow("修改内容")
    union.fill({"主要问题": "沿街缺十七处休息点。"})
    union.press("保存修改")
    union.press("提交")


def either_of_two_signs_for_the_union(h, desks, union, office) -> None:
    chair = desks.of(h, "union_chair")
    desks.of(h, "party_secretary").has(MINE, TITLE)
    chair.deal_with(TITLE)
    chair.sees("与上一稿比较", "沿街缺十七处休息点。")
    chair.sign()
    desks.of(h, "party_secretary").has(MINE)
    union.has(FOR_OTHERS)
    office.enter(TITLE)
    office.enter_paper(day(0))


def the_union_studies_and_the_office_asks(h, desks, union, office) -> None:
    office.has(MINE)
    office.has(AWAITED, TITLE)
    union.has(MINE, f"调研并完善议题“{TITLE}”")
    union.deal_with(TITLE)
    union.sees("已商定", "调研、措施建议")
    union.follow("记录调研")
    study = {"开始日期": day(-3), "结束日期": day(-3), "地点": "四条主干道"}
    union.fill(study | {"参加单位和人员": "区总工会", "调研所见": "现有五处。"})
    union.press("记录调研")
    union.follow("修改内容")
    union.fill({"措施建议": "区住建局牵头，年内增设十七处。"})
    union.press("保存修改")
    union.sees("已商定")
    office.deal_with(TITLE)
    office.follow("征求单位意见")
    office.choose("区住建局", "区财政局")
    office.press("发函征求意见")
    for key in ("housing", "finance"):
        unit = desks.of(h, key)
        unit.deal_with(TITLE)
        unit.choose("同意")
        unit.press("提交正式回复")
    office.menu("议题")
    office.follow(TITLE)
    office.sees("2 个单位，2 个已回复")
    office.has_happened("记录调研", "要求修改", "确定", "征求意见")
