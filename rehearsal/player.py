"""Plays a body's year through the same model methods as the screens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zlib import crc32

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from agenda.charter import ConsultationRules, TopicRules
from agenda.models import AgendaItem, Topic
from deadlines.models import Duty, plan_reminders, with_rows
from followups.charter import FollowupRules
from institutions.charter import Basis
from institutions.models import Appointment, JointBody, MemberUnit, Post, User
from institutions.models.calendar import WorkingDays
from jointmeeting import clock
from jointmeeting.rendering import FontsMissing
from jointmeeting.workflow import StepRefused
from meetings.models import Meeting, open_year
from meetings.periods import period_at, rules_of, year_at
from minutes.charter import MinutesRules
from minutes.models import Decision
from rehearsal import (
    meeting_acts,
    minutes_acts,
    opinion_acts,
    people_acts,
    progress_acts,
    sitting_acts,
    task_acts,
    topic_acts,
)
from rehearsal.signing import count_silence, stays_silent
from rehearsal.stories import Matter, Point, Resolve, Story, Wish
from rehearsal.timeline import Timeline

Act = Callable[["Play", Duty], None]
When = Callable[["Play", Duty], date | None]


def usual(play: "Play", duty: Duty) -> date:
    """A day in the first two thirds of the term, the same in every play."""
    return play.usual(duty)


def in_the_last_days(play: "Play", duty: Duty) -> date:
    """One of the last working days of the term."""
    return play.last_days(duty)


# What is done about a duty, and when: by the kind of its row, and its own without the slot.
ACTS: dict[tuple[str, str], tuple[Act, When]] = {
    ("meetings.bodyyear", "request"): (
        meeting_acts.ask_for_regular,
        meeting_acts.day_to_ask,
    ),
    ("meetings.meeting", "convene"): (meeting_acts.answer, usual),
    ("meetings.meeting", "mend"): (meeting_acts.mend, usual),
    ("agenda.topic", "settle"): (topic_acts.answer, topic_acts.day_to_settle),
    ("agenda.topic", "withdraw"): (topic_acts.answer, usual),
    ("agenda.topic", "let_pass"): (topic_acts.answer, usual),
    ("agenda.topic", "mend"): (topic_acts.mend, usual),
    ("agenda.topic", "prepare"): (topic_acts.prepare, usual),
    ("agenda.topic", "consult"): (topic_acts.consult, usual),
    ("agenda.topic", "adopt"): (opinion_acts.adopt, usual),
    ("agenda.topic", "put"): (topic_acts.put, usual),
    ("agenda.consultation", "opinion"): (opinion_acts.give, opinion_acts.day_for),
    ("agenda.consultation", "confirm"): (opinion_acts.confirm, opinion_acts.day_for),
    ("meetings.meeting", "notify"): (sitting_acts.notify, sitting_acts.day_to_notify),
    ("meetings.meeting", "ask_plan"): (sitting_acts.ask_plan, in_the_last_days),
    ("meetings.meeting", "plan"): (sitting_acts.agree_plan, usual),
    ("meetings.attendance", "substitute"): (sitting_acts.allow, usual),
    ("meetings.meeting", "hold"): (sitting_acts.hold, sitting_acts.day_to_hold),
    ("meetings.attendance", "reply"): (sitting_acts.reply, sitting_acts.day_to_reply),
    ("agenda.agenda", "freeze"): (sitting_acts.freeze, in_the_last_days),
    ("agenda.agendaitem", "report"): (
        progress_acts.report,
        progress_acts.day_to_report,
    ),
    ("followups.progressline", "explain"): (
        progress_acts.explain,
        progress_acts.day_to_explain,
    ),
    ("followups.progressline", "opinion"): (progress_acts.say, usual),
    ("minutes.minutes", "draft"): (minutes_acts.draft, usual),
    ("minutes.minutes", "mend"): (minutes_acts.mend, usual),
    ("minutes.minutes", "approve"): (minutes_acts.approve, usual),
    ("minutes.minutes", "issue"): (minutes_acts.issue, usual),
    ("minutes.correction", "apply"): (minutes_acts.apply, usual),
    ("documents.addressee", "receipt"): (
        minutes_acts.acknowledge,
        minutes_acts.day_to_acknowledge,
    ),
    ("documents.mandate", "accept"): (people_acts.accept, usual),
    ("minutes.decision", "assign"): (task_acts.assign, usual),
    ("followups.assignment", "accept"): (
        task_acts.accept,
        task_acts.day_to_accept,
    ),
    ("followups.assignment", "reassign"): (
        task_acts.reassign,
        task_acts.day_to_reassign,
    ),
    ("followups.assignment", "report"): (task_acts.report, in_the_last_days),
    ("followups.assignment", "complete"): (
        task_acts.complete,
        task_acts.day_to_complete,
    ),
    ("followups.assignment", "supervise"): (task_acts.supervise, usual),
    ("followups.assignment", "verify"): (
        task_acts.verify,
        task_acts.day_to_verify,
    ),
    ("followups.assignment", "review"): (task_acts.review, in_the_last_days),
    ("followups.inspection", "sign"): (task_acts.ask_to_sign, usual),
    ("followups.inspection", "sign_off"): (task_acts.sign_off, usual),
    ("followups.inspection", "mend"): (task_acts.mend, in_the_last_days),
    ("followups.inspection", "look"): (task_acts.look, usual),
}


class CannotBePlayed(Exception):
    """The charter cannot be played on; the message says at which of its rules, and why."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}" if path else why)


