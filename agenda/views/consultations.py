"""One unit's consultation: what it was asked, its reply, and what else may come of it."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agenda import pages
from agenda.forms import AdoptionForm, EnteredForm, OpinionForm
from agenda.models import Consultation
from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm, StepForm
from jointmeeting.views import check_may, take_form, take_step
from jointmeeting.workflow import already_done

FORMS: dict[str, type[OpinionForm]] = {
    "answer": OpinionForm,
    "enter": EnteredForm,
    "correct": OpinionForm,
}


def _get_consultation(request: SignedIn, pk: int) -> Consultation:
    """A consultation this person may read; to anyone else it does not exist."""
    consultations = Consultation.objects.visible_to(request.user).select_related(
        "joint_body",
        "topic__joint_body",
        "topic__proposed_by__unit",
        "unit__unit",
        "unit__liaison",
        "letter",
        "scan",
        "entered_by",
    )
    return get_object_or_404(consultations, pk=pk)


def consultation_detail(request: SignedIn, pk: int) -> HttpResponse:
    """The text and, for the unit that is to reply, the form on the same page."""
    consultation = _get_consultation(request, pk)
    may = Consultation.answer.transition.may
    is_mine = may(request.user, consultation) and consultation.status == "sent"
    form = OpinionForm(instance=consultation) if is_mine else None
    return _draw(request, consultation, form, "answer")


def _draw(
    request: SignedIn,
    consultation: Consultation,
    form: BaseForm | None,
    name: str,
    status: int = 200,
) -> HttpResponse:
    page = pages.consultation_page(consultation, request.user)
    if form:
        page["steps"] = [step for step in page["steps"] if step.name != name]
    url = f"{consultation.get_absolute_url()}{name}/"
    context = page | {"form": form, "act": name, "url": url}
    return render(request, "agenda/consultation_detail.html", context, status=status)


def consultation_answer(request: SignedIn, pk: int) -> HttpResponse:
    done = _("The reply on “%(topic)s” is given.")
    return _reply(request, pk, "answer", done)


def consultation_enter(request: SignedIn, pk: int) -> HttpResponse:
    done = _("The reply on “%(topic)s” is entered; the unit is told and confirms it.")
    return _reply(request, pk, "enter", done)


def consultation_correct(request: SignedIn, pk: int) -> HttpResponse:
    done = _("The reply on “%(topic)s” is put right.")
    return _reply(request, pk, "correct", done)


def _reply(request: SignedIn, pk: int, name: str, done: str) -> HttpResponse:
    consultation = _get_consultation(request, pk)
    if refusal := _not_now(request, consultation, name):
        return refusal
    form = FORMS[name](request.POST or None, request.FILES or None, instance=consultation)
    status = 200
    if form.is_valid():
        digest = request.POST.get("digest", "")
        if take_form(request, form, getattr(consultation, name), digest=digest):
            messages.success(request, done % {"topic": consultation.topic})
            return redirect(consultation)
        consultation, status = _get_consultation(request, pk), 409
    return _draw(request, consultation, form, name, status)


def _not_now(
    request: SignedIn, consultation: Consultation, name: str
) -> HttpResponse | None:
    """Back to the page, if this step's form need not even be drawn; 403 for others."""
    check_may(request.user, consultation, name)
    source = getattr(Consultation, name).transition.source
    if request.method == "GET" and consultation.status not in source:
        messages.error(request, already_done(consultation))
        return redirect(consultation)
    return None


@require_POST
def consultation_confirm(request: SignedIn, pk: int) -> HttpResponse:
    consultation = _get_consultation(request, pk)
    done = _("The reply on “%(topic)s” is confirmed.") % {"topic": consultation.topic}
    return take_step(request, consultation, consultation.confirm, done)


def consultation_give_back(request: SignedIn, pk: int) -> HttpResponse:
    consultation = _get_consultation(request, pk)
    words = {
        "question": _("Return “%(topic)s” as not your unit's remit?"),
        "text": _(
            "Say why, and which unit should be asked instead. %(asker)s reads it and"
            " sees to that; your unit then owes no opinion."
        ),
        "button": _("Return as not our remit"),
    }
    done = _("“%(topic)s” is returned as not the unit's remit.")
    return _with_reason(request, consultation, "give_back", words, done)


def consultation_lapse(request: SignedIn, pk: int) -> HttpResponse:
    consultation = _get_consultation(request, pk)
    words = {
        "question": _("Go on without the opinion of %(unit)s?"),
        "text": _("That the unit stayed silent on “%(topic)s” stays visible.")
        if consultation.rules.silence == "nothing"
        else _("By the charter its silence on “%(topic)s” is taken as consent."),
        "button": _("Go on without it"),
        "is_dangerous": True,
    }
    done = _("It goes on without the opinion of %(unit)s.")
    return _with_reason(request, consultation, "lapse", words, done)


def consultation_adopt(request: SignedIn, pk: int) -> HttpResponse:
    consultation = _get_consultation(request, pk)
    words = {
        "question": _("How is the opinion of %(unit)s taken up?"),
        "text": _(
            "The note stands beside the opinion wherever that is shown. Writing again"
            " replaces it; what stood there stays in the history."
        ),
        "button": _("Keep how it is taken up"),
    }
    done = _("How the opinion of %(unit)s is taken up is noted.")
    return _with_reason(request, consultation, "adopt", words, done, AdoptionForm)


def consultation_let_rest(request: SignedIn, pk: int) -> HttpResponse:
    consultation = _get_consultation(request, pk)
    words = {
        "question": _("Ask no other unit instead of %(unit)s?"),
        "text": _("The return is accepted. Your reason stays on file."),
        "button": _("Ask no other unit"),
    }
    done = _("Nobody is asked instead of %(unit)s.")
    return _with_reason(request, consultation, "let_rest", words, done)


def _with_reason(
    request: SignedIn,
    consultation: Consultation,
    name: str,
    words: dict[str, Any],
    done: str,
    kind: type[StepForm] = ReasonForm,
) -> HttpResponse:
    """A step that asks for a reason, on a page that names the row and says what it means."""
    if refusal := _not_now(request, consultation, name):
        return refusal
    named = {
        "topic": consultation.topic,
        "unit": consultation.unit,
        "asker": consultation.asker(),
    }
    form, status = kind(request.POST or None, row=consultation, step=name), 200
    if form.is_valid():
        if take_form(request, form, getattr(consultation, name)):
            messages.success(request, done % named)
            return redirect(consultation)
        status = 409
    context = {
        **words,
        "question": words["question"] % named,
        "text": words["text"] % named,
        "form": form,
        "url": request.path,
        "back_url": consultation.get_absolute_url(),
    }
    return render(request, "frame/confirm.html", context, status=status)
