"""Answering a sheet: the same page for every row that is consented to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.forms import AnswerForm
from consents.models import Consent, Consented
from consents.sheets import may_answer, paper_of, sheet_of
from institutions.requests import SignedIn
from jointmeeting.rendering import render_pdf
from jointmeeting.views import take_form


def answer_sheet(request: SignedIn, row: Consented, act: str, url: str) -> HttpResponse:
    """The page on which a row's consent is answered, and the answer taken there.

    The caller found the row among those this person may see; `url` is the page's own.
    """
    consent = _sheet(row, act)
    if request.method == "GET":
        if not consent.is_open:
            messages.warning(request, _("This has already been decided."))
            return redirect(row)
        if not may_answer(request.user, row, consent):
            raise PermissionDenied(_("You are not among those asked now."))
    form = AnswerForm(
        request.POST or None, request.FILES or None, consent=consent, user=request.user
    )
    status = 200
    if form.is_valid():
        digest = request.POST.get("digest", "")
        if take_form(request, form, row.answer, act, digest=digest):
            messages.success(request, _("Your answer is on the sheet."))
            return redirect(row)
        row.refresh_from_db()
        consent, status = _sheet(row, act), 409
    context = {
        "row": row,
        "form": form,
        "url": url,
        "sheet": sheet_of(row, consent),
        "text": list(row.text_of(consent)),
        "digest": consent.digest,
    }
    return render(request, "consents/answer.html", context, status=status)


def sheet_pdf(request: SignedIn, row: Consented, act: str) -> HttpResponse:
    """The sheet of an act as it stands now, to print or to file."""
    content = render_pdf("consent_sheet", paper_of(row, _sheet(row, act)))
    return HttpResponse(content, content_type="application/pdf")


def _sheet(row: Any, act: str) -> Consent:
    consent = row.consent(act) if act in row.acts else None
    if consent is None:
        raise Http404
    return consent
