"""The working calendar on the screen: a year, a day, days from a text or file."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from deadlines.calendar_forms import DayForm, ImportForm
from deadlines.tasks import compute_anew
from deadlines.told import bodies_kept_by, told_otherwise_by
from institutions.calendars import (
    FIRST_YEAR,
    LAST_YEAR,
    changes,
    forget,
    keep,
    keeps_calendar,
    months_of,
)
from institutions.models import CalendarDay
from institutions.models.calendar import WorkingDays
from institutions.requests import SignedIn
from jointmeeting import clock


def calendar_year(request: SignedIn, year: int | None = None) -> HttpResponse:
    year = year or clock.today().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    days = CalendarDay.objects.filter(day__year=year)
    may_keep = keeps_calendar(request.user)
    context = {
        "year": year,
        "years": [
            each for each in (year - 1, year + 1) if FIRST_YEAR <= each <= LAST_YEAR
        ],
        "days": days,
        "months": months_of(year, WorkingDays(date(year, 1, 1), date(year, 12, 31))),
        "may_keep": may_keep,
        "otherwise": told_otherwise_by([], bodies_kept_by(request.user))
        if may_keep
        else [],
    }
    return render(request, "deadlines/calendar_year.html", context)


def calendar_day(request: SignedIn, year: int, month: int, day: int) -> HttpResponse:
    """One day: off, working, or what its weekday says."""
    _check(request)
    try:
        this = date(year, month, day)
    except ValueError:
        raise Http404 from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    there = CalendarDay.objects.filter(day=this).first()
    initial = (
        {"kind": "work" if there.is_working else "rest", "name": there.name}
        if there
        else {}
    )
    sent = request.POST if request.method == "POST" else None
    form = DayForm(sent, initial=initial)
    if request.method == "POST" and form.is_valid():
        kind, name = form.cleaned_data["kind"], form.cleaned_data["name"]
        if kind:
            keep(
                [CalendarDay(day=this, is_working=kind == "work", name=name)],
                by=request.user,
            )
        else:
            forget(this, by=request.user)
        return _done(request, year, _("%(day)s is entered.") % {"day": this})
    context = {"form": form, "day": this}
    return render(request, "deadlines/calendar_day.html", context)


def calendar_import(request: SignedIn) -> HttpResponse:
    """Days from a text or file: first what they would change, then they are entered."""
    _check(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("seen") == form.digest:
            keep(form.days, by=request.user)
            n = len(form.days)
            return _done(
                request, form.days[0].day.year, _("%(n)s days are entered.") % {"n": n}
            )
        context |= {
            "is_read": True,
            "changes": changes(form.days),
            "otherwise": told_otherwise_by(form.days, bodies_kept_by(request.user)),
        }
    return render(request, "deadlines/calendar_import.html", context)


def _check(request: SignedIn) -> None:
    if not keeps_calendar(request.user):
        text = _("The working calendar is kept by who administers a body at the top.")
        raise PermissionDenied(text)


def _done(request: SignedIn, year: int, text: str) -> HttpResponse:
    """Dates that nobody was told follow in the background; told ones stand, and are listed."""
    compute_anew.delay(changed=True)
    messages.success(request, text)
    return redirect("deadlines:calendar_year", year)
