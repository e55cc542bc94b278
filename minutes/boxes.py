"""What a meeting's whole page shows of its minutes."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from institutions.models import User
from meetings.models import Meeting
from minutes.models import Decision, ItemRecord, Minutes
from minutes.pages import LOOKS

LACKING = Q(leads=None) | Q(due_on=None, is_standing=False) | Q(done_when="")


def minutes_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """For templates/minutes/minutes_box.html; nothing for who does not read the minutes."""
    decisions = Decision.objects.filter(meeting=OuterRef("meeting"))
    records = ItemRecord.objects.filter(minutes=OuterRef("pk"), outcome="")
    seen = Minutes.objects.visible_to(user).filter(meeting=meeting)
    minutes = (
        seen.select_related("document")
        .annotate(
            decided=_number(decisions, "meeting"),
            unfinished=_number(decisions.filter(LACKING), "meeting"),
            open_items=_number(records, "minutes"),
        )
        .first()
    )
    if minutes is None:
        return {}
    minutes.meeting = meeting
    is_draft = minutes.status == Minutes.Status.DRAFT
    return {
        "minutes": minutes,
        "look": LOOKS.get(minutes.status, ""),
        "decisions": minutes.decided,
        "gaps": minutes.unfinished + minutes.open_items if is_draft else 0,
        "document": minutes.document,
        "corrections": list(minutes.corrections.select_related("document"))
        if minutes.document
        else [],
    }


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many rows there are, counted in the query of the row above."""
    counted = rows.order_by().values(by).annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)
