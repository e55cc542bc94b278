"""The ledger: what was decided, meeting by meeting, and what has become of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.db.models import (
    Count,
    Max,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.models import days_left
from followups.models import Assignment, StatusReport, decisions_seen
from followups.pages import LOOKS
from institutions.models import JointBody, MemberUnit, User
from jointmeeting import clock
from jointmeeting.templatetags.screens import days_left_text, short_date
from jointmeeting.workflow import label_and_reason
from meetings.models import Meeting
from minutes.models import Decision, Minutes

D, S = Decision.Status, Assignment.Status
ALL: list[Any] = [("", gettext_lazy("all"))]
OPEN = [D.IN_FORCE, D.ASSIGNED]
STATES: list[tuple[str, Any]] = [
    ("open", gettext_lazy("not closed")),
    ("overdue", gettext_lazy("Overdue")),
    *[(each.value, each.label) for each in (D.IN_FORCE, D.CLOSED, D.WITHDRAWN)],
    *[
        (f"task {each.value}", each.label)
        for each in (S.ISSUED, S.ACCEPTED, S.UNDER_WAY, S.RETURNED, S.CLAIMED)
    ],
]
SAID = 36  # characters of a report that a line of the ledger shows


def ledger_of(user: User) -> QuerySet[Decision]:
    """What was decided and issued, as far as one may read it, the last meeting first."""
    return (
        decisions_seen(user)
        .exclude(status=D.DRAFT)
        .order_by("-meeting__year", "-meeting", "position", "pk")
    )


class LedgerQuery(forms.Form):
    """Which decisions are listed; what is wrong in an address is left out of the query.

    Units are those of one body: the only one, or the one chosen.
    """

    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=ALL + STATES, required=False
    )
    year = forms.TypedChoiceField(
        label=gettext_lazy("Year of the meeting"), coerce=int, required=False
    )
    meeting = forms.TypedChoiceField(
        label=gettext_lazy("Meeting"), coerce=int, required=False
    )
    text = forms.CharField(
        label=gettext_lazy("Words in the text"), required=False, max_length=50
    )

    def __init__(
        self, data: Any, *, bodies: list[JointBody], meetings: list[Meeting]
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        years = dict.fromkeys(each.year for each in meetings)
        fields["year"].choices = ALL + [(year, str(year)) for year in years]
        named = [(each.pk, f"{each.year} {each}") for each in meetings]
        fields["meeting"].choices = ALL + named
        chosen = [body for body in bodies if str(body.pk) == data.get("joint_body")]
        if len(bodies) > 1:
            fields["joint_body"] = forms.TypedChoiceField(
                label=gettext_lazy("Joint body"),
                choices=ALL + [(body.pk, body.short) for body in bodies],
                coerce=int,
                required=False,
            )
        if one := bodies if len(bodies) == 1 else chosen:
            units = one[0].members.select_related("unit")
            fields["unit"] = forms.TypedChoiceField(
                label=gettext_lazy("Unit"),
                choices=ALL + [(unit.pk, str(unit)) for unit in units],
                coerce=int,
                required=False,
            )

    def narrowed(self, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if text := chosen.pop("text", ""):
            said = Q(text__icontains=text) | Q(done_when__icontains=text)
            decisions = decisions.filter(said)
        if year := chosen.pop("year", None):
            decisions = decisions.filter(meeting__year=year)
        if unit := chosen.pop("unit", None):
            tasks = Assignment.objects.order_by().filter(unit=unit).values("decision")
            led = Decision.objects.order_by().filter(leads=unit).values("pk")
            decisions = decisions.filter(pk__in=led.union(tasks))
        if state := chosen.pop("state", ""):
            decisions = _in_state(decisions, state)
        return decisions.filter(**chosen)


def _in_state(decisions: QuerySet[Decision], state: str) -> QuerySet[Decision]:
    of_task = state.removeprefix("task ")
    if state == "open":
        return decisions.filter(status__in=OPEN)
    if state == "overdue":
        return decisions.filter(status__in=OPEN, due_on__lt=clock.today())
    if of_task == state:
        return decisions.filter(status=state)
    tasks = Assignment.objects.order_by().filter(status=of_task)
    return decisions.filter(pk__in=tasks.values("decision"))


# Meetings and what they add up to


def meetings_of(decisions: QuerySet[Decision]) -> dict[int, dict[str, Any]]:
    """The meetings of these decisions with their totals, in one query."""
    late = Q(status__in=OPEN, due_on__lt=clock.today())
    totals = (
        decisions.order_by()
        .values("meeting")
        .annotate(
            total=Count("pk"),
            closed=Count("pk", filter=Q(status=D.CLOSED)),
            late=Count("pk", filter=late),
        )
    )
    counted = {each["meeting"]: each for each in totals}
    meetings = Meeting.objects.filter(pk__in=counted).order_by("-year", "-pk")
    known = meetings.select_related("joint_body")
    return {each.pk: counted[each.pk] | {"meeting": each} for each in known}


# The lines


def rows_of(
    decisions: Iterable[Decision], user: User, meetings: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines of the ledger as plain texts; as many queries for one as for fifty."""
    found, units = list(decisions), MemberUnit.objects.select_related("unit")
    prefetch_related_objects(
        found, Prefetch("leads", units), Prefetch("assisting", units)
    )
    tasks: dict[int, list[Assignment]] = {}
    seen = Assignment.objects.visible_to(user).filter(decision__in=found)
    bodies = {pk: each["meeting"].joint_body for pk, each in meetings.items()}
    of_decision = {each.pk: bodies[each.meeting_id] for each in found}
    for task in seen.select_related("unit__unit").order_by("pk"):
        task.joint_body = of_decision[task.decision_id]
        tasks.setdefault(task.decision_id, []).append(task)
    reports = _last_reports([task for each in tasks.values() for task in each])
    left = days_left(each.due_on for each in found)
    return [_row(each, tasks.get(each.pk, []), reports, left, meetings) for each in found]


