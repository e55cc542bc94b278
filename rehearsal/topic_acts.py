"""What is done in a played year about topics."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agenda.models import Consultation, Topic
from consents.models import Signature
from deadlines.models import Duty
from institutions.charter import Basis
from institutions.models import MemberUnit, Post
from jointmeeting import clock
from rehearsal.opinion_acts import units_to_ask
from rehearsal.signing import decides, is_first_round, report, sign, slot_of

if TYPE_CHECKING:
    from rehearsal.player import Play
    from rehearsal.stories import Matter

TO_SUBMIT = 2  # working days after the draft


def propose(play: Play, matter: Matter, number: int) -> None:
    """Draft a topic with what its first gate asks for and its signatories read."""
    rules = play.topic_rules
    units, classes = rules.proposers.units, rules.classes.items
    proposer = play.member(matter.proposer or units[number % len(units)])
    text = {
        "topic_class": matter.topic_class or classes[number % len(classes)].key,
        "title": matter.title,
        "problem": matter.problem,
    }
    left = set(rules.to_consult.what) - {*rules.to_submit.what, *rules.settled_text}
    for name in ("evidence", "measure"):
        text |= {} if name in left else {name: getattr(matter, name)}
    begun: list[Topic] = []

    def begin(*, by: Any) -> None:
        begun.append(Topic.objects.begin(proposer, by=by, **text))

    words = _("Propose “%(what)s”") % {"what": matter.title}
    basis = rules.proposers.basis
    play.do(words, begin, post=proposer.liaison, path="topics.proposers", basis=basis)
    [topic] = begun
    if "field_study" in rules.to_submit.what:
        record_study(play, topic, proposer.liaison, "to_submit")
    play.later(TO_SUBMIT, partial(submit, play, topic))


def submit(play: Play, topic: Topic) -> None:
    rules = play.topic_rules
    direct, basis = rules.direct, rules.to_submit.basis
    if direct and topic.own_direct_side:
        words, path = _("Settle “%(what)s” directly"), "topics.direct"
        _do(play, topic, words, topic.set_directly, path, direct.basis)
    else:
        words, path = _("Submit “%(what)s”"), "topics.to_submit"
        _do(play, topic, words, topic.submit, path, basis)
    topic = Topic.objects.get(pk=topic.pk)
    if rules.closing and topic.may_be_let_pass:
        words, path = _("Ask to let the late topic “%(what)s” pass"), "topics.closing"
        step = partial(topic.ask_to_let_pass, reason=_("It came up only now."))
        _do(play, topic, words, step, path, rules.closing.basis)
    matter = play.matter(topic)
    if matter.withdrawn:
        begin = partial(withdraw, play, topic, matter.withdrawn)
        play.later(matter.withdrawn_after, begin)


def withdraw(play: Play, topic: Topic, reason: str) -> None:
    """By the proposer alone, or by the consent of those who settled it."""
    topic.refresh_from_db()
    step: Any = topic.withdraw
    if topic.status == Topic.Status.SETTLED:
        step = topic.ask_to_withdraw
    words, basis = _("Withdraw “%(what)s”"), play.topic_rules.settle.basis
    _do(play, topic, words, partial(step, reason=reason), "topics.settle", basis)


def day_to_settle(play: Play, duty: Duty) -> date | None:
    """As usual; never where only another side's office has reported it, and that stays so."""
    stays = play.matter(duty.row).stays and slot_of(duty).is_reported
    return None if stays else play.usual(duty)


def answer(play: Play, duty: Duty) -> None:
    """Agree, unless the story has the topic sent back once, refused, or reported first."""
    topic, slot = duty.row, slot_of(duty)
    matter = play.matter(topic)
    is_first = is_first_round(topic, slot) and duty.kind.startswith("settle:")
    is_late = duty.kind.startswith("let_pass:")
    path = "topics.closing.let_pass" if is_late else "topics.settle"
    is_to_report = matter.reported and is_first and not _was_reported(slot)
    if is_to_report and report(play, duty, path):
        return
    objection = ""
    if is_first and decides(slot):
        objection = matter.refused or matter.sent_back
    sign(play, duty, path, objection, refuse=bool(matter.refused))


def mend(play: Play, duty: Duty) -> None:
    """Put the draft right as it was asked for, and submit it anew."""
    topic = duty.row
    matter = play.matter(topic)
    if matter.mended and topic.measure != matter.mended:
        _change(play, topic, duty.post, measure=matter.mended)
    basis = play.topic_rules.to_submit.basis
    words = _("Submit “%(what)s” anew")
    _do(play, topic, words, topic.submit, "topics.to_submit", basis, post=duty.post)


