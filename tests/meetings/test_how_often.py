"""How often a body meets, as its charter says it: what is owed when, and what is too much."""

from copy import deepcopy
from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from deadlines.models import Duty
from desk.years import years_of
from institutions.models.charters import problems_of
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Meeting, open_year
from meetings.periods import add_months
from tests.houses import House, house, lively

changes = pytest.mark.changes


def at(*when: int):
    return clock.at(timezone.make_aware(datetime(*when, 9)))


@pytest.fixture(autouse=True)
def in_chinese(morning):
    with translation.override("zh-hans"):
        yield


def meeting_often(**rules) -> House:
    """A body that meets as often as these rules say, in its work year."""
    data = deepcopy(lively())
    data["meetings"] |= {
        "ask_by": {"value": 20, "unit": "days", "when": "before"}
    } | rules
    h = house(data)
    open_year(h.body)
    return h


def owed(h: House) -> list[Duty]:
    return list(
        Duty.objects.open()
        .filter(joint_body=h.body, target__startswith="meetings.bodyyear:")
        .order_by("due_on")
    )


def ask(h: House, **words) -> Meeting:
    unit, by = h.unit("mill-office"), h.person("mill-office")
    words = {"kind": "regular", "year": 2026, "reason": "开闸"} | words
    meeting = Meeting.objects.begin(unit, by=by, **words)
    meeting.request(by=by)
    return meeting


def hold_earlier(h: House, held_on: date, **words) -> Meeting:
    """A meeting that the files of the body have."""
    words = {"kind": "regular", "year": held_on.year, "ordinal": 1} | words
    unit, by = h.unit("mill-office"), h.person("mill-office")
    return Meeting.objects.bring_in(
        unit, by=by, reason="开闸", place="磨坊", held_on=held_on, **words
    )


@pytest.mark.parametrize(
    ("rules", "due_on", "page"),
    [
        pytest.param(
            {"per": "year"}, date(2026, 12, 11), "year=2026&part=1",
            marks=changes("MeetingRules.per=year"),
        ),
        pytest.param(
            {"per": "half-year"}, date(2026, 6, 10), "year=2026&part=1",
            marks=changes("MeetingRules.per=half-year"),
        ),
        pytest.param(
            {"per": "quarter"}, date(2026, 3, 11), "year=2026&part=1",
            marks=changes("MeetingRules.per=quarter"),
        ),
        pytest.param(
            {"per": "two months"}, date(2026, 4, 10), "year=2026&part=2",
            marks=changes("MeetingRules.per=two months"),
        ),
        pytest.param(
            {"per": "since last", "months_most": 24}, date(2027, 12, 12), "",
            marks=changes("MeetingRules.per=since last", "MeetingRules.months_most"),
        ),
        pytest.param(
            {"year_begins": 9}, date(2026, 8, 11), "year=2025&part=1",
            marks=changes("MeetingRules.year_begins"),
        ),
        pytest.param(
            {"ask_by": {"value": 30, "unit": "days", "when": "before"}},
            date(2026, 12, 1), "year=2026&part=1",
            marks=changes("MeetingRules.ask_by"),
        ),
    ],
)  # fmt: skip
def test_the_request_is_due_before_its_period_ends(db, rules, due_on, page):
    with at(2026, 3, 2):
        [duty] = owed(meeting_often(**rules))
    assert duty.due_on == due_on
    assert duty.url.endswith(page)


def test_each_quarter_owes_its_own_request(db):
    with at(2026, 3, 2):
        h = meeting_often(per="quarter")
        ask(h)
        assert owed(h) == []
    with at(2026, 4, 1):
        open_year(h.body)
        [duty] = owed(h)
        assert "第二季度" in duty.text
        ask(h, part=2)
        assert owed(h) == []
        call_command("check_duties")


@changes("MeetingRules.least")
def test_it_is_owed_until_as_many_are_asked_for_as_must_be_held(db):
    with at(2026, 3, 2):
        h = meeting_often(least=2)
        ask(h)
        assert len(owed(h)) == 1
        ask(h)
        assert owed(h) == []


@changes("MeetingRules.most")
def test_one_more_than_the_most_is_refused(db):
    with at(2026, 3, 2):
        h = meeting_often(least=1, most=1)
        ask(h)
        with pytest.raises(StepRefused, match="2026年已有 1 次会议"):
            ask(h)
        ask(h, year=2027)


def test_the_charter_lets_one_more_be_asked_for_with_a_reason(db):
    with at(2026, 3, 2):
        data = deepcopy(lively())
        data["meetings"]["most"] = 1
        data["gates"] = {"meetings.within_the_most": "explain"}
        h = house(data)
        ask(h)
        by = h.person("mill-office")
        words = {"kind": "regular", "year": 2026, "reason": "又涨水了"}
        again = Meeting.objects.begin(h.unit("mill-office"), by=by, **words)
        again.request(by=by, despite="水位超过警戒线")
        assert again.status == "requested"


# Since the last meeting


