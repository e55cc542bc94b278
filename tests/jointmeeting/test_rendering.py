"""Documents measured on the page, by GB/T 9704-2012, and kept from doing harm."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pypdf
import pypdfium2
import pytest
from django.utils import translation
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from jointmeeting.rendering import LockedFetcher, render_html, render_pdf
from jointmeeting.templatetags import papers

MM = 72 / 25.4
RARE = "䶮喆堃㛃犇"
HOSTILE = """</p><script>alert(1)</script><!-- imprint --><!-- end -->
<link rel=attachment href="file:///etc/passwd"><img src="http://192.0.2.1/a.png">
<style>@import "http://192.0.2.1/b.css"; p { background: url(http://192.0.2.1/c.png) }</style>
<iframe src="file:///etc/passwd"></iframe><object data="http://192.0.2.1/d"></object>"""
LETTER = {
    "issuer": "甲委员会",
    "number": "甲委函〔2026〕31号",
    "signed_by": "甲委员会",
    "signed_on": date(2026, 10, 9),
    "contact": {"name": "王喆", "phone": "010-0000"},
    "copies": ["丙办公室", "丁办公室"],
    "basis": "《甲乙联席会议制度》第三条",
    "reply_by": date(2026, 10, 23),
    "reply_how": "10个工作日",
}
REQUEST = {
    **LETTER,
    "addressee": "乙委员会",
    "title": "关于提请召开甲乙联席会议2026年定期会议的函",
    "body_name": "甲乙联席会议",
    "period": "2026年",
    "kind_text": "定期",
    "reason": "有关调研已经结束。\n\n条件已经具备。",
    "proposed_on": date(2026, 11, 20),
    "topics_planned": ["站点建设", "暑期托管"],
}
CONSULTATION = {
    **LETTER,
    "addressees": ["丙局", "丁局"],
    "title": "关于征求“站点建设”议题意见的函",
    "topic": {
        "title": "站点建设",
        "class_name": "权益保障",
        "problem": "站点不足。",
        "measure": "新建站点。",
        "evidence": "",
    },
    "reply_kinds": ["同意", "修改后同意", "不同意"],
}
SHEET = {
    "body_name": "甲乙联席会议",
    "title": "站点建设",
    "verb": "商定",
    "digest": "9f3a61c0",
    "asked_on": date(2026, 9, 14),
    "outcome": "",
    "text": [{"label": "问题", "value": "站点不足。"}],
    "rows": [
        {
            "step": 1,
            "posts": "召集人",
            "answer": "同意",
            "opinion": "尽快提交。",
            "answered_on": date(2026, 9, 16),
            "entered_by": "甲办公室",
            "has_scan": True,
        },
        {"step": 1, "posts": "副召集人甲或副召集人乙"},
    ],
    "waiting_for": ["副召集人甲或副召集人乙"],
}


class Page:
    """The characters of a page with their boxes, in millimetres from the top left."""

    def __init__(self, page):
        text, height = page.get_textpage(), page.get_height()
        self.text = text.get_text_range().replace("\r\n", "\n")
        self.characters = []
        self.middle = {}  # of the ink of each character where it comes first
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            _left, low, _right, high = text.get_charbox(index)
            self.middle.setdefault(character, (height - (low + high) / 2) / MM)
            left, bottom, right, top = text.get_charbox(index, loose=True)
            if character.strip():
                box = (left / MM, (height - bottom) / MM, right / MM, (height - top) / MM)
                self.characters.append((character, *box))

    def lines(self):
        """(text, left, right, bottom) of each line, from the top."""
        lines = []
        for each in sorted(self.characters, key=lambda each: each[2]):
            if lines and each[2] - lines[-1][-1][2] < 3:  # fonts differ by less
                lines[-1].append(each)
            else:
                lines.append([each])
        for line in lines:
            line.sort(key=lambda each: each[1])
            bottom = min(each[2] for each in line)
            yield "".join(each[0] for each in line), line[0][1], line[-1][3], bottom

    def place(self, character):
        """Left, bottom, right and top of the first such character."""
        return next(box for each, *box in self.characters if each == character)


def pages_of(pdf):
    return [Page(page) for page in pypdfium2.PdfDocument(pdf)]


@pytest.fixture
def probe(settings):
    """A document of nothing but text, and an imprint if one is asked for."""
    source = """{% extends "documents/base.html" %}{% load papers %}
    {% block masthead %}{% endblock %}{% block title %}{% endblock %}
    {% block text %}{{ text|paper_paragraphs }}{% endblock %}{% block signed %}{% endblock %}"""
    templates = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", {"documents/probe.html": source}),
        "django.template.loaders.filesystem.Loader",
    ]
    options = {**templates["OPTIONS"], "loaders": loaders}
    settings.TEMPLATES = [{**templates, "APP_DIRS": False, "OPTIONS": options}]

    def render(text, **context):
        return render_pdf("probe", {"title": "试", "text": text, **context})

    return render


def test_a_page_holds_22_lines_of_28_characters(probe):
    odd, even, *_rest = pages_of(probe(("国家" * 20 + RARE) * 60))
    for page, left in (odd, 28), (even, 26):
        lines = list(page.lines())[:-1]  # the last one is the number of the page
        assert len(lines) == 22
        full = lines[1:] if page is odd else lines  # the first is indented
        assert {len(text) for text, *_edges in full} == {28}
        for _text, start, end, _bottom in full:
            assert start == pytest.approx(left, abs=0.2)
            assert end == pytest.approx(left + 156, abs=0.2)
        pitches = [b[3] - a[3] for a, b in zip(lines, lines[1:], strict=False)]
        assert pitches == pytest.approx([28.98 / MM] * 21, abs=0.05)


def test_mixed_text_is_justified_and_no_line_begins_with_a_closing_mark(probe):
    text = "关于2026年度第12次会议，（甲、乙）两方商定：“先办A1项”；" * 40
    page = pages_of(probe(text))[0]
    lines = list(page.lines())[1:22]
    assert [end for _text, _start, end, _b in lines] == pytest.approx([184] * 21, abs=0.4)
    assert not [line for line in lines if line[0][0] in "，。、：；）”"]
    assert not [line for line in lines if line[0][-1] in "（“"]
    assert [line for line in lines if line[0][0] == "“"]  # marks are not glued to words
    assert "\u200b" not in page.text


def test_the_number_of_a_page_stands_outside_and_7_mm_below_the_text(probe):
    odd, even, *_rest = pages_of(probe("国家" * 900))
    assert list(odd.lines())[-1][0] == "—1—"
    assert list(even.lines())[-1][0] == "—2—"
    assert odd.middle["—"] == pytest.approx(262 + 7, abs=0.2)
    assert odd.characters[-1][3] == pytest.approx(184 - 14 / MM, abs=0.3)
    assert even.place("—")[0] == pytest.approx(26 + 14 / MM, abs=0.3)


@pytest.mark.parametrize("count", [20, 400, 560, 600, 1000, 1150, 1200])
def test_the_imprint_closes_an_even_page(probe, count):
    imprint = {
        "printed_by": "甲办公室",
        "printed_on": date(2025, 2, 19),
        "copies": ["丁局"],
    }
    alone = pages_of(probe("国" * count))
    pages = pages_of(probe("国" * count, **imprint))
    assert len(pages) % 2 == 0
    assert len(pages) - len(alone) in {0, 1, 2}
    assert "抄送：丁局。" in pages[-1].text
    assert "2025年2月19日印发" in pages[-1].text
    assert pages[-1].place("印")[1] == pytest.approx(262, abs=3.5)
    assert pages[-1].place("抄")[0] == pytest.approx(26 + 14 / MM, abs=0.3)
    for added in pages[len(alone) :]:
        assert "—" not in added.text


def test_a_letter_carries_its_mark_and_number_where_they_belong():
    first, *others = pages_of(render_pdf("convene_request", REQUEST))
    lines = list(first.lines())
    assert lines[0][0] == "甲委员会"
    number = next(line for line in lines if line[0] == "甲委函〔2026〕31号")
    assert number[2] == pytest.approx(184, abs=0.3)
    assert "— 1 —" not in first.text
    assert all("—" in page.text for page in others)


def test_a_letter_has_two_double_red_rules_on_its_first_page_only():
    document = pypdfium2.PdfDocument(render_pdf("consultation_letter", CONSULTATION))
    top, bottom = red_rows(document[0])
    assert top == pytest.approx((48, 49.7), abs=0.2)
    assert bottom == pytest.approx((275.3, 277), abs=0.2)
    assert not [page for page in list(document)[1:] if red_rows(page)]


def red_rows(page):
    """Top and bottom of each rule that runs 170 mm, in millimetres from the page's."""
    image = page.render(scale=300 / 72).to_pil().convert("RGB")
    step = 25.4 / 300
    columns = [round(at / step) for at in (20.5, 40, 170, 189.5)]
    outside = [round(at / step) for at in (19, 191)]

    def is_red(x, y):
        red, green, blue = image.getpixel((x, y))
        return red > 200 and green < 90 and blue < 90

    rows = [y for y in range(image.height) if all(is_red(x, y) for x in columns)]
    assert not any(is_red(x, y) for x in outside for y in rows)
    rules = []
    for y in rows:
        if rules and (y - rules[-1][1]) * step < 2:
            rules[-1][1] = y
        else:
            rules.append([y, y])
    return [(top * step, (bottom + 1) * step) for top, bottom in rules]


def test_the_date_of_a_letter_ends_four_characters_from_the_edge():
    text = "".join(page.text for page in pages_of(render_pdf("convene_request", REQUEST)))
    assert "2026年10月9日" in text
    lines = [
        line
        for page in pages_of(render_pdf("convene_request", REQUEST))
        for line in page.lines()
        if line[0] == "2026年10月9日"
    ]
    assert [line[2] for line in lines] == pytest.approx([184 - 4 * 5.6], abs=2.3)


def test_a_long_name_ends_at_the_edge_of_the_text():
    name = "某某市某某区人民代表大会常务委员会办公室"
    pages = pages_of(render_pdf("convene_request", {**REQUEST, "signed_by": name}))
    lines = [line for page in pages for line in page.lines() if line[0] == name]
    left, right = (28, 184) if name in pages[0].text else (26, 182)
    assert [line[2] for line in lines] == pytest.approx([right], abs=0.3)
    assert lines[0][1] > left


def consultation(lines):
    """A letter with so many lines of text, the greeting not counted."""
    basis = "《制度》" + "条" * (28 * lines - 125)
    return render_pdf("consultation_letter", {**CONSULTATION, "basis": basis})


def test_the_attachments_take_as_many_lines_as_they_have():
    page = pages_of(consultation(6))[0]
    assert gap_above_the_signature(page) == pytest.approx(3 * 28.98 / MM, abs=0.2)


def gap_above_the_signature(page):
    lines = list(page.lines())
    unit = next(at for at, line in enumerate(lines) if line[0] == "甲委员会" and at)
    return lines[unit][3] - lines[unit - 1][3]


def test_a_signature_that_just_does_not_fit_is_set_tighter():
    roomy, near, nearest, over = (
        pages_of(consultation(lines)) for lines in (7, 8, 10, 11)
    )
    assert [len(each) for each in (roomy, near, nearest, over)] == [3, 3, 3, 4]
    line = 28.98 / MM
    assert gap_above_the_signature(roomy[0]) == pytest.approx(3 * line, abs=0.2)
    assert gap_above_the_signature(near[0]) == pytest.approx(2 * line, abs=0.2)
    assert gap_above_the_signature(nearest[0]) < 2 * line
    assert gap_above_the_signature(over[1]) == pytest.approx(3 * line, abs=0.2)


@pytest.mark.parametrize("lines", range(5, 17))
def test_the_page_with_the_signature_also_bears_text(lines):
    pages = pages_of(consultation(lines))
    signed = next(page for page in pages if "2026年10月9日" in page.text)
    assert "和依据。" in signed.text
    assert signed is pages[0] or list(pages[0].lines())[-1][3] > 190


def test_a_request_says_what_when_and_to_whom():
    text = plain(render_pdf("convene_request", REQUEST))
    assert "乙委员会：" in text
    assert (
        "根据《甲乙联席会议制度》第三条，现提请召开甲乙联席会议2026年定期会议。" in text
    )
    assert "1.站点建设；2.暑期托管。" in text
    assert "会议时间建议为2026年11月20日。" in text
    assert "请于2026年10月23日（含当日，10个工作日）前函复。" in text
    assert "（联系人：王喆，电话：010-0000）" in text
    assert "抄送：丙办公室，丁办公室。" in text


def test_a_request_leaves_out_what_is_not_known():
    bare = {**REQUEST, "basis": "", "proposed_on": None, "reply_by": None, "copies": []}
    bare |= {"topics_planned": [], "contact": None, "number": "", "signed_on": None}
    text = plain(render_pdf("convene_request", bare))
    assert "根据" not in text
    assert "议题" not in text
    assert "抄送" not in text
    assert "妥否，请函复。" in text
    assert "［文号未编］" in text


def test_a_consultation_brings_the_draft_and_the_reply_form():
    pages = pages_of(render_pdf("consultation_letter", CONSULTATION))
    draft, reply = pages[-2], pages[-1]
    assert "附件1" in draft.text
    assert "二、主要问题" in draft.text
    assert "三、措施建议" in draft.text  # there is no evidence, and no gap in the numbers
    assert "甲委函〔2026〕31号" in reply.text
    for kind in CONSULTATION["reply_kinds"]:
        assert f"□ {kind}" in reply.text
    assert "抄送：丙办公室，丁办公室。" in reply.text


def test_the_reply_form_names_the_unit_of_a_letter_to_one():
    pages = pages_of(
        render_pdf("consultation_letter", {**CONSULTATION, "addressees": ["丙局"]})
    )
    assert "丙局" in pages[-1].text


def test_a_sheet_shows_each_answer_and_who_is_still_waited_for():
    text = plain(render_pdf("consent_sheet", SHEET))
    assert "商定单" in text
    assert "甲办公室代录，有扫描件" in text
    assert "未答复" in text
    assert "还差：副召集人甲或副召集人乙" in text


def plain(pdf):
    return "".join("".join(page.text.split()) for page in pages_of(pdf))


def test_a_preview_says_so_on_every_page():
    for template, context in (
        ("convene_request", REQUEST),
        ("consultation_letter", CONSULTATION),
    ):
        issued = plain(render_pdf(template, context))
        assert "稿" not in issued.replace("征求意见稿", "")
        for page in pages_of(render_pdf(template, context, preview=True)):
            assert set("预览稿") <= set(page.text)


def test_a_preview_says_so_on_a_page_of_the_imprint_alone(probe):
    html = {"printed_by": "甲办公室", "printed_on": date(2025, 2, 19)}
    probe("国")  # the fixture's templates are in force
    context = {"title": "试", "text": "国", **html}
    pages = pages_of(render_pdf("probe", context, preview=True))
    assert len(pages) == 2
    assert all(set("预览稿") <= set(page.text) for page in pages)


def test_a_document_is_chinese_whatever_the_screen_and_says_its_title():
    with translation.override("en"):
        reader = pypdf.PdfReader(BytesIO(render_pdf("convene_request", REQUEST)))
        assert translation.get_language() == "en"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata.title == REQUEST["title"]


def test_the_same_context_gives_the_same_bytes_from_any_thread():
    jobs = [("convene_request", REQUEST), ("consultation_letter", CONSULTATION)] * 4
    once = [render_pdf(*job) for job in jobs[:2]]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda job: render_pdf(*job), jobs)) == once * 4


