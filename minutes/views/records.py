"""What came of each item, and what was decided on it, while the minutes are a draft."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from institutions.requests import SignedIn
from jointmeeting.views import check_may, take_form, take_step
from minutes import pages
from minutes.documents import how_decided
from minutes.forms import DecisionForm, RecordForm
from minutes.models import Decision, ItemRecord, Minutes
from minutes.views.minutes import stored_otherwise

ROWS = 50


def _get_record(request: SignedIn, pk: int) -> ItemRecord:
    records = ItemRecord.objects.filter(
        minutes__in=Minutes.objects.visible_to(request.user)
    ).select_related(
        "item__topic", "item__presenter__unit", "minutes__meeting", "minutes__joint_body"
    )
    return get_object_or_404(records, pk=pk)


def _get_decision(request: SignedIn, pk: int) -> Decision:
    """A decision of minutes this person may read."""
    decisions = Decision.objects.filter(
        meeting__minutes__in=Minutes.objects.visible_to(request.user)
    ).select_related("item__record", "meeting__minutes", "joint_body")
    return get_object_or_404(decisions, pk=pk)


def record_item(request: SignedIn, pk: int) -> HttpResponse:
    """One item: its outcome and discussion, and all that was decided on it."""
    record = _get_record(request, pk)
    minutes = record.minutes
    may_record = minutes.may_amend(request.user, minutes)
    is_draft = minutes.status == Minutes.Status.DRAFT
    form, differs, status = RecordForm(request.POST or None, instance=record), [], 200
    if request.method == "POST":
        check_may(request.user, minutes, "record")
        if form.is_valid():
            seen = request.POST.get("seen", "")
            if take_form(request, form, minutes.record, item=record, seen=seen):
                return _recorded(request, record)
            record, status = _get_record(request, pk), 409
            differs = stored_otherwise(form, record)
    rows = pages.grouped(minutes, request.user).get(record.item_id, [])
    context = {
        "record": record,
        "minutes": minutes,
        "form": form if may_record and (is_draft or form.errors) else None,
        "may_record": may_record and is_draft,
        "differs": differs,
        "seen": record.seen(),
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "measures": pages.measures_of(record) if may_record and is_draft else [],
        "next": _after(record),
        "manner": how_decided(record).get("manner", ""),
    }
    return render(request, "minutes/record_item.html", context, status=status)


def _recorded(request: SignedIn, record: ItemRecord) -> HttpResponse:
    messages.success(request, _("“%(item)s” is recorded.") % {"item": record})
    after = _after(record) if "next" in request.POST else None
    if after:
        return redirect("minutes:record_item", after.pk)
    return redirect(record.minutes)


def _after(record: ItemRecord) -> ItemRecord | None:
    """The item that follows it."""
    rows = list(record.minutes.records.select_related("item"))
    later = rows[rows.index(record) + 1 :]
    return later[0] if later else None


# Decisions


def decision_create(request: SignedIn, pk: int) -> HttpResponse:
    """One more decision on an item, begun with a line of the topic's measure."""
    record = _get_record(request, pk)
    minutes = record.minutes
    check_may(request.user, minutes, "decide")
    decision = Decision(joint_body=minutes.joint_body, meeting=minutes.meeting)
    form = DecisionForm(
        request.POST or None,
        instance=decision,
        initial=_begun(request, record),
        units=pages.unit_choices(minutes.joint_body),
    )
    status = 200
    if form.is_valid():
        if take_form(request, form, minutes.decide, item=record.item):
            _warn_of_calendar(request, form)
            messages.success(request, _("The decision is written down."))
            return redirect("minutes:record_item", record.pk)
        status = 409
    context = {"form": form, "record": record, "minutes": minutes, "decision": None}
    return render(request, "minutes/decision_form.html", context, status=status)


def _begun(request: SignedIn, record: ItemRecord) -> dict[str, Any]:
    """What a new decision begins with: a line of the measure, or one that was struck out."""
    struck = request.GET.get("struck", "")
    if struck.isdecimal():
        gone = Decision.history.filter(
            meeting=record.minutes.meeting_id, history_type="-", pk=int(struck)
        )
        return gone.values(*Decision.WORDS).first() or {}
    measures, line = pages.measures_of(record), request.GET.get("line", "")
    if line.isdecimal() and int(line) < len(measures):
        return {"text": measures[int(line)]}
    is_first = not record.item.decisions.exists()
    return {"text": measures[0]} if is_first and len(measures) == 1 else {}


