"""The minutes of a meeting: one page, the route to their approval, the issue."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consents.views import answer_sheet, sheet_pdf
from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm
from jointmeeting.views import check_may, paper_response, take_form, take_step
from jointmeeting.workflow import already_done
from minutes import documents, pages
from minutes.forms import IssueForm, MinutesForm
from minutes.models import Minutes


def get_minutes(request: SignedIn, pk: int) -> Minutes:
    """Minutes this person may read; to anyone else they do not exist."""
    minutes = Minutes.objects.visible_to(request.user).select_related(
        "joint_body", "meeting__chair", "document__issuer__unit"
    )
    return get_object_or_404(minutes, pk=pk)


def minutes_detail(request: SignedIn, pk: int) -> HttpResponse:
    minutes, is_whole = get_minutes(request, pk), request.GET.get("log") == "all"
    context = pages.page_of(minutes, request.user, is_whole_log=is_whole)
    return render(request, "minutes/minutes_detail.html", context)


def minutes_amend(request: SignedIn, pk: int) -> HttpResponse:
    """The paragraphs before and after the items; two who change them both keep theirs."""
    minutes = get_minutes(request, pk)
    if not minutes.may_amend(request.user, minutes):
        text = _("This step is for %(who)s.") % {"who": minutes.may_amend.who(minutes)}
        raise PermissionDenied(text)
    if request.method == "GET" and minutes.status not in minutes.amendable:
        messages.error(request, _("This can no longer be changed."))
        return redirect(minutes)
    form = MinutesForm(request.POST or None, instance=minutes)
    differs: list[tuple[str, Any]] = []
    status = 200
    if form.is_valid():
        seen = request.POST.get("seen", "")
        if take_form(request, form, minutes.amend, seen=seen):
            messages.success(request, _("The changes are kept."))
            return redirect(minutes)
        minutes, status = get_minutes(request, pk), 409
        differs = stored_otherwise(form, minutes)
    context = {
        "form": form,
        "minutes": minutes,
        "seen": minutes.seen(),
        "differs": differs,
    }
    return render(request, "minutes/minutes_amend.html", context, status=status)


def stored_otherwise(form: Any, stored: Any) -> list[tuple[str, Any]]:
    """What is stored now where it is not what was typed: label and text."""
    return [
        (str(form[name].label), getattr(stored, name))
        for name, typed in form.cleaned_data.items()
        if hasattr(stored, name) and getattr(stored, name) != typed
    ]


def minutes_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The minutes as they would leave today, with a watermark and without their number."""
    minutes = get_minutes(request, pk)
    if not pages.is_told_to(minutes, request.user):
        raise Http404
    if minutes.document:
        return redirect("documents:document_pdf", minutes.document.pk)
    text = documents.minutes_context(minutes, request.user)
    return paper_response(request, documents.template_of(minutes), text, minutes)


# Consent


def minutes_answer(request: SignedIn, pk: int, act: str) -> HttpResponse:
    return answer_sheet(request, get_minutes(request, pk), act, request.path)


def minutes_sheet(request: SignedIn, pk: int, act: str) -> HttpResponseBase:
    minutes = get_minutes(request, pk)
    if not pages.is_told_to(minutes, request.user):
        raise Http404
    return sheet_pdf(request, minutes, act)


# Steps


@require_POST
def minutes_send(request: SignedIn, pk: int) -> HttpResponse:
    minutes = get_minutes(request, pk)
    done = _("The minutes are sent; the signatories are asked.")
    return take_step(request, minutes, minutes.send, done)


def minutes_take_back(request: SignedIn, pk: int) -> HttpResponse:
    minutes = get_minutes(request, pk)
    if refusal := not_now(request, minutes, "take_back"):
        return refusal
    form, status = ReasonForm(request.POST or None, row=minutes, step="take_back"), 200
    if form.is_valid():
        if take_form(request, form, minutes.take_back):
            messages.success(request, _("The minutes are a draft again."))
            return redirect(minutes)
        status = 409
    context = {
        "form": form,
        "question": _("Take back “%(minutes)s” from approval?") % {"minutes": minutes},
        "text": _(
            "They become a draft again. Answers that were given are void; whoever was"
            " asked is asked anew once they are sent again."
        ),
        "button": _("Take back from approval"),
        "url": request.path,
        "back_url": minutes.get_absolute_url(),
    }
    return render(request, "frame/confirm.html", context, status=status)


def minutes_issue(request: SignedIn, pk: int) -> HttpResponse:
    """Number, freeze and send them; a second click is told who has done it."""
    minutes = get_minutes(request, pk)
    if refusal := not_now(request, minutes, "issue"):
        return refusal
    form, status = IssueForm(request.POST or None, row=minutes, step="issue"), 200
    if form.is_valid():
        if take_form(request, form, minutes.issue):
            text = _("The minutes are issued: %(number)s.")
            messages.success(request, text % {"number": minutes.document})
            return redirect(minutes)
        minutes, status = get_minutes(request, pk), 409
    if minutes.status == Minutes.Status.ISSUED:
        return not_now(request, minutes, "issue") or redirect(minutes)
    context = {
        "minutes": minutes,
        "form": form,
        "text": documents.minutes_context(minutes, request.user),
        "sent_to": documents.addressees_of(minutes),
        "rules": minutes.rules,
    }
    return render(request, "minutes/minutes_issue.html", context, status=status)


def not_now(request: SignedIn, row: Any, name: str) -> HttpResponse | None:
    """Back to the row if the step was taken already, saying by whom; 403 for others."""
    check_may(request.user, row, name)
    if row.status in getattr(type(row), name).transition.source:
        return None
    messages.error(request, already_done(row))
    return redirect(row)
