"""What goes into the list of tasks, the report on decisions, the record of an inspection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from consents.sheets import paper_of
from deadlines.charter import Term
from documents.charter import cited
from documents.models import IssuedDocument
from followups.charter import FollowupRules, LadderRules, ReportRules
from institutions.models import JointBody, MemberUnit, User
from jointmeeting import clock
from jointmeeting.templatetags.papers import paper_date
from meetings.models import Meeting
from minutes.documents import bare
from minutes.models import Decision

if TYPE_CHECKING:
    from followups.models import (
        Inspection,
        ProgressLine,
        ProgressReport,
        SupervisionNotice,
    )

PARTS = {"done": "已办结", "standing": "长期坚持", "not done": "未能办成"}
COLOURS = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}
LONGEST_RESULT = 200  # what a line of the report keeps
FEW = 5  # of those left out, so many are named one by one
RHYTHMS = {
    "month": "每月{day}日前",
    "two months": "每单月{day}日前",
    "quarter": "每季度首月{day}日前",
    "half-year": "每年1月、7月的{day}日前",
    "year": "每年1月{day}日前",
}


def result_of(decision: Decision) -> str:
    """How a decision stands today, in words."""
    with override("zh-hans"):
        standing = list(decision.assignments.standing().select_related("unit__unit"))
        if decision.status == Decision.Status.CLOSED:
            results = dict.fromkeys(each.result_name for each in standing)
            if not standing and decision.assignments.exists():
                return "已取消"
            return "、".join(filter(None, results)) or decision.get_status_display()
        by_state: dict[str, list[str]] = {}
        for each in standing:
            by_state.setdefault(each.get_status_display(), []).append(str(each.unit))
        named = "；".join(f"{'、'.join(who)}{state}" for state, who in by_state.items())
        if len(named) > LONGEST_RESULT:
            named = "；".join(
                f"{len(who)}个单位{state}" for state, who in by_state.items()
            )
        return named or decision.get_status_display()


def progress_context(report: ProgressReport, by: User) -> dict[str, Any]:
    """The report as it would be frozen today; number and date come on issue."""
    body, rules = report.joint_body, report.rules
    issuer = _member(body, rules.paper.issuer).unit.name
    parts: dict[str, list[dict[str, Any]]] = {
        "已办结": [],
        "长期坚持": [],
        "未能办成": [],
        "尚未办结": [],
    }
    with override("zh-hans"):
        for line in report.lines.for_page():
            parts[_part_of(line)].append(_line_of(line))
        lists = [{"heading": name, "lines": parts[name]} for name in parts if parts[name]]
        return {
            "issuer": issuer,
            "addressee": body.name,
            "title": f"关于{body.name}议定事项落实情况的报告",
            "body_name": body.name,
            "as_of": clock.today(),
            "words": report.words,
            "total": sum(len(lines) for lines in parts.values()),
            "parts": lists,
            "left_out": [
                {
                    "why": why,
                    "n": len(found),
                    "named": [bare(str(each)) for each in found[:FEW]],
                    "has_more": len(found) > FEW,
                }
                for why, found in report.left_out()
            ],
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
        }


def _part_of(line: ProgressLine) -> str:
    if line.is_done:
        return PARTS[counts_of(line.decision)]
    return "长期坚持" if line.decision.is_standing else "尚未办结"


def counts_of(decision: Decision) -> str:
    """As what a closed decision counts, by the results of its tasks."""
    standing = decision.assignments.standing().values_list("result", flat=True)
    return decision.joint_body.part(FollowupRules).verify.counts(standing)


def _line_of(line: ProgressLine) -> dict[str, Any]:
    decision = line.decision
    due = f"应于{paper_date(decision.due_on)}前完成" if decision.due_on else ""
    return {
        "decision": bare(decision.text),
        "meeting": name_of(decision.meeting),
        "leads": [str(each) for each in decision.leads.all()],
        "until": "长期坚持" if decision.is_standing else due,
        "result": line.result or result_of(decision),
        "explanation": line.explanation,
        "explained_by": str(line.explained_by or ""),
        "opinions": [
            {"unit": str(each.unit), "opinion": each.opinion}
            for each in line.opinions.all()
        ],
    }


def name_of(meeting: Meeting) -> str:
    """A meeting as documents name it beside its body: by its number, else by its year."""
    return meeting.called


def _member(body: JointBody, key: str) -> MemberUnit:
    return body.members.select_related("unit").get(key=key)


def issue_progress(report: ProgressReport, *, by: User, number: str) -> IssuedDocument:
    rules, members = report.rules, report.joint_body.members
    told = members.filter(key__in=rules.offices).exclude(key=rules.paper.issuer)
    return IssuedDocument.objects.issue(
        "progress_report",
        report,
        rules.paper,
        progress_context(report, by),
        by=by,
        number=number,
        to=told,
    )


def assignment_context(meeting: Meeting, by: User) -> dict[str, Any]:
    """Who carries out what the meeting decided, as it would be issued today."""
    body = meeting.joint_body
    rules = body.part(FollowupRules)
    issuer = _member(body, rules.assign.paper.issuer).unit.name
    receivers = [str(_member(body, key)) for key in rules.report.receivers]
    decisions = list(_charged(meeting))
    minutes = getattr(meeting, "minutes", None)
    document = minutes.document if minutes else None
    with override("zh-hans"):
        name = f"{body.name}{name_of(meeting)}"
        return {
            "issuer": issuer,
            "addressee": "、".join(each.unit.name for each in charged_units(meeting)),
            "title": f"关于印发{name}议定事项责任分工的通知",
            "body_name": body.name,
            "meeting_name": name,
            "held_on": meeting.held_on,
            "minutes_number": document.number if document else "",
            "accept_by": rules.assign.accept.due(clock.today()).on,
            "report_when": _when(rules.report),
            "receivers": receivers,
            "rows": [_row_of(n, each) for n, each in enumerate(decisions, start=1)],
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
        }


def _charged(meeting: Meeting) -> Iterable[Decision]:
    decisions = Decision.objects.in_force().filter(meeting=meeting)
    units = ["leads__unit", "assisting__unit", "assignments__unit__unit"]
    return decisions.prefetch_related(*units).order_by("item__position", "position", "pk")


def _when(rules: ReportRules) -> str:
    """When to report: the first report by its own term, then by the days of the others."""
    days = [RHYTHMS[each.every].format(day=each.day) for each in rules.recurring]
    terms = [each.after for each in rules.first if each.after]
    first = [
        f"于{_within(term)}首次报送" if days else f"于{_within(term)}" for term in terms
    ]
    return "，以后".join(filter(None, [*first, "，".join(days)]))


def _within(term: Term) -> str:
    """The term of the first report, as it stands in a document."""
    since = {"meeting": "会议召开", "minutes": "纪要印发"}.get(term.of, "接收")
    first = {"day of month": "{since}后头一个{n}日前", "months": "{since}后{n}个月内"}
    days = {"days": "{since}后{n}日内", "working days": "{since}后{n}个工作日内"}
    return (first | days)[term.unit].format(since=since, n=term.value)


def _row_of(number: int, decision: Decision) -> dict[str, Any]:
    """A decision with the units that have it in hand, else with those that lead it."""
    S = decision.assignments.model.Status
    given = [
        {"unit": str(each.unit), "task": each.task}
        for each in decision.assignments.all()
        if each.status not in (S.REASSIGNED, S.CANCELLED)
    ]
    leads = [{"unit": str(each), "task": ""} for each in decision.leads.all()]
    return {
        "number": number,
        "text": decision.text,
        "leads": given or leads,
        "assisting": [str(each) for each in decision.assisting.all()],
        "due_on": decision.due_on,
        "is_standing": decision.is_standing,
        "done_when": decision.done_when,
    }


def charged_units(meeting: Meeting) -> list[MemberUnit]:
    """The units that carry out what the meeting decided, or assist, in the charter's order."""
    in_force = Decision.objects.in_force().filter(meeting=meeting)
    decisions = in_force.order_by().values("pk")
    units = MemberUnit.objects.order_by()
    given = units.filter(assignments__decision__in=decisions)
    given = given.exclude(assignments__status__in=["reassigned", "cancelled"])
    charged = units.filter(led__in=decisions).values("pk")
    charged = charged.union(
        units.filter(assisted__in=decisions).values("pk"), given.values("pk")
    )
    members = meeting.joint_body.members.filter(pk__in=charged)
    return list(members.select_related("unit").order_by("liaison__position"))


