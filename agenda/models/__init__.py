"""Topics, what was found out about them, what units say of them, and agendas."""

from agenda.models.agendas import Agenda, AgendaItem
from agenda.models.closing import Closing, closing_of, next_closings
from agenda.models.consultations import Consultation
from agenda.models.following import (
    agenda_terms,
    follow_charter,
    keep_agenda,
    planned_items,
)
from agenda.models.studies import FieldStudy
from agenda.models.topics import Topic

__all__ = [
    "Agenda",
    "AgendaItem",
    "Closing",
    "Consultation",
    "FieldStudy",
    "Topic",
    "agenda_terms",
    "closing_of",
    "follow_charter",
    "keep_agenda",
    "next_closings",
    "planned_items",
]