@pytest.mark.parametrize(
    "field", ["title", "issuer", "reason", "basis", "number", "addressee"]
)
def test_what_users_type_is_printed_as_they_typed_it(field):
    html = render_html("convene_request", {**REQUEST, field: HOSTILE})
    assert html.count("<!-- imprint -->") == 1
    for tag in ("<script", "<link", "<img", "<iframe", "<object", "<style"):
        assert tag not in html
    reader = pypdf.PdfReader(
        BytesIO(render_pdf("convene_request", {**REQUEST, field: HOSTILE}))
    )
    assert not reader.attachments


def test_hostile_html_fetches_nothing(settings, monkeypatch):
    fetched = []
    monkeypatch.setattr(URLFetcher, "fetch", lambda *args, **kwargs: fetched.append(args))
    page = HTML(string=HOSTILE, url_fetcher=LockedFetcher(settings.FONT_DIR))
    assert b"EmbeddedFile" not in page.write_pdf()
    assert fetched == []


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/a.png",
        "https://192.0.2.1/a.png",
        "ftp://192.0.2.1/a.png",
        "file:///etc/passwd",
        "file://{folder}/../secret.png",
        "file://{folder}/%2e%2e/secret.png",
        "file://{folder}/..%2fsecret.png",
        "file://{folder}/link.png",
        "file://192.0.2.1{folder}/image.png",
        "file://{folder}",
        "data:image/png;base64," + "A" * 3 * 1024 * 1024,
        "relative.png",
    ],
)
def test_the_fetcher_refuses(tmp_path, url):
    fetcher = locked(tmp_path)
    with pytest.raises(ValueError, match=r"may be used|too long|disallowed"):
        fetcher.fetch(url.format(folder=tmp_path / "own"))


