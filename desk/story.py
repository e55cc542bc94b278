"""What happened to a meeting, its agenda and its minutes, from one look at their histories."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from agenda.models import Agenda
from consents.models import Consent, Signature
from institutions.log import Entry
from institutions.models import Appointment
from meetings.models import Meeting
from minutes.models import Minutes

SHOWN = 60


def story_of(meeting: Meeting) -> list[Entry]:
    """The last acts, newest first: who, from which office, what, for whom, why."""
    answers = Signature.history.filter(consent__in=_sheets(meeting), history_type="~")
    histories = [
        Meeting.history.filter(id=meeting.pk),
        answers,
        Agenda.history.filter(meeting=meeting.pk),
        Minutes.history.filter(meeting=meeting.pk),
    ]
    body = meeting.joint_body_id
    told = [_acts(each, rank, body) for rank, each in enumerate(histories)]
    together = told[0].union(*told[1:], all=True)
    return [_entry(*row) for row in together.order_by("-at", "-rank", "-nr")[:SHOWN]]


def _sheets(meeting: Meeting) -> QuerySet[Any]:
    of_meeting = Meeting.consents.through.objects.filter(meeting=meeting.pk)
    of_minutes = Minutes.consents.through.objects.filter(minutes__meeting=meeting.pk)
    both = of_meeting.values("consent").union(of_minutes.values("consent"))
    return Consent.objects.filter(pk__in=both).values("pk")


def _acts(history: QuerySet[Any], rank: int, body: int) -> QuerySet[Any]:
    """Of one history: when, in which order, who, as what on that day, the act, for whom."""
    held = Appointment.objects.filter(
        Q(until=None) | Q(until__gte=OuterRef("day")),
        person=OuterRef("history_user"),
        post__joint_body=body,
        since__lte=OuterRef("day"),
    )
    whom: Any = Value("", CharField())
    if history.model is Signature.history.model:
        entered = Q(is_on_behalf=True, is_reported=False)
        whom = Case(When(entered, then="post__title"), default=whom)
    return (
        history.order_by()
        .annotate(day=TruncDate("history_date"))
        .annotate(
            at=F("history_date"),
            rank=Value(rank),
            nr=F("history_id"),
            who=F("history_user__name"),
            office=Subquery(held.order_by("post__position").values("post__title")[:1]),
            act=F("history_change_reason"),
            whom=whom,
        )
        .values_list("at", "rank", "nr", "who", "office", "act", "whom")
    )


def _entry(
    at: Any,
    _rank: int,
    _nr: int,
    who: str,
    office: str,
    act: str,
    whom: str,
) -> Entry:
    label, _newline, reason = (act or "").partition("\n")
    return Entry(
        at=at,
        who=who or _("the system"),
        office=office or "",
        label=_(label) if label else _("Changed"),
        reason=reason,
        on_behalf=whom or "",
    )
