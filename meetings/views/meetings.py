"""Meetings: the list, one meeting, and how it is asked for, answered and called off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consents.views import answer_sheet, sheet_pdf
from institutions.models import JointBody, User
from institutions.requests import SignedIn
from jointmeeting import clock
from jointmeeting.views import check_may, csv_response, paper_response, take_form
from jointmeeting.workflow import already_done
from meetings import documents, pages
from meetings.forms import CancelForm, MeetingForm, MeetingQuery, NumberForm
from meetings.models import Meeting, askers_only, asking_units
from meetings.periods import period_at, rules_of

ROWS = 50


def get_meeting(request: SignedIn, pk: int) -> Meeting:
    """A meeting this person may see; to anyone else it does not exist."""
    meetings = Meeting.objects.visible_to(request.user).select_related(
        "joint_body",
        "requested_by__unit",
        "requested_by__liaison",
        "letter",
        "notice",
        "chair",
        "delegated_by",
        "chair_person",
    )
    return get_object_or_404(meetings, pk=pk)


def bodies_of(user: User) -> list[JointBody]:
    """The bodies this person has a post on today."""
    bodies = {post.joint_body_id: post.joint_body for post in user.posts_held}
    return [body for body in bodies.values() if body.charter_id]


# The list


def meeting_list(request: SignedIn) -> HttpResponse:
    query, found = _queried(request)
    page: Any = Paginator(found, ROWS).get_page(request.GET.get("page"))
    page.object_list = pages.rows_of(page.object_list)
    bodies = bodies_of(request.user)
    context = {
        "query": query,
        "page": page,
        "has_query": any(request.GET.get(name) for name in query.fields),
        "has_bodies": len(bodies) > 1,
        "recordable": [
            body for body in bodies if request.user.may("record_meetings", body)
        ],
        "askable": [body for body in bodies if asking_units(body, request.user)],
    }
    return render(request, "meetings/meeting_list.html", context)


def meeting_export(request: SignedIn) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    _query, found = _queried(request)
    name = _("Meetings %(day)s") % {"day": clock.today()}
    return csv_response(pages.sheet_rows(found), f"{name}.csv")


def _queried(request: SignedIn) -> tuple[MeetingQuery, QuerySet[Meeting]]:
    seen = Meeting.objects.visible_to(request.user)
    years = list(seen.order_by("-year").values_list("year", flat=True).distinct())
    query = MeetingQuery(request.GET, years=years, bodies=bodies_of(request.user))
    found = query.narrowed(seen).select_related("joint_body", "requested_by__unit")
    return query, found.order_by("-year", "-pk")


# One meeting


def meeting_create(request: SignedIn) -> HttpResponse:
    body = _body_to_ask(request)
    units = asking_units(body, request.user)
    if not units:
        raise PermissionDenied(askers_only(body, Meeting.Kind.REGULAR))
    unit = next(iter(units.values()))[0]
    form = MeetingForm(
        request.POST or None,
        instance=Meeting(joint_body=body, requested_by=unit),
        initial={"kind": next(iter(units)), **_asked_for(request, body)},
        units=units,
    )
    if form.is_valid():
        words = {"requested_by": unit} | form.cleaned_data
        chosen = words.pop("requested_by")
        meeting = Meeting.objects.begin(chosen, by=request.user, **words)
        messages.success(request, _("The draft is kept. The letter can be issued now."))
        return redirect(meeting)
    drafts = Meeting.objects.visible_to(request.user).filter(
        joint_body=body, status=Meeting.Status.DRAFT
    )
    context = {"form": form, "body": body, "drafts": drafts, "unit": unit}
    return render(request, "meetings/meeting_form.html", context)


def _body_to_ask(request: SignedIn) -> JointBody:
    """The body named in the address; without one, the first that may be asked."""
    bodies = bodies_of(request.user)
    if named := request.GET.get("body"):
        bodies = [body for body in bodies if str(body.pk) == named]
    if not bodies:
        raise Http404
    askable = [body for body in bodies if asking_units(body, request.user)]
    return (askable or bodies)[0]


def _asked_for(request: SignedIn, body: JointBody) -> dict[str, int]:
    """The work year and its part that the address names, else those that today lies in."""
    now = period_at(rules_of(body), clock.today())
    asked = {"year": now.year, "part": now.number}
    for name in asked:
        if (given := request.GET.get(name, "")).isdecimal():
            asked[name] = int(given)
    return asked


def meeting_amend(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    if not meeting.may_amend(request.user, meeting):
        text = _("This step is for %(who)s.") % {"who": meeting.may_amend}
        raise PermissionDenied(text)
    if request.method == "GET" and meeting.status not in meeting.amendable:
        messages.error(request, _("This can no longer be changed."))
        return redirect(meeting)
    units = asking_units(meeting.joint_body, request.user)
    form = MeetingForm(request.POST or None, instance=meeting, units=units)
    differs: list[Any] = []
    if form.is_valid():
        seen = request.POST.get("seen", "")
        if take_form(request, form, meeting.amend, seen=seen):
            messages.success(request, _("The changes are kept."))
            return redirect(meeting)
        differs = _stored_otherwise(form, Meeting.objects.get(pk=pk))
    stored = Meeting.objects.get(pk=pk)
    context = {
        "form": form,
        "meeting": stored,
        "body": meeting.joint_body,
        "seen": stored.seen(),
        "differs": differs,
    }
    status = 409 if differs else 200
    return render(request, "meetings/meeting_form.html", context, status=status)


def _stored_otherwise(form: MeetingForm, stored: Meeting) -> list[tuple[str, Any]]:
    """What is stored now where it is not what was typed."""
    return [
        (str(form[name].label), stored.said(name, getattr(stored, name)))
        for name, typed in form.cleaned_data.items()
        if getattr(stored, name) != typed
    ]


# Steps


def meeting_request(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "request")
    step = pages.step_of(meeting, "request", request.user)
    if request.method == "GET" and step is None:
        messages.error(request, already_done(meeting))
        return redirect(meeting)
    form = NumberForm(request.POST or None, row=meeting, step="request")
    if form.is_valid() and take_form(request, form, meeting.request):
        text = _("The letter is issued: %(letter)s.") % {"letter": meeting.letter}
        messages.success(request, text)
        return redirect(meeting)
    meeting = get_meeting(request, pk)
    context = {
        "meeting": meeting,
        "form": form,
        "letter": documents.request_context(meeting, request.user),
        "route": pages.route_of(meeting),
        "rules": meeting.rules,
        "step": step,
    }
    return render(request, "meetings/meeting_request.html", context)


def meeting_letter_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The letter as it would leave today, with a watermark and without its number."""
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "request")
    letter = documents.request_context(meeting, request.user)
    return paper_response(request, "convene_request", letter, meeting)