@require_POST
def decision_split(request: SignedIn, pk: int) -> HttpResponse:
    """A decision for each line chosen of the topic's measure, to be completed then."""
    record = _get_record(request, pk)
    minutes = record.minutes
    check_may(request.user, minutes, "split")
    chosen = request.POST.getlist("line")
    texts = [line for line in pages.measures_of(record) if line in chosen]
    if not texts:
        messages.error(request, _("Choose at least one line of the measure."))
        return redirect("minutes:record_item", record.pk)
    done = _("%(n)s decisions are written down; complete them now.") % {"n": len(texts)}
    take_step(request, minutes, minutes.split, done, item=record.item, texts=texts)
    return redirect("minutes:record_item", record.pk)


def decision_change(request: SignedIn, pk: int) -> HttpResponse:
    decision = _get_decision(request, pk)
    minutes = decision.meeting.minutes
    check_may(request.user, minutes, "change_decision")
    if request.method == "GET" and minutes.status != Minutes.Status.DRAFT:
        messages.error(request, _("This can no longer be changed."))
        return redirect(minutes)
    units = pages.unit_choices(minutes.joint_body)
    form = DecisionForm(request.POST or None, instance=decision, units=units)
    differs: list[tuple[str, Any]] = []
    status = 200
    if form.is_valid():
        seen = request.POST.get("seen", "")
        step = minutes.change_decision
        if take_form(request, form, step, decision=decision, seen=seen):
            _warn_of_calendar(request, form)
            messages.success(request, _("The decision is changed."))
            return _back_to(decision)
        status = 409
        stored = Decision.objects.filter(pk=pk).first()
        differs = _decided_otherwise(form, stored) if stored else []
    stored = Decision.objects.filter(pk=pk).first()
    context = {
        "form": form,
        "record": decision.item and decision.item.record,
        "minutes": minutes,
        "decision": decision,
        "differs": differs,
        "seen": stored.seen() if stored else "",
    }
    return render(request, "minutes/decision_form.html", context, status=status)


def _decided_otherwise(form: Any, stored: Decision) -> list[tuple[str, Any]]:
    """What is stored of a decision where it is not what was typed."""
    found = []
    for name, typed in form.cleaned_data.items():
        value: Any = getattr(stored, name)
        if name in ("leads", "assisting"):
            value, typed = set(value.all()), set(typed)
            said = "、".join(map(str, value))
        else:
            said = {True: _("Yes"), False: _("No")}.get(value, value)
        if value != typed:
            found.append((str(form[name].label), said))
    return found


def decision_strike(request: SignedIn, pk: int) -> HttpResponse:
    decision = _get_decision(request, pk)
    minutes = decision.meeting.minutes
    check_may(request.user, minutes, "strike")
    if request.method == "POST":
        done = _("“%(decision)s” is struck out; it can be written down again.")
        done %= {"decision": decision}
        return take_step(request, minutes, minutes.strike, done, decision=decision)
    context = {
        "question": _("Strike out “%(decision)s”?") % {"decision": decision},
        "text": _(
            "It will not stand in the minutes. Its text stays in the log, and can be"
            " written down again from the page of the minutes as long as they are a draft."
        ),
        "button": _("Strike out the decision"),
        "url": request.path,
        "back_url": minutes.get_absolute_url(),
        "is_dangerous": True,
    }
    return render(request, "frame/confirm.html", context)


def _back_to(decision: Decision) -> HttpResponse:
    """The page of the decision's item."""
    if decision.item is None:
        return redirect(decision.meeting.minutes)
    return redirect("minutes:record_item", decision.item.record.pk)


def _warn_of_calendar(request: SignedIn, form: DecisionForm) -> None:
    """A due date in a year whose working calendar nobody has imported yet."""
    for year in pages.unknown_among([form.cleaned_data["due_on"]]):
        text = _(
            "No working calendar for %(year)s: its deadlines are provisional; ask an"
            " administrator to import it."
        )
        messages.warning(request, text % {"year": year})
