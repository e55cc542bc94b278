"""Duties, notes of calls about them, and reminders."""

from deadlines.models.duties import (
    ContactNote,
    Duty,
    Owed,
    days_left,
    differences,
    keep_duties,
    recompute,
    target_of,
    told_otherwise,
    with_days_left,
    with_rows,
)
from deadlines.models.reminders import Reminder, chase, plan_reminders, why_not_chase

__all__ = [
    "ContactNote",
    "Duty",
    "Owed",
    "Reminder",
    "chase",
    "days_left",
    "differences",
    "keep_duties",
    "plan_reminders",
    "recompute",
    "target_of",
    "told_otherwise",
    "why_not_chase",
    "with_days_left",
    "with_rows",
]
