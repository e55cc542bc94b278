"""Who holds the posts of a body: the list, one post, and what an administrator does there."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from desk import people
from desk.people_forms import AppointForm, EndForm, HandOverForm
from institutions.appointing import check_may_appoint, hand_over, put_in_post, take_out
from institutions.models import Appointment, JointBody, Post
from institutions.requests import SignedIn
from institutions.strokes import is_by_strokes, uncounted
from jointmeeting.views import paper_response, take_form


def people_list(request: SignedIn, pk: int) -> HttpResponse:
    """The posts of a body in protocol order, with who holds and who will hold each."""
    body = get_object_or_404(JointBody.objects.seen_by(request.user), pk=pk)
    check_may_appoint(request.user, body)
    seats = people.seats_of(body)
    several = [seat.today for seat in seats if len(seat.today) > 1]
    names = {each.person.name for held in several for each in held}
    rules = body.rules_in_force if body.charter_id else None
    context = {
        "body": body,
        "seats": seats,
        "by_strokes": is_by_strokes(rules),
        "uncounted": uncounted(rules, sorted(names)),
        "vacant": [seat for seat in seats if not seat.today],
        "may_add_accounts": request.user.may("administer_accounts", body),
    }
    return render(request, "desk/people_list.html", context)


def post_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One post: today's holders, those to come and gone, and what is open on it."""
    post = _get_post(request, pk)
    context = {
        "post": post,
        "body": post.joint_body,
        "seat": people.seat_of(post),
        "past": people.past_of(post),
        "owed": people.open_on(post),
    }
    return render(request, "desk/post_detail.html", context)


def post_appoint(request: SignedIn, pk: int) -> HttpResponse:
    """Put somebody into a post from a day on."""
    post = _get_post(request, pk)
    form = AppointForm(request.POST or None, post=post, by=request.user)
    if form.is_valid() and take_form(request, form, put_in_post, post):
        about = {"person": form.cleaned_data["person"], "post": post}
        text = _("%(person)s is appointed: “%(post)s”.") % about
        messages.success(request, text)
        return redirect("desk:post_detail", post.pk)
    context = {
        "post": post,
        "body": post.joint_body,
        "form": form,
        "seat": people.seat_of(post),
        "may_add_accounts": request.user.may("administer_accounts", post.joint_body),
    }
    return render(request, "desk/post_appoint.html", context)


def appointment_end(request: SignedIn, pk: int) -> HttpResponse:
    """Let somebody leave a post; what is open there waits for who comes."""
    appointment = _get_appointment(request, pk)
    check_may_appoint(request.user, appointment.post.joint_body)
    form = EndForm(request.POST or None)
    if form.is_valid() and take_form(request, form, take_out, appointment):
        about = {
            "person": appointment.person,
            "post": appointment.post,
            "day": form.cleaned_data["last_day"],
        }
        text = _("%(person)s leaves “%(post)s”; the last day is %(day)s.")
        messages.success(request, text % about)
        return redirect("desk:post_detail", appointment.post_id)
    context = {
        "appointment": appointment,
        "post": appointment.post,
        "body": appointment.post.joint_body,
        "form": form,
        "owed": people.open_on(appointment.post),
    }
    return render(request, "desk/appointment_end.html", context)


def appointment_hand_over(request: SignedIn, pk: int) -> HttpResponse:
    """Everything that is open on a post whose holder leaves, and who takes it over."""
    appointment = _get_appointment(request, pk)
    post = appointment.post
    may_appoint = request.user.may("administer_rights", post.joint_body)
    if request.method == "POST":
        check_may_appoint(request.user, post.joint_body)
    form = HandOverForm(request.POST or None, post=post, by=request.user)
    owed = people.open_on(post)
    if form.is_valid() and take_form(request, form, hand_over, appointment):
        about = {"n": len(owed), "person": form.cleaned_data["person"], "post": post}
        text = _("%(person)s takes over “%(post)s” and with it %(n)s open matters.")
        messages.success(request, text % about)
        return redirect("desk:post_detail", post.pk)
    context = {
        "appointment": appointment,
        "post": post,
        "body": post.joint_body,
        "form": form if may_appoint else None,
        "owed": owed,
        "drafts": people.drafts_of(post, request.user),
        "awaited": people.awaited_by(post, request.user),
    }
    return render(request, "desk/appointment_hand_over.html", context)


def appointment_hand_over_pdf(request: SignedIn, pk: int) -> HttpResponseBase:
    """The same list to print, for both to sign."""
    appointment = _get_appointment(request, pk)
    after = appointment.post.appointments.filter(since__gt=appointment.since)
    successor = after.select_related("person").order_by("since").first()
    name = str(successor.person) if successor else ""
    return paper_response(
        request,
        "hand_over",
        people.hand_over_paper(appointment, name, request.user),
        reverse("desk:appointment_hand_over", args=[appointment.pk]),
        preview=False,
    )


def _get_post(request: SignedIn, pk: int) -> Post:
    """A post of a body one works in, for who administers its posts."""
    posts = Post.objects.filter(joint_body__in=JointBody.objects.seen_by(request.user))
    post = get_object_or_404(posts.select_related("joint_body", "side"), pk=pk)
    check_may_appoint(request.user, post.joint_body)
    return post


def _get_appointment(request: SignedIn, pk: int) -> Appointment:
    """One's own appointment, or one on a body whose posts one administers."""
    mine = JointBody.objects.seen_by(request.user)
    appointments = Appointment.objects.filter(post__joint_body__in=mine)
    related = appointments.select_related("person", "post__joint_body", "post__side")
    appointment = get_object_or_404(related, pk=pk)
    if appointment.person_id != request.user.pk:
        check_may_appoint(request.user, appointment.post.joint_body)
    return appointment
