"""A year of Yijinhuoluo's joint body, from the request to the answers of the departments.

Everybody acts at a desk of their own and finds the work on the home page.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from jointmeeting import clock
from meetings.models import open_year
from tests.browser import AWAITED, FOR_OTHERS, MINE
from tests.houses import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTICE = "印发会议通知"  # of the meeting that was agreed to
TITLE = "外卖骑手参加工伤保险"
WORDS = {
    "议题名称": TITLE,
    "主要问题": "全旗一千二百名骑手，参保的不到三成。",
}
STUDY = {
    "地点": "天骄路三个站点",
    "参加单位和人员": "旗总工会、旗人社局",
    "调研所见": "走访八十六人，六十一人没有参加工伤保险。",
}


def test_from_the_request_to_the_answers(desks):
    h = house("yijinhuoluo")
    open_year(h.body)
    union, office = desks.of(h, "union"), desks.of(h, "government_office")
    the_meeting_is_asked_for_and_agreed(union, office)
    the_topic_is_proposed_on_a_study(union)
    both_conveners_settle_it(h, desks, union)
    departments_are_asked_and_answer(h, desks, union)
    a_changed_draft_asks_again(h, desks, union)
    for key in ("government_office", "vice_head", "finance", "industry"):
        desks.of(h, key).has_nothing_to_do()
    union.has(MINE, NOTICE)
    union.has(AWAITED)
    the_log_and_the_papers(union)
    call_command("check_duties")


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days)}"


def the_meeting_is_asked_for_and_agreed(union, office) -> None:
    office.has_nothing_to_do()
    union.has(MINE, "提请召开")
    union.deal_with("提请召开")
    union.fill({"理由": "研究新业态职工权益。", "建议日期": day(20)})
    union.press("保存草稿，再看提请函")
    union.told("草稿已保存")
    union.follow("提请召开")
    assert union.paper(lambda: union.follow("先看提请函（PDF）")) > 10_000
    union.fill({"本单位发文文号": "伊旗工函〔2026〕88号"})
    union.press("印发提请函并送签")
    union.told("伊旗工函〔2026〕88号")
    union.has(MINE)
    union.has(AWAITED, "同意召开")
    office.has(MINE)
    office.has(FOR_OTHERS, "同意召开")
    office.enter("同意召开")
    office.enter_paper(day(0))
    office.told("答复已记入审签单")
    office.sees("已同意", "审签单（PDF）", "录入")
    union.has(AWAITED)


def the_topic_is_proposed_on_a_study(union) -> None:
    union.menu("议题")
    union.follow("提出议题")
    union.choose("职工权益与新业态用工")
    union.fill(WORDS)
    union.press("保存草稿")
    submit = union.main.get_by_role("button", name="提交")
    expect(submit).to_be_disabled()
    expect(submit).to_have_accessible_description("还缺：调研、事实和依据。")
    union.follow("修改内容")
    union.fill({"事实和依据": "旗人社局 2026 年一季度统计。"})
    union.press("保存修改")
    expect(submit).to_have_accessible_description("还缺：调研。")
    union.follow("记录调研")
    union.fill(STUDY | {"开始日期": day(-9), "结束日期": day(-8)})
    union.press("记录调研")
    union.press("提交")
    union.told("已提交，等待签署")


def both_conveners_settle_it(h, desks, union) -> None:
    settle = f"商定议题“{TITLE}”"
    head = desks.of(h, "vice_head")
    union.has(AWAITED, settle)
    union.has(FOR_OTHERS, settle)
    head.has(MINE, settle)
    head.deal_with(settle)
    head.sees(WORDS["主要问题"])
    head.sign()
    head.told("答复已记入审签单")
    head.has_nothing_to_do()
    union.has(AWAITED)
    union.enter(settle)
    union.enter_paper(day(0))
    union.sees("已商定", "旗总工会代录")
    union.has(FOR_OTHERS)


def departments_are_asked_and_answer(h, desks, union) -> None:
    union.has(MINE, TITLE, NOTICE)
    ask(union, "旗财政局", "旗人社局", "旗工信局")
    union.has(MINE, NOTICE)
    union.has(AWAITED, "旗财政局", "旗人社局", "旗工信局")
    reply(desks.of(h, "finance"), "部分同意", "经费从失业保险基金列支。")
    enter_reply(union, "旗人社局", "同意")
    wage = desks.of(h, "human_resources")
    wage.deal_with("代录")
    wage.sees("旗总工会代录，来源：电话")
    wage.follow("更正")
    wage.choose("部分同意")
    wage.fill({"意见": "建议先在两家平台试行。"})
    wage.press("提交更正")
    wage.told("已更正")
    industry = desks.of(h, "industry")
    industry.deal_with(TITLE)
    industry.follow("退回（不属于本单位职责）")
    industry.fill({"理由": "平台用工由旗科技局联系。"})
    industry.press("退回征求意见")
    industry.told("已退回")
    union.has(AWAITED)
    union.has(MINE, TITLE, NOTICE)
    ask(union, "旗科技局")
    reply(desks.of(h, "science"), "同意")
    union.has(MINE, NOTICE)
    union.has(AWAITED)


def ask(union, *units) -> None:
    union.deal_with(TITLE)
    union.follow("征求单位意见")
    union.choose(*units)
    assert union.paper(lambda: union.press_out("预览征求意见函")) > 10_000
    union.press("发函征求意见")
    union.told(f"征求 {len(units)} 个单位")


def reply(unit, kind: str, opinion: str = "") -> None:
    """The liaison gives the unit's formal reply, with its number and the scan."""
    unit.has(MINE, TITLE)
    unit.deal_with(TITLE)
    unit.choose(kind)
    unit.fill({"意见": opinion, "签署人": "王某"})
    unit.main.get_by_text("另有复函：填文号、日期，传扫描件").click()
    unit.fill({"复函文号": "复函〔2026〕3号", "复函日期": day(0)})
    unit.attach("复函扫描件")
    unit.press("提交正式回复")
    unit.told("已回复")


