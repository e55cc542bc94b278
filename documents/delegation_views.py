"""Delegating a post, standing in for its holder, and consenting to that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from deadlines.models import Duty
from documents.delegating import (
    check_may_pass_on,
    end_mandate,
    may_pass_on,
    pass_on,
)
from documents.delegation_forms import DeclineForm, EndForm, PassOnForm
from documents.models import Attachment, Mandate
from institutions.log import Told, log_of
from institutions.models import JointBody, Post
from institutions.requests import SignedIn
from jointmeeting.views import take_form, take_step


def post_pass_on(request: SignedIn, pk: int) -> HttpResponse:
    """Let another post act or enter for this one; what has been so is listed beside."""
    posts = Post.objects.filter(joint_body__in=JointBody.objects.of(request.user))
    related = posts.select_related("joint_body", "side", "entered_by")
    post = get_object_or_404(related, pk=pk)
    check_may_pass_on(request.user, post)
    form = PassOnForm(request.POST or None, request.FILES or None, post=post)
    if form.is_valid() and take_form(request, form, pass_on, post):
        messages.success(request, _("It is entered who stands in."))
        return redirect("documents:post_pass_on", post.pk)
    mandates = Mandate.objects.visible_to(request.user).filter(delegation__post=post)
    context = {
        "post": post,
        "form": form,
        "rules": post.rules,
        "owed": Duty.objects.open().filter(post=post).count(),
        "mandates": mandates.for_duties().order_by("-delegation__since", "-pk"),
        "automatic": post.delegations.filter(is_automatic=True)
        .select_related("to", "post")
        .order_by("-since"),
    }
    return render(request, "documents_pages/post_pass_on.html", context)


def mandate_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One delegation: who, for whom, from when to when, its letter, what happened."""
    mandate = _get(request, pk)
    delegation = mandate.delegation
    letters = Attachment.objects.visible_to(request.user)
    letter = letters.filter(pk=mandate.letter_id).first() if mandate.letter_id else None
    is_asked = mandate.status == Mandate.Status.ASKED
    is_mine = any(post.pk == mandate.awaits_id for post in request.user.posts_held)
    may_end = may_pass_on(request.user, delegation.post) and not delegation.is_over
    context = {
        "mandate": mandate,
        "delegation": delegation,
        "letter": letter,
        "may_consent": is_asked and is_mine,
        "may_end": may_end and mandate.status != Mandate.Status.DECLINED,
        "log": log_of(
            mandate.joint_body,
            Told(delegation.history, ["until"]),
            Told(mandate.history.filter(status=Mandate.Status.DECLINED)),
        ),
    }
    return render(request, "documents_pages/mandate_detail.html", context)


@require_POST
def mandate_accept(request: SignedIn, pk: int) -> HttpResponse:
    mandate = _get(request, pk)
    return take_step(request, mandate, mandate.accept, _("You have consented."))


def mandate_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Not to consent, with a reason."""
    mandate = _get(request, pk)
    Mandate.decline.transition.may.check(request.user, mandate)
    form = DeclineForm(request.POST or None)
    if form.is_valid() and take_form(request, form, mandate.decline):
        messages.success(request, _("It is entered that nobody stands in."))
        return redirect(mandate)
    question = _("Decline that %(to)s stands in for %(post)s?")
    return _asked(request, form, mandate, question, _("Decline"))


def mandate_end(request: SignedIn, pk: int) -> HttpResponse:
    """Let a delegation end on a day."""
    mandate = _get(request, pk)
    check_may_pass_on(request.user, mandate.delegation.post)
    form = EndForm(request.POST or None)
    if form.is_valid() and take_form(request, form, end_mandate, mandate):
        messages.success(request, _("It is entered when it ends."))
        return redirect(mandate)
    question = _("End that %(to)s stands in for %(post)s?")
    return _asked(request, form, mandate, question, _("End it"))


def _asked(
    request: SignedIn, form, mandate: Mandate, question: str, button: str
) -> HttpResponse:
    delegation = mandate.delegation
    context = {
        "form": form,
        "question": question % {"to": delegation.to, "post": delegation.post},
        "text": _("What was signed or entered by it keeps saying so."),
        "button": button,
        "url": request.path,
        "back_url": mandate.get_absolute_url(),
    }
    return render(request, "frame/confirm.html", context)


def _get(request: SignedIn, pk: int) -> Mandate:
    """A delegation this person may see; to anyone else it does not exist."""
    seen = Mandate.objects.visible_to(request.user).select_related(
        "joint_body",
        "awaits",
        "letter",
        "delegation__to",
        "delegation__post__side",
        "delegation__post__joint_body",
        "delegation__appointment__person",
    )
    return get_object_or_404(seen, pk=pk)
