from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from deadlines.forms import ContactForm
from deadlines.models import Duty, chase, why_not_chase
from institutions.requests import SignedIn
from jointmeeting.views import take_form
from jointmeeting.workflow import StepRefused


def _get_duty(request: SignedIn, pk: int) -> Duty:
    """Return a duty this person may see; to anyone else it does not exist."""
    duties = Duty.objects.visible_to(request.user)
    return get_object_or_404(
        duties.select_related("joint_body", "post", "waiting"), pk=pk
    )


def _draw(request: SignedIn, duty: Duty, form: ContactForm | None) -> HttpResponse:
    user = request.user
    may_chase = duty.closed_at is None and duty.may_be_chased_by(user)
    context = {
        "duty": duty,
        "url": duty.url_for(user),
        "holders": duty.holders,
        "notes": duty.notes.visible_to(user).select_related("by", "unit__unit"),
        "reminders": duty.reminders.select_related("recipient").order_by("-planned_at"),
        "form": form,
        "may_chase": may_chase,
        "why_not_chase": why_not_chase(duty) if may_chase else "",
    }
    return render(request, "deadlines/duty_detail.html", context)


def duty_detail(request: SignedIn, pk: int) -> HttpResponse:
    duty = _get_duty(request, pk)
    form = None
    if duty.closed_at is None and duty.may_be_noted_by(request.user):
        first = next(iter(duty.holders), None)
        form = ContactForm(duty=duty, initial={"whom": first})
    return _draw(request, duty, form)


@require_POST
def duty_note(request: SignedIn, pk: int) -> HttpResponse:
    duty = _get_duty(request, pk)
    duty.unit_noting(request.user)  # or 403
    form = ContactForm(request.POST, duty=duty)
    if form.is_valid() and take_form(request, form, duty.note):
        messages.success(request, _("The note is kept. Only your own unit reads it."))
        return redirect(duty.page_url)
    return _draw(request, _get_duty(request, pk), form)


@require_POST
def duty_chase(request: SignedIn, pk: int) -> HttpResponse:
    duty = _get_duty(request, pk)
    try:
        chase(duty, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("%(post)s has been reminded.") % {"post": duty.post}
        messages.success(request, done)
    return redirect(duty.page_url)
