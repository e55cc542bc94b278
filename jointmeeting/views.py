"""How a step is taken from a page: with or without a form, refused or done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jointmeeting.fonts import FontsMissing
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

    Then draw the form again: what was typed is kept, text and digest are loaded afresh.
    Also for who may no longer take it, as long as the page was theirs to open.
    """
    try:
        step(*args, by=request.user, **form.cleaned_data, **kwargs)
    except (StepRefused, PermissionDenied, FontsMissing) as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return not form.errors


def check_may(user: Any, row: Any, step: str) -> None:
    """Raise PermissionDenied, saying whose step it is, before its form is drawn."""
    may = getattr(type(row), step).transition.may
    if not may(user, row):
        raise PermissionDenied(_("This step is for %(who)s.") % {"who": may})