def test_after_a_meeting_the_next_is_owed_in_the_year_that_it_may_be_held_in(db):
    with at(2026, 3, 2):
        h = meeting_often(per="since last", months_least=12, months_most=24)
        hold_earlier(h, date(2026, 2, 10))
        assert owed(h) == []
        [line] = years_of([h.body])
        assert line["look"] == "is-done"
    with at(2027, 1, 4):
        open_year(h.body)
        [duty] = owed(h)
        assert duty.due_on == date(2028, 1, 21)  # 20 days before the 10th of February
        ask(h, year=2027)
        assert owed(h) == []
        call_command("check_duties")


def test_a_year_in_which_none_need_be_held_is_not_late(db):
    with at(2026, 3, 2):
        h = meeting_often(per="since last", months_least=24, months_most=36)
        hold_earlier(h, date(2026, 2, 10))
    with at(2027, 12, 20):
        open_year(h.body)
        [line] = years_of([h.body])
        assert (line["label"], line["look"]) == ("本年度不必召开", "")


@changes("MeetingRules.months_least")
def test_one_too_soon_after_the_last_is_refused(db):
    with at(2026, 3, 2):
        h = meeting_often(per="since last", months_least=12, months_most=24)
        hold_earlier(h, date(2026, 2, 10))
        with pytest.raises(StepRefused, match="2027-02-10 以后"):
            ask(h, proposed_on=date(2026, 12, 1))
        ask(h, proposed_on=date(2027, 2, 10))


# How it is worded


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"binding": "must"}, "应当每年至少召开 1 次"),
        ({"binding": "in principle"}, "原则上每年至少召开 1 次"),
        ({"most": 2, "binding": "must"}, "应当每年召开 1 至 2 次"),
        ({"most": 1, "per": "quarter", "binding": "must"}, "应当每季度召开 1 次"),
        (
            {"per": "since last", "months_least": 12, "months_most": 24},
            "应当在上次会议后 12 至 24 个月内召开下一次",
        ),
    ],
)
def test_the_year_is_worded_as_the_charter_binds(db, rules, says):
    with at(2026, 3, 2):
        [line] = years_of([meeting_often(**rules).body])
    assert says in line["text"]


def test_a_year_that_has_some_of_its_meetings_says_that_more_are_to_be_agreed(db):
    with at(2026, 3, 2):
        h = meeting_often(per="quarter")
        hold_earlier(h, date(2026, 2, 10))
    with at(2026, 4, 2):
        [line] = years_of([h.body])
    assert line["label"] == "同意召开的次数还不够"


@pytest.mark.parametrize(
    ("binding", "label", "look"),
    [
        pytest.param(
            "must", "未按制度召开", "is-late", marks=changes("MeetingRules.binding=must")
        ),
        pytest.param(
            "in principle", "未召开（制度为原则上）", "is-near",
            marks=changes("MeetingRules.binding=in principle"),
        ),
    ],
)  # fmt: skip
def test_a_year_without_a_meeting_is_judged_as_the_charter_binds(
    db, binding, label, look
):
    with at(2026, 3, 2):
        h = meeting_often(binding=binding)
        [duty] = owed(h)
        assert ("原则上" in duty.text) == (binding == "in principle")
    with at(2027, 3, 1):
        [line] = years_of([h.body], 2026)
    assert (line["label"], line["look"]) == (label, look)


def test_two_meetings_of_a_calendar_year_stand_in_their_work_years(db):
    with at(2026, 9, 7):
        h = meeting_often(year_begins=9)
        of_2025 = hold_earlier(h, date(2026, 9, 3), year=2025)
        of_2026 = hold_earlier(h, date(2026, 9, 4), year=2026, ordinal=2)
        client = h.client("mill-office")
        shown = {}
        for year in (2025, 2026):
            page = client.get(reverse("desk:body_year", args=[h.body.pk, year]))
            shown[year] = {
                row["meeting"]: row["note"] for row in page.context["meetings"]
            }
        assert shown[2025] == {of_2025: "2025年度会议，2026-09-03 召开"}
        assert shown[2026] == shown[2025] | {of_2026: ""}
        assert "2026年度" in page.content.decode()
        assert page.context["months"][0][0] == 9


def test_the_form_asks_for_which_part_of_the_year_it_is(db):
    with at(2026, 8, 3):
        h = meeting_often(per="half-year")
        page = h.client("mill-office").get(reverse("meetings:meeting_create"))
        field = page.context["form"]["part"]
        assert field.value() == 2
        assert "下半年" in page.content.decode()
        h.client("mill-office").post(
            reverse("meetings:meeting_create"),
            {"kind": "regular", "year": 2026, "part": 2, "reason": "开闸"},
        )
        assert str(Meeting.objects.get()) == "2026年下半年定期会议"


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"least": 2, "most": 1}, "meetings.most"),
        ({"most": 1, "months_most": 3}, "meetings.months_most"),
        ({"per": "since last"}, "meetings.months_most"),
        ({"per": "since last", "months_most": 24, "least": 2}, "meetings.least"),
        (
            {"per": "since last", "months_least": 24, "months_most": 24},
            "meetings.months_most",
        ),
        ({"year_begins": 13}, "meetings.year_begins"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(rules, path):
    data = deepcopy(lively())
    data["meetings"] |= rules
    assert path in [problem.path for problem in problems_of(data)]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, then):
    assert add_months(day, months) == then
