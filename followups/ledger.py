"""The ledger: what was decided, meeting by meeting, and what has become of it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Max, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.models import days_left
from followups.charter import FollowupRules
from followups.ladder import Due, levels_of
from followups.models import (
    Assignment,
    StatusReport,
    SupervisionNotice,
    decisions_seen,
)
from followups.pages import LOOKS
from institutions.models import JointBody, MemberUnit, Unit, User
from jointmeeting import clock
from jointmeeting.addresses import below
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
LISTED = ["meeting", "position", "text", "due_on", "is_standing", "done_when", "status"]
OF_MEETING = [
    "kind",
    "year",
    "part",
    "ordinal",
    "year_ordinal",
    "form",
    "held_on",
    "charter",
    "joint_body__name",
    "joint_body__short",
]
OF_MEETING += ["joint_body__charter"]
OF_TASK = ["decision", "unit", "status", "result", "noticed"]
OF_REPORT = ["assignment", "given_on", "progress", "obstacles", "next_steps"]
Units = dict[int, tuple[int, str]]  # the body and the name of each, by its key
Totals = dict[int, dict[str, Any]]


def ledger_of(user: User) -> QuerySet[Decision]:
    """What was decided and issued, as far as one may read it, the last meeting first."""
    return (
        decisions_seen(user)
        .exclude(status=D.DRAFT)
        .order_by("-meeting__year", "-meeting", "position", "pk")
        .only(*LISTED)
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
        self,
        data: Any,
        *,
        bodies: list[JointBody],
        meetings: list[Meeting],
        units: Units,
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
            members = [
                (pk, name) for pk, (body, name) in units.items() if body == one[0].pk
            ]
            fields["unit"] = forms.TypedChoiceField(
                label=gettext_lazy("Unit"),
                choices=ALL + members,
                coerce=int,
                required=False,
            )

    @property
    def is_narrowing(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

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


def meetings_of(decisions: QuerySet[Decision]) -> Totals:
    """The meetings of these decisions with their totals, in one query."""
    is_late = Q(decisions__status__in=OPEN, decisions__due_on__lt=clock.today())
    meetings: Any = (
        Meeting.objects.filter(decisions__in=decisions.order_by().values("pk"))
        .select_related("joint_body")
        .only(*OF_MEETING)
        .annotate(
            total=Count("decisions"),
            closed=Count("decisions", filter=Q(decisions__status=D.CLOSED)),
            late=Count("decisions", filter=is_late),
        )
        .order_by("-year", "-pk")
    )
    return {
        each.pk: {
            "meeting": each,
            "name": str(each),
            "total": each.total,
            "closed": each.closed,
            "late": each.late,
        }
        for each in meetings
    }


def units_of(bodies: Iterable[int]) -> Units:
    """The units of these bodies, in their order."""
    units = MemberUnit.objects.filter(joint_body__in=bodies).order_by("position")
    names = units.values_list("pk", "joint_body", "unit__short", "unit__name")
    return {pk: (body, Unit.called(*called)) for pk, body, *called in names}


# The lines


def rows_of(
    decisions: Iterable[Decision], user: User, meetings: Totals, units: Units
) -> list[dict[str, Any]]:
    """The lines of the ledger as plain texts; as many queries for one as for fifty."""
    found = list(decisions)
    tasks, last = _tasks_of(found, user, meetings)
    counting = {pk: [each for each in of if _counts(each)] for pk, of in tasks.items()}
    unassigned = [each.pk for each in found if not counting.get(each.pk)]
    leads = _units_by(Decision.leads.through, unassigned, units)
    assisting = _units_by(Decision.assisting.through, [each.pk for each in found], units)
    reports, notices = _last_reports(last), _notices_of(counting)
    left = _left_of(each.due_on for each in found if each.status in OPEN)
    decision_url, task_url = (
        below("followups:decision_detail"),
        below("followups:assignment_detail"),
    )
    today, names = clock.today(), task_names()
    rows: list[dict[str, Any]] = []
    for each in found:
        given = counting.get(each.pk, [])
        named = [(f"{task_url}{task.pk}/", units[task.unit_id][1]) for task in given]
        report = reports.get(each.pk)
        row: dict[str, Any] = {
            "pk": each.pk,
            "decision": each,
            "url": f"{decision_url}{each.pk}/",
            "meeting": meetings[each.meeting_id],
            "number": each.position,
            "text": each.text,
            "leads": named or [("", name) for name in leads.get(each.pk, ())],
            "assisting": "、".join(assisting.get(each.pk, ())),
            "due": said_due(each),
            "left": left.get(each.due_on, "") if each.status in OPEN else "",
            "is_claimed": bool(given) and all(map(_is_over, given)),
            "said": cut(" ".join(report.progress.split()), SAID) if report else "",
            "said_on": short_date(report.given_on) if report else "",
            "report": report,
            "notices": notices.get(each.pk, []),
            "tasks": [
                (task.pk, units[task.unit_id][1]) for task in tasks.get(each.pk, ())
            ],
        }
        rows.append(row | _standing(each, given, today, names))
    for row, level in zip(rows, levels_of(map(_waited_for, rows)), strict=True):
        row["level"] = level
    return rows


def _waited_for(row: dict[str, Any]) -> Due:
    """The rules a decision stands under, and its day while a unit has not done its part."""
    decision, rules = row["decision"], row["meeting"]["meeting"].joint_body
    is_open = decision.status in OPEN and not row["is_claimed"]
    return rules.part(FollowupRules), decision.due_on if is_open else None


def _is_over(task: Assignment) -> bool:
    return task.status in (S.CLAIMED, S.CLOSED)


def _counts(task: Assignment) -> bool:
    return task.status not in (S.REASSIGNED, S.CANCELLED)


def _standing(
    decision: Decision, counting: list[Assignment], today: date, names: dict[str, str]
) -> dict[str, Any]:
    label, look = state_of(decision, counting, names)
    is_late = decision.status in OPEN and (decision.due_on or today) < today
    return {"state": label, "look": "is-late" if is_late else look, "is_late": is_late}


def _tasks_of(
    decisions: list[Decision], user: User, meetings: Totals
) -> tuple[dict[int, list[Assignment]], dict[int, int]]:
    """The tasks one may read, by the keys of their decisions; whose last reports are which.

    Reports come by their keys, each with the key of its decision.
    """
    meeting_of = {each.pk: each.meeting_id for each in decisions}
    seen = Assignment.objects.visible_to(user).filter(decision__in=list(meeting_of))
    seen = seen.only(*OF_TASK).order_by("pk")
    tasks: dict[int, list[Assignment]] = {}
    last: dict[int, int] = {}
    with_last: Any = seen.annotate(last_report=Max("reports"))
    for task in with_last:
        meeting = meetings[meeting_of[task.decision_id]]["meeting"]
        task.joint_body = meeting.joint_body
        tasks.setdefault(task.decision_id, []).append(task)
        if task.last_report:
            last[task.last_report] = task.decision_id
    return tasks, last


def _units_by(link: Any, decisions: list[int], units: Units) -> dict[int, list[str]]:
    """The names of the units that these decisions have, by their keys."""
    names: dict[int, list[str]] = {}
    if not decisions:
        return names
    linked = link.objects.filter(decision__in=decisions).order_by("memberunit__position")
    for decision, unit in linked.values_list("decision_id", "memberunit_id"):
        names.setdefault(decision, []).append(units[unit][1])
    return names


def _last_reports(last: dict[int, int]) -> dict[int, StatusReport]:
    """The last report of all on each decision, by its key."""
    if not last:
        return {}
    found = StatusReport.objects.filter(pk__in=list(last)).only(*OF_REPORT)
    return {last[each.pk]: each for each in found.order_by("given_on", "pk")}


def _notices_of(
    tasks: dict[int, list[Assignment]],
) -> dict[int, list[SupervisionNotice]]:
    """The supervision notices about each decision, by its key, the last one first."""
    of = {each.pk: pk for pk, given in tasks.items() for each in given if each.noticed}
    found: dict[int, list[SupervisionNotice]] = {}
    if not of:
        return found
    notices = SupervisionNotice.objects.standing().filter(assignment__in=list(of))
    for notice in notices.select_related("document"):
        found.setdefault(of[notice.assignment_id], []).append(notice)
    return found


def is_past(day: date | None) -> bool:
    return day is not None and day < clock.today()


def said_due(decision: Any) -> str:
    if decision.is_standing:
        return _("standing")
    return short_date(decision.due_on) or _("no date")


def _left_of(days: Iterable[date | None]) -> dict[date | None, str]:
    """Working days left to each of these dates, in words."""
    return {day: days_left_text(left, day) for day, left in days_left(days).items()}


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def task_names() -> dict[str, str]:
    """The states of a task in words, looked up once for a list."""
    return {each.value: str(each.label) for each in S}


def state_of(
    decision: Any, counting: Sequence[Any], names: dict[str, str]
) -> tuple[str, str]:
    """How a decision stands: as its tasks do, until it is closed or withdrawn."""
    if decision.status == D.CLOSED:
        results = dict.fromkeys(each.result_name for each in counting if each.result)
        return "、".join(results) or str(D.CLOSED.label), _look_of(counting)
    if decision.status != D.ASSIGNED or not counting:
        look = "is-void" if decision.status == D.WITHDRAWN else ""
        return str(D(decision.status).label), look
    labels = dict.fromkeys(names[each.status] for each in counting)
    open_now = [each for each in counting if each.status != S.CLOSED]
    first = (open_now or counting)[0]
    return "、".join(labels), LOOKS[first.status]


def _look_of(closed: Sequence[Any]) -> str:
    """How it came out, by the results of its tasks."""
    if not closed:
        return "is-done"
    counted = closed[0].rules.verify.counts(each.result for each in closed)
    return {"not done": "is-no", "standing": "is-part"}.get(counted, "is-done")


# What a line opens to


def stories_of(rows: Iterable[dict[str, Any]], user: User) -> dict[int, dict[str, Any]]:
    """For each of these lines what happened, where it comes from, why, what comes next."""
    rows = list(rows)
    tasks = {pk: (row["pk"], unit) for row in rows for pk, unit in row["tasks"]}
    lines: dict[int, list[tuple[Any, ...]]] = {}
    for entry in Assignment.history.filter(id__in=tasks).order_by("history_id"):
        (decision, unit), (label, reason) = tasks[entry.id], label_and_reason(entry)
        line = (localtime(entry.history_date), unit, label, reason)
        lines.setdefault(decision, []).append(line)
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


def opening_urls(
    query: QueryDict, rows: Iterable[dict[str, Any]], opened: Iterable[int]
) -> dict[int, str]:
    """For each line the same page with it opened, or shut if it is open."""
    asked, keys = query.copy(), set(opened)
    asked.pop("open", None)
    rest = asked.urlencode()
    return {row["pk"]: _opening_url(rest, row["pk"], keys) for row in rows}


def _opening_url(rest: str, pk: int, opened: set[int]) -> str:
    asked = [rest] if rest else []
    asked += [f"open={each}" for each in sorted(opened ^ {pk})]
    return f"?{'&'.join(asked)}#d{pk}"


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
        _("Notice of lateness"),
        _("Supervision notices issued"),
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
            "、".join(name for _url, name in row["leads"]),
            row["assisting"],
            decision.due_on or row["due"],
            decision.done_when,
            row["state"],
            row["level"].name if row["level"] else "",
            "；".join(
                f"{each.name} {each.document.number} {each.issued_on}"
                for each in row["notices"]
            ),
            report.given_on if report else "",
            report.progress if report else "",
            report.obstacles if report else "",
            report.next_steps if report else "",
        ]


def ledger_url(meeting: Meeting) -> str:
    """The ledger of one meeting."""
    return reverse("followups:ledger", query={"meeting": meeting.pk})
