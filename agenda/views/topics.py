"""Topics: the list, one topic, and how it is proposed, submitted, changed and put to units."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agenda import documents, pages, topic_rows
from agenda.forms import ConsultForm, ReturnForm, StudyForm, TopicForm, TopicQuery
from agenda.models import Topic, next_closings
from consents.views import answer_sheet, sheet_pdf
from institutions.requests import SignedIn
from jointmeeting import clock
from jointmeeting.forms import ReasonForm
from jointmeeting.views import (
    check_may,
    csv_response,
    paper_response,
    take_form,
    take_step,
)
from jointmeeting.workflow import already_done

ROWS = 50


def _get_topic(request: SignedIn, pk: int) -> Topic:
    """A topic this person may read; to anyone else it does not exist."""
    topics = Topic.objects.visible_to(request.user).select_related(
        "joint_body",
        "proposed_by__unit",
        "proposed_by__liaison__side",
        "set_by",
        "late_for",
    )
    return get_object_or_404(topics, pk=pk)


# The list


def topic_list(request: SignedIn) -> HttpResponse:
    query, found = _queried(request)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page": page,
        "rows": topic_rows.rows_of(page.object_list),
        "has_query": any(request.GET.get(name) for name in query.fields),
        "has_bodies": "joint_body" in query.fields,
        "may_propose": bool(pages.proposing_units(request.user)),
    }
    return render(request, "agenda/topic_list.html", context)


def topic_export(request: SignedIn) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    _query, found = _queried(request)
    name = _("Topics %(day)s") % {"day": clock.today()}
    return csv_response(topic_rows.sheet_rows(found), f"{name}.csv")


def _queried(request: SignedIn) -> tuple[TopicQuery, QuerySet[Topic]]:
    seen = Topic.objects.visible_to(request.user)
    bodies = {post.joint_body_id: post.joint_body for post in request.user.posts_held}
    query = TopicQuery(request.GET, bodies=list(bodies.values()))
    return query, query.narrowed(seen).only(
        *topic_rows.LISTED
    ).with_carried_over().order_by("-pk")


# One topic


def topic_detail(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    return render(request, "agenda/topic_detail.html", pages.page_of(topic, request.user))


def topic_create(request: SignedIn) -> HttpResponse:
    units = pages.proposing_units(request.user)
    if not units:
        raise PermissionDenied(pages.proposers_only(request.user))
    if named := request.GET.get("unit"):
        units = [unit for unit in units if str(unit.pk) == named]
    if not units:
        raise Http404
    if len(units) > 1:
        return render(request, "agenda/topic_unit.html", {"units": units})
    [unit] = units
    topic = Topic(joint_body=unit.joint_body, proposed_by=unit)
    form = TopicForm(request.POST or None, instance=topic)
    if form.is_valid():
        topic = Topic.objects.begin(unit, by=request.user, **form.cleaned_data)
        messages.success(request, _kept(topic))
        return redirect(topic)
    context = {
        "form": form,
        "unit": unit,
        "needs": topic.missing("to_submit"),
        "basis": topic.rules.to_submit.basis,
        "next_steps": pages.after_submitting(topic),
        "closings": next_closings([unit.joint_body]),
    }
    return render(request, "agenda/topic_create.html", context)


def _kept(topic: Topic) -> str:
    """That a draft was saved, and what is still to be done before it is submitted."""
    if missing := topic.missing("to_submit"):
        text = _("The draft is kept. Before it is submitted it needs: %(what)s.")
        return text % {"what": _(", ").join(missing)}
    return _("The draft is kept. It can be submitted now.")


def topic_amend(request: SignedIn, pk: int) -> HttpResponse:
    """Change the text; what the change would void is named before it is kept."""
    topic = _get_topic(request, pk)
    if not topic.may_amend(request.user, topic):
        text = _("This step is for %(who)s.") % {"who": topic.may_amend.who(topic)}
        raise PermissionDenied(text)
    if request.method == "GET" and topic.status not in topic.amendable:
        messages.error(request, _("This can no longer be changed."))
        return redirect(topic)
    form = TopicForm(request.POST or None, instance=topic)
    seen, status, changed = request.POST.get("seen", ""), 200, []
    if form.is_valid():
        voids = topic.voided_by(**form.cleaned_data)
        if any(voids) and seen == topic.seen() and "confirmed" not in request.POST:
            return _confirm_amend(request, topic, form, *voids)
        if take_form(request, form, topic.amend, seen=seen):
            messages.success(request, _("The changes are kept."))
            return redirect(topic)
        topic, status = Topic.objects.get(pk=pk), 409
        changed = pages.changes_since(topic, seen)
    is_draft = topic.status == Topic.Status.DRAFT
    context = {
        "form": form,
        "topic": topic,
        "seen": topic.seen(),
        "changed": changed,
        "closings": next_closings([topic.joint_body]) if is_draft else [],
    }
    return render(request, "agenda/topic_amend.html", context, status=status)


def _confirm_amend(
    request: SignedIn, topic: Topic, form: TopicForm, sheets: list, asked: list
) -> HttpResponse:
    context = {
        "topic": topic,
        "form": form,
        "seen": topic.seen(),
        "sheets": sheets,
        "asked": asked,
        "goes_back": any(sheet.act == "settle" for sheet in sheets),
    }
    return render(request, "agenda/topic_amend_confirm.html", context)


# Consent


def topic_answer(request: SignedIn, pk: int, act: str) -> HttpResponse:
    return answer_sheet(request, _get_topic(request, pk), act, request.path)


def topic_sheet(request: SignedIn, pk: int, act: str) -> HttpResponseBase:
    topic = _get_topic(request, pk)
    if not topic.is_told_to(request.user):
        raise Http404
    return sheet_pdf(request, topic, act)


# Steps


@require_POST
def topic_submit(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    done = _("“%(topic)s” is submitted; it is for the signatories to answer.")
    if (consult := topic.rules.consult) and consult.when == "before":
        done = _("“%(topic)s” is submitted; units are asked for their opinions first.")
    return take_step(request, topic, topic.submit, done % {"topic": topic})


@require_POST
def topic_set_directly(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    done = _("“%(topic)s” is settled by your side directly.")
    return take_step(request, topic, topic.set_directly, done % {"topic": topic})


def topic_ask_to_let_pass(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    words = {
        "question": _("Ask to let late topic “%(topic)s” pass?") % {"topic": topic},
        "text": _(
            "Those whom the charter names are asked, with your reason. Until they have"
            " agreed, it does not come on the agenda of the next meeting."
        ),
        "button": _("Ask to let it pass"),
    }
    done = _("They are asked to let “%(topic)s” pass.")
    return _with_reason(request, topic, "ask_to_let_pass", words, done)


@require_POST
def topic_put(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    done = _("“%(topic)s” is put to those who settle topics.")
    return take_step(request, topic, topic.put, done % {"topic": topic})


def topic_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    words = {
        "question": _("Withdraw topic “%(topic)s”?") % {"topic": topic},
        "text": _(
            "Whoever was asked need not answer any more. It stays on file as withdrawn,"
            " with your reason; this cannot be taken back."
        ),
        "button": _("Withdraw the topic"),
        "is_dangerous": True,
    }
    return _with_reason(request, topic, "withdraw", words, _("“%(topic)s” is withdrawn."))


def topic_return_it(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    words = {
        "question": _("Return topic “%(topic)s” to %(unit)s?")
        % {"topic": topic, "unit": topic.proposed_by},
        "text": _(
            "It becomes a draft again. Answers that were given are void; the unit reads"
            " your reason, completes the topic and submits it anew."
        ),
        "button": _("Return the topic"),
    }
    done = _("“%(topic)s” is returned.")
    return _with_reason(request, topic, "return_it", words, done, ReturnForm)


def topic_ask_to_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    words = {
        "question": _("Ask to withdraw topic “%(topic)s”?") % {"topic": topic},
        "text": _(
            "It was settled together, so it is withdrawn together: those who settled it"
            " are asked. Until they have agreed it stays as it is."
        ),
        "button": _("Ask to withdraw the topic"),
    }
    done = _("The signatories are asked whether “%(topic)s” is withdrawn.")
    return _with_reason(request, topic, "ask_to_withdraw", words, done)


def _with_reason(
    request: SignedIn,
    topic: Topic,
    name: str,
    words: dict[str, Any],
    done: str,
    kind: type[ReasonForm] = ReasonForm,
) -> HttpResponse:
    """A step that asks for a reason, on a page that names the topic and says what it means."""
    if refusal := _not_now(request, topic, name):
        return refusal
    form = kind(request.POST or None, row=topic, step=name)
    status = 200
    if form.is_valid():
        if take_form(request, form, getattr(topic, name)):
            messages.success(request, done % {"topic": topic})
            return redirect(topic)
        status = 409
    context = words | {
        "form": form,
        "url": request.path,
        "back_url": topic.get_absolute_url(),
    }
    return render(request, "frame/confirm.html", context, status=status)


def _not_now(request: SignedIn, topic: Topic, name: str) -> HttpResponse | None:
    """Back to the topic, if this step's form need not even be drawn; 403 for others."""
    check_may(request.user, topic, name)
    if request.method == "GET" and topic.status not in _step(name).source:
        messages.error(request, already_done(topic))
        return redirect(topic)
    return None