def _last_reports(tasks: list[Assignment]) -> dict[int, StatusReport]:
    """The last report of each task, by the key of its decision."""
    of_tasks = StatusReport.objects.order_by().filter(assignment__in=tasks)
    last = of_tasks.values("assignment").annotate(last=Max("pk")).values("last")
    found = StatusReport.objects.filter(pk__in=last).order_by("given_on", "pk")
    decisions = {task.pk: task.decision_id for task in tasks}
    return {decisions[each.assignment_id]: each for each in found}


def _row(
    decision: Decision,
    tasks: list[Assignment],
    reports: dict[int, StatusReport],
    left: dict[date, int],
    meetings: dict[int, dict[str, Any]],
) -> dict[str, Any]:
    counting = [each for each in tasks if each.status not in (S.REASSIGNED, S.CANCELLED)]
    label, look = state_of(decision, counting)
    report = reports.get(decision.pk)
    is_late = decision.status in OPEN and is_past(decision.due_on)
    leads = [(str(each.unit), each.get_absolute_url()) for each in counting]
    return {
        "decision": decision,
        "pk": decision.pk,
        "url": decision.get_absolute_url(),
        "meeting": meetings[decision.meeting_id],
        "number": decision.position,
        "text": decision.text,
        "leads": leads or [(str(each), "") for each in decision.leads.all()],
        "assisting": "、".join(map(str, decision.assisting.all())),
        "due": said_due(decision),
        "left": _left(decision, left),
        "is_late": is_late,
        "said": _short(report.progress) if report else "",
        "said_on": short_date(report.given_on) if report else "",
        "report": report,
        "state": label,
        "look": "is-late" if is_late else look,
        "tasks": tasks,
    }


def is_past(day: date | None) -> bool:
    return day is not None and day < clock.today()


