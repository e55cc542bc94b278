"""The documents of a meeting: measured on the page, long, with holes, and with hostile words."""

from io import BytesIO

import pypdf
import pypdfium2
import pytest

from jointmeeting.rendering import FontsMissing, render_html, render_pdf
from jointmeeting.templatetags import papers
from tests.jointmeeting.papers import (
    BODY,
    CHANGE,
    LONG,
    LONG_TITLE,
    MINUTES,
    NOTICE,
    PAPERS,
    PROGRESS,
    SEATS,
    TASKS,
)
from tests.jointmeeting.test_rendering import HOSTILE, MM, Page, pages_of, plain

LETTERS = [
    "meeting_notice",
    "meeting_change",
    "meeting_cancelled",
    "minutes_correction",
    "assignment_list",
    "progress_report",
    "supervision_notice",
]
STEP = 25.4 / 300  # millimetres of a pixel below


def image_of(pdf, number):
    page = pypdfium2.PdfDocument(pdf)[number]
    return page.render(scale=300 / 72).to_pil().convert("RGB")


def rules_of(image, is_ink, left, right):
    """Top, height of each rule that runs from left to right, in millimetres."""
    columns = [round(at / STEP) for at in (left + 0.5, (left + right) / 2, right - 0.5)]
    rows = [
        y
        for y in range(image.height)
        if all(is_ink(image.getpixel((x, y))) for x in columns)
    ]
    rules = []
    for y in rows:
        if rules and y == rules[-1][1] + 1:
            rules[-1][1] = y
        else:
            rules.append([y, y])
    return [(top * STEP, (bottom - top + 1) * STEP) for top, bottom in rules]


def is_red(pixel):
    return pixel[0] > 180 and max(pixel[1:]) < 200


def is_black(pixel):
    return max(pixel) < 190


@pytest.fixture(scope="module")
def minutes():
    """Minutes of some pages."""
    item = {**MINUTES["items"][0], "discussion": "国家" * 400}
    return render_pdf("minutes", {**MINUTES, "items": [item, *MINUTES["items"][1:]]})


def test_the_mark_of_minutes_begins_35_mm_below_the_top_of_the_text(minutes):
    image = image_of(minutes, 0)
    ink = next(
        y
        for y in range(image.height)
        if any(is_red(image.getpixel((x, y))) for x in range(0, image.width, 2))
    )
    assert ink * STEP == pytest.approx(37 + 35, abs=1)


def test_a_rule_of_156_mm_parts_the_head_of_minutes_from_their_text(minutes):
    image = image_of(minutes, 0)
    [(top, height)] = rules_of(image, is_red, 28, 184)
    assert height == pytest.approx(0.7, abs=0.1)
    assert not is_red(image.getpixel((round(27 / STEP), round(top / STEP) + 3)))
    assert not is_red(image.getpixel((round(185 / STEP), round(top / STEP) + 3)))
    issued = next(line for line in pages_of(minutes)[0].lines() if "甲办公室" in line[0])
    assert issued[0] == "甲办公室2026年3月26日"
    assert top - issued[3] == pytest.approx(4 + (28.98 - 16) / 2 / MM, abs=1.2)


def test_a_page_of_minutes_holds_22_lines_of_28_characters(minutes):
    page = pages_of(minutes)[1]
    lines = list(page.lines())[:-1]
    assert len(lines) == 22
    full = [line for line in lines if line[0].count("国") > 13]
    assert full
    assert {len(text) for text, *_edges in full} == {28}
    pitches = [b[3] - a[3] for a, b in zip(lines, lines[1:], strict=False)]
    assert pitches == pytest.approx([28.98 / MM] * 21, abs=0.05)


def test_minutes_end_on_an_even_page_with_the_imprint_between_rules_of_156_mm(minutes):
    pages = pages_of(minutes)
    assert len(pages) % 2 == 0
    text = "".join(pages[-1].text.split())
    assert "主送：乙办公室，丙局，丁局。抄送：戊委员会。" in text
    assert "甲办公室2026年3月26日印发" in text
    rules = rules_of(image_of(minutes, len(pages) - 1), is_black, 26, 182)
    assert [height for _top, height in rules] == pytest.approx(
        [0.35, 0.25, 0.35], abs=0.09
    )
    assert rules[-1][0] + rules[-1][1] == pytest.approx(297 - 35, abs=0.3)