def prepare(play: Play, duty: Duty) -> None:
    """Work out what the topic lacks before units are asked."""
    topic, rules = duty.row, play.topic_rules
    matter = play.matter(topic)
    needs = set(rules.to_consult.what)
    lacking: dict[str, Any] = {
        name: getattr(matter, name)
        for name in ("evidence", "measure")
        if name in needs and not getattr(topic, name)
    }
    if "field_study" in needs and not topic.studies.exists():
        record_study(play, topic, duty.post, "prepare")
    if lacking:
        text = _("Complete “%(what)s”")
        step = partial(topic.amend, seen=topic.seen(), **lacking)
        path = "topics.prepare"
        basis = rules.prepare.basis if rules.prepare else rules.to_consult.basis
        _do(play, topic, text, step, path, basis, post=duty.post)


def consult(play: Play, duty: Duty) -> None:
    """Ask units for their opinions; a text that changes later is asked about again."""
    topic, rules = duty.row, play.consult_rules
    units = units_to_ask(play, topic)
    if not units and topic.consultations.standing().exists():
        ask_no_other(play, duty)
        return
    is_first = not topic.consultations.exists()
    step = partial(topic.consult, units=units)
    words, path = _("Ask units about “%(what)s”"), "topics.consult"
    _do(play, topic, words, step, path, rules.basis, post=duty.post)
    matter = play.matter(topic)
    if matter.changed and is_first:
        play.later(1, partial(change, play, topic, matter.changed))


def ask_no_other(play: Play, duty: Duty) -> None:
    """Accept that units gave the question back: there is nobody else to ask."""
    topic, basis = duty.row, play.consult_rules.basis
    reason = _("There is no other unit to ask.")
    for returned in topic.consultations.open_returns():
        step = partial(returned.let_rest, reason=reason)
        words, path = _("Ask no other unit about “%(what)s”"), "topics.consult"
        _do(play, topic, words, step, path, basis, post=duty.post)


def change(play: Play, topic: Topic, measure: str) -> None:
    """Another measure, once all units have answered, where the topic is still put to them."""
    topic.refresh_from_db()
    waiting = topic.asked.exclude(status=Consultation.Status.ANSWERED)
    if waiting.exists():
        play.later(1, partial(change, play, topic, measure))
    elif topic.is_put_to_units:
        _change(play, topic, topic.proposed_by.liaison, measure=measure)
        topic.refresh_from_db()
        rounds = play.consult_rules.rounds or 0
        if topic.is_put_to_units and 1 < topic.round <= rounds:
            ask_one_round_more(play, topic)


def ask_one_round_more(play: Play, topic: Topic) -> None:
    """Put the new draft to the units that were asked about the one before."""
    asking = play.member(play.consult_rules.office).liaison
    step = partial(topic.consult, units=units_to_ask(play, topic))
    words, basis = _("Ask units anew about “%(what)s”"), play.consult_rules.basis
    _do(play, topic, words, step, "topics.consult.rounds", basis, post=asking)


def put(play: Play, duty: Duty) -> None:
    """With the units' opinions, ask those who settle it."""
    words, basis = _("Put “%(what)s” to those who settle it"), play.consult_rules.basis
    path = "topics.consult.when"
    _do(play, duty.row, words, duty.row.put, path, basis, post=duty.post)


def record_study(play: Play, topic: Topic, post: Post, part: str) -> None:
    """The story's studies of this topic, else the one that fits any."""
    rules: Any = play.topic_rules
    ended_on = clock.today()
    for study in play.matter(topic).studies or [play.story.study]:
        step = partial(
            topic.record_study,
            began_on=play.working_day(ended_on, -2),
            ended_on=ended_on,
            place=study.place,
            took_part=study.took_part,
            findings=study.findings,
        )
        basis, words = getattr(rules, part).basis, _("Study “%(what)s” on the spot")
        _do(play, topic, words, step, f"topics.{part}", basis, post=post)


def _change(play: Play, topic: Topic, post: Post, **changes: Any) -> None:
    basis, words = play.topic_rules.settle.basis, _("Change “%(what)s”")
    step = partial(topic.amend, seen=topic.seen(), **changes)
    _do(play, topic, words, step, "topics.settle", basis, post=post)


def _was_reported(slot: Signature) -> bool:
    """Whether another side's office has entered an answer on this sheet, confirmed or not."""
    entries: Any = Signature.history
    return entries.filter(consent=slot.consent_id, is_reported=True).exists()


def _do(
    play: Play,
    topic: Topic,
    words: str,
    step: Any,
    path: str,
    basis: Basis,
    post: Post | None = None,
) -> None:
    """Do it as this post, the proposer's if none is given."""
    proposer: MemberUnit = topic.proposed_by
    act = words % {"what": topic}
    play.do(act, step, post=post or proposer.liaison, path=path, basis=basis)
