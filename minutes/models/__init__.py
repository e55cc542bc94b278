"""The record of a meeting, its decisions, its minutes and their corrections."""

from minutes.models.corrections import Correction, CorrectionLine
from minutes.models.decisions import Decision, check_typing
from minutes.models.minutes import ItemRecord, Minutes, begin_minutes

__all__ = [
    "Correction",
    "CorrectionLine",
    "Decision",
    "ItemRecord",
    "Minutes",
    "begin_minutes",
    "check_typing",
]
