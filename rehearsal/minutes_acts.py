"""What is done in a played year about minutes: record, decisions, approval, issue, correction."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agenda.models import AgendaItem
from deadlines.models import Duty
from institutions.models import MemberUnit, Post
from jointmeeting import clock
from meetings.charter import MeetingRules
from meetings.models import Meeting
from meetings.periods import year_at
from minutes.models import Correction, Decision, ItemRecord, Minutes
from minutes.models.ballots import deciding_of, voters_at
from rehearsal.opinion_acts import able_units
from rehearsal.signing import decides, is_first_round, sign, slot_of

if TYPE_CHECKING:
    from rehearsal.player import Play
    from rehearsal.stories import Earlier, Matter, Resolve

CORRECTED_AFTER = 12  # working days after the issue
PATH = "minutes"


def draft(play: Play, duty: Duty) -> None:
    """Record each item, write down what was decided, and send it to be approved."""
    minutes, post = duty.row, duty.post
    records = minutes.records.select_related("item__topic").order_by("item__position")
    for record in records:
        _record(play, minutes, record, post)
        record.refresh_from_db()
        for resolve in _resolves(play, record):
            _decide(play, minutes, record.item, resolve, post)
    _send(play, minutes, post, _("Send the minutes of “%(what)s” to be approved"))


def mend(play: Play, duty: Duty) -> None:
    """Put the minutes right as it was asked for, and send them anew."""
    minutes = duty.row
    closing = play.wish(minutes.meeting).reworded
    words = _("Change the minutes of “%(what)s”")
    step = partial(minutes.amend, seen=minutes.seen(), closing=closing)
    _do(play, minutes, duty.post, words, step)
    _send(play, minutes, duty.post, _("Send the minutes of “%(what)s” anew"))


def approve(play: Play, duty: Duty) -> None:
    """Approve, unless the story has a signatory ask for changes once."""
    minutes, slot = duty.row, slot_of(duty)
    changes = play.wish(minutes.meeting).changes
    objects = changes and is_first_round(minutes, slot) and decides(slot)
    sign(play, duty, "minutes.approve", changes if objects else "")


def issue(play: Play, duty: Duty) -> None:
    minutes = duty.row
    _do(play, minutes, duty.post, _("Issue the minutes of “%(what)s”"), minutes.issue)
    if play.wish(minutes.meeting).correction:
        play.later(CORRECTED_AFTER, partial(correct, play, minutes.pk, duty.post))


def day_to_acknowledge(play: Play, duty: Duty) -> date | None:
    """As usual; never where the story has the unit leave them unread."""
    issued = Minutes.objects.filter(document=duty.row.document_id)
    minutes = issued.select_related("meeting").first()
    unread = play.wish(minutes.meeting).unread if minutes else ""
    return None if duty.row.member.key == unread else play.usual(duty)


def acknowledge(play: Play, duty: Duty) -> None:
    """A unit says that it has got what was sent to it."""
    addressee = duty.row
    words = _("Acknowledge receipt of “%(what)s”") % {"what": addressee.document.title}
    basis, path = play.minutes_rules.basis, "minutes.receipt"
    ladder = play.followup_rules.ladder
    if ladder and addressee.document.template == "supervision_notice":
        basis, path = ladder.basis, "followups.ladder.receipt"
    play.do(words, addressee.receive, post=duty.post, path=path, basis=basis)


def correct(play: Play, minutes_pk: int, post: Post) -> None:
    """Give the last dated decision of the minutes more time, by a numbered correction."""
    minutes = Minutes.objects.get(pk=minutes_pk)
    dated = minutes.decisions().filter(status__in=["in force", "assigned"])
    decision = dated.exclude(due_on=None).last()
    if decision is None or decision.due_on is None:
        return
    later = decision.due_on + timedelta(days=30)
    reason = play.wish(minutes.meeting).correction
    line = {"decision": decision, "change": "due", "due_on": later}
    step = partial(Correction.objects.issue, minutes, reason=reason, lines=[line])
    _do(play, minutes, post, _("Correct the minutes of “%(what)s”"), step)


def apply(play: Play, duty: Duty) -> None:
    correction = duty.row
    words = _("Apply the correction of the minutes of “%(what)s”")
    _do(play, correction.minutes, duty.post, words, correction.apply)


def _record(play: Play, minutes: Minutes, record: ItemRecord, post: Post) -> None:
    outcome = _outcome(play, record)
    step = partial(
        minutes.record,
        item=record,
        seen=record.seen(),
        outcome=outcome,
        discussion=_discussion(play, record.item),
        **_ballot(play, minutes, outcome),
    )
    words = _("Record “%(item)s” in “%(what)s”")
    _do(play, minutes, post, words, step, item=record.item)


def _outcome(play: Play, record: ItemRecord) -> str:
    """As the story tells it, by key or by what follows; else decided, or heard."""
    item, outcomes = record.item, record.outcomes
    matter = _matter(play, item)
    has_decisions = bool(item.topic or play.point(item))
    wanted = (matter and matter.outcome) or ("decided" if has_decisions else "stays")
    if found := [each.key for each in outcomes if each.key == wanted]:
        return found[0]
    like = [each.key for each in outcomes if each.then == wanted] or [outcomes[0].key]
    return like[-1] if matter and matter.outcome else like[0]


def _ballot(play: Play, minutes: Minutes, outcome: str) -> dict[str, Any]:
    """All are for what is decided and against what is not adopted, as far as it is asked."""
    deciding = deciding_of(minutes.meeting)
    [then] = [each.then for each in play.minutes_rules.outcomes if each.key == outcome]
    if deciding is None or then == "stays":
        return {}
    if deciding.manner in ("consensus", "chair"):
        return {"is_so_decided": then == "decided"}
    all_there = voters_at(minutes.meeting)
    side, other = "votes_for", "votes_against"
    if then == "not adopted":
        side, other = other, side
    return {side: all_there, other: 0, "votes_abstained": 0}


def _discussion(play: Play, item: AgendaItem) -> str:
    told = _matter(play, item) or play.point(item)
    return told.discussion if told and told.discussion else play.story.discussion


def _matter(play: Play, item: AgendaItem) -> Matter | None:
    """What the story tells of the item's topic, where a meeting has it for the first time."""
    topic = item.topic
    if topic is None or topic.agenda_items.filter(pk__lt=item.pk).exists():
        return None
    return play.matter(topic)