def test_who_was_there_stands_at_the_end_under_the_first_name(minutes):
    pages = pages_of(minutes)
    [page] = [page for page in pages if "出席：" in page.text]
    lines = list(page.lines())
    at = next(n for n, line in enumerate(lines) if line[0].startswith("出席："))
    margin = 28 if pages.index(page) % 2 == 0 else 26
    pitch = 156 / 28
    assert lines[at][1] == pytest.approx(margin + 2 * pitch, abs=0.3)
    assert lines[at + 1][1] == pytest.approx(margin + 5 * pitch, abs=0.3)
    below = plain(minutes).partition("出席：")[2]
    assert below.index("请假：副召集人钱某") < below.index("列席：丙局李某，丁局周某")
    assert "会议强调" not in below


def test_what_was_decided_is_numbered_where_there_is_more_than_one():
    text = plain(render_pdf("minutes", MINUTES))
    assert "会议议定：（一）新建站点6处。由丙局牵头" in text
    assert "（二）新建站点6处。" in text
    assert "二、暑期托管" in text
    assert "会议议定：新建站点6处。由丙局牵头，丁局配合，于2026年10月10日前完成。" in text
    assert "会议结论：下次再议。" in text


@pytest.mark.parametrize("template", LETTERS)
def test_each_letter_names_addressee_number_and_day(template):
    text = plain(render_pdf(template, PAPERS[template]))
    assert f"{PAPERS[template]['addressee']}：" in text
    assert "甲联〔2026〕3号" in text
    assert "2026年3月26日" in text
    assert "（联系人：王喆，电话：010-0000）" in text


def test_a_notice_says_what_when_where_who_and_until_when():
    text = plain(render_pdf("meeting_notice", NOTICE))
    assert (
        "根据《甲乙联席会议制度》第三条，经商定，召开甲乙联席会议2026年定期会议。" in text
    )
    assert "一、会议时间：2026年4月10日（星期五）上午9:30。" in text
    assert "二、会议地点：四楼第二会议室。" in text
    assert "三、会议主持：召集人赵某。" in text
    assert "（一）通报上次会议议定事项落实情况；（二）站点建设。" in text
    assert "出席：召集人赵某，副召集人钱某。列席：丙局、丁局有关负责人。" in text
    assert "请于2026年4月8日前（含当日）报送参会回执" in text
    assert "参会回执" in pages_of(render_pdf("meeting_notice", NOTICE))[-1].text


def test_a_change_says_what_it_was_and_what_stays():
    text = plain(render_pdf("meeting_change", CHANGE))
    assert (
        "原定于2026年4月3日（星期五）下午3:00在三楼会议厅召开的甲乙联席会议2026年定期会议"
        "（见甲联〔2026〕2号）" in text
    )
    assert "二、会议时间：改为2026年4月10日（星期五）上午9:30。" in text
    assert "三、会议地点：改为四楼第二会议室。" in text
    moved_only = render_pdf("meeting_change", {**CHANGE, "is_elsewhere": False})
    assert "三、会议地点：不变，仍为四楼第二会议室。" in plain(moved_only)


@pytest.mark.parametrize(
    ("template", "lacking", "never"),
    [
        ("meeting_notice", {"basis": ""}, "根据"),
        ("meeting_notice", {"chair": ""}, "会议主持"),
        ("meeting_notice", {"starts_at": None, "place": ""}, "会议地点"),
        ("meeting_notice", {"matters": []}, "会议议题"),
        ("meeting_notice", {"seats": []}, "参加人员"),
        ("meeting_notice", {"reply_by": None}, "请于"),
        ("meeting_notice", {"may_be_replaced": False}, "代为参加"),
        ("meeting_notice", {"contact": {"name": "王某", "phone": ""}}, "电话：）"),
        ("meeting_change", {"reason": ""}, "调整原因"),
        ("meeting_cancelled", {"reason": "", "matters": []}, "原因"),
        ("agenda", {"chair": "", "place": ""}, "主持"),
        ("agenda", {"items": []}, "汇报"),
        ("minutes", {"closing": "", "excused": []}, "请假"),
        ("minutes", {"copies": []}, "抄送"),
        ("minutes_correction", {"reason": ""}, "更正原因"),
        ("assignment_list", {"minutes_number": ""}, "见纪要"),
        ("assignment_list", {"report_when": ""}, "报送"),
        ("progress_report", {"words": "", "left_out": []}, "没有列入"),
        ("inspection_record", {"demand": "", "due_on": None}, "整改要求"),
        ("inspection_record", {"answer": "", "answered_on": None}, "整改情况"),
        ("inspection_record", {"task_due_on": None}, "应于"),
        ("supervision_notice", {"basis": ""}, "根据"),
        ("supervision_notice", {"days_late": 0}, "工作日"),
        ("supervision_notice", {"task": "", "done_when": ""}, "你单位承担"),
        ("supervision_notice", {"minutes_number": ""}, "甲纪"),
    ],
)
def test_what_is_not_known_leaves_no_half_sentence(template, lacking, never):
    text = plain(render_pdf(template, {**PAPERS[template], **lacking}))
    assert never not in text
    for half in ("。。", "，。", "：。", "于前", "、、", "（）", "None", "，，"):
        assert half not in text


