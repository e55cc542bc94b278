"""Tasks, reports on them, inspections, and the report to the next meeting."""

from followups.models.assignments import (
    Assignment,
    StatusReport,
    follow_correction,
    owed_assigning,
)
from followups.models.inspections import Contact, Inspection
from followups.models.progress import LineOpinion, ProgressLine, ProgressReport

__all__ = [
    "Assignment",
    "Contact",
    "Inspection",
    "LineOpinion",
    "ProgressLine",
    "ProgressReport",
    "StatusReport",
    "follow_correction",
    "owed_assigning",
]
