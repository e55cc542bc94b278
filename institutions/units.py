"""How a unit leaves a body, and who answers for what it has left open.

Its rows stay as they are: a letter to it, a task of it, an opinion it gave keep its name. The
post of its liaison stays too, and owes what it owed; but who acts for the successor holds it,
today and whoever acts for it later. So one act hands on everything that is open.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.appointing import DAY, end_appointment, hold_what_was_taken_over
from institutions.models import MemberUnit, Post, User
from institutions.rights import sync_rights
from jointmeeting import clock
from jointmeeting.workflow import save_with_history


def why_not_end(unit: MemberUnit) -> str:
    """Why it cannot leave its body, or nothing."""
    if unit.ended_on:
        return _("It has left the body already.")
    if side := unit.sides.first():
        text = _("It is the office of “%(side)s”: the charter names another one first.")
        return text % {"side": side}
    return ""


@transaction.atomic
def end_unit(
    unit: MemberUnit,
    *,
    by: User,
    last_day: date,
    reason: str,
    successor: MemberUnit | None = None,
) -> None:
    """Let it leave its body, and who acts for the successor answer for it from the day after.

    Without a successor its liaison's post is vacant, and what it owes waits visibly. Raises
    ValidationError for a day to come or a successor that is not on the body.
    """
    unit = _locked(unit, by)
    if refusal := why_not_end(unit):
        raise ValidationError(refusal)
    if last_day > clock.today():
        text = _("Enter its last day on that day or later.")
        raise ValidationError({"last_day": text})
    others = unit.joint_body.members.now().exclude(pk=unit.pk)
    if successor and not others.filter(pk=successor.pk).exists():
        text = _("Choose a unit that is on the body.")
        raise ValidationError({"successor": text})
    sync_rights(leave_body(unit, by, last_day, reason, successor))


def leave_body(
    unit: MemberUnit,
    by: User | None,
    last_day: date,
    reason: str,
    successor: MemberUnit | None,
) -> list[User]:
    """Write that it leaves; gives the people whose rights follow. The caller has the locks."""
    leaving = _leave(unit.liaison, last_day)
    unit.ended_on = last_day
    _hand_to(unit, successor)
    save_with_history(unit, by, gettext_noop("Leave the body"), reason)
    for earlier in unit.predecessors.select_for_update():
        leaving += _leave(earlier.liaison, last_day)
        _hand_to(earlier, successor)
        save_with_history(earlier, by, gettext_noop("Hand on to the successor"), reason)
    if successor:
        leaving += hold_what_was_taken_over(successor.liaison)
    return leaving


@transaction.atomic
def restore_unit(unit: MemberUnit, *, by: User, reason: str) -> None:
    """Take back that it left: it is on the body again, and who acted for it does so again."""
    unit = _locked(unit, by)
    if unit.ended_on is None:
        raise ValidationError(_("It is on the body."))
    last_day = unit.ended_on
    people = _leave(unit.liaison, clock.today() - DAY, begun_after=last_day)
    for appointment in unit.liaison.appointments.filter(until=last_day):
        if before := appointment.history.exclude(until=last_day).first():
            appointment.until = before.until
            appointment.save()
            people.append(appointment.person)
    unit.ended_on = None
    _hand_to(unit, None)
    save_with_history(unit, by, gettext_noop("Be on the body again"), reason)
    sync_rights(people)


def check_may_end(by: User, unit: MemberUnit) -> None:
    """Raise PermissionDenied for who does not administer the rights on its body."""
    if not by.may("administer_rights", unit.joint_body):
        raise PermissionDenied(_("Units leave by who administers posts and rights."))


def _locked(unit: MemberUnit, by: User) -> MemberUnit:
    check_may_end(by, unit)
    # All of the body, so that two units cannot take over from each other at once.
    list(unit.joint_body.members.select_for_update(no_key=True).order_by("pk"))
    rows = MemberUnit.objects.all()
    return rows.select_related("joint_body", "liaison", "unit").get(pk=unit.pk)


def _hand_to(unit: MemberUnit, successor: MemberUnit | None) -> None:
    unit.successor = successor
    unit.now_called = str(successor.unit) if successor else ""


def _leave(post: Post, last_day: date, begun_after: date | None = None) -> list[User]:
    """Nobody holds the post after that day; gives who did."""
    held = post.appointments.not_over().select_related("person")
    if begun_after:
        held = held.filter(since__gt=begun_after)
    people = [appointment.person for appointment in held]
    for appointment in held:
        end_appointment(appointment, last_day)
    return people
