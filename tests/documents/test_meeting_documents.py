"""What the documents of a meeting say, from the rows of a body to the printed sentence."""

import json
import re
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pypdf
import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import make_aware

from agenda.documents import agenda_context
from followups.documents import (
    assignment_context,
    inspection_context,
    issue_assignments,
    progress_context,
    result_of,
)
from followups.models import Assignment, Inspection, ProgressReport
from jointmeeting import clock
from jointmeeting.rendering import render_pdf
from meetings.documents import (
    attendance_context,
    cancellation_context,
    change_context,
    notice_context,
)
from meetings.models import seat
from minutes.documents import charge_of, correction_context, minutes_context
from minutes.models import Correction, Decision
from tests.houses import house
from tests.sittings import agreed, assigned, decision, minuted, notified, recorded
from tests.sittings import held as hold

CHARTERS = ["yijinhuoluo", "liubei"]


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    return re.sub("—[0-9]+—", "", text)  # the numbers of pages stand in the way


@pytest.fixture
def mill(valley):
    return valley.person("mill-office")


@pytest.fixture
def told(valley):
    return notified(valley, valley.topic("answered"))


def test_a_notice_goes_to_all_who_sit_in_it_but_to_its_own_issuer(valley, told, mill):
    context = notice_context(told, mill)
    assert context["issuer"] == "磨坊账房"
    sent = [str(each) for each in told.notice.sent_to]
    assert context["addressee"].split("、") == sent
    assert "磨坊账房" not in sent
    assert {"农场账房", "水闸站", "渡口", "铁匠铺"} <= set(sent)


def test_a_notice_names_the_year_the_matter_and_the_term(valley, told, mill):
    context = notice_context(told, mill)
    assert context["title"] == "关于召开磨坊与农场协商会2026年定期会议的通知"
    assert "春灌用水" in context["matters"]
    assert context["chair"].startswith("磨坊主")
    assert context["reply_by"] < told.day
    issued = text_of(told.notice.file.read())
    assert "（星期日）" in issued  # 22 March 2026
    assert "春灌用水" in issued
    assert context["contact"]["phone"] in issued


def test_a_term_that_is_past_is_not_asked_for(valley, told, mill):
    with clock.at(told.starts_at - timedelta(hours=3)):
        assert notice_context(told, mill)["reply_by"] is None


def test_a_notice_can_be_seen_before_anything_is_arranged(valley, mill):
    meeting = agreed(valley)
    context = notice_context(meeting, mill)
    assert (context["starts_at"], context["place"], context["chair"]) == (None, "", "")
    assert (context["matters"], context["seats"]) == ([], [])
    assert render_pdf("meeting_notice", context, preview=True)


def test_a_chair_by_delegation_says_on_whose_behalf(valley, told, mill):
    told.delegated_by = valley.post("farmer")
    assert notice_context(told, mill)["chair"].endswith("（受农场主委托）")


def test_a_change_tells_old_and_new_and_is_issued(valley, told, mill):
    before = told.starts_at, told.place
    first = told.notice.number
    later = told.starts_at + timedelta(days=2)
    told.postpone(by=mill, reason="桥断了", starts_at=later, place="农场")
    told.refresh_from_db()
    assert told.notice.title == "关于调整磨坊与农场协商会2026年定期会议安排的通知"
    issued = text_of(told.notice.file.read())
    assert f"（见{first}）" in issued
    assert "桥断了" in issued
    assert "改为农场" in issued
    context = change_context(told, before, "桥断了", mill)
    assert (context["is_moved"], context["is_elsewhere"]) == (True, True)
    assert change_context(told, (later, "磨坊"), "", mill)["is_moved"] is False


def test_a_cancellation_says_which_notice_no_longer_holds(valley, told, mill):
    first = told.notice.number
    context = cancellation_context(told, "大雪", mill)
    assert context["title"] == "关于取消召开磨坊与农场协商会2026年定期会议的通知"
    told.cancel(by=mill, reason="大雪")
    issued = text_of(told.notice.file.read())
    assert f"（见{first}）取消，不再召开。" in issued
    assert "取消原因：大雪。" in issued
    assert "会议原定的议题另行安排。" in issued


