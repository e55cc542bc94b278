"""An agreed meeting: arranged, told to all, put off, held; and one held long ago."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from institutions.requests import SignedIn
from jointmeeting.forms import StepForm
from jointmeeting.views import check_may, paper_response, take_form, take_step
from jointmeeting.workflow import already_done
from meetings import documents, pages
from meetings.forms import (
    AnotherChairForm,
    ArrangeForm,
    EarlierForm,
    NumberForm,
    PostponeForm,
)
from meetings.models import Meeting
from meetings.places import not_called
from meetings.views.meetings import bodies_of, get_meeting


def not_now(request: SignedIn, meeting: Meeting, name: str) -> HttpResponse | None:
    """Back to the meeting, if this step's form need not even be drawn; 403 for others."""
    check_may(request.user, meeting, name)
    source = getattr(Meeting, name).transition.source
    if request.method == "GET" and meeting.status not in source:
        messages.error(request, already_done(meeting))
        return redirect(meeting)
    return None


def status_of(form: BaseForm) -> int:
    """409 where the step was refused, 200 where a field must be corrected."""
    return 409 if form.non_field_errors() else 200


# Day, place, chair


def meeting_arrange(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    if refusal := not_now(request, meeting, "arrange"):
        return refusal
    initial = pages.arrangement(meeting)
    form = ArrangeForm(request.POST or None, row=meeting, step="arrange", initial=initial)
    if form.is_valid() and take_form(request, form, meeting.arrange, seen=_seen(request)):
        messages.success(request, _("Day, place and chair are set."))
        return redirect(meeting)
    return _draw_day(request, pk, form, "arrange")


def meeting_postpone(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    if refusal := not_now(request, meeting, "postpone"):
        return refusal
    initial = {"starts_at": meeting.starts_at, "place": meeting.place}
    form = PostponeForm(
        request.POST or None, row=meeting, step="postpone", initial=initial
    )
    if form.is_valid() and take_form(
        request, form, meeting.postpone, seen=_seen(request)
    ):
        text = _("The change is issued: %(notice)s.") % {"notice": meeting.notice}
        messages.success(request, text)
        return redirect(meeting)
    return _draw_day(request, pk, form, "postpone")


def meeting_change_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The notice of the change as it would leave today; or the form with what is wrong."""
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "postpone")
    if meeting.status not in Meeting.postpone.transition.source:
        messages.error(request, already_done(meeting))
        return redirect(meeting)
    form = PostponeForm(request.POST or None, row=meeting, step="postpone")
    if not form.is_valid():
        return _draw_day(request, pk, form, "postpone")
    assert meeting.starts_at
    before, typed = (meeting.starts_at, meeting.place), form.cleaned_data
    meeting.starts_at, meeting.place = typed["starts_at"], typed["place"]
    notice = documents.change_context(meeting, before, typed["reason"], request.user)
    return paper_response(request, "meeting_change", notice, meeting)


def meeting_name_chair(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    if refusal := not_now(request, meeting, "name_chair"):
        return refusal
    form = AnotherChairForm(
        request.POST or None,
        row=meeting,
        step="name_chair",
        initial=pages.arrangement(meeting),
    )
    if form.is_valid() and take_form(
        request, form, meeting.name_chair, seen=_seen(request)
    ):
        messages.success(request, _("%(chair)s chairs.") % {"chair": meeting.chair})
        return redirect(meeting)
    return _draw_day(request, pk, form, "name_chair")


def _seen(request: SignedIn) -> str:
    return request.POST.get("seen", "")


def _draw_day(request: SignedIn, pk: int, form: StepForm, step: str) -> HttpResponse:
    """The form with the dates that follow from its day; what was changed meanwhile is said."""
    stored = get_meeting(request, pk)
    digest = stored.seen_arranged()
    is_stale = form.is_bound and _seen(request) not in ("", digest)
    day = pages.day_in(form) if "starts_at" in form.fields else stored.day
    context = {
        "meeting": stored,
        "form": form,
        "step": step,
        "seen": digest,
        "differs": pages.arranged_otherwise(form, stored) if is_stale else [],
        "day": day,
        "dates": pages.dates_of(stored, day) if day else [],
        "told": documents.addressees_of(stored) if step == "postpone" else [],
    }
    status = status_of(form) if form.is_bound else 200
    return render(request, "meetings/meeting_arrange.html", context, status=status)


# The plan


@require_POST
def meeting_ask_plan(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "ask_plan")
    done = _("The plan lies before those who agree to it.")
    return take_step(request, meeting, meeting.ask_plan, done)


# The notice


def meeting_notify(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    if refusal := not_now(request, meeting, "notify"):
        return refusal
    form = NumberForm(request.POST or None, row=meeting, step="notify")
    if form.is_valid() and take_form(request, form, meeting.notify):
        text = _("The notice is issued: %(notice)s.") % {"notice": meeting.notice}
        messages.success(request, text)
        return redirect(meeting)
    status = status_of(form) if form.is_bound else 200
    meeting = get_meeting(request, pk)
    context = {
        "meeting": meeting,
        "form": form,
        "notice": documents.notice_context(meeting, request.user),
        "addressees": documents.addressees_of(meeting),
        "not_called": not_called(meeting, meeting.attendances.all()),
        "dates": pages.dates_of(meeting, meeting.day) if meeting.day else [],
        "step": pages.step_of(meeting, "notify", request.user),
    }
    return render(request, "meetings/meeting_notify.html", context, status=status)


def meeting_notice_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The notice as it would leave today, with a watermark and without its number."""
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "notify")
    if not meeting.day:
        messages.error(request, _("Set day, place and chair first."))
        return redirect(meeting)
    notice = documents.notice_context(meeting, request.user)
    return paper_response(request, "meeting_notice", notice, meeting)


# Held


def meeting_hold(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    if refusal := not_now(request, meeting, "hold"):
        return refusal
    typed = request.POST if request.method == "POST" else None
    form = StepForm(typed, row=meeting, step="hold")
    shown = request.POST.get("ordinal", "")
    ordinal = int(shown) if shown.isdecimal() else None
    if form.is_valid() and take_form(request, form, meeting.hold, ordinal=ordinal):
        text = _("“%(meeting)s” is recorded as held. Its minutes can be drafted now.")
        messages.success(request, text % {"meeting": meeting})
        return redirect(meeting)
    status = status_of(form) if form.is_bound else 200
    meeting = get_meeting(request, pk)
    context = {
        "meeting": meeting,
        "form": form,
        "ordinal": meeting.next_ordinal,
        "ticks": pages.ticks_of(meeting),
        "counted": documents.counted(meeting),
        "step": pages.step_of(meeting, "hold", request.user),
    }
    return render(request, "meetings/meeting_hold.html", context, status=status)


# Held before this product


def meeting_bring_in(request: SignedIn) -> HttpResponse:
    """A meeting that the files of a body have; its decisions are typed in on its page."""
    bodies = [
        each
        for each in bodies_of(request.user)
        if request.user.may("record_meetings", each)
    ]
    if not bodies:
        raise PermissionDenied(_("Meetings are recorded by the offices of the body."))
    named = [each for each in bodies if str(each.pk) == request.GET.get("body")]
    body = (named or bodies)[0]
    form = EarlierForm(request.POST or None, body=body)
    if form.is_valid() and take_form(request, form, Meeting.objects.bring_in):
        meeting = Meeting.objects.filter(joint_body=body, is_imported=True).latest("pk")
        text = _("“%(meeting)s” is on file. Its decisions can be typed in now.")
        messages.success(request, text % {"meeting": meeting})
        return redirect(meeting)
    return render(request, "meetings/meeting_earlier.html", {"form": form, "body": body})