def said_due(decision: Decision) -> str:
    if decision.is_standing:
        return _("standing")
    return short_date(decision.due_on) or _("no date")


def _left(decision: Decision, left: dict[date, int]) -> str:
    """Working days left of what is not closed."""
    if decision.due_on is None or decision.status not in OPEN:
        return ""
    return days_left_text(left[decision.due_on], decision.due_on)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SAID else f"{line[: SAID - 1]}…"


def state_of(decision: Decision, counting: list[Assignment]) -> tuple[str, str]:
    """How a decision stands: as its tasks do, until it is closed or withdrawn."""
    if decision.status == D.CLOSED:
        results = dict.fromkeys(each.result_name for each in counting if each.result)
        return "、".join(results) or str(D.CLOSED.label), "is-done"
    if decision.status != D.ASSIGNED or not counting:
        look = "is-void" if decision.status == D.WITHDRAWN else ""
        return decision.get_status_display(), look
    labels = dict.fromkeys(each.get_status_display() for each in counting)
    open_now = [each for each in counting if each.status != S.CLOSED]
    first = (open_now or counting)[0]
    return "、".join(labels), LOOKS[first.status]


# What a line opens to


def stories_of(rows: Iterable[dict[str, Any]], user: User) -> dict[int, dict[str, Any]]:
    """For each of these lines what happened, where it comes from, why, what comes next."""
    rows = list(rows)
    tasks = {task.pk: task for row in rows for task in row["tasks"]}
    lines: dict[int, list[tuple[Any, ...]]] = {}
    for entry in Assignment.history.filter(id__in=tasks).order_by("history_id"):
        task, (label, reason) = tasks[entry.id], label_and_reason(entry)
        line = (localtime(entry.history_date), str(task.unit), label, reason)
        lines.setdefault(task.decision_id, []).append(line)
    meetings = {row["decision"].meeting_id for row in rows}
    minutes = Minutes.objects.filter(meeting__in=meetings).select_related("document")
    numbers = {each.meeting_id: each.document.number for each in minutes if each.document}
    return {
        row["pk"]: {
            "log": sorted(lines.get(row["pk"], []), reverse=True),
            "number": numbers.get(row["decision"].meeting_id, ""),
            "done_when": row["decision"].done_when,
            "report": row["report"],
        }
        for row in rows
    }


def open_now(query: QueryDict, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that the address opens: `open=12`, several of them, or `open=all`."""
    asked = query.getlist("open")
    return [row for row in rows if "all" in asked or str(row["pk"]) in asked]


def opening_url(query: QueryDict, pk: int, opened: Iterable[int]) -> str:
    """The same page with this line opened, or shut if it is open."""
    asked, keys = query.copy(), set(opened)
    asked.setlist("open", [str(each) for each in sorted(keys ^ {pk})])
    return f"?{asked.urlencode()}#d{pk}"


def sheet_rows(rows: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """The ledger as rows of text, head first."""
    yield [
        _("Joint body"),
        _("Meeting"),
        _("No."),
        _("Decision"),
        _("Lead units"),
        _("Assisting units"),
        _("To be done by"),
        _("What counts as done"),
        _("State"),
        _("Reported on"),
        _("Progress"),
        _("Obstacles"),
        _("Next steps"),
    ]
    for row in rows:
        decision, report = row["decision"], row["report"]
        meeting = row["meeting"]["meeting"]
        yield [
            meeting.joint_body,
            meeting,
            row["number"],
            decision.text,
            "、".join(name for name, _url in row["leads"]),
            row["assisting"],
            decision.due_on or row["due"],
            decision.done_when,
            row["state"],
            report.given_on if report else "",
            report.progress if report else "",
            report.obstacles if report else "",
            report.next_steps if report else "",
        ]


def ledger_url(meeting: Meeting) -> str:
    """The ledger of one meeting."""
    return reverse("followups:ledger", query={"meeting": meeting.pk})
