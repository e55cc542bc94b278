"""What the whole page of a meeting shows of its decisions and their tasks."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from followups.ledger import OPEN, is_past, ledger_url, said_due, state_of
from followups.models import Assignment, decisions_seen
from institutions.models import JointBody, MemberUnit, Unit, User
from meetings.models import Meeting
from minutes.models import Decision

SHOWN = 60  # characters of a decision
DECISION = ["pk", "text", "due_on", "is_standing", "status"]
TASK = [
    f"assignments__{name}"
    for name in ("status", "result", "unit__unit__short", "unit__unit__name")
]
NOT_COUNTED = [Assignment.Status.REASSIGNED, Assignment.Status.CANCELLED]


def tasks_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """The decisions issued, each with its units and state; nothing where one sees none."""
    is_office = user.may("read_topics", meeting.joint_body)
    if not (user.units_held or is_office):
        return {}
    seen = Decision.objects.all() if is_office else decisions_seen(user)
    found = seen.filter(meeting=meeting)
    tasks = _tasks_of(found.exclude(status=Decision.Status.DRAFT), meeting.joint_body)
    if not tasks:
        return {}
    decisions, rows = list(tasks), [_row(*each) for each in tasks.items()]
    waiting = [each for each in decisions if each.status == Decision.Status.IN_FORCE]
    may_assign = waiting and user.may("assign_tasks", meeting.joint_body)
    return {
        "rows": rows,
        "total": len(rows),
        "closed": sum(each.status == Decision.Status.CLOSED for each in decisions),
        "late": sum(row["look"] == "is-late" for row in rows),
        "waiting": len(waiting),
        "assign_url": reverse("followups:assign", args=[meeting.pk])
        if may_assign
        else "",
        "ledger_url": ledger_url(meeting),
    }


def _tasks_of(
    decisions: QuerySet[Decision], body: JointBody
) -> dict[Decision, list[Assignment]]:
    """The decisions in their order, each with the tasks that count; in one query."""
    tasks: dict[Decision, list[Assignment]] = {}
    in_order = decisions.order_by("position", "pk", "assignments__pk")
    for row in in_order.values_list(*DECISION, *TASK):
        decision = Decision(**dict(zip(DECISION, row, strict=False)))
        given = tasks.setdefault(decision, [])
        status, result, short, name = row[len(DECISION) :]
        if status and status not in NOT_COUNTED:
            unit = MemberUnit(unit=Unit(short=short, name=name))
            given.append(
                Assignment(joint_body=body, unit=unit, status=status, result=result)
            )
    return tasks


def _row(decision: Decision, tasks: list[Assignment]) -> dict[str, Any]:
    state, look = state_of(decision, tasks)
    is_late = decision.status in OPEN and is_past(decision.due_on)
    text = decision.text
    return {
        "url": decision.get_absolute_url(),
        "text": text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…",
        "leads": [str(each.unit) for each in tasks],
        "due": said_due(decision),
        "state": state,
        "look": "is-late" if is_late else look,
    }
