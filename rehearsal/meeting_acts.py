"""What is done in a played year about meetings."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agenda.models import Topic
from deadlines.models import Duty
from jointmeeting import clock
from meetings.charter import MeetingRules
from meetings.models import Meeting, rules_for
from meetings.periods import days_of, period_at, rules_of, year_now
from rehearsal.signing import decides, is_first_round, sign, slot_of

if TYPE_CHECKING:
    from rehearsal.player import Play
    from rehearsal.stories import Wish

REGULAR = Meeting.Kind.REGULAR
MOST_IN_VIEW = 6  # topics that a request names
LONG_TERM = 40  # working days; what has so much time is done towards its end


def day_to_ask(play: Play, duty: Duty) -> date:
    """Some days before each part of the year's term is over; later meetings later.

    Where the story tells it from the end, so many days before the last one played; past
    the middle of the time there is where it is counted since the last meeting.
    """
    term, least, asked = play.term(duty), duty.row.rules.least, duty.row.counted.count()
    if duty.row.rules.per == "since last":
        return play.working_day(duty.since, term * 3 // 5)
    told = play.wish_of(REGULAR, duty.row.year, asked).days_ago
    if told and play.last - timedelta(days=told) >= play.first:
        return play.last - timedelta(days=told)
    turn = min(asked + 1, least)
    spare = 6 + play.dice(duty) % 8 if term > LONG_TERM else 1
    return play.working_day(duty.since, max(1, term * turn // least - spare))


def ask_for_regular(play: Play, duty: Duty) -> None:
    rules = play.body.part(MeetingRules).regular
    year, asked = duty.row.year, duty.row.counted.count()
    wish = play.wish_of(REGULAR, year, asked)
    words = {"year": year, "part": duty.row.part}
    if duty.row.rules.per == "since last":
        words["year"] = year_now(play.body)
    _ask(play, wish, REGULAR, rules.asked_by[0], **words)


def ask_for_ad_hoc(play: Play, wish: Wish) -> None:
    rules = rules_for(play.body, Meeting.Kind.AD_HOC)
    now = period_at(rules_of(play.body), clock.today())
    words = {"year": now.year, "part": now.number}
    _ask(play, wish, Meeting.Kind.AD_HOC, rules.asked_by[0], **words)


def answer(play: Play, duty: Duty) -> None:
    """Agree, unless the story has it returned once."""
    meeting, slot = duty.row, slot_of(duty)
    wish = play.wish(meeting)
    objects = wish.sent_back and is_first_round(meeting, slot) and decides(slot)
    path = f"{_path(meeting)}.agree"
    sign(play, duty, path, wish.sent_back if objects else "")


def mend(play: Play, duty: Duty) -> None:
    """Give the reason as it was asked for, and ask anew."""
    meeting = duty.row
    wish = play.wish(meeting)
    do = partial(play.do, post=duty.post, path=_path(meeting), basis=meeting.rules.basis)
    reason = wish.mended or wish.reason
    changed = _("Change the request “%(what)s”") % {"what": meeting}
    do(changed, partial(meeting.amend, seen=meeting.seen(), reason=reason))
    do(_("Ask anew for “%(what)s”") % {"what": meeting}, meeting.request)


def _ask(play: Play, wish: Wish, kind: str, asker: str, **words: Any) -> None:
    member = play.member(asker)
    words |= {
        "kind": kind,
        "occasion": next(iter(rules_for(play.body, kind).occasions), ""),
        "reason": wish.reason,
        "proposed_on": play.working_day(clock.today(), wish.held_after),
        "topics_planned": _topics_in_view(play, words["year"]) if kind == REGULAR else "",
    }
    meeting = Meeting(joint_body=play.body, requested_by=member, **words)
    do = partial(
        play.do, post=member.liaison, path=_path(meeting), basis=meeting.rules.basis
    )
    begun: list[Meeting] = []

    def begin(*, by: Any) -> None:
        begun.append(Meeting.objects.begin(member, by=by, **words))

    do(_("Draft the request “%(what)s”") % {"what": meeting}, begin)
    [meeting] = begun
    do(_("Ask for “%(what)s”") % {"what": meeting}, meeting.request)


def _topics_in_view(play: Play, year: int) -> str:
    """The first settled topics of the year, one on each line."""
    days = days_of(rules_of(play.body), year)
    of_year = Topic.objects.filter(joint_body=play.body, created_on__range=days)
    settled = of_year.filter(status=Topic.Status.SETTLED).order_by("pk")
    return "\n".join(settled.values_list("title", flat=True)[:MOST_IN_VIEW])


def _path(meeting: Meeting) -> str:
    return f"meetings.{meeting.kind.replace(' ', '_')}"
