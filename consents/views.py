"""Answering a sheet: the same page for every row that is consented to."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.forms import AnswerForm
from consents.models import Consent, Consented
from consents.sheets import paper_of, sheet_of
from institutions.models import User
from institutions.requests import SignedIn
from jointmeeting.views import paper_response, take_form


def answer_sheet(request: SignedIn, row: Consented, act: str, url: str) -> HttpResponse:
    """The page on which a row's consent is answered, and the answer taken there.

    The caller found the row among those this person may see; `url` is the page's own.
    """
    consent, user = _sheet(row, act), request.user
    if not consent.concerns(user):
        raise PermissionDenied(_("You are not among those asked."))
    form = AnswerForm(
        request.POST or None,
        request.FILES or None,
        consent=consent,
        user=user,
        grounds=row.grounds(act),
    )
    if request.method == "GET":
        if not consent.is_open:
            messages.warning(request, _("This has already been decided."))
            return redirect(row)
        if not (form.is_own or form.entered):
            raise PermissionDenied(_("You are not among those asked now."))
    status = 200
    if form.is_valid():
        digest = request.POST.get("digest", "")
        if take_form(request, form, row.answer, act, digest=digest):
            messages.success(request, _("Your answer is on the sheet."))
            return redirect(row if _is_seen(row, user) else settings.LOGIN_REDIRECT_URL)
        row.refresh_from_db()
        consent = _sheet(row, act)
        status = 409 if form.non_field_errors() else 200
    context = {
        "row": row,
        "form": form,
        "url": url,
        "sheet": sheet_of(row, consent, user),
        "text": list(row.text_of(consent)),
        "digest": consent.digest,
    }
    return render(request, "consents/answer.html", context, status=status)


def _is_seen(row: Any, user: User) -> bool:
    """Who has sent a text back may not read what becomes of it."""
    return type(row).objects.visible_to(user).filter(pk=row.pk).exists()


def sheet_pdf(request: SignedIn, row: Consented, act: str) -> HttpResponseBase:
    """The sheet of an act as it stands now, to print or to file."""
    return paper_response(
        request,
        "consent_sheet",
        paper_of(row, _sheet(row, act)),
        row,
        name=str(row),
        preview=False,
    )


def _sheet(row: Any, act: str) -> Consent:
    consent = row.consent(act) if act in row.acts else None
    if consent is None:
        raise Http404
    return consent
