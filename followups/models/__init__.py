"""Tasks, reports on them, inspections, and the report to the next meeting."""

from followups.models.assignments import Assignment
from followups.models.following import (
    decisions_seen,
    follow_correction,
    follow_decision,
    follow_keys,
    owed_assigning,
    ways_by_task,
)
from followups.models.inspections import Contact, Inspection, check_inspecting
from followups.models.lines import LineOpinion, ProgressLine, no_meeting_was_told
from followups.models.progress import (
    ProgressReport,
    decisions_for,
    keep_lines_of_decision,
    keep_lines_of_meeting,
)
from followups.models.reports import StatusReport
from followups.models.supervision import SupervisionNotice

__all__ = [
    "Assignment",
    "Contact",
    "Inspection",
    "LineOpinion",
    "ProgressLine",
    "ProgressReport",
    "StatusReport",
    "SupervisionNotice",
    "check_inspecting",
    "decisions_seen",
    "decisions_for",
    "follow_correction",
    "follow_decision",
    "follow_keys",
    "keep_lines_of_decision",
    "keep_lines_of_meeting",
    "no_meeting_was_told",
    "owed_assigning",
    "ways_by_task",
]