def issue_assignments(meeting: Meeting, *, by: User, number: str = "") -> IssuedDocument:
    return IssuedDocument.objects.issue(
        "assignment_list",
        meeting,
        meeting.joint_body.part(FollowupRules).assign.paper,
        assignment_context(meeting, by),
        by=by,
        number=number,
        to=charged_units(meeting),
    )


def inspection_context(inspection: Inspection, by: User) -> dict[str, Any]:
    """The record of an inspection as it stands, with who has signed it off."""
    task, rules = inspection.assignment, inspection.inspecting
    sheet = inspection.consent("sign_off")
    with override("zh-hans"):
        return {
            "title": f"{inspection.joint_body.name}督查记录",
            "body_name": inspection.joint_body.name,
            "who": rules.name,
            "inspected_on": inspection.inspected_on,
            "place": inspection.place,
            "took_part": inspection.took_part,
            "decision": task.decision.text,
            "meeting": name_of(task.decision.meeting),
            "unit": str(task.unit),
            "task_due_on": task.due_on,
            "finding": inspection.finding,
            "demand": inspection.demand,
            "due_on": inspection.due_on,
            "answer": inspection.answer_text,
            "answered_on": inspection.answered_on,
            "verb": inspection.route_taken("sign_off").verb,
            "signatures": paper_of(inspection, sheet)["rows"] if sheet else [],
            "drawn_by": by.name,
            "drawn_on": clock.today(),
        }


def notice_context(
    notice: SupervisionNotice, ladder: LadderRules, by: User
) -> dict[str, Any]:
    """A supervision notice as it would be issued today; number and date come on issue."""
    task = notice.assignment
    body, decision = task.joint_body, task.decision
    issuer = _member(body, ladder.paper.issuer).unit.name
    minutes = getattr(decision.meeting, "minutes", None)
    document = minutes.document if minutes else None
    with override("zh-hans"):
        return {
            "issuer": issuer,
            "addressee": task.unit.unit.name,
            "title": f"{body.name}{notice.name}",
            "basis": cited(ladder.basis),
            "body_name": body.name,
            "meeting_name": f"{body.name}{name_of(decision.meeting)}",
            "minutes_number": document.number if document else "",
            "decision": decision.text,
            "task": task.task,
            "done_when": decision.done_when,
            "due_on": notice.due_on,
            "days_late": notice.days_late,
            "name": notice.name,
            "colour": COLOURS[notice.colour],
            "demand": notice.demand,
            "answer_by": notice.answer_by,
            "contact": {"name": by.name, "phone": by.phone},
            "signed_by": issuer,
        }


def issue_notice(
    notice: SupervisionNotice, ladder: LadderRules, *, by: User, number: str
) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        "supervision_notice",
        notice.assignment,
        ladder.paper,
        notice_context(notice, ladder, by),
        by=by,
        number=number,
        to=[notice.assignment.unit],
    )
