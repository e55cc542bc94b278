"""Decisions and their tasks: given to units, accepted, reported on, verified, closed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from followups import documents, pages
from followups.charter import FollowupRules
from followups.forms import (
    AssignForm,
    ClaimForm,
    ContactForm,
    NoticeForm,
    ReassignForm,
    ReportForm,
    VerifyForm,
)
from followups.models import Assignment, Contact, SupervisionNotice, decisions_seen
from institutions.may import Office
from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm, StepForm
from jointmeeting.rendering import FontsMissing, render_pdf
from jointmeeting.views import (
    check_may,
    paper_response,
    pdf_response,
    take_form,
    take_step,
)
from jointmeeting.workflow import StepRefused, already_done
from meetings.models import Meeting

# A decision, and giving those of a meeting to units


def decision_detail(request: SignedIn, pk: int) -> HttpResponse:
    decisions = decisions_seen(request.user).select_related(
        "joint_body", "meeting__joint_body"
    )
    decision = get_object_or_404(decisions, pk=pk)
    page = pages.decision_page(decision, request.user)
    return render(request, "followups/decision_detail.html", page)


def assign(request: SignedIn, pk: int) -> HttpResponse:
    """All decisions of a meeting that are to be assigned, given to units by one submit."""
    meeting = _meeting_to_assign(request, pk)
    form, status = _assign_form(request, meeting), 200
    if form.is_valid():
        if take_form(request, form, Assignment.objects.assign_all, meeting):
            given = len(form.cleaned_data["chosen"])
            text = _("%(n)s decisions are assigned; the units see their tasks.")
            messages.success(request, text % {"n": given})
            return redirect(meeting)
        status = 409
    rules = meeting.joint_body.part(FollowupRules).assign
    context = {
        "form": form,
        "meeting": meeting,
        "rules": rules,
        "vacant": pages.vacant_units(meeting.joint_body, form.units.values()),
    }
    return render(request, "followups/assign.html", context, status=status)


def assign_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The list as it would be issued for what is ticked; nothing of it is kept."""
    meeting = _meeting_to_assign(request, pk)
    form = _assign_form(request, meeting)
    chosen = form.cleaned_data["chosen"] if form.is_valid() else []
    try:
        with transaction.atomic():
            for decision, units, task in chosen:
                Assignment.objects.assign(decision, units, by=request.user, task=task)
            context = documents.assignment_context(meeting, request.user)
            transaction.set_rollback(True)
        content = render_pdf("assignment_list", context, preview=True)
    except (StepRefused, FontsMissing, ValidationError) as refusal:
        messages.error(request, str(refusal))
        return redirect("followups:assign", meeting.pk)
    return pdf_response(content, f"{context['title']}.pdf")


def _meeting_to_assign(request: SignedIn, pk: int) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related("joint_body")
    meeting = get_object_or_404(meetings, pk=pk)
    Office("assign_tasks").check(request.user, meeting)
    return meeting


def _assign_form(request: SignedIn, meeting: Meeting) -> AssignForm:
    rules = meeting.joint_body.part(FollowupRules).assign
    return AssignForm(
        request.POST or None,
        meeting=meeting,
        decisions=pages.to_assign(meeting),
        units=meeting.joint_body.members.now().select_related("unit"),
        mark=rules.paper.mark,
    )


# A task


def _get_assignment(request: SignedIn, pk: int) -> Assignment:
    """A task this person may read; to anyone else it does not exist."""
    assignments = Assignment.objects.visible_to(request.user).select_related(
        "joint_body",
        "decision__joint_body",
        "decision__meeting",
        "unit__unit",
        "unit__liaison",
        "document",
        "verified_by__unit",
        "replaces__unit__unit",
    )
    return get_object_or_404(assignments, pk=pk)


def assignment_detail(request: SignedIn, pk: int) -> HttpResponse:
    return _draw(request, _get_assignment(request, pk))


def _draw(
    request: SignedIn, assignment: Assignment, contact: ContactForm | None = None
) -> HttpResponse:
    page = pages.assignment_page(assignment, request.user, contact)
    return render(request, "followups/assignment_detail.html", page)