def _resolves(play: Play, record: ItemRecord) -> tuple[Resolve, ...]:
    """What the story has decided on this item: for a topic at least its measure."""
    item = record.item
    if item.topic is None:
        point = play.point(item)
        return point.decisions if point else ()
    kind = record.kind
    if kind is None or kind.then != "decided":
        return ()
    return play.matter(item.topic).decisions or (play.story.task,)


def _decide(
    play: Play, minutes: Minutes, item: AgendaItem, resolve: Resolve, post: Post
) -> None:
    leads, assisting = _units(play, item, resolve)
    done_when = resolve.done_when or play.story.task.done_when
    held_on = minutes.meeting.held_on or clock.today()
    step = partial(
        minutes.decide,
        item=item,
        text=resolve.text or (item.topic.measure if item.topic else item.title),
        leads=leads,
        assisting=assisting,
        is_standing=resolve.standing,
        due_on=None if resolve.standing else _due(play, held_on, resolve),
        done_when=done_when,
    )
    words = _("Write down what was decided on “%(item)s”")
    _do(play, minutes, post, words, step, item=item)


def _due(play: Play, held_on: date, resolve: Resolve) -> date:
    return play.working_day(held_on + timedelta(days=resolve.days), 1)


def _units(
    play: Play, item: AgendaItem, resolve: Resolve
) -> tuple[list[MemberUnit], list[MemberUnit]]:
    """Who leads and who assists: as told, else the units that were asked, in their order."""
    if resolve.leads:
        leads = [play.member(key) for key in resolve.leads]
        return leads, [play.member(key) for key in resolve.assisting]
    asked = item.topic.asked_units if item.topic else []
    asked = asked or able_units(play)[:2]
    return asked[:1], asked[1:]


def _send(play: Play, minutes: Minutes, post: Post, words: str) -> None:
    _do(play, minutes, post, words, minutes.send)


def _do(
    play: Play, minutes: Minutes, post: Post, words: str, step: Any, **about: Any
) -> None:
    act = words % ({"what": minutes.meeting} | about)
    play.do(act, step, post=post, path=PATH, basis=minutes.rules.basis)


def tell_earlier(play: Play, earlier: Earlier) -> None:
    """Put on file the meeting that was held before the body kept its meetings here."""
    rules = play.body.part(MeetingRules)
    recorder = play.member(play.minutes_rules.recorder).liaison
    asker = play.member(rules.regular.asked_by[0])
    words: dict[str, Any] = {
        "kind": Meeting.Kind.REGULAR,
        "year": year_at(rules, earlier.held_on),
        "reason": earlier.reason,
        "held_on": earlier.held_on,
        "place": earlier.place,
    }
    numbers = {"ordinal": rules.organise.held_before or 1, "year_ordinal": 1}
    asked = Meeting(joint_body=play.body).numbers_asked
    words |= {name: numbers[name] for name in asked}
    do = partial(play.do, post=recorder, path=PATH, basis=play.minutes_rules.basis)
    bring = partial(Meeting.objects.bring_in, asker, **words)
    do(_("Put an earlier meeting on file"), bring)
    meeting = Meeting.objects.get(joint_body=play.body, is_imported=True)
    for resolve in earlier.decisions:
        due_on = None if resolve.standing else _due(play, earlier.held_on, resolve)
        step = partial(
            Decision.objects.bring_in,
            meeting,
            text=resolve.text,
            leads=[play.member(key) for key in resolve.leads],
            assisting=[play.member(key) for key in resolve.assisting],
            is_standing=resolve.standing,
            due_on=due_on,
            done_when=resolve.done_when or play.story.task.done_when,
        )
        do(_("Put on file “%(what)s”") % {"what": resolve.text}, step)