def _step(name: str) -> Any:
    return getattr(Topic, name).transition


def topic_record_study(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    if refusal := _not_now(request, topic, "record_study"):
        return refusal
    form = StudyForm(request.POST or None, row=topic, step="record_study")
    status = 200
    if form.is_valid():
        if take_form(request, form, topic.record_study):
            messages.success(request, _("The field study is recorded."))
            return redirect(topic)
        status = 409
    context = {"form": form, "topic": topic}
    return render(request, "agenda/study_form.html", context, status=status)


def topic_consult(request: SignedIn, pk: int) -> HttpResponse:
    topic = _get_topic(request, pk)
    if refusal := _not_now(request, topic, "consult"):
        return refusal
    rules = topic.rules.consult
    if rules is None or not topic.is_put_to_units:
        messages.error(request, _("By the charter units are not asked at this stage."))
        return redirect(topic)
    form, status = ConsultForm(request.POST or None, row=topic), 200
    if form.is_valid():
        if take_form(request, form, topic.consult):
            asked = form.cleaned_data["units"]
            text = _("The letter is issued; %(n)s units are asked.")
            messages.success(request, text % {"n": len(asked)})
            return redirect(topic)
        topic, status = _get_topic(request, pk), 409
    context = {
        "form": form,
        "topic": topic,
        "text": pages.text_of(topic),
        "rules": rules,
        "due": rules.term.due(clock.today()),
        "returns": topic.consultations.open_returns().select_related("unit__unit"),
        "round": topic.round,
        "asked": topic.asked.filter(round=topic.round).select_related("unit__unit"),
    }
    return render(request, "agenda/topic_consult.html", context, status=status)


def topic_letter_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The letter as it would leave today to the units chosen, watermarked, without number."""
    topic = _get_topic(request, pk)
    check_may(request.user, topic, "consult")
    rules = topic.rules.consult
    if rules is None:
        raise Http404
    chosen = (request.POST or request.GET).getlist("units")
    units = topic.askable().select_related("unit", "liaison")
    named = [unit for unit in units if str(unit.pk) in chosen] or units
    letter = documents.consultation_context(topic, rules, named, request.user)
    return paper_response(request, "consultation_letter", letter, topic)
