"""What the pages of who attends show: the list by capacity, replies, ticks."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from deadlines.models import Duty, with_days_left
from institutions.log import Entry, Told, log_of
from institutions.models import User, called_on
from jointmeeting import clock
from meetings.models import ORGANISER, Attendance, Meeting, ticks_seen
from meetings.order import in_order, uncounted
from meetings.pages import LOOKS as MEETING_LOOKS
from meetings.quorum import count_of

LOOKS: dict[str, str] = {
    Attendance.Status.ASKED: "is-go",
    Attendance.Status.COMING: "is-done",
    Attendance.Status.PROPOSED: "is-part",
    Attendance.Status.EXCUSED: "is-void",
    Attendance.Status.SUBSTITUTED: "is-part",
}
SHOWN = ["name", "title", "companions", "reason", "substitute", "substitute_title"]


def list_of(meeting: Meeting, user: User) -> list[Attendance]:
    """The places this person may see, in order, each with what it is drawn from."""
    seen = Attendance.objects.visible_to(user).filter(meeting=meeting)
    places = list(seen.select_related("post", "unit__unit"))
    for place in places:
        place.meeting, place.joint_body = meeting, meeting.joint_body
    if meeting.held_on:
        called_on(meeting.held_on, (place.unit for place in places if place.unit))
    return in_order(meeting, places)


def page_of(
    meeting: Meeting, user: User, ticked: Iterable[int] | None = None
) -> dict[str, Any]:
    """The whole list; `ticked` are the keys that somebody typed and that were refused."""
    places, may_organise = list_of(meeting, user), ORGANISER(user, meeting)
    typed = None if ticked is None else set(ticked)
    rows = [_row(place, user, may_organise, typed) for place in places]
    states = Meeting.Status
    is_open = meeting.status in Attendance.GROWING
    is_due = meeting.day is not None and meeting.day <= clock.today()
    may_tick = (
        may_organise and is_due and meeting.status in (states.NOTIFIED, states.HELD)
    )
    return {
        "meeting": meeting,
        "look": MEETING_LOOKS.get(meeting.status, ""),
        "groups": _by_capacity(rows),
        "counts": counts_of(places),
        "may_add": may_organise and is_open,
        "may_tick": may_tick and bool(places),
        "is_ticked": any(place.was_there is not None for place in places),
        "is_told": meeting.notified_on is not None,
        "seen": ticks_seen(meeting) if may_tick else "",
        "reply_by": _reply_by(meeting),
        "asks_reply": meeting.sitting_rules.notice.reply is not None,
        "count": count_of(meeting, places),
        "is_counted": all(place.was_there is not None for place in places),
        "not_called": not_called(meeting, places) if may_organise and places else [],
        "basis": meeting.sitting_rules.attendance.basis,
        "uncounted": uncounted(meeting, places) if may_organise else [],
    }


def _row(
    place: Attendance, user: User, may_organise: bool, typed: set[int] | None
) -> dict[str, Any]:
    states, meeting = Meeting.Status, place.meeting
    is_own = user.stands_for(place.unit)
    before = meeting.status in (states.AGREED, states.NOTIFIED)
    return {
        "place": place,
        "whose": str(place.unit or place.post or place.title),
        "is_own": is_own,
        **_reply_of(place, before=before),
        "why": place.why or _("by the charter"),
        "phone": place.phone if is_own or may_organise else "",
        "may_reply": before and (is_own or may_organise),
        "may_remove": may_organise
        and meeting.status == states.AGREED
        and place.status == Attendance.Status.LISTED,
        "is_checked": is_likely_there(place) if typed is None else place.pk in typed,
    }


def _reply_of(place: Attendance, *, before: bool) -> dict[str, str]:
    """What was answered, in words; once it was held nobody waits for an answer."""
    if place.status == Attendance.Status.LISTED:
        return {"reply": "", "look": ""}
    if place.status == Attendance.Status.ASKED and not before:
        return {"reply": _("No reply"), "look": "is-void"}
    return {"reply": place.get_status_display(), "look": LOOKS.get(place.status, "")}


def is_likely_there(place: Attendance) -> bool:
    """What was ticked; before that, whoever said to come, and posts that did not say no."""
    if place.was_there is not None:
        return place.was_there
    states = Attendance.Status
    is_silent = place.status == states.LISTED and place.unit_id is None
    return is_silent or place.status in (states.COMING, states.SUBSTITUTED)


def _by_capacity(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows under their headings, in the order in which a notice names them."""
    groups = [
        {
            "label": label,
            "rows": [row for row in rows if row["place"].capacity == capacity],
        }
        for capacity, label in Attendance.Capacity.choices
    ]
    return [group for group in groups if group["rows"]]


