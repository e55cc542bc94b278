"""What is done in a played year about decisions: tasks, reports, inspections."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deadlines.models import ContactNote, Duty
from followups.climbing import climbing
from followups.models import Assignment, Contact, Inspection, ProgressLine
from followups.models.supervision import ASKED
from institutions.models import MemberUnit
from jointmeeting import clock
from minutes.models import Decision
from rehearsal.cast import name_for
from rehearsal.opinion_acts import able_units
from rehearsal.papers import scan
from rehearsal.signing import sign

if TYPE_CHECKING:
    from rehearsal.player import Play

LATE = 8  # working days after the date
EXPLAINED = 15  # working days after a meeting was told why it is not done
CALLED_AFTER = 25  # working days after the unit accepted
TIME_TO_MEND = 10  # working days after the inspection


def assign(play: Play, duty: Duty) -> None:
    """Give what the meeting decided to the units that lead it, by one list of tasks."""
    meeting = duty.row.meeting
    in_force = meeting.decisions.filter(status=Decision.Status.IN_FORCE)
    chosen = [
        (decision, list(decision.leads.order_by("pk")), "")
        for decision in in_force.order_by("position", "pk")
    ]
    step = partial(Assignment.objects.assign_all, meeting, chosen)
    words = _("Assign what “%(what)s” decided") % {"what": meeting}
    rules = play.followup_rules.assign
    play.do(words, step, post=duty.post, path="followups.assign", basis=rules.basis)


def day_to_accept(play: Play, duty: Duty) -> date | None:
    stays = play.resolve(duty.row.decision).stays == "issued"
    return None if stays else play.usual(duty)


def accept(play: Play, duty: Duty) -> None:
    """Accept, unless the story has the unit return it, and there is another to do it."""
    task = duty.row
    resolve = play.resolve(task.decision)
    may_return = task.replaces_id is None and (resolve.instead or _others(play, task))
    if resolve.returned and may_return:
        step = partial(task.give_back, reason=resolve.returned)
        _do(play, duty, _("Return “%(what)s” as not its remit"), step, "assign")
        return
    _do(play, duty, _("Accept “%(what)s”"), task.accept, "assign")
    for days in resolve.reports_after:
        play.later(days, partial(report_unasked, play, task.pk))
    for found in resolve.inspections:
        play.later(found.after, partial(inspect, play, task.pk))
    if resolve.contact:
        play.later(CALLED_AFTER, partial(contact, play, task.pk))


def day_to_reassign(play: Play, duty: Duty) -> date | None:
    stays = play.resolve(duty.row.decision).stays == "returned"
    return None if stays else play.usual(duty)


def reassign(play: Play, duty: Duty) -> None:
    """Give a returned task to the unit that the story names, else to another one."""
    task = duty.row
    key = play.resolve(task.decision).instead
    unit = play.member(key) if key else _others(play, task)[0]
    reason = play.story.reassigned
    step = partial(task.reassign, unit=unit, reason=reason)
    words = _("Give “%(what)s” to another unit")
    _do(play, duty, words, step, "assign")


def _others(play: Play, task: Assignment) -> list[MemberUnit]:
    """Units that could do it and have no part in it yet."""
    decision = task.decision
    busy = {*decision.leads.all(), *decision.assisting.all()}
    return [each for each in able_units(play) if each not in busy]


def report(play: Play, duty: Duty) -> None:
    """A status report: those the story tells of, in turn, then the one that fits any."""
    task = duty.row
    told, number = play.resolve(task.decision).reports, task.reports.count()
    progress = told[number] if number < len(told) else play.story.report
    step = partial(task.report, progress=progress)
    _do(play, duty, _("Report on “%(what)s”"), step, "report")


def report_unasked(play: Play, task_pk: int) -> None:
    """A unit tells how far it is before anybody asks."""
    for duty in Duty.objects.open().of(Assignment(pk=task_pk)):
        if duty.kind.startswith("report:"):
            report(play, duty)


def day_to_complete(play: Play, duty: Duty) -> date | None:
    """As usual, late, or only once a meeting was told why it is not done.

    Where no meeting was, it is done once the last year told is over.
    """
    resolve = play.resolve(duty.row.decision)
    if resolve.undone:
        told = ProgressLine.objects.filter(decision=duty.row.decision)
        frozen = told.exclude(explanation="").exclude(report__frozen_on=None)
        if told_on := frozen.values_list("report__frozen_on", flat=True).first():
            return play.working_day(told_on, EXPLAINED)
        is_over = clock.today() > play.last
        return play.working_day(play.last, LATE) if is_over else None
    if resolve.late and duty.due_on:
        return play.working_day(duty.due_on, LATE)
    return play.towards_the_end(duty)


def complete(play: Play, duty: Duty) -> None:
    task = duty.row
    evidence = play.resolve(task.decision).evidence or play.story.task.evidence
    paper = scan(_("%(unit)s, proof") % {"unit": task.unit})
    step = partial(task.claim, evidence=evidence, scan=paper)
    _do(play, duty, _("Say that “%(what)s” is done"), step, "verify")


def day_to_verify(play: Play, duty: Duty) -> date | None:
    stays = play.resolve(duty.row.decision).stays == "claimed"
    return None if stays else play.usual(duty)


def verify(play: Play, duty: Duty) -> None:
    """Close it with the result told, unless the story has it sent back once."""
    task = duty.row
    resolve = play.resolve(task.decision)
    was_sent_back = task.history.filter(status=task.Status.CLAIMED).count() > 1
    if resolve.sent_back and not was_sent_back:
        step = partial(task.send_back, reason=resolve.sent_back)
        _do(play, duty, _("Send back “%(what)s” to be done"), step, "verify")
        return
    keys = [each.key for each in task.results()]
    result = resolve.result if resolve.result in keys else keys[0]
    step = partial(task.agree if task.is_verified_by_more else task.verify, result=result)
    _do(play, duty, _("Verify “%(what)s”"), step, "verify")


def review(play: Play, duty: Duty) -> None:
    """After a year a standing task is still needed."""
    step = partial(duty.row.review, reason=play.story.goes_on)
    _do(play, duty, _("See that “%(what)s” goes on"), step, "verify")


# Supervision notices


def note_levels(play: Play) -> None:
    """What a morning brings where late tasks come to a further level of the ladder."""
    ladder = play.followup_rules.ladder
    if ladder is None:
        return
    late = Assignment.objects.late().for_duties().filter(joint_body=play.body)
    for task, level in climbing(late.order_by("pk")):
        words = _("“%(what)s” is late and has come to: %(level)s")
        with play.timeline.recorded(
            words % {"what": task.decision, "level": level.name},
            on=clock.today(),
            by="",
            unit="",
            basis=ladder.basis,
        ):
            task.climb(by=None)


def supervise(play: Play, duty: Duty) -> None:
    """Issue the notice that is owed; where a level before it was left out, say why."""
    task, today = duty.row, clock.today()
    step, following = task.notice_owed, task.may_be_issued[0]
    left_out = _("It came to a further level before this one was issued.")
    given = {
        "level": step.key,
        "demand": str(ASKED),
        "answer_by": play.working_day(today, TIME_TO_MEND),
        "reason": "" if step == following else left_out,
    }
    words = _("Issue a supervision notice about “%(what)s”")
    _do(play, duty, words, partial(task.supervise, **given), "ladder")


# Inspections


def inspect(play: Play, task_pk: int) -> None:
    """Look on the spot how the task is carried out, while it is."""
    task = Assignment.objects.select_related("decision").get(pk=task_pk)
    [found] = play.resolve(task.decision).inspections
    rules = play.followup_rules.inspect
    if task.status not in Assignment.AT_WORK or rules is None:
        return
    keeper = play.member(rules.units[0]).liaison
    today = clock.today()
    words: dict[str, Any] = {
        "inspected_on": play.working_day(today, -1),
        "place": found.place,
        "took_part": found.took_part,
        "finding": found.finding,
        "demand": found.demand,
        "due_on": play.working_day(today, TIME_TO_MEND) if found.demand else None,
    }
    step = partial(Inspection.objects.begin, task, **words)
    act = _("Inspect “%(what)s”") % {"what": task.decision}
    path = "followups.inspect"
    play.do(act, step, post=keeper, path=path, basis=rules.basis)


def ask_to_sign(play: Play, duty: Duty) -> None:
    words = _("Have the inspection of “%(what)s” signed off")
    _do_inspection(play, duty, words, duty.row.ask_to_sign)


def sign_off(play: Play, duty: Duty) -> None:
    sign(play, duty, "followups.inspect.sign_off")


def mend(play: Play, duty: Duty) -> None:
    """The unit says what it has done about what was found."""
    inspection = duty.row
    [found] = play.resolve(inspection.assignment.decision).inspections
    answer = found.answer or play.story.report
    step = partial(inspection.mend, answer_text=answer)
    words = _("Mend what the inspection of “%(what)s” found")
    _do_inspection(play, duty, words, step)


def look(play: Play, duty: Duty) -> None:
    words = _("Close the inspection of “%(what)s”")
    _do_inspection(play, duty, words, duty.row.close)


def contact(play: Play, task_pk: int) -> None:
    """Keep that the unit was phoned about its task."""
    task = Assignment.objects.select_related("decision", "unit").get(pk=task_pk)
    said = play.resolve(task.decision).contact
    rules = play.followup_rules
    office = play.member(rules.assign.office).liaison
    step = partial(
        Contact.objects.keep,
        task,
        channel=ContactNote.Channel.PHONE,
        whom=name_for(task.unit.key, 0),
        said=said,
    )
    act = _("Phone %(unit)s about “%(what)s”")
    act %= {"unit": task.unit, "what": task.decision}
    play.do(act, step, post=office, path="followups", basis=rules.basis)


def _do(play: Play, duty: Duty, words: str, step: Any, part: str) -> None:
    basis = getattr(play.followup_rules, part).basis
    act = words % {"what": duty.row.decision}
    play.do(act, step, post=duty.post, path=f"followups.{part}", basis=basis)


def _do_inspection(play: Play, duty: Duty, words: str, step: Any) -> None:
    act = words % {"what": duty.row.assignment.decision}
    basis = duty.row.inspecting.basis
    play.do(act, step, post=duty.post, path="followups.inspect", basis=basis)
