"""How a step is taken from a page, with or without a form; how a file is answered."""

import csv
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jointmeeting.fonts import FontsMissing
from jointmeeting.rendering import render_pdf
from jointmeeting.workflow import StepRefused


def take_step(
    request: HttpRequest, row: Any, step: Callable[..., None], done: str, **kwargs
) -> HttpResponse:
    """Take a step without a form: back to the row, with what was done or why it was not."""
    try:
        step(by=request.user, despite=request.POST.get("despite", ""), **kwargs)
    except (StepRefused, FontsMissing) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(row)


def take_form(
    request: HttpRequest, form: BaseForm, step: Callable[..., Any], *args, **kwargs
) -> bool:
    """Take a step with what was typed; a refusal becomes an error of the form.

    It stands at the field it names, or above the form where that has no such field.

    Then draw the form again: what was typed is kept, text and digest are loaded afresh.
    Also for who may no longer take it, as long as the page was theirs to open.
    """
    try:
        step(*args, by=request.user, **form.cleaned_data, **kwargs)
    except (StepRefused, PermissionDenied, FontsMissing) as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        for name, errors in getattr(refusal, "error_dict", {None: refusal}).items():
            form.add_error(name if name in form.fields else None, errors)
    return not form.errors


def check_may(user: Any, row: Any, step: str) -> None:
    """Raise PermissionDenied, saying whose step it is, before its form is drawn."""
    may = getattr(type(row), step).transition.may
    if not may(user, row):
        raise PermissionDenied(_("This step is for %(who)s.") % {"who": may.who(row)})


def paper_response(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    back: Any,
    *,
    name: str = "",
    preview: bool = True,
) -> HttpResponseBase:
    """A document as it would leave now, watermarked unless it is no preview.

    Where it cannot be drawn, back to the page, which says why.
    """
    try:
        content = render_pdf(template, context, preview=preview)
    except FontsMissing as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return pdf_response(content, f"{name or context['title']}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponseBase:
    """A PDF made for this person just now, to be shown by the browser."""
    answer = FileResponse(BytesIO(content), filename=name, content_type="application/pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_response(rows: Iterable[Iterable[Any]], name: str) -> HttpResponse:
    """Rows of text, head first, as a file that a spreadsheet opens, UTF-8 and all."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "private, no-store"
    sheet = csv.writer(answer)
    sheet.writerows([_no_formula(str(cell)) for cell in row] for row in rows)
    return answer


def _no_formula(text: str) -> str:
    """A spreadsheet must not take a text that somebody typed for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