@require_POST
def assignment_contact(request: SignedIn, pk: int) -> HttpResponse:
    """Note that the unit was spoken to; only one's own unit reads it."""
    assignment = _get_assignment(request, pk)
    form = ContactForm(request.POST)
    if not pages.may_note(request.user, assignment):
        raise PermissionDenied(_("Contacts are noted by the offices."))
    if form.is_valid() and take_form(request, form, Contact.objects.keep, assignment):
        messages.success(request, _("The note is kept. Only your own unit reads it."))
        return redirect(assignment)
    return _draw(request, assignment, form)


@require_POST
def assignment_accept(request: SignedIn, pk: int) -> HttpResponse:
    assignment = _get_assignment(request, pk)
    done = _("The task “%(decision)s” is accepted.")
    about = {"decision": assignment.decision}
    return take_step(request, assignment, assignment.accept, done % about)


def assignment_give_back(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "question": _("Return “%(decision)s” as not your unit's remit?"),
        "text": _(
            "Say why, and which unit should have it instead. %(office)s reads it and"
            " either gives it to that unit or says why it stays with yours."
        ),
        "button": _("Return the task"),
    }
    return _with_reason(request, pk, "give_back", words, _("“%(decision)s” is returned."))


def assignment_confirm(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "question": _("Leave “%(decision)s” with %(unit)s?"),
        "text": _("%(unit)s reads your reason; its term to accept begins anew."),
        "button": _("It stays with this unit"),
    }
    done = _("“%(decision)s” stays with %(unit)s.")
    return _with_reason(request, pk, "confirm", words, done)


def assignment_send_back(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "question": _("Send “%(decision)s” back to %(unit)s?"),
        "text": _("%(unit)s reads what is still missing, and says anew that it is done."),
        "button": _("Send back to be done"),
    }
    done = _("“%(decision)s” is sent back to %(unit)s.")
    return _with_reason(request, pk, "send_back", words, done)


def assignment_review(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "question": _("Does “%(decision)s” go on for another year?"),
        "text": _("Say why it is still needed. It is looked at again in a year."),
        "button": _("It goes on for another year"),
    }
    return _with_reason(request, pk, "review", words, _("“%(decision)s” goes on."))


def assignment_cancel(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "question": _("Cancel the task “%(decision)s” of %(unit)s?"),
        "text": _(
            "Name what cancels it: the meeting, document or rule. The unit owes nothing"
            " more; the task stays on file as cancelled. This cannot be taken back."
        ),
        "button": _("Cancel the task"),
        "is_dangerous": True,
    }
    done = _("The task of %(unit)s is cancelled.")
    return _with_reason(request, pk, "cancel", words, done)


def _with_reason(
    request: SignedIn, pk: int, name: str, words: dict[str, Any], done: str
) -> HttpResponse:
    """A step that asks for a reason, on a page that names the task and says what it means."""
    assignment = _get_assignment(request, pk)
    if refusal := _not_now(request, assignment, name):
        return refusal
    named = _named(assignment)
    form, status = ReasonForm(request.POST or None, row=assignment, step=name), 200
    if form.is_valid():
        if take_form(request, form, getattr(assignment, name)):
            messages.success(request, done % named)
            return redirect(assignment)
        status = 409
    context = {
        **words,
        "question": words["question"] % named,
        "text": words["text"] % named,
        "form": form,
        "url": request.path,
        "back_url": assignment.get_absolute_url(),
    }
    return render(request, "frame/confirm.html", context, status=status)


def _named(assignment: Assignment) -> dict[str, Any]:
    return {
        "decision": assignment.decision,
        "unit": assignment.unit,
        "office": Office("assign_tasks").who(assignment),
    }


def _not_now(request: SignedIn, assignment: Assignment, name: str) -> HttpResponse | None:
    """Back to the task, if this step's form need not even be drawn; 403 for others."""
    check_may(request.user, assignment, name)
    step = getattr(Assignment, name).transition
    if request.method == "GET" and assignment.status not in step.source:
        messages.error(request, already_done(assignment))
        return redirect(assignment)
    if request.method == "GET" and name == "supervise" and not assignment.may_be_issued:
        messages.error(request, _("There is no notice to issue about this task."))
        return redirect(assignment)
    return None


