"""Words and small sums that templates need: dates, days left, steps, months, forms."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext, pgettext_lazy

from jointmeeting import clock, forms
from jointmeeting.workflow import label_and_reason

register = template.Library()
NOT_TYPED = {"csrfmiddlewaretoken", "digest", "seen"}
SHORT = 12  # what is no longer than this is sooner typed again than copied
register.filter(forms.draw)
register.filter(forms.look)
register.filter(forms.in_columns)
register.filter(forms.file_hint)
register.filter(forms.errors_of)
register.filter(forms.summary)

# What a list repeats in each row is drawn here: as parts it takes four times as long.
NO_TERM = '<span class="due"><span class="due-k">{}</span></span>'
DUE = '<span class="due"><span class="due-k is-{}">{}</span>\n{}{}</span>'
TAG = ' <span class="tag">{}</span>'
HOW = (
    '<span class="{}"><button type="button" class="how-key" aria-describedby="{}">{}'
    '</button><span class="how-body" role="tooltip" id="{}"><b>{}</b>{}</span></span>'
)

RUNS_SHOWN = 4  # stretches of days off that a hint spells out
WEEKDAYS = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
ON_THE_DAY = gettext_noop("On %(anchor)s itself.")
COUNTED = {
    ("days", "after"): gettext_noop(
        "%(n)s days from %(anchor)s, which does not count, to %(due)s."
    ),
    ("days", "before"): gettext_noop(
        "%(n)s days before %(anchor)s, which does not count: %(due)s."
    ),
    ("working days", "after"): gettext_noop(
        "%(n)s working days from %(anchor)s, which does not count, to %(due)s."
    ),
    ("working days", "before"): gettext_noop(
        "%(n)s working days before %(anchor)s, which does not count: %(due)s."
    ),
    ("months", "after"): gettext_noop("%(n)s months from %(anchor)s, to %(due)s."),
    ("months", "before"): gettext_noop("%(n)s months before %(anchor)s: %(due)s."),
    ("day of month", "after"): gettext_noop(
        "The first day %(n)s of a month after %(anchor)s, or the month's last: %(due)s."
    ),
    ("day of month", "before"): gettext_noop(
        "Day %(n)s, or the last, of the month before that of %(anchor)s: %(due)s."
    ),
}
FROM = {
    "meeting": gettext_noop("It counts from the day of the meeting."),
    "minutes": gettext_noop("It counts from the day the minutes were issued."),
}

# Dates


def _day(value: date | datetime | str) -> date:
    if isinstance(value, datetime):
        return localtime(value).date()
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value


@register.filter
def short_date(value: date | datetime | str | None) -> str:
    """11-20 inside the current year, else 2026-11-20; nothing stays nothing."""
    if not value:
        return ""
    day = _day(value)
    return day.strftime("%m-%d") if day.year == clock.today().year else day.isoformat()


@register.filter
def short_day(value: date | datetime | str | None) -> str:
    """The short date with its weekday."""
    if not value:
        return ""
    return f"{short_date(value)} {WEEKDAYS[_day(value).weekday()]}"


@register.filter
def short_moment(value: datetime | None) -> str:
    """The short date with hour and minute."""
    return f"{short_date(value)} {localtime(value):%H:%M}" if value else ""


# Days left, and how a date was computed


def _days_left(left: int, due_on: date | None) -> str:
    """The sentence; on a day off, no working days left or overdue is not yet today."""
    today = clock.today()
    if left == 0 and due_on in (None, today):
        return _("Due today")
    if left < 0:
        return _("%(n)s working days overdue")
    if due_on and due_on < today:
        return _("Overdue")
    return _("%(n)s working days left")


@register.filter
def days_left_text(left: int | None, due_on: date | None = None) -> str:
    """So many working days left or overdue, in words; without a term nothing."""
    return "" if left is None else _days_left(left, due_on) % {"n": abs(left)}


@register.filter
def days_left(left: int | None, due_on: date | None = None) -> SafeString | str:
    """The same with the number set large."""
    if left is None:
        return ""
    sentence = conditional_escape(_days_left(left, due_on))
    return mark_safe(sentence % {"n": format_html("<b>{}</b>", abs(left))})


@register.simple_tag
def due(duty: Any, at: str = "") -> SafeString:
    """Working days left, and below them the date with its hint; `at` as in `how`."""
    if not duty.due_on:
        return format_html(NO_TERM, _("No term"))
    shaky = format_html(TAG, _("provisional")) if duty.how.get("provisional") else ""
    left = days_left(duty.left, duty.due_on)
    return format_html(DUE, duty.state, left, how(duty, at), shaky)


@register.simple_tag
def how(duty: Any, at: str = "", look: str = "how") -> SafeString:
    """A date as a button, whose hint says how it was computed; `at` tells two hints apart."""
    key = f"how-{at}{duty.pk}"
    said = _("Due on %(date)s") % {"date": duty.due_on.isoformat()}
    sentence = how_sentence(duty.how, duty.due_on)
    return format_html(HOW, look, key, short_day(duty.due_on), key, said, sentence)


@register.simple_tag
def how_sentence(how: dict, due_on: date | str | None) -> str:
    """How a date was computed: from which day, how many days, which left out, on what basis."""
    if not how:
        return ""
    sentences = [
        _counted(how, due_on),
        _(FROM[how["of"]]) if how.get("of") else "",
        _("That is a day off; the date stays.") if how.get("is_off") else "",
        _left_out(how["skipped"]),
        _("The year's working calendar is not there yet: the date is provisional.")
        if how["provisional"]
        else "",
        _basis(how.get("basis") or {}),
    ]
    # Some scripts put a space between two sentences, some none.
    both = pgettext("sentences", "%(one)s %(other)s")
    spoken = filter(None, sentences)
    return reduce(lambda one, other: both % {"one": one, "other": other}, spoken)


def _counted(how: dict, due_on: date | str | None) -> str:
    sentence = COUNTED[how["unit"], how["when"]] if how["value"] else ON_THE_DAY
    words = {"anchor": short_date(how["anchor"]), "due": short_date(due_on)}
    return _(sentence) % {"n": how["value"], **words}


def _left_out(skipped: list[str]) -> str:
    """The days off in between, neighbours drawn together."""
    days = sorted(map(date.fromisoformat, skipped))
    numbered = groupby(enumerate(days), lambda pair: pair[1] - timedelta(pair[0]))
    runs = [[day for _number, day in run] for _start, run in numbered]
    if not runs:
        return ""
    texts = [
        short_date(run[0])
        if len(run) == 1
        else _("%(first)s to %(last)s")
        % {"first": short_date(run[0]), "last": short_date(run[-1])}
        for run in runs[:RUNS_SHOWN]
    ]
    listed = pgettext("between the items of a list", ", ").join(texts)
    words = {"n": len(days), "days": listed}
    if len(runs) > RUNS_SHOWN:
        return _("Left out are %(n)s days off: %(days)s and others.") % words
    return _("Left out are %(n)s days off: %(days)s.") % words


def _basis(basis: dict) -> str:
    if basis.get("clause"):
        return _("Basis: %(clause)s.") % {"clause": basis["clause"]}
    return _("The number of days is agreed by the offices.") if basis else ""


# Steps, stages, pages, months, history


@register.filter
def ready(steps: Iterable[Any]) -> list[Any]:
    """The steps this person may take now, in their order; the first is the main one."""
    return [step for step in steps if step.mine and not step.reasons]


@register.filter
def not_ready(steps: Iterable[Any]) -> list[Any]:
    """The other steps: those of others, and one's own that something stands against."""
    return [step for step in steps if step.reasons or not step.mine]