def acts_for(duty: Duty) -> tuple[Act, When]:
    """What is done about a duty, and when; raises CannotBePlayed if nobody does anything."""
    kind = duty.target.partition(":")[0], duty.kind.partition(":")[0]
    if kind not in ACTS:
        raise CannotBePlayed(kind[0], _("nobody does “%(kind)s”") % {"kind": kind[1]})
    return ACTS[kind]


@dataclass
class Play:
    """A year of a body, from its first day to the last, day by day.

    What the year leaves open is done up to `end`, where that is later; nothing new is
    begun then.
    """

    body: JointBody
    story: Story
    first: date
    last: date
    years_ago: int = 0
    end: date | None = None

    timeline: Timeline = field(init=False)
    working: WorkingDays = field(init=False)
    begun: dict[date, list[Callable[[], None]]] = field(default_factory=dict)
    each_day: Callable[[date], None] | None = None  # told as the play goes on
    acts_today: int = 0

    def __post_init__(self) -> None:
        year = timedelta(days=366)
        self.working = WorkingDays(self.first - 2 * year, self.last_day + year)
        self.timeline = Timeline(self.body, self.working)
        self.people: dict[int, User] = {}
        self.days: dict[tuple, date] = {}  # when a duty is usually done
        self.planned: dict[tuple, date] = {}  # when one that was looked at is done
        self.reminded: set[tuple] = set()
        self.opened = date.min  # the last day of the part of the year that is open
        self.resolves: dict[str, Resolve] = {}  # what is told of decisions, by their text

    @property
    def topic_rules(self) -> TopicRules:
        return self.body.part(TopicRules)

    @property
    def consult_rules(self) -> ConsultationRules:
        """For what is done only where units are asked."""
        if rules := self.topic_rules.consult:
            return rules
        raise CannotBePlayed("topics.consult", _("no unit is asked"))

    @property
    def minutes_rules(self) -> MinutesRules:
        return self.body.part(MinutesRules)

    @property
    def followup_rules(self) -> FollowupRules:
        return self.body.part(FollowupRules)

    @property
    def last_day(self) -> date:
        return self.end or self.last

    def run(self) -> Timeline:
        """Play on to the end; raises CannotBePlayed where that is impossible."""
        day = self.first
        while day <= self.last_day:
            if day in self.working:
                if self.each_day:
                    self.each_day(day)
                self.acts_today = 0
                with clock.at(self.moment(day)):
                    self.play_day(day)
            day += timedelta(days=1)
        return self.timeline

    def moment(self, day: date) -> datetime:
        """Each act of a day a little later than the one before."""
        minutes = timedelta(minutes=7 * self.acts_today)
        return make_aware(datetime.combine(day, time(9)) + minutes)

    def play_day(self, day: date) -> None:
        if not self.people:
            self.read_people()
            self.plan()
        self.open_year(day)
        self.remind(day)
        count_silence(self)
        task_acts.note_levels(self)
        for begin in self.begun.pop(day, []):
            begin()
        for duty in self.owed(day):
            act, when = acts_for(duty)
            planned = None if stays_silent(self, duty) else when(self, duty)
            if planned:
                self.planned[duty.pk, duty.since, duty.due_on] = planned
                if planned <= day:
                    self.act_on(duty, act)

    def open_year(self, day: date) -> None:
        """Open each work year, or part of one, on the first working day that lies in it."""
        if day <= self.last and day > self.opened:
            open_year(self.body)
            self.opened = period_at(rules_of(self.body), day).last

    def remind(self, day: date) -> None:
        """Plan reminders as each morning does, where there is one more than yesterday."""
        near = self.body.duties.open().filter(remind_on__lte=day)
        keys: Any = near.values_list("pk", "due_on")
        due = {(pk, due_on, due_on < day) for pk, due_on in keys}
        if due - self.reminded:
            self.reminded |= due
            plan_reminders()

    def owed(self, day: date) -> list[Duty]:
        """What is open, with its rows, but for what is planned for a later day."""
        duties = self.body.duties.open().order_by("pk")
        keys = duties.values_list("pk", "since", "due_on")
        now = [key[0] for key in keys if self.planned.get(key, day) <= day]
        if not now:
            return []
        return with_rows(duties.select_related("post__side").filter(pk__in=now))

    def act_on(self, duty: Duty, act: Act) -> None:
        """Do what is owed, unless another act of today has ended it; rows are read afresh."""
        fresh = self.body.duties.open().select_related("post__side").filter(pk=duty.pk)
        for still_owed in fresh:
            act(self, still_owed)

    # What is begun, and when

    def plan(self) -> None:
        """Spread over the year what nobody owes: topics, and meetings beside the regular."""
        rules = self.topic_rules
        if not self.body.meetings.exists():
            for earlier in self.story.earlier:
                minutes_acts.tell_earlier(self, earlier)
        for path, needed in (
            ("topics.proposers.units", rules.proposers.units),
            ("topics.classes.items", rules.classes.items),
        ):
            if not needed:
                raise CannotBePlayed(path, _("nobody could propose anything"))
        for number, matter in enumerate(self._matters()):
            begin = partial(topic_acts.propose, self, matter, number)
            day = self.last - timedelta(days=matter.days_ago)
            self.begin_on(day if matter.days_ago else self.day_at(matter.at), begin)
        people_acts.plan(self)
        for wish in self.story.ad_hoc:
            if wish.years_ago == self.years_ago and rules_of(self.body).ad_hoc:
                begin = partial(meeting_acts.ask_for_ad_hoc, self, wish)
                self.begin_on(self.day_at(wish.at), begin)

    def _matters(self) -> list[Matter]:
        """The topics of this year; in the first told, one at least for each that may propose."""
        topics = self.story.topics
        mine = [each for each in topics if each.years_ago == self.years_ago]
        first_told = max(each.years_ago for each in topics)
        if self.years_ago != first_told or any(each.proposer for each in mine):
            return mine
        count = max(len(mine), len(self.topic_rules.proposers.units))
        return [mine[number % len(mine)] for number in range(count)]

    def day_at(self, part: float) -> date:
        return self.first + timedelta(days=int((self.last - self.first).days * part))

    def begin_on(self, day: date, begin: Callable[[], None]) -> None:
        """Have something done on this day, or the next working day."""
        while day not in self.working:
            day += timedelta(days=1)
        self.begun.setdefault(day, []).append(begin)

    def later(self, days: int, begin: Callable[[], None]) -> None:
        self.begin_on(self.working_day(clock.today(), days), begin)

    def working_day(self, day: date, after: int) -> date:
        """So many working days after a day, or before it where that is negative."""
        step = timedelta(days=1 if after > 0 else -1)
        while after:
            day += step
            if day in self.working:
                after += -1 if after > 0 else 1
        return day

    # What is owed, and when it is done

    def usual(self, duty: Duty) -> date:
        """A day in the first two thirds of the term, the same in every play."""
        key = duty.pk, duty.since, duty.due_on
        if key not in self.days:
            most = max(1, self.term(duty) * 2 // 3)
            self.days[key] = self.working_day(duty.since, 1 + self.dice(duty) % most)
        return self.days[key]

    def towards_the_end(self, duty: Duty) -> date:
        """A day after the first half of the term, the same in every play."""
        term = self.term(duty)
        days = 1 + term // 2 + self.dice(duty) % max(1, term // 3)
        return self.working_day(duty.since, days)

    def last_days(self, duty: Duty) -> date:
        """One of the last three working days of the term, the same in every play."""
        if duty.due_on is None:
            return self.usual(duty)
        after = duty.due_on + timedelta(days=1)
        return self.working_day(after, -1 - self.dice(duty) % 3)

    def term(self, duty: Duty) -> int:
        """The working days of a duty's term."""
        return self.working.between(duty.since, duty.due_on) if duty.due_on else 5

    def dice(self, duty: Duty) -> int:
        """A number that only depends on who owes what since when."""
        parts = (duty.post.key, duty.kind.partition(":")[0], str(duty.row), duty.since)
        return crc32("/".join(map(str, parts)).encode())

    # Who acts

    def read_people(self) -> None:
        held = Appointment.objects.today().filter(post__joint_body=self.body)
        for appointment in held.select_related("person").order_by("-pk"):
            self.people[appointment.post_id] = appointment.person
        for member in self.body.members.select_related("liaison"):
            if member.liaison_id not in self.people:
                text = _("nobody holds the post “%(post)s”") % {"post": member.liaison}
                raise CannotBePlayed("units", text)

    def holder(self, post: Post) -> User:
        if post.pk not in self.people:
            text = _("nobody holds the post “%(post)s”") % {"post": post}
            raise CannotBePlayed("posts", text)
        return self.people[post.pk]

    def member(self, key: str) -> MemberUnit:
        members = self.body.members.select_related("unit", "liaison")
        return members.get(key=key)

    def unit_of(self, post: Post) -> str:
        """The unit a post stands in, as far as the charter says."""
        member = MemberUnit.objects.filter(liaison=post).select_related("unit").first()
        if member:
            return member.unit.name
        units = {rule.key: rule.unit for rule in self.body.rules_in_force.parts["posts"]}
        return units.get(post.key, "") or (post.side.name if post.side else "")

    def do(
        self,
        act: str,
        step: Callable[..., Any],
        *,
        post: Post,
        path: str,
        basis: Basis,
        entered_by: MemberUnit | None = None,
        **given: Any,
    ) -> None:
        """Take a step as the holder of a post, or by the office that enters it for him.

        A refusal is told with the place in the charter that this act rests on.
        """
        person = self.holder(entered_by.liaison if entered_by else post)
        if entered_by:
            act = _("%(act)s (entered by %(unit)s)") % {"act": act, "unit": entered_by}
        today = clock.today()
        self.acts_today += 1
        with (
            clock.at(self.moment(today)),
            self.timeline.recorded(
                act, on=today, by=post.title, unit=self.unit_of(post), basis=basis
            ),
        ):
            try:
                step(by=person, **given)
            except (StepRefused, PermissionDenied, FontsMissing) as refusal:
                raise CannotBePlayed(path, f"{act}: {refusal}") from refusal
            except ValidationError as refusal:
                why = " ".join(refusal.messages)
                raise CannotBePlayed(path, f"{act}: {why}") from refusal

    # What the story tells

    def matter(self, topic: Topic) -> Matter:
        """What the story tells of a topic; one it does not know is settled as it stands."""
        known, plain = self.story.matter(topic.title), self.story.topics[0]
        return known or Matter(
            title=topic.title,
            problem=topic.problem,
            evidence=plain.evidence,
            measure=plain.measure,
        )

    def turn(self, topic: Topic) -> int:
        """Which of the body's topics this is."""
        return Topic.objects.filter(joint_body=self.body, pk__lt=topic.pk).count()

    def resolve(self, decision: Decision) -> Resolve:
        """What the story tells of a decision, else how any fares."""
        if not self.resolves:
            self.resolves = dict(self.story.resolves())
        return self.resolves.get(decision.text, self.story.task)

    def point(self, item: AgendaItem) -> Point | None:
        """What the story tells of an item that is no topic."""
        wish = self.wish(item.agenda.meeting)
        return next((each for each in wish.points if each.title == item.title), None)

    def wish(self, meeting: Meeting) -> Wish:
        """What the story tells of a meeting that was asked for."""
        of_year = Meeting.objects.filter(joint_body=self.body, year=meeting.year)
        before = of_year.filter(kind=meeting.kind, pk__lt=meeting.pk)
        return self.wish_of(meeting.kind, meeting.year, before.count())

    def wish_of(self, kind: str, year: int, number: int) -> Wish:
        """What it tells of the nth meeting of a kind in a year; the last told, if more."""
        is_regular = kind == Meeting.Kind.REGULAR
        wishes = self.story.regular if is_regular else self.story.ad_hoc
        ago = year_at(rules_of(self.body), self.first) - year + self.years_ago
        told = [each for each in wishes if each.years_ago == ago] or wishes
        return told[min(number, len(told) - 1)]