def test_an_agenda_counts_the_hours_as_far_as_they_are_known(valley, told, mill):
    agenda = told.agenda
    first, second, *_rest = agenda.items.all()
    agenda.items.filter(pk__in=[first.pk, second.pk]).update(minutes=15)
    items = agenda_context(agenda, mill)["items"]
    assert (items[0]["from_time"], items[0]["to_time"]) == ("09:00", "09:15")
    assert (items[1]["from_time"], items[1]["to_time"]) == ("09:15", "09:30")
    assert items[2]["from_time"] == ""
    assert items[2]["units"] == ["水闸站", "渡口", "铁匠铺"]
    assert "春灌用水" in text_of(render_pdf("agenda", agenda_context(agenda, mill)))


def test_the_list_to_sign_is_in_the_order_of_the_table_and_names_the_units(
    valley, told, mill
):
    seat(told, by=mill, capacity="invited", name="巴特尔", title="船工", why="乡民")
    context = attendance_context(told, mill)
    assert [each["heading"] for each in context["groups"]] == ["出席", "列席", "邀请"]
    numbers = [row["number"] for each in context["groups"] for row in each["rows"]]
    assert numbers == list(range(1, len(numbers) + 1))
    first = context["groups"][0]["rows"][0]
    assert first["title"] == "磨坊主"
    assert context["groups"][1]["rows"][0]["unit"] in {"水闸站", "渡口", "铁匠铺"}
    assert context["title"].endswith("签到表")


def test_once_held_the_list_says_who_came_for_whom(valley, told, mill):
    [place] = told.attendances.filter(unit=valley.unit("sluice"))
    place.replace(by=mill, substitute="江某", substitute_title="闸工", reason="病")
    with clock.at(told.starts_at + timedelta(hours=3)):
        for each in told.attendances.all():
            each.tick(by=mill, was_there=True)
        told.refresh_from_db()
        told.hold(by=mill)
        context = attendance_context(told, mill)
    assert context["title"] == "磨坊与农场协商会第1次会议参会人员名单"
    rows = [row for each in context["groups"] for row in each["rows"]]
    [sluice] = [row for row in rows if row["unit"] == "水闸站"]
    assert (sluice["name"], sluice["title"]) == ("江某", "闸工")
    assert sluice["was_there"]


def charge(**fields) -> dict:
    nothing = {"leads": [], "assisting": [], "due_on": None, "is_standing": False}
    return nothing | {"done_when": ""} | fields


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"leads": ["甲", "乙"]}, "由甲、乙牵头。"),
        (
            {"leads": ["甲"], "assisting": ["丙"], "due_on": date(2026, 5, 1)},
            "由甲牵头，丙配合，于2026年5月1日前完成。",
        ),
        ({"leads": ["甲"], "is_standing": True}, "由甲牵头，长期坚持。"),
        ({"due_on": date(2026, 5, 1)}, "于2026年5月1日前完成。"),
        ({"done_when": "通水。"}, "完成标准：通水。"),
    ],
)
def test_who_does_it_until_when_is_one_sentence(fields, said):
    assert charge_of(charge(**fields)) == said


def test_minutes_say_what_was_decided_and_who_was_there(valley, mill):
    minutes = minuted(valley)
    issued = text_of(minutes.document.file.read())
    assert "磨坊与农场协商会第1次会议纪要" in issued
    assert "会议由磨坊主赵某主持。" in issued
    assert (
        "每日六时开闸。由水闸站牵头，于2026年5月21日前完成。完成标准：开闸一月。"
        in issued
    )
    assert "出席：磨坊主赵某，农场主" in issued
    assert minutes.document.number in issued
    assert sha256(minutes.document.file.open().read()).hexdigest() == (
        minutes.document.sha256
    )
    assert "磨坊账房" not in {str(each) for each in minutes.document.sent_to}
    assert minutes_context(minutes, mill)["sent_to"][0] == "农场账房"