@register.filter
def step_url(step: Any, row: Any) -> str:
    """Where a step is taken: its own address, else that of its row and its name."""
    return getattr(step, "url", "") or f"{row.get_absolute_url()}{step.name}/"


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """The numbers to draw: the ends, two on either side of this one, gaps as an ellipsis."""
    return list(
        page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    )


@register.simple_tag
def months(
    first_day: date, held: Iterable[date], planned: Iterable[date]
) -> list[tuple[int, str]]:
    """The twelve months of a work year from its first day, each with how it is drawn."""
    this_month = _month(clock.today())
    looks = {_month(day): "plan" for day in planned}
    looks |= {_month(day): "held" for day in held}
    first = _month(first_day)
    drawn = []
    for month in range(first, first + 12):
        by_time = "now" if month == this_month else "past" if month < this_month else ""
        drawn.append((month % 12 + 1, looks.get(month, by_time)))
    return drawn


def _month(day: date) -> int:
    """Months counted on through the years, January of the year 0 being 0."""
    return day.year * 12 + day.month - 1


@register.filter
def history_label(entry: Any) -> str:
    """What a history entry says was done, in the reader's language."""
    return label_and_reason(entry)[0]


@register.filter
def history_reason(entry: Any) -> str:
    """Why, where a reason was given."""
    return label_and_reason(entry)[1]


@register.simple_tag
def typed(request: HttpRequest) -> list[str]:
    """The texts that came with a form, so that a refusal on a page of its own loses none."""
    if request.method != "POST":
        return []
    values = [
        value
        for name in request.POST
        if name not in NOT_TYPED and "password" not in name
        for value in request.POST.getlist(name)
    ]
    return [value for value in values if len(value) > SHORT or "\n" in value]
