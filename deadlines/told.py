"""Dates that somebody was told and that another working calendar would make others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deadlines.charter import Term
from deadlines.models import Duty
from institutions.models import CalendarDay, JointBody, User
from institutions.models.calendar import WorkingDays

FAR = 3  # years before and after, in which a term may lie


@dataclass(frozen=True)
class Otherwise:
    """A duty whose date was told, and the date that the calendar makes of it."""

    duty: Duty
    due_on: date


def told_otherwise_by(
    days: Iterable[CalendarDay], bodies: Iterable[JointBody]
) -> list[Otherwise]:
    """The open duties of these bodies that would be due otherwise if these days were entered.

    Without any day: those that are otherwise already. Told dates stand: only an act moves
    them.
    """
    told = Duty.objects.open().filter(joint_body__in=bodies, how__unit="working days")
    told = told.exclude(told_on=None).select_related("post", "joint_body")
    duties = list(told.order_by("due_on", "pk"))
    if not duties:
        return []
    anchors = [date.fromisoformat(duty.how["anchor"]) for duty in duties]
    first = min(anchors).replace(year=min(anchors).year - FAR, day=1)
    last = max(anchors).replace(year=max(anchors).year + FAR, day=1)
    working = WorkingDays(first, last).with_days(days)
    found = []
    for duty, anchor in zip(duties, anchors, strict=True):
        how = duty.how
        term = Term(value=how["value"], unit=how["unit"], when=how["when"])
        due_on = term.due(anchor, working).on
        if due_on and due_on != duty.due_on:
            found.append(Otherwise(duty, due_on))
    return found


def bodies_kept_by(person: User) -> Iterable[JointBody]:
    """The bodies whose told dates are shown to who keeps the calendar."""
    return JointBody.objects.allowing(person, "administer_rights")
