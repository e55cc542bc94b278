"""The working calendar on the screen: a year, a day, days from a text or file, told dates."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from deadlines import tasks
from deadlines.models import Duty
from institutions.calendars import read
from institutions.models import CalendarDay, JointBody
from jointmeeting import clock
from tests.houses import House, house

MORNING = timezone.make_aware(datetime(2026, 11, 20, 9))
IMPORT = "/deadlines/calendar/import/"


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    monkeypatch.setattr(tasks.compute_anew, "delay", tasks.compute_anew)
    with translation.override("en"), clock.at(MORNING):
        yield


@pytest.fixture
def h(db) -> House:
    return house()


def year_url(year: int = 2026) -> str:
    return reverse("deadlines:calendar_year", args=[year])


def day_url(day: date) -> str:
    return reverse("deadlines:calendar_day", args=[day.year, day.month, day.day])


def days(text: str) -> list[tuple[str, bool, str]]:
    return [(str(each.day), each.is_working, each.name) for each in read(text)]


NEW_YEAR = ("2027-01-01", False, "元旦")


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-01 休 元旦",
        "日期,类型,名称\n2027/1/1,休,元旦\n",
        "\n2027年1月1日\t休息\t元旦",
        "2027.1.1，放假，元旦",
        "20270101 休 元旦",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\n"
        "DTEND;VALUE=DATE:20270102\nSUMMARY:元旦（休）\nEND:VEVENT\nEND:VCALENDAR",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert days(text) == [NEW_YEAR]


def test_several_days_and_working_days_are_read():
    assert days("2027-02-05至2027-02-07 休 春节\n2027-02-20 班 春节调休") == [
        ("2027-02-05", False, "春节"),
        ("2027-02-06", False, "春节"),
        ("2027-02-07", False, "春节"),
        ("2027-02-20", True, "春节调休"),
    ]
    text = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270205T000000\nDTEND:20270207\n"
        "SUMMARY:春节 补班\nEND:VEVENT\nEND:VCALENDAR"
    )
    assert days(text) == [("2027-02-05", True, "春节"), ("2027-02-06", True, "春节")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no day"),
        ("2027-13-01 休", "Line 1"),
        ("2027-01-01 休\n元旦 1 号", "Line 2"),
        ("2027-01-01 玩", "Line 1"),
        ("2027-01-01", "Line 1"),
        ("1999-01-01 休", "a year from 2000"),
        ("2027-01-03至2027-01-01 休", "before the first"),
        ("2027-01-03至2027-06-01 休", "more than 40"),
        ("2027-01-01 休\n2027-01-01 班", "twice"),
        (f"2027-01-01 休 {'长' * 51}", "50 characters"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nSUMMARY:元旦\n"
            "END:VEVENT\nEND:VCALENDAR",
            "does not say",
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:元旦休\nEND:VEVENT\nEND:VCALENDAR",
            "without a date",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(text, said):
    with pytest.raises(ValidationError) as refusal:
        read(text)
    assert said in " ".join(refusal.value.messages)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ValidationError) as refusal:
        read("2027-13-01 休\n2027-01-01 休\n2027-01-02 玩\n2027-01-03")
    assert [message[:7] for message in refusal.value.messages] == [
        "Line 1:",
        "Line 3:",
        "Line 4:",
    ]


def test_the_year_is_seen_by_all_and_changed_by_who_keeps_it(h):
    on = {"is_working": True, "name": "国庆调休"}
    CalendarDay.objects.update_or_create(day=date(2026, 10, 10), defaults=on)
    page = h.client("ferry").get(year_url()).content.decode()
    assert "国庆调休" in page
    assert 'class="on"' in page
    assert day_url(date(2026, 10, 10)) not in page
    assert (
        day_url(date(2026, 10, 10)) in h.client("rights").get(year_url()).content.decode()
    )
    assert "provisional" not in page
    assert "provisional" in h.client("ferry").get(year_url(2031)).content.decode()
    for year in (1999, 2101):
        assert h.client("ferry").get(year_url(year)).status_code == 404


def test_who_administers_a_body_below_another_keeps_no_calendar(h):
    above = JointBody.objects.create(key="top", name="上级", short="上级")
    JointBody.objects.filter(pk=h.body.pk).update(parent=above)
    assert h.client("rights").get(IMPORT).status_code == 403
    assert (
        h.client("rights").post(day_url(date(2027, 1, 1)), {"kind": "rest"}).status_code
        == 403
    )


def test_a_day_is_entered_changed_and_taken_out(h):
    day = date(2027, 3, 8)
    client = h.client("rights")
    client.post(day_url(day), {"kind": "rest", "name": "县庆"})
    assert CalendarDay.objects.get(day=day).name == "县庆"
    client.post(day_url(day), {"kind": "work", "name": ""})
    assert CalendarDay.objects.get(day=day).is_working
    client.post(day_url(day), {"kind": ""})
    assert not CalendarDay.objects.filter(day=day).exists()
    assert client.post(day_url(day), {"kind": "x"}).status_code == 200
    assert client.get("/deadlines/calendar/2027/2/30/").status_code == 404


def test_what_would_change_is_shown_first_and_entered_then(h):
    CalendarDay.objects.create(day=date(2027, 1, 1), is_working=False, name="元旦")
    client = h.client("rights")
    text = "2027-01-01 休 元旦\n2027-01-04 休 县庆"
    page = client.post(IMPORT, {"text": text})
    assert "县庆" in page.content.decode()
    assert len(page.context["changes"]) == 1
    assert CalendarDay.objects.filter(day__year=2027).count() == 1
    seen = {"text": text, "seen": page.context["form"].digest}
    answer = client.post(IMPORT, seen)
    assert answer.url == year_url(2027)
    assert CalendarDay.objects.filter(day__year=2027).count() == 2


def test_another_text_than_was_shown_is_shown_first(h):
    client = h.client("rights")
    shown = client.post(IMPORT, {"text": "2027-01-04 休"}).context["form"].digest
    page = client.post(IMPORT, {"text": "2027-01-05 休", "seen": shown})
    assert page.status_code == 200
    assert not CalendarDay.objects.filter(day__year=2027).exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_that_occur(h, encoding):
    file = SimpleUploadedFile("2027.csv", "2027-01-01,休,元旦".encode(encoding))
    page = h.client("rights").post(IMPORT, {"file": file})
    assert [str(each.after) for each in page.context["changes"]] == ["2027-01-01 元旦"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": "2027-01-04 休\n2027-01-05 玩"}, "text"),
        ({"file": SimpleUploadedFile("x.bin", b"\xff\xff\xff\xfe")}, "file"),
        ({"file": SimpleUploadedFile("x.csv", b"1" * 1_000_001)}, "file"),
    ],
)
def test_nothing_is_entered_of_what_cannot_be_read_whole(h, sent, field):
    before = CalendarDay.objects.count()
    page = h.client("rights").post(IMPORT, sent)
    assert field in page.context["form"].errors
    assert CalendarDay.objects.count() == before
    if "text" in sent:
        assert "2027-01-05 玩" in page.content.decode()


def asked(h: House) -> tuple[Duty, Duty]:
    """A told date, of a unit's opinion, and one nobody was told, of a signature."""
    consultation, *_more = h.ask(h.topic("settled"), "ferry")
    signed = h.topic("submitted", title="夜间看守")
    untold = Duty.objects.open().of(signed).order_by("pk").first()
    Duty.objects.filter(pk=untold.pk).update(told_on=None)
    untold.refresh_from_db()
    return consultation.duty, untold