def test_the_sheet_of_minutes_shows_terms_and_measures_too(valley, mill):
    with clock.at(make_aware(datetime(2026, 3, 2, 10))):
        meeting = hold(valley, valley.topic("answered"))
    with clock.at(meeting.starts_at + timedelta(hours=4)):
        minutes = recorded(valley, meeting)
        minutes.send(by=mill)
        sheet = minutes.consent("approve")
        sheet.refresh_from_db()
        text = dict(minutes.text_of(sheet))
    [said] = [value for label, value in text.items() if "春灌用水" in label]
    assert "由水闸站牵头" in said
    assert "完成标准：开闸一月。" in said


def test_a_correction_says_of_each_decision_what_changes(valley, mill):
    minutes = minuted(valley)
    [first] = Decision.objects.all()
    lines = [
        {"decision": first, "change": "wording", "text": "每日五时开闸。"},
        {"decision": first, "change": "due", "due_on": date(2026, 6, 30)},
        {"decision": first, "change": "due", "is_standing": True},
        {
            "decision": first,
            "change": "lead",
            "leads": [valley.unit("ferry")],
            "assisting": [valley.unit("sluice")],
        },
        {"decision": first, "change": "withdrawn"},
        {
            "change": "added",
            "text": "每月公布用水",
            "due_on": date(2026, 7, 1),
            "leads": [valley.unit("smithy")],
        },
        {"decision": first, "change": "wording", "done_when": "开闸两月"},
    ]
    correction = Correction(
        minutes=minutes, joint_body=valley.body, position=1, reason="笔误"
    )
    context = correction_context(correction, lines, mill)
    number = next(
        n
        for n, record in enumerate(minutes.records.all(), start=1)
        if record.item_id == first.item_id
    )
    place = f"第{'一二三四'[number - 1]}项"
    assert context["lines"] == [
        f"{place}“每日六时开闸”更正为“每日五时开闸”。",
        f"{place}“每日六时开闸”的完成时限更正为：2026年6月30日前完成。",
        f"{place}“每日六时开闸”的完成时限更正为：长期坚持。",
        f"{place}“每日六时开闸”的责任单位更正为：由渡口牵头，水闸站配合。",
        f"{place}“每日六时开闸”予以撤销。",
        "增加一项：每月公布用水。由铁匠铺牵头，于2026年7月1日前完成。",
        f"{place}“每日六时开闸”的完成标准更正为：开闸两月。",
    ]
    Correction.objects.issue(minutes, by=mill, reason="笔误", lines=lines[1:2])
    issued = minutes.corrections.get().document
    text = text_of(issued.file.read())
    assert f"（{minutes.document.number}）作第1次更正。" in text
    assert [str(each) for each in issued.sent_to] == [
        str(each) for each in minutes.document.sent_to
    ]


def test_the_list_of_tasks_names_who_has_each_in_hand_and_goes_to_all_of_them(
    valley, mill
):
    task = assigned(valley)
    context = assignment_context(task.decision.meeting, mill)
    assert context["addressee"] == "水闸站"
    [row] = context["rows"]
    assert row["leads"] == [{"unit": "水闸站", "task": ""}]
    assert context["accept_by"] > clock.today()
    document = issue_assignments(task.decision.meeting, by=mill)
    issued = text_of(document.file.read())
    assert "关于印发磨坊与农场协商会第1次会议议定事项责任分工的通知" in issued
    assert "开闸一月。" in issued
    assert [str(each) for each in document.sent_to] == ["水闸站"]


def test_before_anything_is_assigned_the_list_names_those_that_lead(valley, mill):
    minutes = minuted(valley)
    [row] = assignment_context(minutes.meeting, mill)["rows"]
    assert row["leads"] == [{"unit": "水闸站", "task": ""}]


def test_the_result_of_a_decision_groups_its_units_by_state(valley, mill):
    minutes = minuted(valley)
    [first] = Decision.objects.filter(meeting=minutes.meeting)
    assert "水闸站" not in result_of(first)
    units = [valley.unit(key) for key in ("sluice", "ferry")]
    tasks = Assignment.objects.assign(first, units, by=mill)
    together = result_of(first)
    assert together.startswith("水闸站、渡口")
    tasks[1].accept(by=valley.person("ferry"))
    assert "；" in result_of(first)


