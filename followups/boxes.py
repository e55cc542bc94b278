"""What the whole page of a meeting shows of its decisions and their tasks."""

from typing import Any

from django.urls import reverse

from followups.ledger import OPEN, is_past, ledger_url, said_due, state_of
from followups.models import Assignment, decisions_seen
from institutions.models import User
from meetings.models import Meeting
from minutes.models import Decision

SHOWN = 60  # characters of a decision


def tasks_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """The decisions issued, each with its units and state; nothing where one sees none."""
    is_office = user.may("read_topics", meeting.joint_body)
    if not (user.units_held or is_office):
        return {}
    seen = Decision.objects.all() if is_office else decisions_seen(user)
    found = seen.filter(meeting=meeting)
    decisions = list(found.exclude(status=Decision.Status.DRAFT).order_by("position"))
    if not decisions:
        return {}
    tasks: dict[int, list[Assignment]] = {}
    given = Assignment.objects.standing().filter(decision__in=decisions)
    for task in given.select_related("unit__unit").order_by("pk"):
        task.joint_body = meeting.joint_body
        tasks.setdefault(task.decision_id, []).append(task)
    rows = [_row(each, tasks.get(each.pk, [])) for each in decisions]
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
