"""What happened to rows, in words that anyone can read: who, from which office, what, why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from institutions.models import Appointment, JointBody
from jointmeeting.workflow import label_and_reason


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str


@dataclass
class Entry:
    """One act; drawn by templates/parts/log.html."""

    at: datetime
    who: str
    label: str
    reason: str = ""
    office: str = ""
    on_behalf: str = ""
    changes: list[Change] = field(default_factory=list)
    by: int | None = None


@dataclass(frozen=True)
class Told:
    """The history of a row, or of rows of one model, and which changed fields are shown.

    `names` has, for a field, the names of the keys that are its values; `about`, for a row,
    what its acts are said to be about, where the log is that of several rows.
    """

    history: models.QuerySet
    fields: Collection[str] = ()
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    about: dict[int, str] = field(default_factory=dict)


def log_of(body: JointBody, *told: Told) -> list[Entry]:
    """The acts on rows of a body, newest first; one query for each history and one more.

    Of what was done at one moment, that of the history named last comes first.
    """
    found = [entry for each in told for entry in _entries(each)]
    _name_offices(body, found)
    return sorted(found, key=lambda entry: entry.at)[::-1]


def _entries(told: Told) -> Iterator[Entry]:
    earlier: dict[Any, Any] = {}
    records = told.history.select_related("history_user")
    for record in records.order_by("history_date", "history_id"):
        label, reason = label_and_reason(record)
        before = earlier.get(record.id)
        earlier[record.id] = record
        act = label or (_("Changed") if before else _("Begun"))
        if about := told.about.get(record.id):
            act = _("%(act)s: %(about)s") % {"act": act, "about": about}
        yield Entry(
            at=record.history_date,
            who=str(record.history_user or _("the system")),
            label=act,
            reason=reason,
            changes=_changes(told, before, record) if before else [],
            by=record.history_user_id,
            on_behalf=_on_behalf(record),
        )


def _on_behalf(record: Any) -> str:
    """For whom an answer was entered; what is only reported is nobody's answer yet."""
    is_entered = getattr(record, "is_on_behalf", False) and not record.is_reported
    return str(record.post) if is_entered else ""


def _changes(told: Told, before: Any, after: Any) -> list[Change]:
    found = []
    for name in told.fields:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            kind = after._meta.get_field(name)
            named = told.names.get(name, {})
            words = (_words(kind, named.get(value, value)) for value in (old, new))
            found.append(Change(str(kind.verbose_name), *words))
    return found


def _words(kind: models.Field, value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(kind, models.DateField):
        return date_format(value, "Y-m-d")
    return str(dict(kind.flatchoices).get(value, value))


def _name_offices(body: JointBody, entries: list[Entry]) -> None:
    """Beside each name the post the person held on that day; several are not told apart."""
    people = {entry.by for entry in entries if entry.by}
    appointments = Appointment.objects.filter(person__in=people, post__joint_body=body)
    held = list(appointments.select_related("post").order_by("post__position"))
    for entry in entries:
        day = localtime(entry.at).date()
        for each in held:
            is_then = each.since <= day and (each.until is None or each.until >= day)
            if each.person_id == entry.by and is_then:
                entry.office = str(each.post)
                break
