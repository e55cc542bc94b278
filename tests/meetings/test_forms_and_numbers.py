"""What a meeting is called by its number and form, and whether it counts for its year."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from agenda.models import Agenda
from desk.body_years import note_on
from desk.years import years_of
from institutions.models.charters import problems_of
from jointmeeting import clock
from meetings import documents
from meetings.models import BodyYear, Meeting, open_year
from minutes.documents import opening_of
from tests import sittings
from tests.houses import House, house, lively

changes = pytest.mark.changes
EXPANDED = {
    "key": "expanded",
    "name": "扩大会议",
    "units": ["smithy"],
    "posts": ["steward"],
}
MERGED = {
    "key": "merged",
    "name": "与春耕会合并召开",
    "counts": False,
    "because": "约定要求单独召开",
}


@pytest.fixture(autouse=True)
def in_chinese(morning):
    with translation.override("zh-hans"):
        yield


def body_with(organise: dict | None = None, **rules) -> House:
    data = deepcopy(lively())
    data["meetings"] |= rules
    data["meetings"]["organise"] |= organise or {}
    if rules.get("ad_hoc", True) is None:
        del data["meetings"]["ad_hoc"]
    h = house(data)
    open_year(h.body)
    return h


def bring_in(h: House, held_on: date, **numbers) -> Meeting:
    words = {"kind": "regular", "year": held_on.year, "reason": "开闸", "place": "磨坊"}
    unit, by = h.unit("mill-office"), h.person("mill-office")
    return Meeting.objects.bring_in(unit, by=by, held_on=held_on, **words | numbers)


# Numbers


@pytest.mark.parametrize(
    ("numbering", "before", "notice", "minutes", "name"),
    [
        pytest.param(
            "total", {"ordinal": 11}, "2026年定期会议", "第12次会议",
            "第12次会议（定期会议）", marks=changes("OrganiseRules.numbering=total"),
        ),
        pytest.param(
            "by year", {"year_ordinal": 1}, "2026年第2次会议", "2026年第2次会议",
            "2026年第2次会议（定期会议）",
            marks=changes("OrganiseRules.numbering=by year"),
        ),
        pytest.param(
            "both", {"ordinal": 11, "year_ordinal": 1}, "2026年第2次会议（总第12次）",
            "2026年第2次会议（总第12次）", "2026年第2次会议（总第12次，定期会议）",
            marks=changes("OrganiseRules.numbering=both"),
        ),
    ],
)  # fmt: skip
def test_a_meeting_goes_by_its_number(db, numbering, before, notice, minutes, name):
    h = body_with({"numbering": numbering})
    bring_in(h, date(2026, 1, 20), **before)
    meeting = sittings.held(h)
    assert meeting.notice
    assert meeting.notice.title == f"关于召开{h.body.name}{notice}的通知"
    assert f"{h.body.name}{minutes}在磨坊召开" in opening_of(meeting)
    assert str(meeting) == name


def test_of_two_meetings_told_at_once_the_later_has_the_later_number(db):
    h = body_with({"numbering": "both"})
    first = sittings.notified(h)
    with clock.at(clock.now() + timedelta(days=1)):
        later = sittings.notified(h, kind="ad hoc")
    assert "第1次会议（总第1次）" in first.notice.title
    assert "第2次会议（总第2次）" in later.notice.title


@changes("OrganiseRules.held_before")
def test_the_number_in_all_begins_after_those_held_before(db):
    h = body_with({"numbering": "both", "held_before": 11})
    assert str(sittings.held(h)) == "2026年第1次会议（总第12次，定期会议）"


def test_numbers_begin_anew_with_each_work_year(db):
    h = body_with({"numbering": "by year"}, year_begins=9)
    of_2025 = bring_in(h, date(2026, 1, 20), year=2025, year_ordinal=4)
    late = bring_in(h, date(2025, 9, 20), year=2024, year_ordinal=4)
    assert str(of_2025) == "2025年度第4次会议（定期会议）"
    assert str(late) == "2024年度第4次会议（定期会议，2025年9月召开）"
    assert sittings.held(h, year=2026).year_ordinal == 1
    with pytest.raises(ValidationError, match="年度已有这个会次"):
        bring_in(h, date(2026, 1, 21), year=2025, year_ordinal=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=late.pk).update(year=2025)


def test_an_earlier_meeting_is_asked_for_the_numbers_that_the_charter_gives(db):
    h = body_with({"numbering": "by year"})
    page = h.client("mill-office").get(reverse("meetings:meeting_bring_in"))
    assert "year_ordinal" in page.context["form"].fields
    assert "ordinal" not in page.context["form"].fields


# Forms


@changes(
    "MeetingRules.forms", "MeetingForm.name", "MeetingForm.posts", "MeetingForm.units"
)
def test_an_expanded_meeting_says_so_and_asks_more_people_in(db):
    h = body_with(forms=[EXPANDED])
    meeting, office = sittings.agreed(h), h.client("mill-office")
    page = office.get(reverse("meetings:meeting_arrange", args=[meeting.pk]))
    assert "扩大会议：计入年度次数" in page.content.decode()
    with translation.override("en"):
        when = (clock.now() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    typed = {"starts_at": when, "place": "磨坊", "chair": h.post("miller").pk}
    url = reverse("meetings:meeting_arrange", args=[meeting.pk])
    assert office.post(url, typed | {"form": "expanded"}).status_code == 302
    agenda = Agenda.objects.begin(meeting, by=h.person("mill-office"))
    agenda.gather(by=h.person("mill-office"))
    meeting.refresh_from_db()
    more = meeting.attendances.filter(why="扩大会议")
    assert {str(place.unit or place.post) for place in more} == {"铁匠铺", "管家"}
    assert str(meeting) == "2026年定期会议（扩大会议）"
    notice = documents.notice_context(meeting, h.person("mill-office"))
    assert notice["title"].endswith("2026年定期会议（扩大会议）的通知")


@changes("MeetingForm.counts", "MeetingForm.because")
def test_a_form_that_does_not_count_leaves_the_year_owing(db):
    h = body_with(forms=[EXPANDED, MERGED])
    year = BodyYear.objects.get(joint_body=h.body)
    meeting = sittings.agreed(h)
    assert h.owed(year) == set()
    meeting.arrange(
        by=h.person("mill-office"),
        starts_at=clock.now() + timedelta(days=20),
        place="磨坊",
        chair=h.post("miller"),
        form="merged",
    )
    assert h.owed(year) == {("request", "mill-office")}
    assert note_on(meeting) == "与春耕会合并召开：不计入年度次数，因为约定要求单独召开"
    [line] = years_of([h.body])
    assert "已同意召开 0 次" in line["text"]
    call_command("check_duties")


def test_a_form_that_the_charter_does_not_know_is_refused(db):
    h = body_with()
    meeting = sittings.agreed(h)
    with pytest.raises(ValidationError, match="没有这种会议形式"):
        meeting.arrange(
            by=h.person("mill-office"),
            starts_at=clock.now() + timedelta(days=20),
            place="磨坊",
            chair=h.post("miller"),
            form="expanded",
        )


# Ad hoc


@changes("MeetingRules.ad_hoc_counts")
def test_an_ad_hoc_meeting_counts_where_the_charter_says_so(db):
    h = body_with(ad_hoc_counts=True)
    year = BodyYear.objects.get(joint_body=h.body)
    meeting = sittings.agreed(h, kind="ad hoc")
    assert h.owed(year) == set()
    assert note_on(meeting) == "计入年度次数"


@changes("MeetingRules.ad_hoc")
def test_without_rules_for_them_there_are_no_ad_hoc_meetings(db):
    h = body_with(ad_hoc=None)
    page = h.client("mill-office").get(reverse("meetings:meeting_create"))
    assert "按制度，这里不召开临时会议。" in page.content.decode()
    assert [key for key, _label in page.context["form"]["kind"].field.choices] == [
        "regular"
    ]
    unit, by = h.unit("mill-office"), h.person("mill-office")
    with pytest.raises(ValidationError, match="不召开临时会议"):
        Meeting.objects.begin(unit, by=by, kind="ad hoc", year=2026, reason="断流")


@changes("RequestRules.occasions")
def test_the_occasion_is_one_that_the_charter_names(db):
    data = lively()["meetings"]["ad_hoc"] | {"occasions": ["洪水", "断流"]}
    h = body_with(ad_hoc=data)
    page = h.client("mill-office").get(reverse("meetings:meeting_create"))
    assert "洪水（临时会议）" in page.content.decode()
    with pytest.raises(ValidationError, match="请选择召开情形"):
        sittings.agreed(h, kind="ad hoc")
    with pytest.raises(ValidationError, match="没有列明情形"):
        sittings.agreed(h, occasion="洪水")
    meeting = sittings.agreed(h, kind="ad hoc", occasion="断流")
    assert meeting.letter
    assert meeting.letter.data["occasion"] == "断流"
    seen = h.client("mill-office").get(meeting.get_absolute_url()).content.decode()
    assert "断流" in seen


@changes("RequestRules.agree", "RequestRules.asked_by")
@pytest.mark.parametrize(
    ("steps", "asked"),
    [
        ([], set()),
        ([[{"each": "side"}]], {"miller", "farmer"}),
        ([[{"any_of": ["miller"]}]], {"miller"}),
        ([[{"any_of": ["steward"]}]], {"steward"}),  # outside the body
    ],
    ids=["nobody", "each side", "one post", "the level above"],
)
def test_an_ad_hoc_meeting_is_agreed_to_by_whom_the_charter_says(db, steps, asked):
    rules = deepcopy(lively()["meetings"]["ad_hoc"])
    rules["agree"]["steps"], rules["asked_by"] = steps, ["farm-office"]
    h = body_with(ad_hoc=rules)
    by, unit = h.person("farm-office"), h.unit("farm-office")
    words = {"kind": "ad hoc", "year": 2026, "reason": "断流"}
    meeting = Meeting.objects.begin(unit, by=by, **words)
    meeting.request(by=by)
    assert {post for kind, post in h.owed(meeting) if kind == "convene"} == asked
    assert (meeting.status == "agreed") == (not asked)


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"forms": [MERGED | {"because": ""}]}, "meetings.forms[0].because"),
        ({"forms": [EXPANDED, EXPANDED]}, "meetings.forms"),
        ({"forms": [EXPANDED | {"units": ["mint"]}]}, "meetings.forms[0].units"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(rules, path):
    data = deepcopy(lively())
    data["meetings"] |= rules
    assert path in [problem.path for problem in problems_of(data)]


def test_ad_hoc_meetings_that_are_none_cannot_count():
    data = deepcopy(lively())
    del data["meetings"]["ad_hoc"]
    data["meetings"]["ad_hoc_counts"] = True
    assert [problem.path for problem in problems_of(data)] == ["meetings.ad_hoc_counts"]
