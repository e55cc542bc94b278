"""Who attends a meeting: the list, who is added and taken off, replies, ticks."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm, StepForm
from jointmeeting.views import check_may, paper_response, take_form
from jointmeeting.workflow import StepRefused
from meetings import documents, places
from meetings.forms import (
    ExcuseForm,
    PersonPlaceForm,
    PostPlaceForm,
    ReplaceForm,
    ReplyForm,
    UnitPlaceForm,
)
from meetings.models import ORGANISER, Attendance
from meetings.views.meetings import get_meeting

ADDING = {"unit": UnitPlaceForm, "post": PostPlaceForm, "person": PersonPlaceForm}
REPLIES = {
    "reply": ReplyForm,
    "excuse": ExcuseForm,
    "replace": ReplaceForm,
    "allow": StepForm,
    "disallow": ReasonForm,
}
DRAWN = {  # by what the page says whether the form of an act is drawn; else may_reply
    "replace": "may_replace",
    "allow": "may_judge",
    "disallow": "may_judge",
}


# The list


def attendance_list(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    context = places.page_of(meeting, request.user)
    return render(request, "meetings/attendance_list.html", context)


@require_POST
def attendance_tick(request: SignedIn, pk: int) -> HttpResponse:
    """Who was there, all at once."""
    meeting = get_meeting(request, pk)
    ORGANISER.check(request.user, meeting)
    there = {int(key) for key in request.POST.getlist("there") if key.isdecimal()}
    seen = request.POST.get("seen", "")
    try:
        Attendance.objects.tick(meeting, there, by=request.user, seen=seen)
    except (StepRefused, ValidationError) as refusal:
        said = " ".join(getattr(refusal, "messages", [str(refusal)]))
        context = places.page_of(meeting, request.user, there) | {"refusal": said}
        template = "meetings/attendance_list.html"
        return render(request, template, context, status=409)
    messages.success(request, _("It is kept who was there."))
    return redirect("meetings:attendance_list", meeting.pk)


def attendance_list_pdf(request: SignedIn, pk: int) -> HttpResponseBase:
    """Before the meeting a sheet to sign, afterwards who was there."""
    meeting = get_meeting(request, pk)
    if not places.list_of(meeting, request.user):
        raise Http404
    context = documents.attendance_context(meeting, request.user)
    return paper_response(
        request,
        "attendance_list",
        context,
        reverse("meetings:attendance_list", args=[meeting.pk]),
        preview=False,
    )


def attendance_add(request: SignedIn, pk: int, what: str) -> HttpResponse:
    """A place for a unit, a post, or a person who is invited by name."""
    meeting = get_meeting(request, pk)
    ORGANISER.check(request.user, meeting)
    if what not in ADDING:
        raise Http404
    form = ADDING[what](request.POST or None, meeting=meeting)
    if form.is_valid() and take_form(request, form, Attendance.objects.give, meeting):
        messages.success(request, _("The place is given."))
        return redirect("meetings:attendance_list", meeting.pk)
    context = {"meeting": meeting, "form": form, "what": what}
    status = 409 if form.is_bound and form.non_field_errors() else 200
    return render(request, "meetings/attendance_add.html", context, status=status)


# One place


def _get_place(request: SignedIn, pk: int) -> Attendance:
    """A place this person may see; to anyone else it does not exist."""
    seen = Attendance.objects.visible_to(request.user).select_related(
        "meeting__notice", "meeting__chair", "joint_body", "post", "unit__unit"
    )
    return get_object_or_404(seen, pk=pk)


def attendance_reply(request: SignedIn, pk: int) -> HttpResponse:
    """What is asked of the unit, and the ways to reply, on one page."""
    place = _get_place(request, pk)
    return _draw_reply(request, place, _forms(request, place))


def attendance_answer(request: SignedIn, pk: int, act: str) -> HttpResponse:
    if act not in REPLIES:
        raise Http404
    place = _get_place(request, pk)
    check_may(request.user, place, act)
    if request.method == "GET":
        return redirect(place)
    forms = _forms(request, place, act)
    form, seen = forms[act], request.POST.get("seen", "")
    if form.is_valid() and take_form(request, form, getattr(place, act), seen=seen):
        text = _("The reply of %(who)s is kept.") % {"who": place}
        messages.success(request, text)
        return redirect(_way_back(request, place))
    return _draw_reply(request, _get_place(request, pk), forms, act)


def _forms(request: SignedIn, place: Attendance, typed: str = "") -> dict[str, BaseForm]:
    """The ways to reply and to judge a substitute, one of them as it was typed."""
    initial = places.initial_of(place, request.user)
    return {
        act: form(
            request.POST if act == typed else None,
            *([request.FILES] if act == typed == "replace" else []),
            row=place,
            step=act,
            initial=initial,
            auto_id=f"id_{act}_%s",
        )
        for act, form in REPLIES.items()
    }


def _way_back(request: SignedIn, place: Attendance) -> str:
    """A unit sees its reply; an office goes on with the list."""
    if request.user.stands_for(place.unit):
        return place.get_absolute_url()
    return reverse("meetings:attendance_list", args=[place.meeting_id])


def _draw_reply(
    request: SignedIn, place: Attendance, forms: dict[str, BaseForm], typed: str = ""
) -> HttpResponse:
    """The page with the forms one may send; a form one may not send any more says why."""
    page, sent = places.reply_page(place, request.user), forms.get(typed)
    drawn = page[DRAWN.get(typed, "may_reply")]
    context = page | {"forms": forms, "typed": typed, "sent": None if drawn else sent}
    status = 409 if sent and sent.non_field_errors() else 200
    return render(request, "meetings/attendance_reply.html", context, status=status)


def attendance_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Asks first; the one taken off was told nothing yet."""
    place = _get_place(request, pk)
    check_may(request.user, place, "remove")
    about, back = (
        {"who": place},
        reverse("meetings:attendance_list", args=[place.meeting_id]),
    )
    if request.method == "POST":
        done = _("“%(who)s” is off the list.") % about
        try:
            place.remove(by=request.user)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect(back)
    context = {
        "question": _("Take “%(who)s” off the list?") % about,
        "text": _("Nobody was told yet; the place can be given again."),
        "button": _("Take off the list"),
        "url": request.path,
        "back_url": back,
    }
    return render(request, "frame/confirm.html", context)
