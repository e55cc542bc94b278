"""What a meeting's whole page shows of its minutes."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from institutions.models import User
from meetings.models import Meeting
from meetings.pages import Dated
from minutes.charter import PublicityRules
from minutes.models import Decision, ItemRecord, Minutes
from minutes.pages import LOOKS

LACKING = Q(leads=None) | Q(due_on=None, is_standing=False) | Q(done_when="")


def minutes_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """For templates/minutes/minutes_box.html; nothing for who does not read the minutes.

    One query until they are issued, then none for who reads all of the body.
    """
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if minutes is None:
        return {}
    counts: dict[str, int] = {}
    is_issued = minutes.status == Minutes.Status.ISSUED
    if not (is_issued and user.may("read_topics", meeting.joint_body)):
        seen = Minutes.objects.visible_to(user).filter(pk=minutes.pk)
        found = list(_counted(seen))
        if not found:
            return {}
        [counts] = found
    is_draft = minutes.status == Minutes.Status.DRAFT
    return {
        "minutes": minutes,
        "look": LOOKS.get(minutes.status, ""),
        "decisions": None if is_issued else counts["decided"],
        "gaps": counts["unfinished"] + counts["open_items"] if is_draft else 0,
        "document": minutes.document,
        "public": public_of(minutes) if is_issued else None,
    }


def public_of(minutes: Minutes) -> dict[str, Any] | None:
    """Who makes what public of the meeting until when; nothing where the charter has none."""
    charter = minutes.joint_body.rules_in_force
    rules: PublicityRules | None = charter.parts["publicity"]
    if rules is None or minutes.issued_on is None:
        return None
    due = rules.within.due(minutes.issued_on)
    return {
        "by": charter.unit_name(rules.by),
        "what": rules.told(),
        "date": Dated(minutes.pk, "", due.on, due.how),
    }


def _counted(minutes: QuerySet[Minutes]) -> QuerySet[Minutes, Any]:
    """How many decisions there are, how many of them lack something, as do how many items."""
    decisions = Decision.objects.filter(meeting=OuterRef("meeting"))
    records = ItemRecord.objects.filter(minutes=OuterRef("pk"), outcome="")
    return minutes.values(
        decided=_number(decisions, "meeting"),
        unfinished=_number(decisions.filter(LACKING), "meeting"),
        open_items=_number(records, "minutes"),
    )


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many rows there are, counted in the query of the row above."""
    counted = rows.order_by().values(by).annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)