def test_the_fetcher_gives_files_of_its_folder_and_small_data(tmp_path):
    fetcher = locked(tmp_path)
    file = fetcher.fetch((tmp_path / "own" / "image.png").as_uri())
    assert file.read() == b"image"
    file.close()
    assert fetcher.fetch("data:text/plain,image").read() == b"image"


def locked(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "image.png").write_bytes(b"image")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (own / "link.png").symlink_to(tmp_path / "secret.png")
    return LockedFetcher(own)


@pytest.mark.parametrize(
    ("text", "whole", "lines"),
    [
        ("关于召开会议的函", "", ["关于召开会议的函"]),
        (
            "关于提请召开甲乙两方联席会议2026年定期会议的函",
            "甲乙两方联席会议",
            ["关于提请召开甲乙两方联席会议", "2026年定期会议的函"],
        ),
        (
            "关于征求“建筑工地农民工工资专户的核查”议题意见的函",
            "",
            ["关于征求“建筑工地农民工工资专户的核查”", "议题意见的函"],
        ),
        (
            "关于征求“户外劳动者服务站点的建设与日常维护”议题意见的函",
            "",
            ["关于征求", "“户外劳动者服务站点的建设与日常维护”", "议题意见的函"],
        ),
        (
            "关于征求“某某区内户外劳动者服务站点的建设与日常维护”议题意见的函",
            "",
            ["关于征求“某某区内户外劳动者服务站点的", "建设与日常维护”议题意见的函"],
        ),
        (
            "关于提请召开白杨河旗乡民公所与白杨河旗匠人总会联席会议2026年定期会议的函",
            "白杨河旗乡民公所与白杨河旗匠人总会联席会议",
            [
                "关于提请召开白杨河旗乡民公所与",
                "白杨河旗匠人总会联席会议",
                "2026年定期会议的函",
            ],
        ),
        (
            "关于提请召开白杨旗乡民公所与白杨旗匠人总会联席会议2026年定期会议的函",
            "白杨旗乡民公所与白杨旗匠人总会联席会议",
            [
                "关于提请召开",
                "白杨旗乡民公所与白杨旗匠人总会联席会议",
                "2026年定期会议的函",
            ],
        ),
        (
            "关于征求“井边人家用水的先后”议题意见的函",
            "",
            ["关于征求“井边人家用水的先后”", "议题意见的函"],
        ),
        ("第一行\n第二行", "", ["第一行", "第二行"]),
        ("", "", [""]),
    ],
)
def test_a_title_is_broken_where_it_reads_well(text, whole, lines):
    assert papers.paper_title(text, whole) == "<br>".join(lines)


def test_a_title_breaks_no_number_and_begins_no_line_with_a_closing_mark():
    for length in range(12, 70):
        title = "关于" + "议" * length + "（2026年）“试行”的函"
        lines = papers.paper_title(title).split("<br>")
        assert "".join(lines) == title
        assert all(len(line) <= 22 for line in lines)  # figures are narrow
        assert "2026" in "|".join(lines)
        assert not [line for line in lines if line[0] in "）”" or line[-1] in "（“"]


def test_words_of_users_are_escaped_by_the_filters():
    assert (
        papers.paper_paragraphs(" <b>\n\n　甲\x0b乙")
        == "<p>&lt;b&gt;</p>\n<p>甲</p>\n<p>乙</p>"
    )
    assert "<b>" not in papers.paper_title("<b>")
    assert papers.paper_quoted("甲“乙”") == "“甲‘乙’”"


def test_dates_and_numbers_stand_as_the_standard_wants():
    assert papers.paper_date(date(2026, 1, 2)) == "2026年1月2日"
    assert papers.paper_date(None) == ""
    numbers = [papers.paper_number(each) for each in (1, 10, 11, 20, 42)]
    assert numbers == ["一", "十", "十一", "二十", "四十二"]
