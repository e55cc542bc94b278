"""What is done in a played year to bring a meeting about: day, agenda, notice, replies."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from agenda.models import Agenda, Topic
from deadlines.models import Duty
from institutions.models import MemberUnit, Post, User
from jointmeeting import clock
from meetings.charter import MeetingRules
from meetings.models import Attendance, Meeting
from rehearsal.cast import name_for
from rehearsal.papers import scan
from rehearsal.signing import sign

if TYPE_CHECKING:
    from rehearsal.player import Play
    from rehearsal.stories import Point

BEGINS_AT = time(9, 30)
SOONEST = 14  # working days from the arranging to the meeting
MOST_TOPICS = 6  # on one agenda


def day_to_notify(play: Play, duty: Duty) -> date | None:
    """The day is set as usual; the notice leaves in the last days of its term.

    Where the plan has to be agreed to, not before that.
    """
    meeting = duty.row
    if meeting.day is None:
        return play.usual(duty)
    is_planned = meeting.plan_rules is None or meeting.plan_is_agreed
    return play.last_days(duty) if is_planned else None


def notify(play: Play, duty: Duty) -> None:
    """Set the day and draw up the agenda; at the second time, issue the notice."""
    meeting = duty.row
    if meeting.day is None:
        _arrange(play, meeting, duty.post)
        return
    rules = meeting.sitting_rules
    if rules.plan is None:
        _complete(play, meeting, duty.post)
    words = _("Issue the notice of “%(what)s”") % {"what": meeting}
    play.do(
        words,
        meeting.notify,
        post=duty.post,
        path="meetings.notice",
        basis=rules.notice.basis,
    )
    if play.wish(meeting).absent:
        play.later(2, partial(excuse_a_post, play, meeting.pk, duty.post))


def ask_plan(play: Play, duty: Duty) -> None:
    """Complete the agenda and the list, and put all of it before those who agree."""
    meeting = duty.row
    _complete(play, meeting, duty.post)
    words = _("Put the plan of “%(what)s” before those who agree to it")
    basis = meeting.plan_rules.basis
    play.do(
        words % {"what": meeting},
        meeting.ask_plan,
        post=duty.post,
        path="meetings.plan",
        basis=basis,
    )


def agree_plan(play: Play, duty: Duty) -> None:
    sign(play, duty, "meetings.plan.agree")


def _arrange(play: Play, meeting: Meeting, post: Post) -> None:
    """Begin the agenda with what is ready, then set day, place and chair."""
    rules, wish = play.body.part(MeetingRules), play.wish(meeting)
    basis = rules.notice.basis
    do = partial(play.do, post=post, path="agenda", basis=basis)
    begin = partial(Agenda.objects.begin, meeting)
    do(_("Begin the agenda of “%(what)s”") % {"what": meeting}, begin)
    agenda = Agenda.objects.get(meeting=meeting)
    _take_up(play, agenda, post)
    for point in wish.points:
        presenter = play.member(point.presenter or rules.organise.office)
        fields: dict[str, Any] = {
            "kind": "other",
            "title": point.title,
            "presenter": presenter,
        }
        fields["units"] = _leading(play, point)
        add = partial(agenda.add, minutes=20, **fields)
        do(_("Put “%(what)s” on the agenda") % {"what": point.title}, add)
    chair, delegated_by = _chair(play, meeting)
    step = partial(
        meeting.arrange,
        starts_at=make_aware(datetime.combine(_day(play, meeting), BEGINS_AT)),
        place=wish.place or play.story.place,
        chair=chair,
        chair_person=_who_chairs(play, chair),
        delegated_by=delegated_by,
        form=_form(play, rules),
    )
    words = _("Set day, place and chair of “%(what)s”") % {"what": meeting}
    play.do(words, step, post=post, path="meetings.chair", basis=rules.chair.basis)


def _who_chairs(play: Play, chair: Post) -> User | None:
    """Of several who hold the post that chairs, the one who acts for it in a play."""
    is_one_of_some = chair.appointments.today().count() > 1
    return play.holder(chair) if is_one_of_some else None


def _complete(play: Play, meeting: Meeting, post: Post) -> None:
    """What has become ready meanwhile, and who sits in the meeting."""
    rules = play.body.part(MeetingRules)
    agenda = Agenda.objects.get(meeting=meeting)
    if agenda.status == Agenda.Status.DRAFT:
        _take_up(play, agenda, post)
    basis = rules.attendance.basis
    do = partial(play.do, post=post, path="meetings.attendance", basis=basis)
    do(_("Propose who sits in “%(what)s”") % {"what": meeting}, agenda.gather)
    if rules.attendance.invited:
        do(
            _("Invite people to “%(what)s”") % {"what": meeting},
            partial(_invite, meeting),
        )
    meeting.refresh_from_db()


def _take_up(play: Play, agenda: Agenda, post: Post) -> None:
    """The topics that are ready, in a regular meeting; those not ready wait for another."""
    if agenda.meeting.kind != Meeting.Kind.REGULAR:
        return
    rules = agenda.rules
    most = min(MOST_TOPICS, rules.at_most or MOST_TOPICS)
    room = most - agenda.items.exclude(topic=None).count()
    ready = [each for each in agenda.candidates().order_by("pk") if not each.not_ready()]
    for topic in ready[: max(0, room)]:
        words = _("Put “%(what)s” on the agenda") % {"what": topic}
        step = partial(agenda.take_up, topic=topic)
        play.do(words, step, post=post, path="topics.to_agenda", basis=rules.basis)


def _leading(play: Play, point: Point) -> list[MemberUnit]:
    """The units that will lead what is decided on it."""
    keys = dict.fromkeys(key for each in point.decisions for key in each.leads)
    return [play.member(key) for key in keys]


def _day(play: Play, meeting: Meeting) -> date:
    """The day that was proposed, if it leaves time for notice and papers."""
    soonest = play.working_day(clock.today(), SOONEST)
    proposed = meeting.proposed_on
    return proposed if proposed and proposed >= soonest else soonest


def _chair(play: Play, meeting: Meeting) -> tuple[Post, Post | None]:
    """Who chairs in his own right; in the last year told, one to whom it is delegated."""
    posts = {post.key: post for post in play.body.posts.all()}
    first = posts[meeting.chairs_by_right()[0]]
    delegates = meeting.sitting_rules.chair.delegates
    if delegates and not play.years_ago:
        return posts[delegates[0]], first
    return first, None


def _form(play: Play, rules: MeetingRules) -> str:
    """The usual one; in the last year told another that counts, if there is one."""
    counting = [each.key for each in rules.forms if each.counts]
    return counting[0] if counting and not play.years_ago else ""


def _invite(meeting: Meeting, *, by: Any) -> None:
    """Somebody of each kind that the charter names, who has no account here."""
    for number, kind in enumerate(meeting.sitting_rules.attendance.invited):
        who = {"title": kind, "name": name_for(f"{kind}{meeting.year}", number)}
        invited = Attendance.Capacity.INVITED
        Attendance.objects.give(meeting, by=by, capacity=invited, **who)


def day_to_reply(play: Play, duty: Duty) -> date:
    """As usual; every second unit waits until the last day."""
    if duty.row.position % 2 == 0 and duty.due_on:
        return play.working_day(duty.due_on + timedelta(days=1), -1)
    return play.usual(duty)


def reply(play: Play, duty: Duty) -> None:
    """Say who comes; the first unit asks to be excused, the second sends another."""
    attendance = duty.row
    meeting = attendance.meeting
    wish, rules = play.wish(meeting), meeting.sitting_rules.attendance
    do = partial(play.do, post=duty.post, path="meetings.attendance", basis=rules.basis)
    units = meeting.attendances.exclude(unit=None)
    turn = units.filter(position__lt=attendance.position).count()
    who = name_for(attendance.unit.key, attendance.position)
    what = {"what": meeting}
    others = "\n".join(
        f"{name_for(f'{attendance.unit.key}-{number}', attendance.position)}"
        f" {play.story.representative}"
        for number in range(1, attendance.quota)
    )
    if wish.excused and turn == 0:
        step = partial(attendance.excuse, reason=wish.excused)
        do(_("Ask to be excused from “%(what)s”") % what, step)
    elif wish.substituted and turn == 1 and rules.substitutes != "refused":
        step = partial(
            attendance.replace,
            substitute=who,
            substitute_title=play.story.deputy,
            reason=wish.substituted,
            companions=others,
            letter=scan(_("Letter of %(who)s") % {"who": attendance.unit})
            if rules.substitutes == "with letter"
            else None,
        )
        do(_("Name a substitute for “%(what)s”") % what, step)
    else:
        title = play.story.representative
        step = partial(attendance.reply, name=who, title=title, companions=others)
        do(_("Say who comes to “%(what)s”") % what, step)


def allow(play: Play, duty: Duty) -> None:
    """The office agrees to who comes instead."""
    attendance = duty.row
    rules = attendance.meeting.sitting_rules.attendance
    words = _("Agree to the substitute for “%(what)s”") % {"what": attendance.meeting}
    play.do(
        words,
        attendance.allow,
        post=duty.post,
        path="meetings.attendance",
        basis=rules.basis,
    )


def excuse_a_post(play: Play, meeting_pk: int, organiser: Post) -> None:
    """The last of those who attend by their post cannot come, and the office notes it."""
    meeting = Meeting.objects.get(pk=meeting_pk)
    posts = meeting.attendances.exclude(post=None).order_by("-position")
    chairs = [meeting.chair_id, meeting.delegated_by_id]
    found = posts.exclude(post__in=[each for each in chairs if each]).first()
    if found and meeting.status == Meeting.Status.NOTIFIED:
        words = _("Note that %(who)s is excused from “%(what)s”")
        play.do(
            words % {"who": found.post, "what": meeting},
            partial(found.excuse, reason=play.wish(meeting).absent),
            post=organiser,
            path="meetings.attendance",
            basis=meeting.sitting_rules.attendance.basis,
        )


def freeze(play: Play, duty: Duty) -> None:
    """Take off what was withdrawn since it was put there, then freeze the agenda."""
    agenda = duty.row
    do = partial(play.do, post=duty.post, path="agenda", basis=agenda.rules.basis)
    topics = agenda.items.exclude(topic=None)
    for item in topics.exclude(topic__status=Topic.Status.SETTLED):
        step = partial(agenda.take_off, item=item)
        do(_("Take “%(what)s” off the agenda") % {"what": item.title}, step)
    words = _("Freeze the agenda of “%(what)s”") % {"what": agenda.meeting}
    do(words, agenda.freeze)


def day_to_hold(play: Play, duty: Duty) -> date:
    """The working day after the meeting."""
    return play.working_day(duty.row.day, 1)


def hold(play: Play, duty: Duty) -> None:
    """Tick who was there, and record that the meeting was held."""
    meeting = duty.row
    rules = meeting.sitting_rules.organise
    do = partial(play.do, post=duty.post, path="meetings.organise", basis=rules.basis)
    excused = Attendance.Status.EXCUSED
    there = meeting.attendances.exclude(status=excused).values_list("pk", flat=True)
    tick = partial(Attendance.objects.tick, meeting, list(there))
    do(_("Tick who was there in “%(what)s”") % {"what": meeting}, tick)
    meeting.refresh_from_db()
    do(_("Record that “%(what)s” was held") % {"what": meeting}, meeting.hold)
