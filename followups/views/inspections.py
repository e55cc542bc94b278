"""Inspections: kept, signed off, answered by the unit, closed."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consents.views import answer_sheet, sheet_pdf
from deadlines.models import days_left
from followups import documents, pages
from followups.forms import InspectionForm, MendForm
from followups.models import Assignment, Inspection, check_inspecting
from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm
from jointmeeting.views import check_may, paper_response, take_form, take_step
from jointmeeting.workflow import already_done

ROWS = 50


def _get_inspection(request: SignedIn, pk: int) -> Inspection:
    """An inspection this person may read; to anyone else it does not exist."""
    inspections = Inspection.objects.visible_to(request.user).select_related(
        "joint_body",
        "unit__unit",
        "unit__liaison",
        "assignment__unit__unit",
        "assignment__unit__liaison",
        "assignment__decision__meeting",
    )
    return get_object_or_404(inspections, pk=pk)


def inspection_list(request: SignedIn) -> HttpResponse:
    seen = Inspection.objects.visible_to(request.user).select_related(
        "assignment__unit__unit", "assignment__decision", "unit__unit", "joint_body"
    )
    page = Paginator(seen, ROWS).get_page(request.GET.get("page"))
    left = days_left(each.due_on for each in page)
    rows = [
        {
            "inspection": each,
            "look": pages.INSPECTION_LOOKS.get(each.status, ""),
            "left": left[each.due_on] if each.due_on and _is_owed(each) else None,
        }
        for each in page
    ]
    context = {"page": page, "rows": rows}
    return render(request, "followups/inspection_list.html", context)


def _is_owed(inspection: Inspection) -> bool:
    return inspection.status == Inspection.Status.SIGNED


def inspection_begin(request: SignedIn, pk: int) -> HttpResponse:
    """Keep what was found on the spot about a task."""
    assignments = Assignment.objects.visible_to(request.user).select_related(
        "joint_body", "decision__joint_body", "unit__unit"
    )
    assignment = get_object_or_404(assignments, pk=pk)
    check_inspecting(assignment, request.user)
    if assignment.status in Assignment.ENDED:
        messages.error(request, _("This task has ended; nothing is inspected any more."))
        return redirect(assignment)
    inspection = Inspection(assignment=assignment, joint_body=assignment.joint_body)
    form = InspectionForm(request.POST or None, instance=inspection)
    if form.is_valid() and take_form(request, form, Inspection.objects.begin, assignment):
        messages.success(request, _("The inspection is kept as a draft."))
        return redirect(_last_of(assignment))
    name = inspection.inspecting.name
    context = {"form": form, "assignment": assignment, "name": name}
    return render(request, "followups/inspection_form.html", context)


def _last_of(assignment: Assignment) -> Inspection:
    return assignment.inspections.order_by("pk").reverse()[0]


def inspection_detail(request: SignedIn, pk: int) -> HttpResponse:
    page = pages.inspection_page(_get_inspection(request, pk), request.user)
    return render(request, "followups/inspection_detail.html", page)


def inspection_amend(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _get_inspection(request, pk)
    inspection.may_amend.check(request.user, inspection)
    if request.method == "GET" and inspection.status not in inspection.amendable:
        messages.error(request, _("This can no longer be changed."))
        return redirect(inspection)
    form = InspectionForm(request.POST or None, instance=inspection)
    status = 200
    if form.is_valid():
        seen = request.POST.get("seen", "")
        if take_form(request, form, inspection.amend, seen=seen):
            messages.success(request, _("The changes are kept."))
            return redirect(inspection)
        inspection, status = _get_inspection(request, pk), 409
    context = {
        "form": form,
        "inspection": inspection,
        "assignment": inspection.assignment,
        "name": inspection.inspecting.name,
        "seen": Inspection.objects.get(pk=pk).seen(),
    }
    return render(request, "followups/inspection_form.html", context, status=status)


def inspection_answer(request: SignedIn, pk: int, act: str) -> HttpResponse:
    return answer_sheet(request, _get_inspection(request, pk), act, request.path)


def inspection_sheet(request: SignedIn, pk: int, act: str) -> HttpResponseBase:
    """Who signed it off, as a sheet to print; not for the unit that was inspected."""
    inspection = _get_inspection(request, pk)
    consent = inspection.consent(act) if act in inspection.acts else None
    keeps = request.user.may("inspect", inspection.joint_body)
    if consent is None or not (keeps or consent.concerns(request.user)):
        raise Http404
    return sheet_pdf(request, inspection, act)


def inspection_record(request: SignedIn, pk: int) -> HttpResponseBase:
    """The inspection as a paper; watermarked as long as it is not signed off."""
    inspection = _get_inspection(request, pk)
    context = documents.inspection_context(inspection, request.user)
    is_draft = inspection.status in (Inspection.Status.DRAFT, Inspection.Status.TO_SIGN)
    return paper_response(
        request,
        "inspection_record",
        context,
        inspection,
        name=str(inspection),
        preview=is_draft,
    )


@require_POST
def inspection_ask_to_sign(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _get_inspection(request, pk)
    done = _("The inspection is put to those who sign it off.")
    return take_step(request, inspection, inspection.ask_to_sign, done)


@require_POST
def inspection_close(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _get_inspection(request, pk)
    done = _("The inspection is closed: what it found is mended.")
    return take_step(request, inspection, inspection.close, done)


def inspection_reject(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _get_inspection(request, pk)
    if refusal := _not_now(request, inspection, "reject"):
        return refusal
    form, status = ReasonForm(request.POST or None, row=inspection, step="reject"), 200
    unit = {"unit": inspection.assignment.unit}
    if form.is_valid():
        if take_form(request, form, inspection.reject):
            messages.success(request, _("%(unit)s is told what is still missing.") % unit)
            return redirect(inspection)
        status = 409
    context = {
        "question": _("Tell %(unit)s that it is not mended yet?") % unit,
        "text": _("It reads what is still missing, and answers anew."),
        "button": _("Not mended yet"),
        "form": form,
        "url": request.path,
        "back_url": inspection.get_absolute_url(),
    }
    return render(request, "frame/confirm.html", context, status=status)


def inspection_mend(request: SignedIn, pk: int) -> HttpResponse:
    """What the unit did about what was found."""
    inspection = _get_inspection(request, pk)
    if refusal := _not_now(request, inspection, "mend"):
        return refusal
    form, status = MendForm(request.POST or None, row=inspection, step="mend"), 200
    if form.is_valid():
        if take_form(request, form, inspection.mend):
            messages.success(request, _("Your answer to the inspection is given."))
            return redirect(inspection)
        inspection, status = _get_inspection(request, pk), 409
    context = {
        "form": form,
        "inspection": inspection,
        "text": pages.said_of(inspection, Inspection.WORDS),
    }
    return render(request, "followups/inspection_mend.html", context, status=status)


def _not_now(request: SignedIn, row: Any, name: str) -> HttpResponse | None:
    """Back to the inspection, if this step's form need not be drawn; 403 for others."""
    check_may(request.user, row, name)
    source = getattr(Inspection, name).transition.source
    if request.method == "GET" and row.status not in source:
        messages.error(request, already_done(row))
        return redirect(row)
    return None
