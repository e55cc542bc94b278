"""The pages on which a charter is changed: a draft, part by part, until it is in force."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.drafts.forms import EnactForm, FileForm
from desk.drafts.names import Names
from desk.drafts.nodes import Builder, counted, id_of
from desk.drafts.posted import done, typed_part
from desk.labels import part_label
from desk.versions import changes_between
from institutions.charter import PARTS
from institutions.drafting import (
    StaleDraft,
    begin_draft,
    change_part,
    check_may_draft,
    discard_draft,
    problems_in,
    replace_draft,
    to_come,
)
from institutions.lacks import lacks_of
from institutions.log import Entry, Told, log_of
from institutions.models import Charter, JointBody
from institutions.reading import CharterRefused
from institutions.requests import SignedIn
from institutions.versions import agree, take_back
from institutions.writing import text_of
from jointmeeting import clock
from jointmeeting.views import take_form
from jointmeeting.workflow import StepRefused
from meetings.models import open_year

DRAFT = Charter.State.DRAFT


def get_body(request: SignedIn, pk: int) -> JointBody:
    """A body whose charter this person changes; others of it learn that they may not."""
    body = get_object_or_404(JointBody.objects.seen_by(request.user), pk=pk)
    check_may_draft(request.user, body)
    return body


def get_draft(request: SignedIn, pk: int) -> Charter:
    body = get_body(request, pk)
    draft = to_come(body)
    if draft is None or draft.state != DRAFT:
        raise Http404
    draft.joint_body = body
    return draft


def _revision(sent: QueryDict) -> int:
    """The revision that the page was drawn from; of no draft, where it names none."""
    revision = sent.get("revision", "")
    return int(revision) if revision.isdecimal() else -1


def draft_detail(request: SignedIn, pk: int) -> HttpResponse:
    """The version to come: its parts, what is to be corrected, and what to do with it."""
    body = get_body(request, pk)
    draft = to_come(body)
    context: dict[str, Any] = {"body": body, "draft": draft}
    if draft:
        problems = problems_in(draft)
        context |= {
            "parts": _parts(counted(problems)),
            "total": len(problems),
            "problems": problems,
            "may_draft": True,
            "to_come": draft,
            "lacks": [] if problems else lacks_of(draft, body),
            "waits": draft.state != DRAFT,
            "is_overdue": draft.state != DRAFT and draft.in_force_from <= clock.today(),
            "log": _edits(log_of(body, Told(draft.history.all()))),
        }
    return render(request, "desk/drafts/draft_detail.html", context)


def _edits(log: list[Entry]) -> list[Entry]:
    """The log with its parts by name; changes of one part in a row are told once."""
    told: list[Entry] = []
    for entry in log:
        if entry.reason in PARTS:
            entry.reason = part_label(entry.reason)
        last = told[-1] if told else None
        if not last or (last.by, last.label, last.reason) != (
            entry.by,
            entry.label,
            entry.reason,
        ):
            told.append(entry)
    return told


def _parts(mistakes: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": part_label(key), "mistakes": mistakes[key]} for key in PARTS
    ]


@require_POST
def draft_begin(request: SignedIn, pk: int) -> HttpResponse:
    body = get_body(request, pk)
    try:
        begin_draft(body, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:draft_detail", body.pk)


def draft_part(request: SignedIn, pk: int, part: str) -> HttpResponse:
    """One part of the draft as a form; every button saves what was typed."""
    draft = get_draft(request, pk)
    if part not in PARTS:
        raise Http404
    if request.method != "POST":
        return _part_page(request, draft, part, draft.data.get(part))
    act = request.POST.get("do", "save")
    content = typed_part(part, request.POST, draft.data.get(part))
    if act != "save":
        content = done(part, content, act)
    try:
        draft = change_part(
            draft,
            part,
            content,
            by=request.user,
            revision=_revision(request.POST),
        )
    except StaleDraft as refusal:
        return _part_page(request, draft, part, content, stale=str(refusal))
    if act == "save":
        messages.success(request, _("“%(part)s” is saved.") % {"part": part_label(part)})
        return redirect(request.get_full_path())
    path = act.partition(":")[2]
    query = urlencode({"at": path})
    return redirect(
        f"{reverse('desk:draft_part', args=[pk, part])}?{query}#{id_of(path)}"
    )


def _part_page(
    request: SignedIn, draft: Charter, part: str, content: Any, stale: str = ""
) -> HttpResponse:
    draft.data = {**draft.data, part: content} if content is not None else draft.data
    problems = problems_in(draft)
    node = Builder(draft.data, problems, request.GET.get("at", "")).part(part, content)
    context = {
        "body": draft.joint_body,
        "draft": draft,
        "part": part,
        "node": node,
        "parts": _parts(counted(problems)),
        "total": len(problems),
        "words": Names(draft.data).words,
        "revision": draft.revision,
        "stale": stale,
    }
    template = "desk/drafts/draft_part.html"
    return render(request, template, context, status=409 if stale else 200)


def draft_file(request: SignedIn, pk: int) -> HttpResponse:
    """The draft as a file, mistakes and all."""
    draft = get_draft(request, pk)
    answer = HttpResponse(text_of(draft), content_type="application/toml")
    name = f"{draft.joint_body.key}-{draft.version}-draft.toml"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def draft_upload(request: SignedIn, pk: int) -> HttpResponse:
    """A file in the place of the draft; one that cannot be read changes nothing."""
    draft = get_draft(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = form.cleaned_data["file"]
        form.cleaned_data = {"data": data, "revision": _revision(request.POST)}
        if take_form(request, form, replace_draft, draft):
            messages.success(request, _("The file is the draft now."))
            return redirect("desk:draft_detail", pk)
    context = {"body": draft.joint_body, "draft": draft, "form": form}
    return render(request, "desk/drafts/draft_upload.html", context)


def draft_changes(request: SignedIn, pk: int) -> HttpResponse:
    """What the draft would change of the version in force, in words."""
    body = get_body(request, pk)
    draft = to_come(body)
    if draft is None or body.charter is None:
        raise Http404
    if problems_in(draft):
        messages.error(
            request, _("Correct the mistakes first; then the two are compared.")
        )
        return redirect("desk:draft_detail", pk)
    draft.replaces = body.rules_in_force
    context = {
        "body": body,
        "charter": draft,
        "parts": changes_between(draft.replaces, draft),
        "is_draft": True,
    }
    return render(request, "desk/charter_changes.html", context)


def draft_discard(request: SignedIn, pk: int) -> HttpResponse:
    draft = get_draft(request, pk)
    if request.method == "POST":
        try:
            discard_draft(draft, by=request.user, revision=_revision(request.GET))
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The draft is discarded."))
        return redirect("desk:draft_detail", pk)
    context = {
        "question": _("Discard the draft of version %(version)s?")
        % {"version": draft.version},
        "text": _("All that was changed in it is lost; the version in force stays."),
        "button": _("Discard the draft"),
        "url": f"{request.path}?revision={draft.revision}",
        "back_url": reverse("desk:draft_detail", args=[pk]),
    }
    return render(request, "frame/confirm.html", context)


def draft_agree(request: SignedIn, pk: int) -> HttpResponse:
    """From when the draft is in force, and what becomes of posts and units it drops."""
    draft = get_draft(request, pk)
    if problems_in(draft):
        messages.error(request, _("Correct the mistakes first; then it is put in force."))
        return redirect("desk:draft_detail", pk)
    form = EnactForm(request.POST or None, draft=draft)
    if form.is_valid():
        revision = _revision(request.POST)
        try:
            if take_form(request, form, agree, draft, revision=revision):
                return _agreed(request, pk)
        except CharterRefused as refusal:
            for each in refusal.problems:
                form.add_error(None, str(each))
    body = draft.joint_body
    context = {"body": body, "draft": draft, "form": form, "old": body.charter}
    return render(request, "desk/drafts/draft_agree.html", context)


def _agreed(request: SignedIn, pk: int) -> HttpResponse:
    body = JointBody.objects.get(pk=pk)
    if waiting := to_come(body):
        text = _("Version %(version)s waits for %(day)s.")
        day = waiting.in_force_from
        messages.success(request, text % {"version": waiting.version, "day": day})
        return redirect("desk:draft_detail", pk)
    open_year(body)
    text = _("Version %(version)s is in force.")
    messages.success(request, text % {"version": body.rules_in_force.version})
    return redirect("desk:charter_detail", pk)


@require_POST
def draft_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """A version that waits for its day is a draft again."""
    body = get_body(request, pk)
    waiting = to_come(body)
    if waiting is None:
        raise Http404
    try:
        take_back(waiting, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is a draft again."))
    return redirect("desk:draft_detail", pk)
