"""What the whole page of a meeting shows of its decisions and their tasks."""

from datetime import date
from typing import Any, NamedTuple

from followups.charter import FollowupRules
from followups.ledger import (
    OPEN,
    cut,
    is_past,
    ledger_url,
    said_due,
    state_of,
    task_names,
)
from followups.models import Assignment, decisions_seen
from institutions.models import Unit, User
from jointmeeting.addresses import address, below
from jointmeeting.prepared import Prepared
from meetings.models import Meeting
from minutes.models import Decision

SHOWN = 60  # characters of a decision
DECISION = ["pk", "text", "due_on", "is_standing", "status"]
TASK = [
    f"assignments__{name}"
    for name in ("status", "result", "unit__unit__short", "unit__unit__name")
]
TASKS = Prepared(
    lambda meeting: (
        Decision.objects.filter(meeting=meeting)
        .exclude(status=Decision.Status.DRAFT)
        .order_by("position", "pk", "assignments__pk")
        .values_list(*DECISION, *TASK)
    )
)
NOT_COUNTED = [Assignment.Status.REASSIGNED, Assignment.Status.CANCELLED]


class Decided(NamedTuple):
    """A decision in short."""

    pk: int
    text: str
    due_on: date | None
    is_standing: bool
    status: str


class Given(NamedTuple):
    """A task in short."""

    status: str
    result: str
    result_name: str
    unit: str
    rules: FollowupRules


def tasks_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """The decisions issued, each with its units and state; nothing where one sees none."""
    is_office = user.may("read_topics", meeting.joint_body)
    if not (user.units_held or is_office):
        return {}
    tasks = _tasks_of(meeting)
    if not is_office:
        seen = decisions_seen(user).filter(meeting=meeting).values_list("pk", flat=True)
        keys = set(seen)
        tasks = {each: given for each, given in tasks.items() if each.pk in keys}
    if not tasks:
        return {}
    decisions, names, here = list(tasks), task_names(), below("followups:decision_detail")
    rows = [_row(*each, names, here) for each in tasks.items()]
    waiting = [each for each in decisions if each.status == Decision.Status.IN_FORCE]
    may_assign = waiting and user.may("assign_tasks", meeting.joint_body)
    return {
        "rows": rows,
        "total": len(rows),
        "closed": sum(each.status == Decision.Status.CLOSED for each in decisions),
        "late": sum(row["look"] == "is-late" for row in rows),
        "waiting": len(waiting),
        "assign_url": address("followups:assign", meeting.pk) if may_assign else "",
        "ledger_url": ledger_url(meeting),
    }


def _tasks_of(meeting: Meeting) -> dict[Decided, list[Given]]:
    """The decisions in their order, each with the tasks that count; in one query."""
    rules = meeting.joint_body.part(FollowupRules)
    results = {each.key: each.name for each in rules.verify.results}
    tasks: dict[Decided, list[Given]] = {}
    for row in TASKS(meeting.pk):
        given = tasks.setdefault(Decided(*row[: len(DECISION)]), [])
        status, result, *unit = row[len(DECISION) :]
        if status and status not in NOT_COUNTED:
            named = results.get(result, result)
            given.append(Given(status, result, named, Unit.called(*unit), rules))
    return tasks


def _row(
    decision: Decided, tasks: list[Given], names: dict[str, str], here: str
) -> dict[str, Any]:
    state, look = state_of(decision, tasks, names)
    is_late = decision.status in OPEN and is_past(decision.due_on)
    return {
        "url": f"{here}{decision.pk}/",
        "text": cut(decision.text, SHOWN),
        "leads": [each.unit for each in tasks],
        "due": said_due(decision),
        "state": state,
        "look": "is-late" if is_late else look,
    }
