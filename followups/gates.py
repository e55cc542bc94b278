"""Why a step of a task is not possible yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from deadlines.models import Duty
from jointmeeting import clock
from jointmeeting.workflow import gate

SHOWN = 3  # of what is missing; the page has the rest


@gate
def is_not_standing(assignment) -> str | None:
    if assignment.is_standing:
        return _("A standing task has no end; report on it.")
    return None


@gate
def is_standing(assignment) -> str | None:
    if not assignment.is_standing:
        return _("Only a standing task is reviewed; this one is claimed and verified.")
    return None


@gate
def may_still_be_returned(assignment) -> str | None:
    """Until the day by which it is to be accepted a unit may say it is not its remit."""
    open_now = Duty.objects.open().of(assignment).filter(kind="accept")
    due_on = open_now.values_list("due_on", flat=True).first()
    if due_on and due_on < clock.today():
        text = _("The term to return it ended on %(date)s; the office may reassign it.")
        return text % {"date": due_on}
    return None


@gate
def each_line_is_said(report) -> str | None:
    """For each decision not done: the lead unit's explanation, each office's opinion."""
    waiting = report.unsaid()
    if not waiting:
        return None
    words = {"what": "；".join(waiting[:SHOWN]), "n": len(waiting) - SHOWN}
    if len(waiting) > SHOWN:
        return _("Still missing: %(what)s, and %(n)s more.") % words
    return _("Still missing: %(what)s.") % words


@gate
def signing_off_is_held(inspection) -> str | None:
    return inspection.vacancy("sign_off")