def counts_of(places: Iterable[Any]) -> dict[str, int]:
    """How many have a place, were asked, have replied, and were there."""
    states = Attendance.Status
    replied = (states.COMING, states.EXCUSED, states.PROPOSED, states.SUBSTITUTED)
    found = Counter((each.status, each.was_there is True) for each in places)
    by_status = {state: found[state, True] + found[state, False] for state in states}
    return {
        "all": found.total(),
        "waiting": by_status[states.ASKED],
        "replied": sum(by_status[state] for state in replied),
        "excused": by_status[states.EXCUSED],
        "there": sum(found[state, True] for state in states),
    }


def _reply_by(meeting: Meeting) -> Any:
    day, reply = meeting.day, meeting.sitting_rules.notice.reply
    return reply.due(day).on if day and reply else None


def not_called(meeting: Meeting, places: Iterable[Attendance]) -> list[str]:
    """Posts and units that the charter always calls and that have no place."""
    rules, body, found = (
        meeting.sitting_rules.attendance,
        meeting.joint_body,
        list(places),
    )
    posts = {each.post_id for each in found if each.post_id}
    units = {each.unit_id for each in found if each.unit_id}
    called = body.posts.filter(key__in=rules.attending).exclude(pk__in=posts)
    members = body.members.now().filter(key__in=rules.units).exclude(pk__in=units)
    return [*map(str, called), *map(str, members.select_related("unit"))]


# One place


def reply_page(place: Attendance, user: User) -> dict[str, Any]:
    """One place: what is asked, until when, the reply so far, and what happened."""
    meeting, is_own = place.meeting, user.stands_for(place.unit)
    may_organise = ORGANISER(user, meeting)
    open_now = Duty.objects.open().of(place).select_related("post")
    is_open = meeting.status in (Meeting.Status.AGREED, Meeting.Status.NOTIFIED)
    may_reply = is_open and (is_own or may_organise)
    return {
        "place": place,
        "meeting": meeting,
        "whose": str(place.unit or place.post or place.title),
        "look": LOOKS.get(place.status, ""),
        "duty": next(iter(with_days_left(open_now)), None),
        "phone": place.phone if is_own or may_organise else "",
        "is_own": is_own,
        "may_reply": may_reply,
        "may_replace": may_reply and place.may_be_replaced,
        "may_judge": is_open
        and may_organise
        and place.status == Attendance.Status.PROPOSED,
        "letter": place.letter if is_own or may_organise else None,
        "seen": place.seen(),
        "log": log(place) if is_own or may_organise else [],
    }


def initial_of(place: Attendance, user: User) -> dict[str, str]:
    """The reply as it stands; else who came the last time, or who is replying."""
    if place.name:
        names = ["name", "title", "phone", "companions", "reason"]
        return {name: getattr(place, name) for name in names}
    if place.unit:
        earlier = Attendance.objects.filter(unit=place.unit).exclude(name="")
        if last := earlier.order_by("-pk").first():
            return {"name": last.name, "title": last.title, "phone": last.phone}
    if place.unit and user.stands_for(place.unit):
        post = next(p for p in user.posts_held if p.pk == place.unit.liaison_id)
        return {"name": user.name, "title": post.title, "phone": user.phone}
    return {}


def log(place: Attendance) -> list[Entry]:
    return log_of(place.joint_body, Told(place.history, SHOWN))