def assignment_report(request: SignedIn, pk: int) -> HttpResponse:
    words = {"title": _("Report on “%(decision)s”"), "button": _("Send the report")}
    done = _("The report on “%(decision)s” is sent.")
    return _with_form(request, pk, "report", ReportForm, words, done)


def assignment_claim(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "title": _("Say that “%(decision)s” is done"),
        "button": _("Say that it is done"),
    }
    done = _("An office that is not your unit's own verifies it.")
    return _with_form(request, pk, "claim", ClaimForm, words, done)


def assignment_agree(request: SignedIn, pk: int) -> HttpResponse:
    words = {"title": _("Verify “%(decision)s” of %(unit)s"), "button": _("Verify")}
    done = _("You have verified it. The task of %(unit)s waits for the other office.")
    return _with_form(request, pk, "agree", VerifyForm, words, done)


def assignment_verify(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "title": _("Verify “%(decision)s” of %(unit)s"),
        "button": _("Verify and close"),
    }
    done = _("The task of %(unit)s is closed.")
    return _with_form(request, pk, "verify", VerifyForm, words, done)


def assignment_end(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "title": _("End the standing task “%(decision)s”"),
        "button": _("End the standing task"),
    }
    done = _("The task of %(unit)s is closed.")
    return _with_form(request, pk, "end", VerifyForm, words, done)


def assignment_reassign(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "title": _("Give “%(decision)s” to another unit than %(unit)s"),
        "button": _("Give to another unit"),
    }
    done = _("“%(decision)s” is given to another unit; it sees its task.")
    return _with_form(request, pk, "reassign", ReassignForm, words, done)


def assignment_supervise(request: SignedIn, pk: int) -> HttpResponse:
    words = {
        "title": _("Issue a supervision notice to %(unit)s"),
        "button": _("Issue the supervision notice"),
    }
    done = _("The notice is issued; %(unit)s is asked for its receipt.")
    return _with_form(request, pk, "supervise", NoticeForm, words, done)


def assignment_supervise_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The notice as it would be issued for what is typed; nothing of it is kept."""
    assignment = _get_assignment(request, pk)
    check_may(request.user, assignment, "supervise")
    form = NoticeForm(request.POST or None, row=assignment, step="supervise")
    ladder = assignment.ladder
    if ladder is None or not form.is_valid():
        messages.error(request, _("Fill in the notice first."))
        return redirect("followups:assignment_supervise", assignment.pk)
    typed = form.cleaned_data
    words = {name: typed[name] for name in ("level", "answer_by", "reason")}
    try:
        step = assignment.check_notice(**words)
    except (StepRefused, ValidationError) as refusal:
        said = refusal.messages if isinstance(refusal, ValidationError) else [refusal]
        messages.error(request, " ".join(map(str, said)))
        return redirect("followups:assignment_supervise", assignment.pk)
    notice = SupervisionNotice.of(assignment, step, typed["demand"], typed["answer_by"])
    context = documents.notice_context(notice, ladder, request.user)
    return paper_response(request, "supervision_notice", context, assignment)


def _with_form(
    request: SignedIn,
    pk: int,
    name: str,
    kind: type[StepForm],
    words: dict[str, str],
    done: str,
) -> HttpResponse:
    """A step with a form of its own, beside what was decided and said of it so far."""
    assignment = _get_assignment(request, pk)
    if refusal := _not_now(request, assignment, name):
        return refusal
    form = kind(request.POST or None, request.FILES or None, row=assignment, step=name)
    status, named = 200, _named(assignment)
    if form.is_valid():
        if take_form(request, form, getattr(assignment, name)):
            messages.success(request, done % named)
            return redirect(assignment)
        assignment, status = _get_assignment(request, pk), 409
    context = {
        "form": form,
        "reasons": [] if "despite" in form.fields else form.obstacles,
        "act": name,
        "assignment": assignment,
        "decision": assignment.decision,
        "title": words["title"] % named,
        "button": words["button"],
        "receivers": pages.receivers_of(assignment),
        "returned": pages.why_returned(assignment),
        "last": assignment.reports.first(),
        "scan": pages.open_to(request.user, assignment.scan_id),
        "notices": pages.notices_of(assignment),
    }
    template = "followups/assignment_form.html"
    return render(request, template, context, status=status)
