"""A new body: founded from a template, and led step by step until it is at work."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desk.drafts.forms import BodyForm
from desk.drafts.names import Names
from desk.drafts.nodes import counted
from desk.drafts.views import get_body
from desk.labels import part_label
from institutions.drafting import parts_changed, problems_in, to_come
from institutions.founding import (
    found_body,
    lay_out_draft,
    marks_in,
    vacant_posts,
)
from institutions.models import Charter, JointBody
from institutions.requests import SignedIn
from jointmeeting.views import take_form
from jointmeeting.workflow import StepRefused


@dataclass
class SetUpStep:
    """One step of setting up a body: what it is, what is missing, and where it is done."""

    title: str
    text: str
    missing: str
    url: str = ""
    link: str = ""
    note: str = ""  # what to know of it, though nothing is missing
    act: str = ""  # the address that a button goes to
    is_open: bool = False  # nothing is missing, and still it is to be done


def body_create(request: SignedIn) -> HttpResponse:
    mine = JointBody.objects.administered_by(request.user)
    if not mine.exists():
        raise PermissionDenied(_("A new body is set up by who administers rights."))
    form = BodyForm(request.POST or None, by=request.user)
    if form.is_valid() and take_form(request, form, found_body):
        body = JointBody.objects.get(key=form.cleaned_data["key"])
        return redirect("desk:body_setup", body.pk)
    context = {"form": form, "begun": mine.filter(charter=None).order_by("name")}
    return render(request, "desk/drafts/body_create.html", context)


def body_setup(request: SignedIn, pk: int) -> HttpResponse:
    """What is done and what is missing until the body is at work."""
    body = get_body(request, pk)
    if body.charter_id:
        return redirect("desk:body_detail", pk)
    context = {"body": body, "steps": _steps(body)}
    return render(request, "desk/drafts/body_setup.html", context)


def _steps(body: JointBody) -> list[SetUpStep]:
    draft = to_come(body)
    if draft is None:
        return []
    problems = problems_in(draft)
    mistakes = counted(problems)
    changed = parts_changed(draft)
    steps = [
        _part_step(body, draft, part, text, mistakes[part], part in changed)
        for part, text in _own_parts()
    ]
    shown = dict(_own_parts())
    others = sum(number for key, number in mistakes.items() if key not in shown)
    rest = SetUpStep(
        _("The rest of the rules"),
        _("Terms, routes, classes: as the template has them, unless changed."),
        _corrections(others),
        reverse("desk:draft_detail", args=[body.pk]),
        _("All parts"),
    )
    return [
        *steps,
        _marks_step(body, draft),
        rest,
        *_staffing(body, bool(problems)),
        *_last(body, draft, len(problems)),
    ]


def _own_parts() -> list[tuple[str, str]]:
    """The parts that are another's in every body, and what is to be done in them."""
    return [
        ("words", _("What this place is called stands here once.")),
        ("body", _("The text that rules it: its title, number and date.")),
        ("units", _("The offices, the member units, and others that are asked.")),
        ("posts", _("Leaders, and the administrators of accounts, rights, audit.")),
        ("sides", _("For each its office and the post that leads it.")),
    ]


def _part_step(
    body: JointBody, draft: Charter, part: str, text: str, mistakes: int, is_changed: bool
) -> SetUpStep:
    note = "" if is_changed else _("as in the template")
    if part == "body" and draft.data.get(part) and not draft.data[part].get("texts"):
        note = _("no text yet")
    return SetUpStep(
        part_label(part),
        text,
        _corrections(mistakes),
        reverse("desk:draft_part", args=[body.pk, part]),
        _("Change them"),
        note=note,
        is_open=bool(note),
    )


def _marks_step(body: JointBody, draft: Charter) -> SetUpStep:
    said = Names(draft.data).speak({**draft.data, "words": {}})
    marks = marks_in(said)
    return SetUpStep(
        _("Number marks"),
        _(", ").join(f"{mark}（{part_label(part)}）" for part, mark in marks),
        "",
        reverse("desk:draft_detail", args=[body.pk]),
        _("Change them in their parts"),
    )


def _corrections(number: int) -> str:
    if not number:
        return ""
    text = ngettext("%(n)s thing to correct", "%(n)s things to correct", number)
    return text % {"n": number}


def _staffing(body: JointBody, has_problems: bool) -> list[SetUpStep]:
    draft = to_come(body)
    assert draft
    here = set(body.posts.values_list("key", flat=True))
    named = set() if has_problems else {rule.key for rule in draft.parts["posts"]}
    lay_out = SetUpStep(
        _("Make the posts and units"),
        _("So that people can be put in them; once more after the draft was changed."),
        "" if named and named <= here else _("not made yet"),
        act=reverse("desk:body_lay_out", args=[body.pk]),
        link=_("Make them"),
    )
    vacant = vacant_posts(body)
    shown = _(", ").join(map(str, vacant[:6])) + ("…" if len(vacant) > 6 else "")
    text = ngettext("%(n)s post is vacant", "%(n)s posts are vacant", len(vacant))
    people = SetUpStep(
        _("People"),
        "" if lay_out.missing else shown or _("Every post is held."),
        lay_out.missing or (text % {"n": len(vacant)} if vacant else ""),
        reverse("desk:people_list", args=[body.pk]),
        _("Appoint them"),
    )
    return [lay_out, people]


def _last(body: JointBody, draft: Charter, problems: int) -> list[SetUpStep]:
    missing = _("correct the mistakes first") if problems else ""
    return [
        SetUpStep(
            _("Rehearse a year"),
            _("Who acts when, by which document; and what can never be done."),
            missing,
            reverse("rehearsal:rehearsal_detail", args=[body.pk, draft.version]),
            _("Rehearse a year"),
            is_open=True,
        ),
        SetUpStep(
            _("Put it in force"),
            _("From then on the body is at work: its year begins."),
            missing,
            reverse("desk:draft_agree", args=[body.pk]),
            _("Put it in force"),
            is_open=True,
        ),
    ]


@require_POST
def body_lay_out(request: SignedIn, pk: int) -> HttpResponse:
    body = get_body(request, pk)
    try:
        lay_out_draft(body, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The posts and units of the draft are there."))
    return redirect("desk:body_setup", pk)
