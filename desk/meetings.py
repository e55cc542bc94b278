"""A meeting's whole page: whose turn it is, its dates, and what each app tells of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agenda.boxes import agenda_box
from agenda.models import Agenda, AgendaItem
from consents.models import Consent, runs_an_office
from consents.sheets import LOOKS as OUTCOMES
from deadlines.models import Duty, with_days_left
from deadlines.waits import wait_of
from desk.milestones import Milestone, milestones_of
from desk.story import story_of
from documents.models import IssuedDocument
from followups.boxes import tasks_box
from followups.models import ProgressLine, ProgressReport
from institutions.models import User
from institutions.models.calendar import WorkingDays
from jointmeeting import clock
from jointmeeting.addresses import address
from meetings import pages
from meetings.boxes import attendance_box
from meetings.models import Attendance, Meeting
from minutes.boxes import minutes_box
from minutes.models import Correction, Decision, Minutes

MINUTED = Meeting.Status.MINUTED
ALONE = 2  # so many who owe the same stand by name, more as a number
LOADED = [
    "joint_body",
    "requested_by__unit",
    "requested_by__liaison",
    "chair",
    "delegated_by",
    "chair_person",
    "agenda",
    "minutes__document",
]
# What is owed until its decisions are given to units, and what was issued: rows that hang on
# a meeting. In SQL, because Django needs longer to write eight queries than to ask them.
ROW = "SELECT '{0}:' || row.id FROM {1} AS row {2}"
BY_REPORT = (
    "JOIN followups_progressreport AS report ON report.id = row.report_id"
    " JOIN agenda_agendaitem AS item ON item.id = report.item_id"
    " JOIN agenda_agenda AS agenda ON agenda.id = item.agenda_id"
    " WHERE agenda.meeting_id = %s"
)
BY_ITEM = (
    "JOIN agenda_agendaitem AS item ON item.id = row.item_id"
    " JOIN agenda_agenda AS agenda ON agenda.id = item.agenda_id"
    " WHERE agenda.meeting_id = %s"
)
BY_AGENDA = "JOIN agenda_agenda AS agenda ON agenda.id = row.agenda_id WHERE agenda.meeting_id = %s"
BY_MINUTES = (
    "JOIN minutes_minutes AS minutes ON minutes.id = row.minutes_id"
    " WHERE minutes.meeting_id = %s"
)
BY_MEETING = "WHERE row.meeting_id = %s"
ITSELF = "WHERE row.id = %s"
OWING: list[tuple[type[Model], str]] = [
    (Meeting, ITSELF),
    (Attendance, BY_MEETING),
    (Agenda, BY_MEETING),
    (AgendaItem, BY_AGENDA),
    (ProgressLine, BY_REPORT),
    (Minutes, BY_MEETING),
    (Correction, BY_MINUTES),
    (Decision, BY_MEETING),
]
ISSUING: list[tuple[type[Model], str]] = [
    (Meeting, ITSELF),
    (ProgressReport, BY_ITEM),
    (Minutes, BY_MEETING),
    (Correction, BY_MINUTES),
]


def _rows(owners: list[tuple[type[Model], str]]) -> str:
    """The targets of rows that hang on a meeting, to be looked for in one query."""
    return " UNION ALL ".join(
        ROW.format(model._meta.label_lower, model._meta.db_table, way)
        for model, way in owners
    )


OWED = f"""
SELECT duty.id, duty.post_id, duty.waiting_id, duty.kind, duty.target, duty.text, duty.url,
    duty.due_on, duty.remind_on, duty.how, post.title AS whose
FROM deadlines_duty AS duty JOIN institutions_post AS post ON post.id = duty.post_id
WHERE duty.closed_at IS NULL AND duty.target IN ({_rows(OWING)})
ORDER BY duty.due_on IS NULL, duty.due_on, duty.id
"""
SHEETS = """
SELECT sheet.id, sheet.act, sheet.verb, sheet.asked_on, sheet.outcome, EXISTS (
    SELECT 1 FROM consents_signature AS slot
    JOIN consents_signature_posts AS asked ON asked.signature_id = slot.id
    WHERE slot.consent_id = sheet.id AND asked.post_id IN ({held})) AS asks
FROM consents_consent AS sheet WHERE sheet.id IN (
    SELECT consent_id FROM meetings_meeting_consents WHERE meeting_id = %s
    UNION SELECT given.consent_id FROM minutes_minutes_consents AS given
    JOIN minutes_minutes AS minutes ON minutes.id = given.minutes_id
    WHERE minutes.meeting_id = %s)
ORDER BY sheet.id
"""


def page_of(pk: int, user: User, *, is_whole_log: bool = False) -> dict[str, Any]:
    """All that a meeting's page shows to this person; it does not exist for whom it is not."""
    meeting = _found(pk, user)
    for row in ("agenda", "minutes"):
        if there := getattr(meeting, row, None):
            there.meeting, there.joint_body = meeting, meeting.joint_body
    if not _is_agreed(meeting):
        return _asked(meeting, user)
    page = _whole(meeting, user)
    if page["is_told"]:
        page["log"], page["has_earlier"] = story_of(meeting, is_whole=is_whole_log)
    return page


