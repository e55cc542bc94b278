"""Decisions of meetings held before this product: typed in, and struck out while unreported."""

from django.contrib import messages
from django.db import transaction
from django.forms import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from followups.progress_forms import earlier_forms
from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm
from jointmeeting.views import check_may, take_form
from jointmeeting.workflow import StepRefused, already_done
from meetings.models import Meeting
from minutes.models import Decision, check_typing


def decisions_bring(request: SignedIn, pk: int) -> HttpResponse:
    """Several decisions of one meeting in one go; all of them are kept, or none."""
    meetings = Meeting.objects.visible_to(request.user).select_related("joint_body")
    meeting = get_object_or_404(meetings, pk=pk)
    try:
        check_typing(meeting, request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    forms, status = earlier_forms(request.POST, meeting.joint_body), 200
    if forms.is_valid() and forms.typed:
        if _bring(request, meeting, forms):
            text = _("%(n)s decisions of %(meeting)s are on file.")
            messages.success(request, text % {"n": len(forms.typed), "meeting": meeting})
            return redirect("followups:decisions_bring", pk)
        status = 409
    leads = ["leads__unit", "leads__liaison"]
    context = {
        "meeting": meeting,
        "forms": forms,
        "is_empty": request.method == "POST" and forms.is_valid() and not forms.typed,
        "decisions": meeting.decisions.prefetch_related(*leads),
    }
    return render(request, "followups/decisions_bring.html", context, status=status)


def _bring(request: SignedIn, meeting: Meeting, forms: BaseFormSet) -> bool:
    with transaction.atomic():
        for form in filter(lambda each: each.has_changed(), forms):
            if not take_form(request, form, Decision.objects.bring_in, meeting):
                transaction.set_rollback(True)
                return False
    return True


def decision_strike(request: SignedIn, pk: int) -> HttpResponse:
    """Take back a decision that was typed in wrongly."""
    decisions = Decision.objects.visible_to(request.user)
    decision = get_object_or_404(
        decisions.select_related("meeting__joint_body", "joint_body"), pk=pk
    )
    check_may(request.user, decision, "strike")
    page = redirect("followups:decisions_bring", decision.meeting_id)
    if request.method == "GET" and decision.status == Decision.Status.WITHDRAWN:
        messages.error(request, already_done(decision))
        return page
    form, status = ReasonForm(request.POST or None, row=decision, step="strike"), 200
    if form.is_valid():
        if take_form(request, form, decision.strike):
            messages.success(request, _("“%(what)s” is struck out.") % {"what": decision})
            return page
        status = 409
    context = {
        "question": _("Strike out “%(what)s”?") % {"what": decision},
        "text": _(
            "It is reported to no meeting; tasks that were given are cancelled, and their"
            " units are told. It stays on file as withdrawn, with your reason."
        ),
        "button": _("Strike it out"),
        "is_dangerous": True,
        "form": form,
        "url": request.path,
        "back_url": page.url,
    }
    return render(request, "frame/confirm.html", context, status=status)
