"""The dates of a meeting: what was or is to be done by when, and how each was computed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agenda.charter import AgendaRules
from agenda.models import Agenda, AgendaItem, closing_of
from deadlines.charter import Term
from deadlines.models import Duty
from followups.charter import FollowupRules
from institutions.models.calendar import WorkingDays
from jointmeeting import clock
from meetings.models import Meeting
from minutes.charter import MinutesRules


@dataclass(frozen=True)
class Milestone:
    """A date of the line; the tag `how` draws it like a duty, so it has `pk` and `due_on`."""

    key: str
    label: str
    done_on: date | None = None
    due_on: date | None = None
    how: dict = field(default_factory=dict)
    is_done: bool = False
    note: str = ""

    @property
    def pk(self) -> str:
        return self.key

    @property
    def day(self) -> date | None:
        return self.done_on or self.due_on

    @property
    def look(self) -> str:
        """How its point is drawn: done, late, the meeting itself, or to come."""
        if self.key == "day":
            return "key"
        if self.is_done:
            return "was"
        is_late = self.due_on is not None and self.due_on < clock.today()
        return "over" if is_late else ""


class _Line:
    """Gathers the dates: a duty's own where it is owed now, else by the charter's term."""

    def __init__(self, duties: list[Duty], working: WorkingDays) -> None:
        self.working = working
        self.duties: dict[str, list[Duty]] = {}
        for duty in duties:
            owner = duty.target.partition(":")[0].partition(".")[2]
            self.duties.setdefault(f"{owner}:{duty.kind}", []).append(duty)
        self.found: list[Milestone] = []

    def done(self, key: str, label: str, day: date | None) -> None:
        if day:
            self.found.append(Milestone(key, label, done_on=day, is_done=True))

    def due(
        self,
        key: str,
        label: str,
        owed: str,
        term: Term | None,
        anchor: date | None,
        done_on: date | None = None,
        *,
        is_done: bool = False,
    ) -> None:
        """By when it is due; where it is done, on which day it was, if that is known.

        What the charter sets no term for stands here once it is done.
        """
        if term is None and not done_on:
            return
        duty = next(iter(self.duties.get(owed, [])), None)
        due_on: date | None
        if duty and duty.due_on:
            due_on, how = duty.due_on, duty.how
        elif anchor and term:
            due = term.due(anchor, self.working)
            due_on, how = due.on, due.how
        else:
            due_on, how = None, {}
        is_done = is_done or bool(done_on)
        self.found.append(Milestone(key, label, done_on, due_on, how, is_done))


def milestones_of(
    meeting: Meeting, duties: list[Duty], boxes: dict[str, Any], working: WorkingDays
) -> list[Milestone]:
    """All dates of a meeting that is agreed to, in the order of the work."""
    line, day = _Line(duties, working), meeting.day or meeting.held_on
    line.done("asked", _("Asked for"), meeting.requested_on)
    line.done("agreed", _("Agreed"), meeting.decided_on)
    if meeting.status != Meeting.Status.CANCELLED and not meeting.is_imported:
        _before(line, meeting, boxes)
    if day and meeting.status != Meeting.Status.CANCELLED:
        line.found.append(
            Milestone("day", _("The meeting"), due_on=day, is_done=bool(meeting.held_on))
        )
        if not meeting.is_imported:
            _after(line, meeting, boxes, day)
    return line.found


def _before(line: _Line, meeting: Meeting, boxes: dict[str, Any]) -> None:
    rules = meeting.sitting_rules.notice
    agenda: Agenda | None = getattr(meeting, "agenda", None)
    terms = meeting.rules_then.part(AgendaRules)
    told, day, is_over = meeting.notified_on, meeting.day, bool(meeting.held_on)
    frozen_on = agenda.frozen_on if agenda else None
    if frozen_on or not is_over:
        label, owed = _("Freeze the agenda"), "agenda:freeze"
        line.due("freeze", label, owed, terms.freeze, day, frozen_on)
    if closing := closing_of(meeting):
        key, label, due_on = "closing", _("Topics are handed in"), closing.due_on
        is_past = closing.is_past
        line.found.append(Milestone(key, label, None, due_on, closing.how, is_past))
    items: list[AgendaItem] = boxes["agenda"].get("items", [])
    papers = [each for each in items if each.kind == AgendaItem.Kind.PROGRESS]
    is_there = all(each.paper_id for each in papers) and bool(papers)
    if is_there or not is_over:
        label, owed = _("Report on decisions"), "agendaitem:report"
        line.due("papers", label, owed, terms.papers, day, is_done=is_there)
    if plan := meeting.plan_rules:
        label, owed = (
            _("The plan is put before those who agree to it"),
            "meeting:ask_plan",
        )
        is_asked = bool(told) or not meeting.plan_is_to_be_asked
        line.due("plan", label, owed, plan.ask, day, is_done=is_asked)
    before = rules.before if day else rules.arrange
    anchor = day or meeting.decided_on
    line.due("notice", _("The notice leaves"), "meeting:notify", before, anchor, told)
    still = boxes["attendance"]["counts"]["waiting"] if boxes["attendance"] else 0
    is_said = is_over or (bool(told) and not still)
    label, owed = _("Units say who comes"), "attendance:reply"
    line.due("replies", label, owed, rules.reply, day, is_done=is_said)


def _after(line: _Line, meeting: Meeting, boxes: dict[str, Any], day: date) -> None:
    rules = meeting.rules_then.part(MinutesRules)
    minutes = getattr(meeting, "minutes", None)
    if minutes is None or not minutes.approved_on:
        is_drafted = minutes is not None and minutes.status != "draft"
        begun = minutes.begun_on if minutes else day
        label, owed = _("Draft of the minutes"), "minutes:draft"
        line.due("draft", label, owed, rules.draft, begun, is_done=is_drafted)
    issued_on = minutes.issued_on if minutes else None
    approved_on = minutes.approved_on if minutes else None
    if issued_on or approved_on:
        label = _("The minutes are issued")
        owed, issue = "minutes:issue", rules.issue
        anchor = day if issue.of == "meeting" else approved_on
        line.due("issued", label, owed, issue, anchor, issued_on)
    if issued_on:
        assign = meeting.joint_body.part(FollowupRules).assign.term
        tasks = boxes["tasks"]
        is_given = bool(tasks) and not tasks["waiting"]
        label, owed = _("Decisions are given to units"), "decision:assign"
        anchor = day if assign.of == "meeting" else issued_on
        line.due("tasks", label, owed, assign, anchor, is_done=is_given)
