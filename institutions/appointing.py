"""People put into posts, and what follows from it: rights, and posts that come with others."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.models import Appointment, Delegation, JointBody, Post, User
from institutions.rights import sync_rights
from institutions.succession import fill_vacancies
from jointmeeting import clock
from jointmeeting.workflow import save_with_history

DAY = timedelta(days=1)


def appoint(person: User, post: Post, *, since, until=None) -> Appointment:
    """Put a person in a post, and let the rights follow; overlapping raises ValidationError."""
    appointment = Appointment(person=person, post=post, since=since, until=until)
    appointment.full_clean()
    appointment.save()
    follow_appointment(appointment)
    return appointment


def follow_appointment(appointment: Appointment) -> None:
    """After every change of an appointment: rights follow, posts taken over, succession."""
    others = hold_what_was_taken_over(appointment.post)
    others += fill_vacancies(appointment.post.joint_body)
    passed_on = Delegation.objects.filter(post=appointment.post_id)
    others += _holders_of(passed_on.values("to"))
    sync_rights([appointment.person, *others])


def follow_delegation(delegation: Delegation) -> None:
    """After every change of a delegation: the rights of who acts by it follow."""
    sync_rights(_holders_of([delegation.to_id]))


def _holders_of(posts) -> list[User]:
    held = Appointment.objects.today().filter(post__in=posts)
    return list(User.objects.filter(pk__in=held.values("person")))


def hold_what_was_taken_over(post: Post) -> list[User]:
    """Who holds it holds the posts that ended with it as successor, for the same days.

    A unit's liaison does so for the units that it took over. Every appointment ends with
    this; again changes nothing. Gives the people concerned, whose rights follow.
    """
    people: list[User] = []
    mine = post.appointments.not_over().select_related("person")
    for earlier, ended_on in _taken_over(post):
        first = ended_on + DAY
        held = {each.person: each for each in mine}
        there = earlier.appointments.not_over().filter(since__gte=first)
        for appointment in there.select_related("person"):
            people.append(appointment.person)
            if appointment.person in held:
                _keep_until(appointment, held.pop(appointment.person).until)
            else:
                end_appointment(appointment, clock.today() - DAY)
        for person, appointment in held.items():
            since = max(first, appointment.since, clock.today())
            earlier.appointments.create(
                person=person, since=since, until=appointment.until
            )
            people.append(person)
    return people


def _taken_over(post: Post) -> Iterator[tuple[Post, date]]:
    """Each post whose open matters are this one's, with its last day."""
    for earlier in post.predecessors.all():
        assert earlier.ended_on
        yield earlier, earlier.ended_on
    unit = getattr(post, "liaison_of", None)
    for before in unit.predecessors.select_related("liaison") if unit else ():
        assert before.ended_on
        yield before.liaison, before.ended_on


def end_appointment(appointment: Appointment, last_day: date) -> None:
    """End it on that day; one that had not begun by then never was."""
    if appointment.since > last_day:
        appointment.delete()
    else:
        _keep_until(appointment, last_day)


def _keep_until(appointment: Appointment, until: date | None) -> None:
    if appointment.until != until:
        appointment.until = until
        appointment.save()


# What an administrator of posts and rights does on a screen


def check_may_appoint(by: User, body: JointBody) -> None:
    """Raise PermissionDenied for who does not administer the posts of the body."""
    if not by.may("administer_rights", body):
        raise PermissionDenied(_("People are appointed by who administers posts."))


@transaction.atomic
def put_in_post(
    post: Post, *, by: User, person: User, since: date, until: date | None = None
) -> Appointment:
    """Appoint a person; ValidationError by field where the days overlap those of others."""
    _lock(post, by)
    appointment = Appointment(person=person, post=post, since=since, until=until)
    appointment.full_clean()
    save_with_history(appointment, by, gettext_noop("Appoint"))
    follow_appointment(appointment)
    return appointment


@transaction.atomic
def take_out(
    appointment: Appointment, *, by: User, last_day: date, reason: str = ""
) -> None:
    """Let that be somebody's last day in a post; what had not begun by then never was."""
    _lock(appointment.post, by)
    appointment.refresh_from_db()
    if appointment.until and appointment.until < clock.today():
        raise ValidationError(_("This appointment has ended already."))
    if appointment.since > last_day and appointment.is_begun:
        text = _("An appointment ends after it begins.")
        raise ValidationError({"last_day": text})
    if appointment.since > last_day:
        appointment._history_user = by  # type: ignore[attr-defined]
        appointment.delete()
    else:
        appointment.until = last_day
        label = gettext_noop("End the appointment")
        save_with_history(appointment, by, label, reason)
    follow_appointment(appointment)


@transaction.atomic
def hand_over(
    appointment: Appointment, *, by: User, person: User, since: date, reason: str = ""
) -> Appointment:
    """Another holds the post from that day on, and with it all that is open there."""
    if since <= appointment.since:
        text = _("The successor begins after %(day)s, when this holder began.")
        raise ValidationError({"since": text % {"day": appointment.since}})
    take_out(appointment, by=by, last_day=since - DAY, reason=reason)
    return put_in_post(appointment.post, by=by, person=person, since=since)


def _lock(post: Post, by: User) -> None:
    """Two who appoint at once do so one after the other."""
    check_may_appoint(by, post.joint_body)
    Post.objects.select_for_update(no_key=True).get(pk=post.pk)