def test_told_dates_stand_and_are_listed_and_others_follow(h):
    told, untold = asked(h)
    before, untold_before = told.due_on, untold.due_on
    client = h.client("rights")
    text = "2026-11-23 休 临时"
    page = client.post(IMPORT, {"text": text})
    listed = {each.duty: each.due_on for each in page.context["otherwise"]}
    assert listed[told] > before
    assert untold not in listed
    assert told.page_url in page.content.decode()
    client.post(IMPORT, {"text": text, "seen": page.context["form"].digest})
    told.refresh_from_db()
    untold.refresh_from_db()
    assert told.due_on == before
    assert untold.due_on > untold_before
    page = client.get(year_url()).content.decode()
    assert told.text in page
    assert listed[told].isoformat() in page
    assert told.text not in h.client("smithy").get(year_url()).content.decode()


def test_told_dates_of_other_bodies_are_not_shown(h):
    there = house(key="hill")
    asked(there)
    text = "2026-11-23 休 临时"
    page = h.client("rights").post(IMPORT, {"text": text})
    assert page.context["otherwise"] == []


def test_the_list_takes_the_same_queries_for_one_and_for_many(h):
    client = h.client("rights")
    CalendarDay.objects.create(day=date(2026, 11, 24), is_working=True)
    asked(h)
    CalendarDay.objects.create(day=date(2026, 11, 25), is_working=False)
    client.get(year_url())  # the first request of a day brings the rights up to date
    with CaptureQueriesContext(connection) as one:
        assert len(client.get(year_url()).context["otherwise"]) == 1
    for number in range(4):
        h.ask(h.topic("settled", title=f"议题{number}"), "ferry", "smithy")
    CalendarDay.objects.create(day=date(2026, 11, 26), is_working=False)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(year_url()).context["otherwise"]) > 4
    assert len(many) == len(one)


def test_from_november_the_home_page_says_that_next_year_is_missing(h):
    home = reverse("desk:home")
    CalendarDay.objects.filter(day__year=2027).delete()
    said = "next year"
    assert said in h.client("rights").get(home).content.decode()
    assert said not in h.client("ferry").get(home).content.decode()
    with clock.at(MORNING.replace(month=10, day=30)):
        assert said not in h.client("rights").get(home).content.decode()
    CalendarDay.objects.create(day=date(2027, 1, 1), is_working=False)
    assert said not in h.client("rights").get(home).content.decode()
