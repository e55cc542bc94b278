"""Keeping the working calendar: read from a text or file, drawn as a year, changed."""

import re
from calendar import Calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from institutions.models import CalendarDay, JointBody, User
from institutions.models.calendar import WorkingDays
from jointmeeting import clock

RIGHT = "administer_rights"
FIRST_YEAR, LAST_YEAR = 2000, 2100
PUBLISHED = 11  # the month in which the State Council gives out the next year
MOST_DAYS = 1000  # of one text
LONGEST = 40  # days, of one holiday
DAY = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?")
RANGE = re.compile(rf"^\W*{DAY.pattern}(?:\s*(?:至|到|~|～|—+|-{{2}})\s*{DAY.pattern})?")
REST = {"休", "休息", "休息日", "放假", "假", "rest", "off"}
WORK = {"班", "上班", "调休上班", "工作", "工作日", "补班", "work", "working"}


def keeps_calendar(person: User) -> bool:
    """Whether this person keeps the calendar of all bodies: who administers one at the top."""
    return JointBody.objects.allowing(person, RIGHT).filter(parent=None).exists()


def year_to_enter(person: User) -> int | None:
    """Next year, for who keeps the calendar, once it is published and not entered."""
    today = clock.today()
    if today.month < PUBLISHED or not keeps_calendar(person):
        return None
    year = today.year + 1
    return None if CalendarDay.objects.filter(day__year=year).exists() else year


@dataclass(frozen=True)
class Change:
    """A day of the calendar before and after; none where the weekday says what it is."""

    day: date
    before: CalendarDay | None
    after: CalendarDay | None


@transaction.atomic
def keep(days: Iterable[CalendarDay], *, by: User) -> None:
    """Enter these days, each in place of what was there; the others stay as they are."""
    _check_keeps(by)
    CalendarDay.objects.bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_working", "name"],
    )


def forget(day: date, *, by: User) -> None:
    """Let a day be again what its weekday says."""
    _check_keeps(by)
    CalendarDay.objects.filter(day=day).delete()


def _check_keeps(person: User) -> None:
    if not keeps_calendar(person):
        text = _("The working calendar is kept by who administers a body at the top.")
        raise PermissionDenied(text)


def changes(days: Iterable[CalendarDay]) -> list[Change]:
    """What entering these days would change, in their order."""
    days = sorted(days, key=lambda each: each.day)
    there = CalendarDay.objects.in_bulk([each.day for each in days])
    found = [Change(each.day, there.get(each.day), each) for each in days]
    return [
        each
        for each in found
        if not each.before
        or (each.before.is_working, each.before.name)
        != (each.after.is_working, each.after.name)  # type: ignore[union-attr]
    ]


def read(text: str) -> list[CalendarDay]:
    """The days of a text: a line for each, or a calendar file (ICS).

    Raises ValidationError with a message for every line that cannot be read.
    """
    reader = _events if "BEGIN:VCALENDAR" in text else _lines
    days: dict[date, CalendarDay] = {}
    wrong: list[str] = []
    for number, first, last, is_working, name in reader(text, wrong):
        said = _problem(first, last, name)
        day = first
        while not said and day <= last:
            if day in days:
                said = _("%(day)s stands there twice") % {"day": day}
            days[day] = CalendarDay(day=day, is_working=is_working, name=name)
            day += timedelta(days=1)
        if said:
            wrong.append(_line(number, said))
    if not days and not wrong:
        wrong.append(_("There is no day in it."))
    if len(days) > MOST_DAYS:
        wrong.append(_("More than %(n)s days at once.") % {"n": MOST_DAYS})
    if wrong:
        raise ValidationError(wrong)
    return [days[day] for day in sorted(days)]


Found = tuple[int, date, date, bool, str]  # line, first day, last day, is working, name


def _problem(first: date, last: date, name: str) -> str:
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        return _("a year from %(first)s to %(last)s") % {
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
    if last < first:
        return _("the last day is before the first")
    if last - first > timedelta(days=LONGEST):
        return _("more than %(n)s days in one line") % {"n": LONGEST}
    most = CalendarDay._meta.get_field("name").max_length or 0
    if len(name) > most:
        return _("the name has more than %(n)s characters") % {"n": most}
    return ""


def _line(number: int, said: str) -> str:
    return _("Line %(n)s: %(what)s.") % {"n": number, "what": said}


def _lines(text: str, wrong: list[str]) -> Iterator[Found]:
    """“2027-01-01 休 元旦”, with spaces, commas or tabs; “…至…” for several days."""
    for number, line in enumerate(text.splitlines(), 1):
        if not re.search(r"\d", line):  # empty, or the heads of a table
            continue
        match = RANGE.match(line)
        first = match and _day(*match.groups()[:3])
        last = first if match and not match[4] else match and _day(*match.groups()[3:])
        if not (match and first and last):
            said = _("a date such as 2027-01-01, not “%(text)s”")
            wrong.append(_line(number, said % {"text": line.strip()[:40]}))
            continue
        kind, *name = re.split(r"[\s,，;；\t]+", line[match.end() :].strip(" ,，;；\t"))
        if kind.lower() not in REST | WORK:
            said = _("休 or 班 after the date, not “%(text)s”")
            wrong.append(_line(number, said % {"text": kind[:20]}))
            continue
        yield number, first, last, kind.lower() in WORK, " ".join(name).strip()


def _events(text: str, wrong: list[str]) -> Iterator[Found]:
    """The whole-day events of a calendar file; its last day is the one before DTEND."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    event: dict[str, str] = {}
    for number, line in enumerate(unfolded.splitlines(), 1):
        key, _colon, value = line.partition(":")
        key = key.partition(";")[0].upper()
        if key == "BEGIN":
            event = {}
        event[key] = value.strip()
        if (key, value.strip()) != ("END", "VEVENT"):
            continue
        name = event.get("SUMMARY", "")
        first = _day(*_digits(event.get("DTSTART", "")))
        end = _day(*_digits(event["DTEND"])) if "DTEND" in event else None
        if first is None or "DTEND" in event and end is None:
            wrong.append(_line(number, _("an event without a date")))
        elif not re.search("[休班假]", name):
            said = _("“%(name)s” does not say whether it is 休 or 班")
            wrong.append(_line(number, said % {"name": name[:40]}))
        else:
            last = end - timedelta(days=1) if end and end > first else first
            yield number, first, last, "班" in name, _plain(name)


def _plain(name: str) -> str:
    """The name of an event without the word of its kind."""
    return (
        re.sub(r"[\s（(【\[]*(补班|上班|放假|休息|休|班)[)）】\]\s]*", "", name) or name
    )


def _digits(text: str) -> tuple[str, str, str]:
    return text[:4], text[4:6], text[6:8]


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@dataclass(frozen=True)
class Drawn:
    """A day as the year's page has it; none of `month` is of the month beside it."""

    day: date
    is_working: bool
    special: CalendarDay | None


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Drawn | None]]


def months_of(year: int, working: WorkingDays) -> list[Month]:
    """The twelve months week by week, Monday first."""
    special = CalendarDay.objects.filter(day__year=year).in_bulk()

    def drawn(day: date, month: int) -> Drawn | None:
        if day.month != month:
            return None
        return Drawn(day, day in working, special.get(day))

    weeks = Calendar().monthdatescalendar
    return [
        Month(month, [[drawn(day, month) for day in week] for week in weeks(year, month)])
        for month in range(1, 13)
    ]