def test_a_report_to_the_next_meeting_tells_of_each_decision(valley, mill):
    assigned(valley)
    with clock.at(make_aware(datetime(2027, 2, 1, 9))):
        meeting = notified(valley)
        [item] = meeting.agenda.items.filter(kind="progress")
        report = ProgressReport.objects.begin(item, by=valley.person("mill-office"))
        context = progress_context(report, valley.person("mill-office"))
        assert context["addressee"] == valley.body.name
        assert context["as_of"] == date(2027, 2, 1)
        [part] = context["parts"]
        assert part["heading"] == "尚未办结"
        [line] = part["lines"]
        assert (line["meeting"], line["leads"]) == ("第1次会议", ["水闸站"])
        assert line["until"] == "应于2026年5月21日前完成"
        assert line["result"].startswith("水闸站")
        text = text_of(render_pdf("progress_report", context, preview=True))
    assert "每日六时开闸" in text
    assert "截至2027年2月1日" in text


def test_the_record_of_an_inspection_shows_who_signed_it_off(valley, mill):
    task = assigned(valley)
    task.accept(by=valley.person("sluice"))
    words = {
        "inspected_on": clock.today(),
        "place": "水闸",
        "took_part": "两家",
        "finding": "闸锈。",
        "demand": "上油。",
        "due_on": clock.today() + timedelta(days=9),
    }
    inspection = Inspection.objects.begin(task, by=mill, **words)
    assert inspection_context(inspection, mill)["signatures"] == []
    inspection.ask_to_sign(by=mill)
    valley.sign(inspection, "sign_off")
    context = inspection_context(inspection, mill)
    assert len(context["signatures"]) == 2
    assert {each["answer"] for each in context["signatures"]} == {"同意"}
    text = text_of(render_pdf("inspection_record", context))
    assert "每日六时开闸。（第1次会议议定" in text
    assert "整改期限：" in text


def test_every_context_can_be_kept_as_data(valley, mill):
    minutes = minuted(valley)
    meeting = minutes.meeting
    contexts = [
        notice_context(meeting, mill),
        attendance_context(meeting, mill),
        agenda_context(meeting.agenda, mill),
        minutes_context(minutes, mill),
        assignment_context(meeting, mill),
    ]
    for context in contexts:
        kept = json.dumps(context, cls=DjangoJSONEncoder)
        assert json.loads(kept)["title"] == context["title"]


@pytest.mark.parametrize("charter", CHARTERS)
def test_the_papers_of_a_real_charter_carry_its_words_and_no_english(db, charter):
    with clock.at(make_aware(datetime(2026, 3, 2, 9))):
        h = house(charter, key=charter)
        minutes = minuted(h, h.topic("answered"))
        meeting = minutes.meeting
        by = h.person(meeting.organiser.key)
        papers = {
            "meeting_notice": notice_context(meeting, by),
            "attendance_list": attendance_context(meeting, by),
            "agenda": agenda_context(meeting.agenda, by),
            "minutes": minutes_context(minutes, by),
            "assignment_list": assignment_context(meeting, by),
        }
        for template, context in papers.items():
            text = text_of(render_pdf(template, context))
            assert h.body.name[:8] in text
            assert not [each for each in text if each.isascii() and each.isalpha()], text
        mark = h.body.rules_in_force.parts["minutes"].paper.mark
        assert minutes.document.number == f"{mark}〔2026〕1号"


def test_the_number_of_queries_does_not_grow_with_the_decisions(
    valley, mill, django_assert_max_num_queries
):
    with clock.at(make_aware(datetime(2026, 3, 2, 10))):
        meeting = hold(valley, valley.topic("answered"))
        minutes = recorded(valley, meeting)
        [item] = meeting.agenda.items.exclude(topic=None)
        for _n in range(30):
            minutes.decide(by=mill, item=item, **decision(valley))
        with django_assert_max_num_queries(30):
            context = minutes_context(minutes, mill)
        [_first, *_others, last] = context["items"]
        assert len(last["decisions"]) == 31
