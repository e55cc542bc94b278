"""What the pages of the report to the next meeting show."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from agenda.models import AgendaItem
from deadlines.models import Duty, target_of, with_days_left
from deadlines.waits import wait_of
from followups.charter import FollowupRules
from followups.models import (
    Assignment,
    ProgressLine,
    ProgressReport,
    StatusReport,
    decisions_for,
)
from institutions.log import Told, log_of
from institutions.models import MemberUnit, User
from jointmeeting import clock
from jointmeeting.workflow import steps_for
from meetings.models import Meeting
from minutes.models import Decision

REPORTS = 3  # status reports shown beside a line


def look_of(decision: Decision) -> str:
    """How the state of a decision is drawn."""
    if decision.status == Decision.Status.CLOSED:
        return "is-done"
    if decision.status == Decision.Status.WITHDRAWN:
        return "is-void"
    if decision.due_on and decision.due_on < clock.today():
        return "is-late"
    return "is-carry" if decision.is_standing else "is-go"


# Before it is begun


def begin_page(item: AgendaItem) -> dict[str, Any]:
    """What would be gathered, and whether earlier decisions are still to be typed in."""
    leads = MemberUnit.objects.select_related("unit").order_by("liaison__position")
    found = decisions_for(item).select_related("meeting__joint_body")
    decisions = list(
        found.prefetch_related(Prefetch("leads", leads)).order_by("meeting", "position")
    )
    closed = [each for each in decisions if each.status == Decision.Status.CLOSED]
    body = item.joint_body
    imported = Meeting.objects.filter(joint_body=body, is_imported=True)
    return {
        "item": item,
        "meeting": item.agenda.meeting,
        "groups": _by_meeting([{"decision": each, **_drawn(each)} for each in decisions]),
        "to_explain": len(decisions) - len(closed),
        "total": len(decisions),
        "imported": imported.order_by("-held_on"),
        "rules": body.part(FollowupRules).progress,
    }


def _drawn(decision: Decision) -> dict[str, Any]:
    leads = "、".join(str(each) for each in decision.leads.all())
    return {
        "leads": leads,
        "state": decision.get_status_display(),
        "look": look_of(decision),
    }


def _by_meeting(rows: Iterable[dict[str, Any]]) -> list[tuple[Meeting, list]]:
    """The rows by the meeting that decided it, each meeting once."""
    groups: dict[int, tuple[Meeting, list]] = {}
    for row in rows:
        meeting = row["decision"].meeting
        groups.setdefault(meeting.pk, (meeting, []))[1].append(row)
    return list(groups.values())


# The report


def page_of(report: ProgressReport, user: User) -> dict[str, Any]:
    """All that the page of a report shows to an office; a constant number of queries."""
    rows = list(_rows(report, user))
    is_presenter = user.stands_for(report.presenter)
    steps = list(steps_for(user, report))
    return {
        "report": report,
        "meeting": report.item.agenda.meeting,
        "look": "is-done" if report.document else "is-go",
        "groups": _by_meeting(rows),
        "totals": _totals(rows),
        "waits": [wait for row in rows for wait in row["waits"]],
        "left_out": [] if report.document else report.left_out(),
        "was_left_out": report.document.data["left_out"] if report.document else [],
        "is_presenter": is_presenter and report.is_open,
        "to_gather": report.not_yet_gathered().count() if report.is_open else 0,
        "steps": steps,
        "log": log_of(report.joint_body, Told(report.history, ["words"])),
    }


def _rows(report: ProgressReport, user: User) -> Iterator[dict[str, Any]]:
    tasks = Assignment.objects.standing().select_related("unit__unit")
    prefetch = Prefetch("decision__assignments", tasks, to_attr="standing_tasks")
    lines = list(report.lines.for_page().prefetch_related(prefetch))
    open_now = Duty.objects.open().of(*lines).select_related("post").order_by("due_on")
    waits: dict[str, list[Duty]] = {}
    for duty in with_days_left(open_now):
        waits.setdefault(duty.target, []).append(duty)
    for line in lines:
        line.report = report
        decision = line.decision
        yield {
            "line": line,
            "decision": decision,
            **_drawn(decision),
            "result": line.result or _result(decision),
            "opinions": list(line.opinions.all()),
            "lacks": line.unsaid() if report.is_open else [],
            "waits": [_wait(duty, user) for duty in waits.get(target_of(line), [])],
        }


def _result(decision: Decision) -> str:
    """How it stands today: of a closed one the results, of an open one unit by unit."""
    tasks: list[Assignment] = decision.standing_tasks  # type: ignore[attr-defined]
    if decision.status == Decision.Status.CLOSED:
        return "、".join(dict.fromkeys(each.result_name for each in tasks))
    return "；".join(f"{each.unit}：{each.get_status_display()}" for each in tasks)


def _wait(duty: Duty, user: User) -> dict[str, Any]:
    wait = wait_of([duty], user)
    return wait | {"url": duty.url} if wait["is_mine"] else wait


def _totals(rows: list[dict[str, Any]]) -> str:
    """How many decisions, how many of them done, in words."""
    done = sum(row["line"].is_done for row in rows)
    words = {"n": len(rows), "done": done, "open": len(rows) - done}
    return _("%(n)s decisions: %(done)s done, %(open)s not done") % words


# One line


def line_page(line: ProgressLine, user: User) -> dict[str, Any]:
    """A decision with what its units reported, the explanation, and who is waited for."""
    is_office = user.may("read_topics", line.joint_body)
    is_frozen = line.report.status == ProgressReport.Status.FROZEN
    open_now = Duty.objects.open().of(line).select_related("post").order_by("due_on")
    reports = StatusReport.objects.filter(assignment__decision=line.decision)
    leads = line.decision.leads.select_related("unit").order_by("liaison__position")
    return {
        "line": line,
        "decision": line.decision,
        "report": line.report,
        "leads": leads,
        "state": line.decision.get_status_display(),
        "look": look_of(line.decision),
        "waits": [_wait(duty, user) for duty in with_days_left(open_now)],
        "is_office": is_office,
        "reports": reports.select_related("assignment__unit__unit")[:REPORTS],
        "opinions": line.opinions.select_related("unit__unit").order_by(
            "unit__liaison__position"
        )
        if is_office or is_frozen
        else [],
        "log": log_of(line.joint_body, Told(line.history, ["explanation"]))
        if is_office
        else [],
    }


def may_explain(line: ProgressLine, user: User) -> bool:
    """Whether this person's unit explains it now, or puts its explanation right."""
    is_its = user.stands_for(line.lead) and line.report.is_open
    return is_its and line.is_to_be_said and not line.opinions.exists()


def may_say(line: ProgressLine, user: User) -> bool:
    """Whether this person's office says its opinion now, or puts it right."""
    is_its = line.office_of(user) is not None and line.report.is_open
    return is_its and line.is_to_be_said and bool(line.explanation)


def said_before(line: ProgressLine) -> str:
    """What the unit may start from: its words to an earlier meeting, or its last report."""
    earlier = ProgressLine.objects.filter(decision=line.decision).exclude(pk=line.pk)
    if said := earlier.exclude(explanation="").order_by("-pk").first():
        return said.explanation
    reports = StatusReport.objects.filter(assignment__decision=line.decision)
    last = reports.filter(assignment__unit=line.lead).first()
    return "\n".join(filter(None, [last.progress, last.obstacles])) if last else ""
