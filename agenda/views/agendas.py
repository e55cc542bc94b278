"""The agenda of a meeting: its page, the order, what is put on, changed and taken off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agenda import agenda_pages, documents
from agenda.forms import ItemForm, NewItemForm, SupplementForm, TakeUpForm
from agenda.models import Agenda, AgendaItem, Topic
from institutions.requests import SignedIn
from jointmeeting.forms import ReasonForm
from jointmeeting.views import check_may, paper_response, take_form, take_step
from jointmeeting.workflow import StepRefused, already_done
from meetings.models import Meeting


def _get_agenda(request: SignedIn, pk: int) -> Agenda:
    """An agenda this person may read; to anyone else it does not exist."""
    agendas = Agenda.objects.visible_to(request.user)
    related = agendas.select_related(
        "joint_body", "meeting__joint_body", "meeting__chair"
    )
    return get_object_or_404(related, pk=pk)


def _get_item(agenda: Agenda, items: "QuerySet[AgendaItem]", pk: int) -> AgendaItem:
    item = get_object_or_404(items.select_related("presenter__unit", "topic"), pk=pk)
    item.agenda = agenda
    return item


def _typed(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


# The page, and the order of the items


def agenda_detail(request: SignedIn, pk: int) -> HttpResponse:
    page = agenda_pages.page_of(_get_agenda(request, pk), request.user)
    return render(request, "agenda/agenda_detail.html", page)


@require_POST
def agenda_begin(request: SignedIn, pk: int) -> HttpResponse:
    """Begin the agenda of the meeting of this key; there is one, it is opened."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    try:
        agenda = Agenda.objects.begin(meeting, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(meeting)
    return redirect(agenda)


@require_POST
def agenda_sort(request: SignedIn, pk: int) -> HttpResponse:
    """Keep the order sent, one item of it moved a place if asked; back to that item."""
    agenda = _get_agenda(request, pk)
    order = [int(key) for key in request.POST.getlist("order") if key.isdecimal()]
    order, moved, ahead = _moved(order, request.POST.get("move", ""))
    try:
        agenda.sort(by=request.user, order=order, seen=request.POST.get("seen", ""))
    except (StepRefused, ValidationError) as refusal:
        return _not_sorted(request, pk, order, refusal)
    if moved not in order:
        messages.success(request, _("The order is kept."))
        return redirect(agenda)
    place = order.index(moved)
    text = _("“%(item)s” is item %(n)s now.")
    item = agenda.items.get(pk=moved)
    messages.success(request, text % {"item": item, "n": place + 1})
    at_end = place == 0 if ahead else place == len(order) - 1
    key = "down" if ahead == at_end else "up"
    return redirect(f"{agenda.get_absolute_url()}#{key}-{moved}")


def _moved(order: list[int], move: str) -> tuple[list[int], int, bool]:
    """`up 12`: the order with that item a place ahead, the item, whether it went ahead."""
    way, _space, key = move.partition(" ")
    item = int(key) if key.isdecimal() else 0
    if item in order:
        here = order.index(item)
        there = max(here - 1, 0) if way == "up" else here + 1
        order = [*order[:here], *order[here + 1 :]]
        order.insert(there, item)
    return order, item, way == "up"


def _not_sorted(
    request: SignedIn, pk: int, order: list[int], refusal: StepRefused | ValidationError
) -> HttpResponse:
    """The page with the order that was sent, not kept, and what others did meanwhile."""
    agenda = _get_agenda(request, pk)
    reason = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
    changed = agenda_pages.changes_since(agenda, request.POST.get("since", ""))
    page = agenda_pages.page_of(agenda, request.user, order)
    context = page | {"refusal": reason, "changed": changed}
    return render(request, "agenda/agenda_detail.html", context, status=409)


def agenda_pdf(request: SignedIn, pk: int) -> HttpResponseBase:
    """The agenda as a document; a draft of it says that it is one."""
    agenda = _get_agenda(request, pk)
    paper = documents.agenda_context(agenda, request.user)
    is_draft = agenda.status == Agenda.Status.DRAFT
    return paper_response(request, "agenda", paper, agenda, preview=is_draft)


# Topics


def agenda_take_up(request: SignedIn, pk: int, topic: int) -> HttpResponse:
    done = _("“%(topic)s” is on the agenda.")
    words = {
        "question": _("Put topic “%(topic)s” on the agenda?"),
        "text": _("It comes last; then set who presents it and how long it takes."),
        "button": _("Put on the agenda"),
    }
    return _take(request, pk, topic, "take_up", TakeUpForm, words, done)


def agenda_supplement(request: SignedIn, pk: int, topic: int) -> HttpResponse:
    done = _("“%(topic)s” is added to the agenda.")
    words = {
        "question": _("Add topic “%(topic)s” to the frozen agenda?"),
        "text": _(
            "It comes last and is marked as added later; the others stay as they are."
        ),
        "button": _("Add the topic"),
    }
    return _take(request, pk, topic, "supplement", SupplementForm, words, done)


def _take(
    request: SignedIn,
    pk: int,
    topic_pk: int,
    name: str,
    kind: type[TakeUpForm],
    words: dict[str, Any],
    done: str,
) -> HttpResponse:
    """Put a topic on, with a reason where its gates or the frozen agenda ask for one."""
    agenda = _get_agenda(request, pk)
    if refusal := _not_now(request, agenda, name):
        return refusal
    topics = Topic.objects.visible_to(request.user).select_related("joint_body")
    topic = get_object_or_404(topics, pk=topic_pk, joint_body=agenda.joint_body)
    form, status = kind(_typed(request), row=topic, agenda=agenda), 200
    if form.is_valid():
        if take_form(request, form, getattr(agenda, name), topic=topic):
            messages.success(request, done % {"topic": topic})
            return redirect(agenda)
        status = 409
    words = words | {"question": words["question"] % {"topic": topic}}
    return _asked(request, agenda, form, words, status)


def _asked(
    request: SignedIn, agenda: Agenda, form: Form, words: dict[str, Any], status: int
) -> HttpResponse:
    """A page that asks before a step, and again when it was refused."""
    where = {"form": form, "url": request.path, "back_url": agenda.get_absolute_url()}
    return render(request, "frame/confirm.html", words | where, status=status)


def _not_now(request: SignedIn, agenda: Agenda, name: str) -> HttpResponse | None:
    """Back to the agenda, if this step's form need not even be drawn; 403 for others."""
    check_may(request.user, agenda, name)
    if request.method == "GET" and agenda.status not in _step(name).source:
        messages.error(request, already_done(agenda))
        return redirect(agenda)
    return None


def _step(name: str) -> Any:
    return getattr(Agenda, name).transition


# Items


def agenda_add(request: SignedIn, pk: int) -> HttpResponse:
    agenda = _get_agenda(request, pk)
    if refusal := _not_now(request, agenda, "add"):
        return refusal
    item = AgendaItem(agenda=agenda, joint_body=agenda.joint_body)
    form, status = NewItemForm(_typed(request), instance=item), 200
    if form.is_valid():
        if take_form(request, form, agenda.add):
            title = form.cleaned_data["title"]
            messages.success(
                request, _("“%(topic)s” is on the agenda.") % {"topic": title}
            )
            return redirect(agenda)
        status = 409
    context = {"form": form, "agenda": agenda}
    return render(request, "agenda/agenda_item.html", context, status=status)


def agenda_change(request: SignedIn, pk: int, item: int) -> HttpResponse:
    agenda = _get_agenda(request, pk)
    if refusal := _not_now(request, agenda, "change"):
        return refusal
    row = _get_item(agenda, agenda.items.all(), item)
    form, status = ItemForm(_typed(request), instance=row), 200
    stored: list[tuple[str, Any]] = []
    if form.is_valid():
        seen = request.POST.get("seen", "")
        if take_form(request, form, agenda.change, item=row, seen=seen):
            messages.success(request, _("The changes are kept."))
            return redirect(f"{agenda.get_absolute_url()}#item-{row.pk}")
        row, status = AgendaItem.all_time.get(pk=item), 409
        stored = form.stored_otherwise(row)
    row = AgendaItem.all_time.get(pk=item)
    context = {"form": form, "agenda": agenda, "item": row, "seen": row.seen()}
    return render(
        request, "agenda/agenda_item.html", context | {"stored": stored}, status=status
    )


def agenda_take_off(request: SignedIn, pk: int, item: int) -> HttpResponse:
    agenda = _get_agenda(request, pk)
    if refusal := _not_now(request, agenda, "take_off"):
        return refusal
    row = _get_item(agenda, agenda.items.all(), item)
    back = (
        _("It waits below, ready to be put on again.")
        if row.topic
        else _("It is kept below and can be put on again as it was.")
    )
    words = {
        "question": _("Take “%(item)s” off the agenda?") % {"item": row},
        "text": back,
        "button": _("Take off"),
        "is_dangerous": True,
    }
    form = Form(_typed(request))
    if form.is_valid() and take_form(request, form, agenda.take_off, item=row):
        messages.success(request, _("“%(item)s” is off the agenda.") % {"item": row})
        return redirect(agenda)
    return _asked(request, agenda, form, words, 409 if form.errors else 200)


@require_POST
def agenda_put_back(request: SignedIn, pk: int, item: int) -> HttpResponse:
    agenda = _get_agenda(request, pk)
    every = AgendaItem.all_time.filter(agenda=agenda)
    row = _get_item(agenda, every, item)
    done = _("“%(topic)s” is on the agenda.") % {"topic": row}
    return take_step(request, agenda, agenda.put_back, done, item=row)


# The whole agenda


def agenda_gather(request: SignedIn, pk: int) -> HttpResponse:
    """Whom the charter and the items call for, before they are given a place."""
    agenda = _get_agenda(request, pk)
    if refusal := _not_now(request, agenda, "gather"):
        return refusal
    places = agenda.places_missing()
    if request.method == "POST":
        done = _("%(n)s places are added to the list.") % {"n": len(places)}
        return take_step(request, agenda, agenda.gather, done)
    context = {
        "agenda": agenda,
        "places": places,
        "there": agenda.meeting.attendances.count(),
        "basis": agenda.meeting.sitting_rules.attendance.basis,
    }
    return render(request, "agenda/agenda_gather.html", context)


@require_POST
def agenda_freeze(request: SignedIn, pk: int) -> HttpResponse:
    agenda = _get_agenda(request, pk)
    done = _("The agenda is frozen; it goes out with the notice.")
    return take_step(request, agenda, agenda.freeze, done)


def agenda_reopen(request: SignedIn, pk: int) -> HttpResponse:
    agenda = _get_agenda(request, pk)
    if refusal := _not_now(request, agenda, "reopen"):
        return refusal
    words = {
        "question": _("Open the agenda of %(meeting)s again?")
        % {"meeting": agenda.meeting},
        "text": _(
            "It becomes a draft: order and items can be changed, and only the offices see"
            " it until it is frozen anew."
        ),
        "button": _("Open again"),
    }
    form = ReasonForm(_typed(request), row=agenda, step="reopen")
    if form.is_valid() and take_form(request, form, agenda.reopen):
        messages.success(request, _("The agenda is a draft again."))
        return redirect(agenda)
    refused = form.is_bound and bool(form.non_field_errors())
    return _asked(request, agenda, form, words, 409 if refused else 200)