def _found(pk: int, user: User) -> Meeting:
    """The meeting, if it is visible to this person; an office finds its own at less cost."""
    if user.bodies_allowing("read_topics"):
        found = Meeting.objects.select_related(*LOADED).order_by().filter(pk=pk)
        for meeting in found:
            if meeting.is_read_by_office(user):
                return meeting
    return get_object_or_404(
        Meeting.objects.visible_to(user).select_related(*LOADED), pk=pk
    )


def _is_agreed(meeting: Meeting) -> bool:
    is_past_it = meeting.status in Meeting.AGREED_ON
    return is_past_it or (
        meeting.status == Meeting.Status.CANCELLED and meeting.notice_id is not None
    )


# Until it is agreed to


def _asked(meeting: Meeting, user: User) -> dict[str, Any]:
    """What is asked for, and who answered what."""
    page = pages.page_of(meeting, user)
    return page | {"is_whole": False, "others": page["year"]["meetings"]}


# From then on


def _whole(meeting: Meeting, user: User) -> dict[str, Any]:
    working = _calendar(meeting)
    sheets = _sheets(meeting, user)
    is_asked = any(each.asks for act, each in sheets.items() if act in meeting.acts)
    is_told = meeting.is_told_to(user, is_asked=is_asked)
    duties = with_days_left(_duties(meeting, user), working)
    boxes = {
        "agenda": agenda_box(meeting, user),
        "attendance": attendance_box(meeting, user),
        "minutes": minutes_box(meeting, user) if meeting.held_on else {},
        "tasks": tasks_box(meeting, user) if meeting.status == MINUTED else {},
    }
    line = milestones_of(meeting, duties, boxes, working)
    steps = pages.steps_of(meeting, user) if is_told else []
    action = _action(meeting, duties, user)
    return {
        "is_whole": True,
        "meeting": meeting,
        "look": pages.LOOKS.get(meeting.status, ""),
        "stages": stages_of(meeting, line, boxes["tasks"]),
        "waits": _waits(meeting, duties, user),
        "action": action,
        "steps": steps,
        "steps_are_plain": bool(action) or not pages.leads_on(steps),
        "line": _with_today(line),
        "left": _left(meeting, working),
        "boxes": boxes,
        "parts": _parts(boxes, is_told),
        "documents": _documents(meeting, user),
        "sheets": _drawn(meeting, _open_to(sheets, meeting, user, is_told=is_told)),
        "is_told": is_told,
        "text": pages.text_of(meeting),
    }


def _calendar(meeting: Meeting) -> WorkingDays:
    """The working days of all years in which a date of this meeting may fall."""
    known = [meeting.requested_on, meeting.day, meeting.held_on, clock.today()]
    days = [day for day in known if day]
    year = timedelta(days=366)
    return WorkingDays(min(days) - year, max(days) + year)


def _duties(meeting: Meeting, user: User) -> list[Duty]:
    """What is owed about it, the most urgent first; others' only to the offices."""
    duties: list[Any] = list(Duty.objects.raw(OWED, [meeting.pk] * len(OWING)))
    if user.may("read_topics", meeting.joint_body):
        return duties
    mine = {post.pk for post in user.posts_held}
    return [each for each in duties if {each.post_id, each.waiting_id} & mine]


def _action(meeting: Meeting, duties: list[Duty], user: User) -> Duty | None:
    """The one thing this person is to do next on another page than this."""
    held = {post.pk for post in user.posts_held}
    mine = [each for each in duties if each.post_id in held]
    if not mine:  # only what signatories owe is entered for another
        to_sign = [each for each in duties if ":" in each.kind]
        mine = [each for each in to_sign if each.post_id in user.posts_entered]
    for duty in mine:
        return duty if duty.url != meeting.get_absolute_url() else None
    return None


def _waits(meeting: Meeting, duties: list[Duty], user: User) -> list[dict[str, Any]]:
    """Who is waited for; many who owe the same thing stand in one line."""
    held = {post.pk for post in user.posts_held}
    alike: dict[tuple[str, str], list[Duty]] = {}
    for duty in duties:
        mine = str(duty.pk) if duty.post_id in held else ""
        alike.setdefault((duty.text, mine), []).append(duty)
    waits = []
    for same in alike.values():
        if len(same) > ALONE:
            several = _("%(n)s units") % {"n": len(same)}
            place = address("meetings:attendance_list", meeting.pk)
            waits.append(_wait(same[0], user) | {"post": several, "url": place})
        else:
            waits += [_wait(duty, user) for duty in same]
    return waits


def _wait(duty: Any, user: User) -> dict[str, Any]:
    wait = wait_of([duty], user, post=duty.whose)
    return wait | {"url": duty.url} if wait["is_mine"] else wait


