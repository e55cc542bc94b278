"""Numbered corrections of issued minutes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from institutions.requests import SignedIn
from jointmeeting import clock
from jointmeeting.rendering import FontsMissing, render_pdf
from jointmeeting.views import check_may, pdf_response, take_form, take_step
from jointmeeting.workflow import steps_for
from minutes import documents, pages
from minutes.forms import AddedForm, CorrectedForm, CorrectionForm
from minutes.models import Correction, Decision, Minutes
from minutes.views.minutes import get_minutes

AT_ONCE = 20  # decisions in one correction
ADDED = 5


def correction_create(request: SignedIn, pk: int) -> HttpResponse:
    """First which decisions are concerned, then how each should read."""
    minutes = get_minutes(request, pk)
    if refusal := _not_now(request, minutes):
        return refusal
    forms = _forms(request, minutes)
    if forms is None:
        return _choose(request, minutes)
    head = CorrectionForm(request.POST or None)
    status = 200
    if (lines := _lines(head, forms)) is not None:
        if take_form(request, head, Correction.objects.issue, minutes, lines=lines):
            correction = minutes.corrections.latest("position")
            text = _("The correction is issued: %(number)s. It is to be applied now.")
            messages.success(request, text % {"number": correction.document.number})
            return redirect(correction)
        status = 409
    return _draw(request, minutes, head, forms, status)


def correction_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The correction as it would leave today, watermarked; or the form with what is wrong."""
    minutes = get_minutes(request, pk)
    if refusal := _not_now(request, minutes):
        return refusal
    head, forms = CorrectionForm(request.POST or None), _forms(request, minutes) or []
    lines = _lines(head, forms)
    if lines is None:
        return _draw(request, minutes, head, forms, 200)
    correction = Correction(
        minutes=minutes,
        joint_body=minutes.joint_body,
        position=minutes.corrections.count() + 1,
        reason=head.cleaned_data["reason"],
        issued_on=clock.today(),
    )
    text = documents.correction_context(correction, lines, request.user)
    try:
        content = render_pdf("minutes_correction", text, preview=True)
    except FontsMissing as lacking:
        head.add_error(None, str(lacking))
        return _draw(request, minutes, head, forms, 409)
    return pdf_response(content, f"{text['title']}.pdf")


def _not_now(request: SignedIn, minutes: Minutes) -> HttpResponse | None:
    """Back to the minutes where nothing can be corrected now; 403 for others."""
    check_may(request.user, minutes, "issue")
    before = minutes.corrections.in_motion().first()
    if minutes.status != Minutes.Status.ISSUED:
        text = _("Minutes that are not issued are changed, not corrected.")
    elif before and request.method == "GET":
        text = _("Apply the %(correction)s first.") % {"correction": before}
    else:
        return None
    messages.error(request, text)
    return redirect(before or minutes)


def _choose(request: SignedIn, minutes: Minutes) -> HttpResponse:
    decisions = minutes.decisions().in_force()
    context = {
        "minutes": minutes,
        "decisions": decisions.prefetch_related("leads__unit"),
        "most": AT_ONCE,
        "numbers": range(ADDED + 1),
    }
    return render(request, "minutes/correction_choose.html", context)


def _forms(request: SignedIn, minutes: Minutes) -> list[Any] | None:
    """A form for each decision the address names, and for those added; none if it names none."""
    named = [each for each in request.GET.getlist("decision") if each.isdecimal()]
    added = request.GET.get("added", "")
    new = min(int(added), ADDED) if added.isdecimal() else 0
    chosen = minutes.decisions().in_force().filter(pk__in=named[:AT_ONCE])
    decisions = list(chosen.prefetch_related("leads__unit", "assisting__unit"))
    if not (decisions or new):
        return None
    units, data = pages.unit_choices(minutes.joint_body), request.POST or None
    forms: list[Any] = [
        CorrectedForm(data, prefix=f"d{each.pk}", instance=each, units=units)
        for each in decisions
    ]
    for number in range(new):
        blank = Decision(joint_body=minutes.joint_body, meeting=minutes.meeting)
        forms.append(AddedForm(data, prefix=f"a{number}", instance=blank, units=units))
    return forms


def _lines(head: CorrectionForm, forms: list[Any]) -> list[dict[str, Any]] | None:
    """What the forms change, line by line; nothing unless all of them are right."""
    if not all([head.is_valid(), *(form.is_valid() for form in forms)]):
        return None
    return [line for form in forms for line in form.lines()]


def _draw(
    request: SignedIn, minutes: Minutes, head: Any, forms: list[Any], status: int
) -> HttpResponse:
    context = {
        "minutes": minutes,
        "form": head,
        "forms": forms,
        "query": request.GET.urlencode(),
        "position": minutes.corrections.count() + 1,
    }
    return render(request, "minutes/correction_form.html", context, status=status)


# One correction


def _get_correction(request: SignedIn, pk: int) -> Correction:
    corrections = Correction.objects.visible_to(request.user).select_related(
        "joint_body", "minutes__meeting", "minutes__document", "document__issuer__unit"
    )
    return get_object_or_404(corrections, pk=pk)


def correction_detail(request: SignedIn, pk: int) -> HttpResponse:
    correction = _get_correction(request, pk)
    correction.minutes.joint_body = correction.joint_body
    user = request.user
    is_told = pages.is_told_to(correction.minutes, user)
    lines = correction.lines.select_related("decision").prefetch_related(
        "leads__unit", "assisting__unit"
    )
    open_to = Decision.objects.visible_to(user).filter(corrections__correction=correction)
    context = {
        "correction": correction,
        "minutes": correction.minutes,
        "lines": lines,
        "open_to": set(open_to),
        "is_told": is_told,
        "waits": pages.waits_of(correction.minutes, user) if is_told else [],
        "steps": list(steps_for(user, correction)) if is_told else [],
        "log": pages.correction_log(correction) if is_told else [],
    }
    return render(request, "minutes/correction_detail.html", context)


@require_POST
def correction_apply(request: SignedIn, pk: int) -> HttpResponse:
    correction = _get_correction(request, pk)
    done = _("The decisions are as corrected; whoever has them in hand is told.")
    return take_step(request, correction, correction.apply, done)