def test_the_numbers_close_up_over_what_is_left_out():
    bare = {**NOTICE, "chair": "", "matters": []}
    text = plain(render_pdf("meeting_notice", bare))
    assert "二、会议地点" in text
    assert "三、参加人员" in text
    assert "四、有关要求" in text


def test_a_report_without_lines_says_so():
    empty = {**PROGRESS, "total": 0, "parts": [], "left_out": []}
    text = plain(render_pdf("progress_report", empty))
    assert "截至2026年3月26日，没有需要通报的议定事项。" in text


def test_a_report_tells_each_decision_and_what_it_left_out():
    text = plain(render_pdf("progress_report", PROGRESS))
    assert "共2项：已办结1项，尚未办结1项。" in text
    assert (
        "第1次会议议定，丙局牵头，应于2025年10月10日前完成。目前情况：丙局办理中。"
        in text
    )
    assert "丙局说明：冬季不能施工。" in text
    assert "甲办公室意见：同意顺延到5月底。" in text
    assert "三、没有列入本次通报的事项" in text
    assert "已撤销，11项：“暑期托管”等。" in text


def test_the_list_of_tasks_lies_on_its_side_and_repeats_its_head():
    rows = [{**TASKS["rows"][0], "number": n} for n in range(1, 41)]
    pdf = pypdfium2.PdfDocument(render_pdf("assignment_list", {**TASKS, "rows": rows}))
    sizes = [(round(w / MM), round(h / MM)) for w, h in (page.get_size() for page in pdf)]
    assert sizes[0] == (210, 297)
    wide = [number for number, size in enumerate(sizes) if size == (297, 210)]
    assert len(wide) > 1
    assert wide == list(range(wide[0], len(sizes)))
    texts = [pdf[number].get_textpage().get_text_range() for number in wide]
    assert all("牵头单位" in text for text in texts)
    assert sum(text.count("九处站点投入使用。") for text in texts) == 40


def test_no_heading_of_the_list_to_sign_is_left_alone_at_the_foot_of_a_page():
    for count in range(14, 26):
        rows = [{**SEATS["groups"][0]["rows"][0], "number": n} for n in range(count)]
        groups = [{"heading": "出席", "rows": rows}, {**SEATS["groups"][1]}]
        for page in pages_of(render_pdf("attendance_list", {**SEATS, "groups": groups})):
            lines = [text for text, *_edges in page.lines() if not text.startswith("—")]
            assert lines[-1] != "列席"


def test_the_list_says_who_was_there_once_the_meeting_was_held():
    row = SEATS["groups"][0]["rows"][0]
    rows = [
        row,
        {**row, "was_there": False, "is_excused": True},
        {**row, "was_there": False},
        {**row, "replaces": "召集人"},
    ]
    held = {**SEATS, "is_held": True, "groups": [{"heading": "出席", "rows": rows}]}
    text = plain(render_pdf("attendance_list", held))
    assert "签名" not in text
    assert (text.count("请假"), text.count("未到会")) == (1, 1)
    assert "（代召集人）" in text


@pytest.mark.parametrize("template", PAPERS)
def test_a_document_of_a_large_body_keeps_its_edges(template):
    pdf = pypdfium2.PdfDocument(render_pdf(template, LONG[template]))
    for number, page in enumerate(pdf):
        shown = Page(page)
        width = page.get_width() / MM
        assert min(each[1] for each in shown.characters) > 24, number
        assert max(each[3] for each in shown.characters) < width - 24, number
        lowest = max(each[2] for each in shown.characters)
        assert lowest < page.get_height() / MM - 15, number


