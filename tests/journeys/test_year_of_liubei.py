"""What Liubei's joint body does otherwise with a meeting: the government's office runs it,
either of two signs for each side, tasks go to departments, which are inspected; and what is
wrong in minutes that are out is put right by a correction.
"""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command

from agenda.models import Agenda
from followups.models import Assignment
from jointmeeting import clock
from meetings.models import Attendance, Meeting
from minutes.models import Decision, Minutes
from tests.browser import FOR_OTHERS, MINE
from tests.houses import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE, TASK = "重点项目劳动竞赛", "十二个项目统一组织竞赛。"


def test_the_office_runs_the_meeting_and_departments_carry_it_out(desks, days_pass):
    h = house("liubei")
    minutes = drafted(h, days_pass)
    office = desks.of(h, "government_office")
    either_of_two_signs_for_each_side(h, desks)
    the_office_issues_and_assigns(office)
    a_task_is_returned_and_given_to_another(h, desks, office)
    it_is_inspected_and_mended(h, desks, office)
    a_date_is_corrected(h, desks, office, minutes)
    call_command("check_duties")


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days)}"


def drafted(h, days_pass) -> Minutes:
    """The minutes of a meeting that was held, sent to be signed; by the acts of the screens."""
    topic = h.topic("answered", by="union", title=TITLE, topic_class="mobilisation")
    words = {"kind": "regular", "reason": "组织竞赛。", "year": clock.today().year}
    union, office = h.person("union"), h.person("government_office")
    meeting = Meeting.objects.begin(h.unit("union"), by=union, **words)
    meeting.request(by=union)
    h.sign(meeting, "convene")
    agenda = Agenda.objects.begin(meeting, by=office)
    agenda.take_up(by=office, topic=topic)
    when, chair = clock.now() + timedelta(days=9), h.post("vice_head")
    meeting.refresh_from_db()
    meeting.arrange(by=office, starts_at=when, place="区政府三楼会议室", chair=chair)
    agenda.gather(by=office)
    posts = meeting.attendances.exclude(post=None).values_list("post__key", flat=True)
    assert "economy_vice_head" in posts  # whose portfolio the topic belongs to
    meeting.refresh_from_db()
    meeting.notify(by=office)
    days_pass(10)
    there = meeting.attendances.values_list("pk", flat=True)
    Attendance.objects.tick(meeting, list(there), by=office)
    meeting.refresh_from_db()
    meeting.hold(by=office)
    minutes = Minutes.objects.get(meeting=meeting)
    for record in minutes.records.all():
        outcome = "decided" if record.item.topic else "noted"
        said = {"outcome": outcome, "discussion": "意见一致。"}
        minutes.record(by=office, item=record, seen=record.seen(), **said)
        if record.item.topic:
            minutes.decide(
                by=office,
                item=record.item,
                text=TASK,
                leads=[h.unit("development")],
                due_on=clock.today() + timedelta(days=60),
                done_when="第一季评比结束。",
            )
    minutes.send(by=office)
    return minutes


def either_of_two_signs_for_each_side(h, desks) -> None:
    desks.of(h, "union_chair").has(MINE, "签发")
    secretary = desks.of(h, "party_secretary")
    secretary.deal_with("签发")
    secretary.sees(TASK)
    secretary.sign()
    desks.of(h, "union_chair").has(MINE)
    desks.of(h, "head").has(MINE, "签发")
    deputy = desks.of(h, "vice_head")
    deputy.deal_with("签发")
    deputy.sign()
    desks.of(h, "head").has(MINE)


def the_office_issues_and_assigns(office) -> None:
    office.deal_with("印发")
    office.follow("印发纪要")
    office.press("印发纪要")
    office.told("柳北联纪〔")
    office.deal_with("作出分工")
    office.press("交办所选事项并印发责任分工表")


def a_task_is_returned_and_given_to_another(h, desks, office) -> None:
    first, second = desks.of(h, "development"), desks.of(h, "housing")
    first.deal_with(f"签收任务：“{TASK}")
    first.follow("退回（不属于本单位职责）")
    first.fill({"理由": "竞赛由住建部门组织。"})
    first.main.get_by_role("button", name=re.compile("^退回")).click()
    office.deal_with("改派任务")
    office.sees("竞赛由住建部门组织。")
    office.main.get_by_label("单位").first.select_option(label="区住建局")
    office.fill({"理由": "已商区住建局。"})
    office.press("改派其他单位")
    second.deal_with(f"签收任务：“{TASK}")
    second.press("签收")


def it_is_inspected_and_mended(h, desks, office) -> None:
    task = Assignment.objects.get(status="accepted")
    union = desks.of(h, "union")
    union.menu("议定事项台账")
    union.sees(TASK)
    union.follow("区住建局")
    union.follow("记录一次督查")
    union.fill({"督查日期": day(0), "地点": "两处工地", "参加单位和人员": "两家各一人"})
    union.fill({"发现的情况": "一处没有开展。", "整改要求": "补上。", "完成时限": day(9)})
    union.press("保存督查记录")
    union.press("送请确认")
    union.has(FOR_OTHERS, "确认督查记录")
    union.enter("确认督查记录")
    union.enter_paper(day(0), of="区总工会主席")
    union.told("答复已记入审签单")
    office.enter("确认督查记录")
    office.enter_paper(day(0))
    unit = desks.of(h, task.unit.key)
    unit.deal_with("整改督查发现的问题")
    unit.follow("回复整改情况")
    unit.main.get_by_role("textbox").first.fill("已经补上。")
    unit.press("回复整改情况")
    union.deal_with("查看是否整改到位")
    union.sees("已经补上。")
    union.press("督查销号")


def a_date_is_corrected(h, desks, office, minutes) -> None:
    office.menu("会议")
    office.follow(f"{minutes.meeting}")
    office.follow("打开纪要")
    office.follow("更正纪要")
    office.main.get_by_role("checkbox").first.check()
    office.press("下一步：填写更正后的内容")
    office.fill({"理由": "原定日期写错。", "完成时限": day(90)})
    office.press("印发更正通知")
    office.told("柳北联纪〔")
    office.press("执行更正")
    decision, task = Decision.objects.get(), Assignment.objects.get(status="accepted")
    assert f"{decision.due_on}" == f"{task.due_on}" == day(90)
