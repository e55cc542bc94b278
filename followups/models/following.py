"""What follows for tasks when a decision takes effect, is corrected or withdrawn."""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deadlines.models import Duty, Owed, keep_duties
from followups.charter import FollowupRules
from followups.models.assignments import Assignment
from institutions.models import Charter, User
from institutions.seeing import Way
from jointmeeting.workflow import locked, save_with_history
from minutes.models import Decision


def owed_assigning(decision: Decision, since: date) -> Owed:
    """Whoever assigns tasks owes it once a decision is in force."""
    rules = decision.joint_body.part(FollowupRules).assign
    members = decision.joint_body.members.select_related("liaison")
    office = members.get(key=rules.office).liaison
    anchor = decision.meeting.held_on if rules.term.of == "meeting" else None
    return Owed("assign", office, since, rules.term, anchor=anchor)


def follow_correction(decision: Decision, change: str, by: User) -> None:
    """A decision was corrected: its tasks get the new date, or end with what ended it."""
    for assignment in decision.assignments.exclude(status__in=Assignment.ENDED):
        with locked(assignment):
            if change == "due":
                assignment.is_due_anew(decision.due_on)
                save_with_history(assignment, by, gettext_noop("The date was corrected"))
            keep_duties(assignment, retell=change == "due")
            Duty.objects.open().of(assignment).tell()
        for inspection in assignment.inspections.in_motion().order_by("pk"):
            with locked(inspection):
                keep_duties(inspection)
    if change == "lead" and decision.status == Decision.Status.ASSIGNED:
        _reassign(decision, by)


def follow_decision(decision: Decision, by: User) -> None:
    """It is in force no more: nobody carries it out."""
    if decision.status == Decision.Status.WITHDRAWN:
        for assignment in decision.assignments.exclude(status__in=Assignment.ENDED):
            assignment.cancel(by=by, reason=_("The decision was withdrawn."))


def _reassign(decision: Decision, by: User) -> None:
    """Units that lead now get it, then those that lead no more give it up."""
    standing = list(decision.assignments.standing().select_related("unit"))
    leads = decision.leads.order_by("pk")
    with locked(decision):
        for unit in leads.exclude(pk__in=[each.unit_id for each in standing]):
            Assignment.objects.give(decision, unit, by=by)
    for assignment in standing:
        if assignment.unit not in leads and assignment.status not in Assignment.ENDED:
            assignment.cancel(by=by, reason=_("Another unit leads by the correction."))


def decisions_seen(user: User) -> models.QuerySet[Decision]:
    """The decisions one may read: also those whose task was given on to one's unit."""
    read = Decision.objects.visible_to(user)
    further: list[Any] = [way.rows for way in ways_by_task(user)]
    if not further:
        return read
    keys = read.order_by().values("pk").union(*further)
    return Decision.objects.filter(pk__in=keys)


def ways_by_task(user: User) -> list[Way]:
    """The ways to a decision that its tasks are, where a unit does not read all anyway."""
    if not user.units_outside(user.bodies_allowing("read_topics")):
        return []
    tasks = Assignment.objects.visible_to(user).order_by().values("decision")
    return [Way(gettext_noop("a task of the decision"), tasks)]


def follow_keys(charter: Charter) -> None:
    """The offices that have verified a task have the keys that a new version gives them."""
    said = charter.moves.get("units", {})
    new = {old: way["to"] for old, way in said.items() if way["how"] == "becomes"}
    tasks = Assignment.objects.filter(joint_body=charter.joint_body)
    for task in tasks.exclude(agreed=[]) if new else ():
        task.agreed = [new.get(key, key) for key in task.agreed]
        save_with_history(task, None, gettext_noop("Units have other keys"))
