"""How a step is taken from a page: with or without a form, refused or done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jointmeeting.workflow import StepRefused


def take_step(
    request: HttpRequest, row: Any, step: Callable[..., None], done: str, **kwargs
) -> HttpResponse:
    """Take a step without a form: back to the row, with what was done or why it was not."""
    try:
        step(by=request.user, despite=request.POST.get("despite", ""), **kwargs)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(row)


def take_form(
    request: HttpRequest, form: BaseForm, step: Callable[..., Any], *args, **kwargs
) -> bool:
    """Take a step with what was typed; a refusal becomes an error of the form.

    Then draw the form again: what was typed is kept, text and digest are loaded afresh.
    """
    try:
        step(*args, by=request.user, **form.cleaned_data, **kwargs)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return not form.errors
