"""What happened to a meeting, its agenda and its minutes, from one look at their histories."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.timezone import get_current_timezone_name, make_aware
from django.utils.translation import gettext as _

from institutions.log import Entry
from meetings.models import Meeting

SHOWN = 10  # on the page of a meeting; the rest when asked for
# In SQL, because Django needs longer to write four queries and their office than to ask them.
ACTS = """
SELECT told.history_date AS moment, {rank} AS place, told.history_id AS nr,
    told.history_change_reason AS act, person.name AS who, {whom} AS whom,
    (SELECT post.title FROM institutions_appointment AS held
     JOIN institutions_post AS post ON post.id = held.post_id
     WHERE held.person_id = told.history_user_id AND post.joint_body_id = %s
     AND {day} BETWEEN held.since AND COALESCE(held.until, '9999-12-31')
     ORDER BY post.position LIMIT 1) AS office
FROM {table} AS told
LEFT JOIN institutions_user AS person ON person.id = told.history_user_id {where}
"""
ANSWERED = """
LEFT JOIN institutions_post AS signed ON signed.id = told.post_id
    AND told.is_on_behalf AND NOT told.is_reported
WHERE told.history_type = '~' AND told.consent_id IN (
    SELECT consent_id FROM meetings_meeting_consents WHERE meeting_id = %s
    UNION SELECT given.consent_id FROM minutes_minutes_consents AS given
    JOIN minutes_minutes AS minutes ON minutes.id = given.minutes_id
    WHERE minutes.meeting_id = %s)
"""
OF_MEETING = "WHERE told.meeting_id = %s"
HISTORIES = [
    ("meetings_historicalmeeting", "''", "WHERE told.id = %s"),
    ("consents_historicalsignature", "signed.title", ANSWERED),
    ("agenda_historicalagenda", "''", OF_MEETING),
    ("minutes_historicalminutes", "''", OF_MEETING),
]


def story_of(meeting: Meeting, *, is_whole: bool = False) -> tuple[list[Entry], bool]:
    """The last acts, newest first, and whether there are earlier ones than these.

    Each says who, from which office of that day, what, for whom, why.
    """
    sql, keys = _asked(meeting)
    if not is_whole:
        sql += f" LIMIT {SHOWN + 1}"
    with connection.cursor() as cursor:
        cursor.execute(sql, keys)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    shown = rows if is_whole else rows[:SHOWN]
    return [_entry(row) for row in shown], len(rows) > len(shown)


def _asked(meeting: Meeting) -> tuple[str, list[Any]]:
    """The query for all acts, and its parameters; a day is one of the office's time."""
    zone = get_current_timezone_name()
    cast = connection.ops.datetime_cast_date_sql
    day, days = cast("told.history_date", (), zone)
    selects: list[str] = []
    keys: list[Any] = []
    for rank, (table, whom, where) in enumerate(HISTORIES):
        selects.append(
            ACTS.format(rank=rank, table=table, whom=whom, where=where, day=day)
        )
        keys += [meeting.joint_body_id, *days, *[meeting.pk] * where.count("%s")]
    story = " UNION ALL ".join(selects)
    return f"{story} ORDER BY moment DESC, place DESC, nr DESC", keys


def _entry(row: dict[str, Any]) -> Entry:
    label, _newline, reason = (row["act"] or "").partition("\n")
    return Entry(
        at=_moment(row["moment"]),
        who=row["who"] or _("the system"),
        office=row["office"] or "",
        label=_(label) if label else _("Changed"),
        reason=reason,
        on_behalf=row["whom"] or "",
    )


def _moment(value: Any) -> datetime:
    """SQLite keeps moments as text, in UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else make_aware(moment, UTC)
