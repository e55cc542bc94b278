"""What is done in a played year about the opinions of units."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agenda.charter import OpinionKind
from agenda.models import Consultation, Topic
from deadlines.models import ContactNote, Duty
from institutions.models import MemberUnit
from jointmeeting import clock
from meetings.charter import MeetingRules
from rehearsal.cast import name_for
from rehearsal.papers import scan
from rehearsal.stories import Reply

if TYPE_CHECKING:
    from rehearsal.player import Play

ASKED_AT_LEAST = 2  # units, where the story tells of fewer
LATE, CALLED, LAPSED = 3, 2, 10  # working days after the term
PATH = "topics.consult"


def units_to_ask(play: Play, topic: Topic) -> list[MemberUnit]:
    """Those asked before the draft changed; one instead of one that returned it; else those
    the story names, and others in turn."""
    if topic.round > 1:
        return ask_again(topic)
    asked = topic.consultations.select_related("unit__unit", "unit__liaison")
    if not asked.standing().exists():
        void = asked.filter(status=Consultation.Status.VOID).order_by("pk")
        if again := {each.unit_id: each.unit for each in void}:
            return list(again.values())
    replies = play.matter(topic).replies
    named = [reply.unit for reply in replies if reply.unit]
    count = max(len(replies), ASKED_AT_LEAST)
    if asked.exists():
        named = [reply.instead for reply in replies if reply.instead]
        count = 1
    done = set(asked.values_list("unit", flat=True))
    able = [
        each for each in able_units(play, topic.proposed_by.key) if each.pk not in done
    ]
    first = [each for each in able if each.key in named]
    others = [each for each in able if each.key not in named]
    turn = play.turn(topic) % max(1, len(others))
    return (first + others[turn:] + others[:turn])[:count]


def ask_again(topic: Topic) -> list[MemberUnit]:
    """The units of the round before, about a new draft."""
    before = topic.asked.filter(round=topic.round - 1)
    asked = before.select_related("unit__unit", "unit__liaison").order_by("pk")
    return [each.unit for each in asked]


def able_units(play: Play, *proposers: str) -> list[MemberUnit]:
    """Units that are asked: others than those that run the meeting, if there are any."""
    rules, consulting = play.body.part(MeetingRules), play.consult_rules.office
    running = {consulting, *proposers}
    for request in filter(None, (rules.regular, rules.ad_hoc)):
        running |= {*request.asked_by, *request.addressed_to, *request.copies}
    running |= set(play.body.sides.values_list("office__key", flat=True))
    members = play.body.members.select_related("unit", "liaison").order_by("position")
    for left_out in (running, {consulting, *proposers}, {consulting}):
        if able := [each for each in members if each.key not in left_out]:
            return able
    return list(members)


def reply_to(play: Play, consultation: Consultation) -> Reply:
    """What the story has this unit say: by its name, else by the order of asking."""
    topic = consultation.topic
    rows = topic.consultations.order_by("pk")
    if rows.filter(unit=consultation.unit_id, pk__lt=consultation.pk).exists():
        return play.story.reply  # asked again, about a changed draft
    replies = play.matter(topic).replies
    for reply in replies:
        if reply.unit == consultation.unit.key:
            return reply
    order = list(dict.fromkeys(rows.values_list("unit", flat=True)))
    unnamed = [None if reply.unit else reply for reply in replies]
    turn = order.index(consultation.unit_id)
    found = unnamed[turn] if turn < len(unnamed) else None
    return found or play.story.reply


def day_for(play: Play, duty: Duty) -> date | None:
    """When the unit answers, or what stands for it is done; None for never."""
    reply = reply_to(play, duty.row)
    if duty.kind == "confirm":
        return None if reply.stays else play.usual(duty)
    if duty.due_on and reply.how == "late":
        return play.working_day(duty.due_on, LATE)
    if duty.due_on and reply.how == "silent":
        if not duty.notes.exists():
            return play.working_day(duty.due_on, CALLED)
        return None if reply.stays else play.working_day(duty.due_on, LAPSED)
    return play.usual(duty)


def give(play: Play, duty: Duty) -> None:
    """Answer as the story has it: by the unit, by the office for it, or not at all."""
    consultation = duty.row
    reply = reply_to(play, consultation)
    if reply.how == "silent":
        _go_on_without(play, duty)
    elif reply.how == "returned":
        step = partial(consultation.give_back, reason=reply.opinion)
        _do(play, duty, _("Return “%(what)s” as not its remit"), step)
    elif reply.how == "entered":
        given = _opinion(play, consultation, reply) | {"source": _("letter of the unit")}
        step = partial(consultation.enter, digest=consultation.digest, **given)
        words = _("Give an opinion on “%(what)s”")
        _do(play, duty, words, step, entered_by=_office(play))
    else:
        given = _opinion(play, consultation, reply)
        step = partial(consultation.answer, digest=consultation.digest, **given)
        _do(play, duty, _("Give an opinion on “%(what)s”"), step)


def confirm(play: Play, duty: Duty) -> None:
    _do(play, duty, _("Confirm the opinion on “%(what)s”"), duty.row.confirm)


def adopt(play: Play, duty: Duty) -> None:
    """Note of each opposing opinion how it is taken up."""
    topic, basis = duty.row, play.consult_rules.basis
    for opposing in topic.unsettled_views():
        words = _("Note how the opinion of %(unit)s on “%(what)s” is taken up")
        note = _("It was talked over with the unit, and the draft goes on as it is.")
        play.do(
            words % {"unit": opposing.unit, "what": topic},
            partial(opposing.adopt, adoption=note),
            post=duty.post,
            path="topics.consult.opposing",
            basis=basis,
        )


def _go_on_without(play: Play, duty: Duty) -> None:
    """Call the unit; when that was in vain, let the question lapse."""
    consultation, office = duty.row, _office(play)
    do = partial(
        play.do,
        post=office.liaison,
        path=PATH,
        basis=play.consult_rules.basis,
    )
    what = {"what": consultation.topic, "unit": consultation.unit}
    if duty.notes.exists():
        reason = _("The unit stayed silent, also when it was called.")
        step = partial(consultation.lapse, reason=reason)
        do(_("Go on without %(unit)s on “%(what)s”") % what, step)
        return
    note = partial(
        duty.note,
        channel=ContactNote.Channel.PHONE,
        whom=str(play.holder(duty.post)),
        said=_("It is being looked at; an answer will come."),
    )
    do(_("Call %(unit)s about “%(what)s”") % what, note)


def _opinion(play: Play, consultation: Consultation, reply: Reply) -> dict[str, Any]:
    """The fields of a formal reply, with its number and scan."""
    today = clock.today()
    series = Consultation.objects.filter(unit=consultation.unit_id).exclude(number="")
    about = {"year": today.year, "n": series.count() + 1}
    number = _("Reply [%(year)s] No. %(n)s") % about
    return {
        "kind": _kind(play, reply).key,
        "opinion": reply.opinion or play.story.reply.opinion,
        "signer": name_for(consultation.unit.key, 0),
        "number": number,
        "given_on": today,
        "scan": scan(_("%(unit)s, reply") % {"unit": consultation.unit}),
    }


def _kind(play: Play, reply: Reply) -> OpinionKind:
    """The first kind of the charter that differs, or does not; else its first."""
    kinds = play.consult_rules.kinds
    return next((kind for kind in kinds if kind.differs == reply.differs), kinds[0])


def _office(play: Play) -> MemberUnit:
    return play.member(play.consult_rules.office)


def _do(
    play: Play,
    duty: Duty,
    words: str,
    step: Any,
    entered_by: MemberUnit | None = None,
) -> None:
    play.do(
        words % {"what": duty.row.topic},
        step,
        post=duty.post,
        path=PATH,
        basis=play.consult_rules.basis,
        entered_by=entered_by,
    )
