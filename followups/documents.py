"""What goes into the assignment list and the report on decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from documents.models import IssuedDocument
from institutions.models import User
from minutes.models import Decision

if TYPE_CHECKING:
    from followups.models import ProgressReport


def result_of(decision: Decision) -> str:
    """How a decision stands today, in words."""
    with override("zh-hans"):
        standing = decision.assignments.standing().select_related("unit__unit")
        if decision.status == Decision.Status.CLOSED:
            results = dict.fromkeys(each.result_name for each in standing)
            return "、".join(filter(None, results)) or decision.get_status_display()
        parts = [f"{each.unit}：{each.get_status_display()}" for each in standing]
        return "；".join(parts) or decision.get_status_display()


def progress_context(report: ProgressReport) -> dict[str, Any]:
    """The report as it would be frozen today; number and date come on issue."""
    body, rules = report.joint_body, report.rules
    meeting = report.item.agenda.meeting
    lines = report.lines.select_related("decision__meeting").prefetch_related(
        "decision__leads__unit", "opinions__unit__unit"
    )
    issuer = body.members.select_related("unit").get(key=rules.paper.issuer).unit.name
    with override("zh-hans"):
        return {
            "issuer": issuer,
            "title": f"关于{body.name}议定事项落实情况的报告",
            "body_name": body.name,
            "year": meeting.year,
            "held_on": meeting.day,
            "words": report.words,
            "lines": [
                {
                    "decision": line.decision.text,
                    "meeting": str(line.decision.meeting),
                    "leads": [str(each) for each in line.decision.leads.all()],
                    "due_on": line.decision.due_on,
                    "is_standing": line.decision.is_standing,
                    "is_done": line.is_done,
                    "result": line.result or result_of(line.decision),
                    "explanation": line.explanation,
                    "opinions": [
                        {"unit": str(each.unit), "opinion": each.opinion}
                        for each in line.opinions.all()
                    ],
                }
                for line in lines
            ],
            "left_out": [{"why": why, "n": n} for why, n in report.left_out() if n],
            "signed_by": issuer,
        }


def issue_progress(report: ProgressReport, *, by: User, number: str) -> IssuedDocument:
    return IssuedDocument.objects.issue(
        "progress_report",
        report,
        report.rules.paper,
        progress_context(report),
        by=by,
        number=number,
        to=report.joint_body.members.filter(key__in=report.rules.offices),
    )