def stages_of(
    meeting: Meeting, line: list[Milestone], tasks: dict[str, Any]
) -> list[dict[str, Any]]:
    """The track of its whole life, each stage with its day or by when it is due."""
    states = Meeting.Status
    at = {states.AGREED: 2, states.NOTIFIED: 4, states.HELD: 5, states.MINUTED: 6}
    here = at.get(states(meeting.status), 4)
    named = {each.key: each for each in line}
    agenda = named.get("freeze")
    if here == 2 and agenda and agenda.is_done:
        here = 3
    keys = [
        ("asked", _("Asked for")),
        ("agreed", _("Agreed")),
        ("freeze", _("Agenda")),
        ("notice", _("Notice")),
        ("day", _("The meeting")),
        ("issued", _("Minutes")),
        ("tasks", _("Tasks")),
    ]
    is_over = bool(tasks) and tasks["total"] == tasks["closed"]
    if meeting.is_imported:
        keys, here = [keys[4], keys[6]], 1
    if meeting.status == states.CANCELLED:
        keys = [each for each in keys[:4] if each[0] in named and named[each[0]].is_done]
        keys.append(("cancelled", str(states.CANCELLED.label)))
        here = len(keys) - 1
    track = []
    since: date | None = None
    for number, (key, label) in enumerate(keys):
        stage = named.get(key)
        is_past = number < here or (is_over and key == "tasks")
        state = "past" if is_past else "current" if number == here else "future"
        done_on = stage.day if stage and stage.is_done else None
        on = {"past": done_on, "current": since, "future": stage and stage.due_on}
        track.append({"label": label, "on": on[state], "state": state})
        since = done_on or since
    return track


@dataclass(frozen=True)
class Today:
    """The line that says where one stands."""

    key: str
    day: date
    is_today: bool = True


def _with_today(line: list[Milestone]) -> list[Any]:
    """The dates in their order, today between them."""
    rows: list[Any] = [each for each in line if each.day]
    rows.append(Today("today", clock.today()))
    return sorted(rows, key=lambda each: (each.day, each.key == "today"))


def _left(meeting: Meeting, working: WorkingDays) -> int | None:
    """Working days to its day, while it is still to come."""
    if meeting.day is None or meeting.held_on or meeting.day < clock.today():
        return None
    return working.between(clock.today(), meeting.day)


def _parts(boxes: dict[str, Any], is_told: bool) -> list[tuple[str, str]]:
    """The anchors of the page: what there is of it."""
    names = {
        "agenda": ("h-agenda", _("Agenda")),
        "attendance": ("h-attendance", _("Who attends")),
        "minutes": ("h-minutes", _("Minutes")),
        "tasks": ("h-tasks", _("Tasks")),
    }
    found = [names[key] for key in names if boxes[key]]
    found.append(("h-line", _("Dates")))
    return [*found, ("h-log", _("What happened"))] if is_told else found


def _documents(meeting: Meeting, user: User) -> QuerySet[IssuedDocument]:
    """What was issued about it, as far as this person sees it, newest first."""
    if user.may("read_topics", meeting.joint_body):
        seen = IssuedDocument.objects.filter(joint_body=meeting.joint_body)
    else:
        seen = IssuedDocument.objects.visible_to(user)
    issued = RawSQL(_rows(ISSUING), [meeting.pk] * len(ISSUING))
    of_meeting = seen.filter(target__in=issued)
    return of_meeting.select_related("issuer__unit").defer("data").order_by("-pk")


def _sheets(meeting: Meeting, user: User) -> dict[str, Any]:
    """The latest sheet of each act, and whether this person is asked on it."""
    held = [post.pk for post in user.posts_answered]
    sql = SHEETS.format(held=", ".join(["%s"] * len(held)) or "NULL")
    found = Consent.objects.raw(sql, [*held, meeting.pk, meeting.pk])
    return {each.act: each for each in found}


def _open_to(
    sheets: dict[str, Any], meeting: Meeting, user: User, *, is_told: bool
) -> dict[str, Any]:
    """The sheets that this person may read: an office all, another where it is asked."""
    body = meeting.joint_body
    if user.may("read_topics", body) or runs_an_office(user, body):
        return sheets
    own = meeting.acts if is_told else ()
    return {act: each for act, each in sheets.items() if each.asks or act in own}


def _drawn(meeting: Meeting, sheets: dict[str, Any]) -> list[dict[str, Any]]:
    """Each consent that was asked for: what, since when, what came of it, the sheet."""
    pages_of = {
        "convene": "meetings:meeting_sheet",
        "plan": "meetings:meeting_sheet",
        "approve": "minutes:minutes_sheet",
    }
    rows = []
    for act, consent in sheets.items():
        owner: Any = meeting if act in meeting.acts else meeting.minutes
        rows.append(
            {
                "act": _(owner.acts[act]),
                "verb": consent.verb,
                "asked_on": consent.asked_on,
                "label": consent.get_outcome_display(),
                "look": OUTCOMES.get(consent.outcome, "is-go"),
                "url": address(pages_of[act], owner.pk, act),
            }
        )
    return rows