def meeting_cancel(request: SignedIn, pk: int) -> HttpResponse:
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "cancel")
    if request.method == "GET" and not pages.step_of(meeting, "cancel", request.user):
        messages.error(request, already_done(meeting))
        return redirect(meeting)
    form = CancelForm(request.POST or None, row=meeting, step="cancel")
    if form.is_valid() and take_form(request, form, meeting.cancel):
        text = _("“%(meeting)s” is cancelled.") % {"meeting": meeting}
        messages.success(request, text)
        return redirect(meeting)
    return _draw_cancelling(request, meeting, form)


def meeting_cancellation_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The notice of the cancellation as it would leave today; or the form as it is."""
    meeting = get_meeting(request, pk)
    check_may(request.user, meeting, "cancel")
    if not (meeting.notice and pages.step_of(meeting, "cancel", request.user)):
        messages.error(request, already_done(meeting))
        return redirect(meeting)
    form = CancelForm(request.POST or None, row=meeting, step="cancel")
    if not form.is_valid():
        return _draw_cancelling(request, meeting, form)
    reason = form.cleaned_data["reason"]
    notice = documents.cancellation_context(meeting, reason, request.user)
    return paper_response(request, "meeting_cancelled", notice, meeting)


def _draw_cancelling(
    request: SignedIn, meeting: Meeting, form: CancelForm
) -> HttpResponse:
    context = {
        "form": form,
        **_what_cancelling_means(meeting),
        "button": _("Cancel the meeting"),
        "url": reverse("meetings:meeting_cancel", args=[meeting.pk]),
        "back_url": meeting.get_absolute_url(),
        "is_dangerous": True,
    }
    if meeting.notice:
        at = [meeting.pk]
        context["preview_url"] = reverse("meetings:meeting_cancellation_preview", args=at)
    return render(request, "frame/confirm.html", context)


def _what_cancelling_means(meeting: Meeting) -> dict[str, str]:
    """The question and what follows from it: after the notice, more are told."""
    about = {"meeting": meeting, "n": len(documents.addressees_of(meeting))}
    if not meeting.notice:
        text = _(
            "Whoever was asked need not answer any more. It stays on file as cancelled,"
            " with your reason; this cannot be taken back."
        )
        return {"question": _("Cancel “%(meeting)s”?") % about, "text": text}
    text = _(
        "The notice that says so has a number and your reason; nobody owes a reply any"
        " more. Topics on its agenda stay settled and can be put on that of another"
        " meeting. It stays on file as cancelled; this cannot be taken back."
    )
    asked = _("Cancel “%(meeting)s”? The %(n)s units notified will be told.")
    return {"question": asked % about, "text": text}


def meeting_answer(request: SignedIn, pk: int, act: str) -> HttpResponse:
    return answer_sheet(request, get_meeting(request, pk), act, request.path)


def meeting_sheet(request: SignedIn, pk: int, act: str) -> HttpResponseBase:
    meeting = get_meeting(request, pk)
    if not meeting.is_told_to(request.user):
        raise Http404
    return sheet_pdf(request, meeting, act)
