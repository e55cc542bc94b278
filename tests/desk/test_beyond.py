"""What a charter says beyond the meetings: publicity, evaluation, bodies below this one."""

from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from desk.charters import lines_of
from institutions.loading import load_charter
from institutions.models import charter_by_pk
from institutions.models.charters import problems_of, read_parts
from institutions.writing import text_of
from tests import charters, sittings
from tests.houses import SINCE, House, house, lively

changes = pytest.mark.changes
LOCAL = {"kind": "local"}
PUBLICITY = {
    "by": "mill-office",
    "what": ["content"],
    "within": {"value": 10, "unit": "days"},
    "basis": LOCAL,
}
EVALUATION = {
    "office": "farm-office",
    "units": ["sluice", "ferry"],
    "indicators": ["按期答复", "按期办结"],
    "basis": {"kind": "clause", "clause": "约定第七条"},
}
LOWER = {
    "units": ["上村", "下村"],
    "receiver": "farm-office",
    "within": {"value": 5, "unit": "days"},
    "basis": LOCAL,
}


@pytest.fixture(autouse=True)
def in_chinese():
    charter_by_pk.cache_clear()
    with translation.override("zh-hans"):
        yield


def body_with(**parts) -> House:
    return house(deepcopy(lively()) | parts)


def body_page(h: House) -> str:
    page = h.client("mill-office").get(reverse("desk:body_detail", args=[h.body.pk]))
    return page.content.decode()


def test_a_charter_may_leave_them_out(db):
    page = body_page(body_with())
    assert not [
        part for part in ("publicity", "evaluation", "lower") if f"h-{part}" in page
    ]
    parts, problems = read_parts(charters.small())
    assert problems == []
    assert [parts[key] for key in ("publicity", "evaluation", "lower")] == [None] * 3


@pytest.mark.parametrize(
    ("what", "says"),
    [
        pytest.param("content", "会议内容", marks=changes("PublicityRules.what=content")),
        pytest.param("outcome", "落实结果", marks=changes("PublicityRules.what=outcome")),
    ],
)
@changes("PublicityRules.by", "PublicityRules.within")
def test_who_makes_what_public_stands_on_the_body_s_page(db, what, says):
    page = body_page(body_with(publicity=PUBLICITY | {"what": [what]}))
    assert f"纪要印发后 10 日内由磨账房公开：{says}。" in page


def test_after_the_minutes_are_issued_the_meeting_says_until_when(db):
    h = body_with(publicity=PUBLICITY)
    minutes = sittings.minuted(h)
    page = h.client("mill-office").get(minutes.meeting.get_absolute_url())
    assert "由磨账房公开会议内容。" in page.content.decode()
    public = page.context["boxes"]["minutes"]["public"]
    assert (public["date"].due_on - minutes.issued_on).days == 10
    not_issued = sittings.held(h, kind="ad hoc")
    page = h.client("mill-office").get(not_issued.get_absolute_url())
    assert page.context["boxes"]["minutes"]["public"] is None


@changes("EvaluationRules.office", "EvaluationRules.units", "EvaluationRules.indicators")
def test_who_is_evaluated_by_what_stands_on_the_body_s_page(db):
    page = body_page(body_with(evaluation=EVALUATION))
    assert "每年度由农场账房考核：水闸站、渡口。" in page
    assert "按期答复" in page
    assert "约定第七条" in page


@changes("LowerRules.units", "LowerRules.receiver", "LowerRules.within")
def test_bodies_below_stand_beside_the_units_that_are_to_set_them_up(db):
    h = body_with(lower=LOWER)
    assert "还有 2 个单位没有建立：上村、下村。" in body_page(h)
    data = charters.small()
    data["units"][1]["units"][0] |= {"name": "上村"}
    child = load_charter(data, "upper", in_force_from=SINCE, parent=h.body)
    page = body_page(h)
    assert "还有 1 个单位没有建立：下村。" in page
    assert child.name in page
    assert "每次会议召开后 5 日内向农场账房报告。" in page


def test_the_page_costs_the_same_for_one_body_below_and_for_three(db):
    h = body_with(lower=LOWER | {"units": ["一村", "二村", "三村"]})
    client = h.client("mill-office")
    url = reverse("desk:body_detail", args=[h.body.pk])

    def below(name: str) -> None:
        data = charters.small()
        data["units"][1]["units"][0] |= {"name": name}
        load_charter(data, f"below-{name}", in_force_from=SINCE, parent=h.body)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    below("一村")
    queries()
    few = queries()
    below("二村")
    below("三村")
    queries()
    assert queries() == few


def test_they_are_said_in_words_and_written_out(db):
    parts = {"publicity": PUBLICITY, "evaluation": EVALUATION, "lower": LOWER}
    charter = body_with(**parts).body.rules_in_force
    said = {line.part: line.says for line in lines_of(charter) if line.says}
    assert "渡口" in said["考核"]
    assert {"公开", "下级联席会议"} <= said.keys()
    assert "[evaluation]" in text_of(charter)


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"publicity": PUBLICITY | {"what": []}}, "publicity.what"),
        ({"publicity": PUBLICITY | {"by": "mint"}}, "publicity.by"),
        ({"evaluation": EVALUATION | {"indicators": []}}, "evaluation.indicators"),
        ({"evaluation": EVALUATION | {"units": ["mint"]}}, "evaluation.units"),
        ({"lower": LOWER | {"units": ["上村", "上村"]}}, "lower.units"),
        ({"lower": LOWER | {"receiver": "mint"}}, "lower.receiver"),
        ({"lower": {}}, "lower.units"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(part, path):
    problems = problems_of(charters.small() | part)
    assert path in [problem.path for problem in problems]
