"""People put into posts, and what follows from it: rights, and posts that come with others."""

from datetime import date, timedelta

from institutions.models import Appointment, MemberUnit, Post, User
from institutions.rights import sync_rights
from jointmeeting import clock

DAY = timedelta(days=1)


def appoint(person: User, post: Post, *, since, until=None) -> Appointment:
    """Put a person in a post, and let the rights follow; overlapping raises ValidationError."""
    appointment = Appointment(person=person, post=post, since=since, until=until)
    appointment.full_clean()
    appointment.save()
    follow_appointment(appointment)
    return appointment


def follow_appointment(appointment: Appointment) -> None:
    """After every change of an appointment: rights follow, and so do posts taken over."""
    unit = getattr(appointment.post, "liaison_of", None)
    others = hold_what_was_taken_over(unit) if unit else []
    sync_rights([appointment.person, *others])


def hold_what_was_taken_over(unit: MemberUnit) -> list[User]:
    """Who acts for it holds the posts of the units it took over, for the same days.

    Every appointment to its liaison's post ends with this; again changes nothing. Gives the
    people concerned, whose rights follow.
    """
    people: list[User] = []
    mine = unit.liaison.appointments.not_over().select_related("person")
    for earlier in unit.predecessors.select_related("liaison"):
        assert earlier.ended_on
        first = earlier.ended_on + DAY
        held = {each.person: each for each in mine}
        there = earlier.liaison.appointments.not_over().filter(since__gte=first)
        for appointment in there.select_related("person"):
            people.append(appointment.person)
            if appointment.person in held:
                _keep_until(appointment, held.pop(appointment.person).until)
            else:
                end_appointment(appointment, clock.today() - DAY)
        for person, appointment in held.items():
            since = max(first, appointment.since, clock.today())
            earlier.liaison.appointments.create(
                person=person, since=since, until=appointment.until
            )
            people.append(person)
    return people


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
