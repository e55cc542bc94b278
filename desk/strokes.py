"""The names that the lists of a body have, and the strokes of their characters."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from desk.forms import StrokesForm
from institutions.models import Appointment, JointBody
from institutions.requests import SignedIn
from institutions.strokes import (
    check_may_count,
    counts_of,
    is_by_strokes,
    keep_counts,
    wanted,
)
from jointmeeting.views import take_form
from meetings.models import Attendance, Meeting


def names_on(body: JointBody) -> set[str]:
    """Of those in a post, today or to come, and of those who come to meetings under way."""
    held = Appointment.objects.not_over().filter(post__joint_body=body)
    names = set(held.values_list("person__name", flat=True))
    open_now = [Meeting.Status.AGREED, Meeting.Status.NOTIFIED, Meeting.Status.HELD]
    places = Attendance.objects.filter(joint_body=body, meeting__status__in=open_now)
    for pair in places.values_list("name", "substitute"):
        names |= {name for each in pair for name in each.split("、")}
    return names - {""}


def stroke_counts(request: SignedIn, pk: int) -> HttpResponse:
    """How many strokes the characters have that settle the order of the body's lists."""
    body = get_object_or_404(JointBody.objects.of(request.user), pk=pk)
    check_may_count(request.user, body)
    if not is_by_strokes(body.rules_in_force):
        raise Http404
    characters = wanted(names_on(body))
    known = counts_of(characters)
    missing_first = sorted(characters, key=lambda each: (each in known, each))
    asked = {each: characters[each] for each in missing_first}
    form = StrokesForm(request.POST or None, wanted=asked, known=known)
    if form.is_valid() and take_form(request, form, keep_counts, body):
        messages.success(request, _("The strokes are kept; the lists follow them."))
        return redirect("desk:stroke_counts", body.pk)
    context: dict[str, Any] = {
        "body": body,
        "form": form,
        "missing": [each for each in characters if each not in known],
    }
    return render(request, "desk/stroke_counts.html", context)