def test_a_decision_longer_than_a_page_loses_nothing():
    long = {**TASKS["rows"][0], "text": "国" * 5000, "done_when": "家" * 1000}
    rows = [TASKS["rows"][0], long, TASKS["rows"][1]]
    text = plain(render_pdf("assignment_list", {**TASKS, "rows": rows}))
    assert (text.count("国"), text.count("家")) == (5000, 1000)
    decided = {"paragraphs": ["国" * 5000]}
    items = [{**MINUTES["items"][0], "decisions": [decided], "discussion": "家" * 10000}]
    text = plain(render_pdf("minutes", {**MINUTES, "items": items}))
    assert (text.count("国"), text.count("家")) == (5000, 10000)


def test_400_decisions_are_all_there_within_a_hundred_pages():
    pages = pages_of(render_pdf("minutes", LONG["minutes"]))
    text = "".join("".join(page.text.split()) for page in pages)
    assert text.count("新建站点6处。由丙局牵头") == 400
    assert text.count("（二十）") == 20
    assert "二十、" in text
    assert len(pages) < 100
    assert len(pages) % 2 == 0


@pytest.mark.parametrize("template", PAPERS)
def test_a_title_of_200_signs_is_set_whole(template):
    title = LONG_TITLE[:200]
    text = plain(render_pdf(template, {**PAPERS[template], "title": title}))
    shown = template != "inspection_record"  # a sheet is headed by its kind
    assert (title in text) is shown


def hostile(value):
    """The same context with hostile words wherever there are words."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, list):
        return [hostile(each) for each in value]
    if isinstance(value, dict):
        return {key: hostile(each) for key, each in value.items()}
    return value


@pytest.mark.parametrize("template", PAPERS)
def test_hostile_words_are_printed_and_do_nothing(template):
    context = hostile(PAPERS[template])
    html = render_html(template, context)
    assert html.count("<!-- imprint -->") == 1
    for tag in ("<script", "<link", "<img", "<iframe", "<object", "<style>@"):
        assert tag not in html
    reader = pypdf.PdfReader(BytesIO(render_pdf(template, context)))
    assert not reader.attachments
    assert "alert(1)" in "".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("template", PAPERS)
def test_a_sign_that_no_font_has_is_named_before_anything_is_printed(template):
    with pytest.raises(FontsMissing, match=r"U\+E123"):
        render_pdf(
            template,
            PAPERS[template]
            | {"body_name": "\ue123", "place": "\ue123"}
            | {"issuer": "\ue123"}
            | {"title": "\ue123"},
        )


@pytest.mark.parametrize("template", PAPERS)
def test_a_preview_says_so_on_each_page(template):
    for page in pages_of(render_pdf(template, PAPERS[template], preview=True)):
        assert set("预览稿") <= set(page.text)


@pytest.mark.parametrize("template", PAPERS)
def test_figures_stand_without_a_space(template):
    html = render_html(template, PAPERS[template])
    text = plain(render_pdf(template, PAPERS[template]))
    assert "None" not in text
    assert not [
        line
        for line in html.splitlines()
        if "2026 年" in line or "第 2" in line or "2 次" in line
    ]


def test_hours_and_numbers_as_an_office_writes_them():
    moment = NOTICE["starts_at"]
    assert papers.paper_moment(moment) == "2026年4月10日（星期五）上午9:30"
    times = [papers.paper_time(moment.replace(hour=hour)) for hour in (0, 12, 13, 23)]
    assert times == ["上午0:30", "中午12:30", "下午1:30", "下午11:30"]
    assert papers.paper_time(None) == papers.paper_moment(None) == ""
    numbers = [papers.paper_number(each) for each in (100, 101, 110, 115, 400, 999)]
    assert numbers == ["一百", "一百零一", "一百一十", "一百一十五", "四百", "九百九十九"]
    assert papers.paper_figures("第 1 次会议 A 1") == "第1次会议 A 1"
    assert papers.paper_sentence(" 甲\n乙 ") == "甲乙。"
    assert papers.paper_sentence("甲。") == "甲。"
    assert papers.paper_sentence("") == ""


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "关于印发白杨河旗乡民公所与白杨河旗匠人总会联席会议第1次会议议定事项责任分工的通知",
            [
                "关于印发白杨河旗乡民公所与",
                "白杨河旗匠人总会联席会议第1次会议",
                "议定事项责任分工的通知",
            ],
        ),
        (
            f"关于更正《{BODY}第12次会议纪要》的通知",
            ["关于更正", f"《{BODY}第12次会议纪要》的通知"],
        ),
    ],
)
def test_a_title_keeps_the_number_of_a_meeting_in_one_line(title, lines):
    whole = title[4:26] if title.startswith("关于印发") else BODY
    assert papers.paper_title(title, whole) == "<br>".join(lines)