def enter_reply(union, unit: str, kind: str) -> None:
    """The office that asks enters what the unit said on the phone; the unit is told."""
    union.go_home()
    union.rows(AWAITED).filter(has_text=unit).get_by_role("link", name=TITLE).click()
    union.follow("打开这件事")
    union.follow("代录回复")
    union.fill({"来源": "电话"})
    union.choose(kind)
    union.press("录入回复")
    union.told("由它确认")


def a_changed_draft_asks_again(h, desks, union) -> None:
    union.menu("议题")
    union.follow(TITLE)
    union.follow("修改内容")
    union.fill({"措施建议": "旗人社局牵头，十二月底前在两家平台试行。"})
    union.press("保存修改")
    union.sees("已就原内容征求 3 个单位", "旗财政局（已回复）")
    union.press("保存修改")
    union.told("修改已保存")
    union.sees("已商定", "议题草案有改动。")
    ask(union, "旗财政局", "旗人社局")
    for key in ("finance", "human_resources"):
        reply(desks.of(h, key), "同意")


def the_log_and_the_papers(union) -> None:
    union.menu("议题")
    union.follow(TITLE)
    union.sees("2 个单位，2 个已回复")
    union.has_happened("提交", "同意", "确定", "记录调研", "征求意见", "代录回复", "退回")
    for number in ("联办函〔2026〕1号", "联办函〔2026〕3号"):
        union.menu("公文")
        union.main.get_by_role("row").filter(has_text=number).get_by_role(
            "link"
        ).first.click()
        with union.page.expect_download() as paper:
            union.follow("下载")
        content = paper.value.path().read_bytes()
        assert content.startswith(b"%PDF")
        assert len(content) > 10_000
