"""The report to the next meeting: what became of every decision not yet reported closed."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda.models import AgendaItem
from deadlines.models import keep_duties
from documents.models import IssuedDocument
from followups import documents, gates
from followups.charter import FollowupRules, ProgressRules
from followups.models.lines import ProgressLine
from institutions.may import Liaison
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from meetings.models import Meeting
from minutes.models import Decision


class ProgressReportQuerySet(SeenQuerySet["ProgressReport"]):
    def ways(self, user: User) -> list[Way]:
        """The offices read it as it grows; once frozen it is a document."""
        own = models.Q(joint_body__in=user.bodies_allowing("read_topics"))
        return [Way(gettext_noop("a task that reads the report as it grows"), own)]

    @transaction.atomic
    def begin(self, item: AgendaItem, *, by: User) -> "ProgressReport":
        """Gather all that is to be reported to this meeting, and ask for what is missing.

        Again gives the same, with the decisions that have come since.
        """
        with locked(item, by):
            if not by.stands_for(item.presenter):
                Liaison("presenter").check(by, item)
            report = ProgressReport.objects.filter(item=item).first()
            if report is None:
                report = ProgressReport(
                    item=item, joint_body=item.joint_body, begun_on=clock.today()
                )
                save_with_history(report, by, gettext_noop("Begin the report"))
            with locked(report):
                report.gather(by=by)
            return report


class ProgressReport(models.Model):
    """What is told to a meeting of the decisions before it, frozen as a document."""

    class Status(models.TextChoices):
        GATHERING = "gathering", gettext_lazy("Being gathered")
        FROZEN = "frozen", gettext_lazy("Frozen")

    locked_after = "item"

    item = models.OneToOneField(
        AgendaItem, models.PROTECT, related_name="progress_report"
    )
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.GATHERING)
    begun_on = models.DateField()
    frozen_on = models.DateField(null=True, blank=True)
    words = models.TextField(
        gettext_lazy("opening paragraph"), blank=True, max_length=5000
    )
    document = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProgressReportQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("progress report")
        verbose_name_plural = gettext_lazy("progress reports")

    def __str__(self) -> str:
        about = {"meeting": self.item.agenda.meeting}
        return _("What became of decisions, for %(meeting)s") % about

    def get_absolute_url(self) -> str:
        return reverse("followups:progress_detail", args=[self.pk])

    @property
    def rules(self) -> ProgressRules:
        return self.joint_body.part(FollowupRules).progress

    @property
    def presenter(self) -> MemberUnit:
        return self.item.presenter

    @property
    def is_open(self) -> bool:
        """Whether lines are still explained: it is not frozen, its meeting is to come."""
        return self.status == self.Status.GATHERING and self.item.agenda.is_open

    @cached_property
    def offices(self) -> list[MemberUnit]:
        """The supervising offices, each of which gives its opinion."""
        members = self.joint_body.members.select_related("liaison", "unit")
        found = {each.key: each for each in members}
        return [found[key] for key in self.rules.offices]

    def to_be_reported(self) -> "models.QuerySet[Decision]":
        """Every decision in force that no meeting was told to be closed."""
        return decisions_for(self.item)

    def left_out(self) -> list[tuple[str, list[Decision]]]:
        """What is not told, and why: reason and decisions, none of them silently."""
        states, meeting = Decision.Status, self.item.agenda.meeting
        of_body = Decision.objects.filter(joint_body=self.joint_body)
        earlier = of_body.exclude(meeting=meeting)
        if meeting.day:
            earlier = earlier.filter(meeting__held_on__lt=meeting.day)
        not_told = earlier.exclude(pk__in=self.lines.told().values("decision"))
        closed, withdrawn, drafts = [], [], []
        for decision in not_told.select_related("meeting"):
            if decision.status == states.WITHDRAWN:
                withdrawn.append(decision)
            elif decision.status == states.DRAFT:
                drafts.append(decision)
            elif decision.reported_on:
                closed.append(decision)
        reasons = [
            (_("reported closed to an earlier meeting"), closed),
            (_("withdrawn by a correction"), withdrawn),
            (_("not in force: its minutes are not issued"), drafts),
        ]
        return [(why, found) for why, found in reasons if found]

    def not_yet_gathered(self) -> "models.QuerySet[Decision]":
        """Decisions that took effect since the report was gathered."""
        return self.to_be_reported().exclude(pk__in=self.lines.values("decision"))

    def gather(self, *, by: User) -> None:
        """A line for each decision; those not done are explained by their lead unit.

        The report is locked by the caller.
        """
        self._check_open()
        for decision in self.not_yet_gathered():
            line = self.lines.model(
                report=self, decision=decision, joint_body=self.joint_body
            )
            save_with_history(line, by, gettext_noop("Put into the report"))
        list(self.lines.select_for_update())
        for line in self.lines.filter(asked_on=None).for_page():
            line.report = self
            line.ask(by=by)

    def unsaid(self) -> list[str]:
        """What lines still wait for, in words."""
        waiting = []
        for line in self.lines.for_page():
            line.report = self
            waiting += [f"“{line.decision}”：{each}" for each in line.unsaid()]
        return waiting

    @transition(
        gettext_noop("Freeze the report"),
        source={Status.GATHERING},
        target=Status.FROZEN,
        may=Liaison("presenter"),
        gates=[gates.each_line_is_said],
    )
    def freeze(self, *, by: User, words: str = "", number: str = "") -> Callable:
        """It is a document from now on, and stands at its item of the agenda."""
        if not self.item.agenda.is_open:
            raise StepRefused(_("The meeting is over, or will not be held."))
        self.frozen_on, self.words = clock.today(), words
        # Decisions before lines, as a unit that closes a decision does: no deadlock.
        told = Decision.objects.filter(pk__in=self.lines.values("decision"))
        list(told.select_for_update().order_by("pk"))
        list(self.lines.select_for_update())
        for line in self.lines.for_page():
            line.take_down(by=by)
        self.document = documents.issue_progress(self, by=by, number=number)
        return partial(self._frozen, by=by)

    def _frozen(self, *, by: User) -> None:
        assert self.document
        self.item.fill(self.document)
        for line in self.lines.for_page():
            line.report = self
            keep_duties(line, void=_("the report is frozen"))
            if line.is_done:
                line.decision.reported(by=by)

    def _check_open(self) -> None:
        if self.status != self.Status.GATHERING:
            raise StepRefused(_("The report is frozen."))
        if not self.item.agenda.is_open:
            raise StepRefused(_("The meeting is over, or will not be held."))


def decisions_for(item: AgendaItem) -> "models.QuerySet[Decision]":
    """What is to be reported at this item: in force, and to no meeting told to be closed."""
    of_body = Decision.objects.in_force().filter(joint_body=item.joint_body)
    return of_body.filter(reported_on=None).exclude(meeting=item.agenda.meeting)


def keep_lines_of_decision(decision: Decision, *_told: Any) -> None:
    """It was closed, withdrawn or corrected: what is owed about it may be another's now."""
    gathering = {"report__status": ProgressReport.Status.GATHERING}
    for line in ProgressLine.objects.filter(decision=decision, **gathering):
        with locked(line):
            keep_duties(line, void=_("the decision is not open any more"))


def keep_lines_of_meeting(meeting: Meeting, by: User) -> None:
    """The meeting is over or will not be held: nobody explains anything to it any more.

    What it was to be told is told to the next one if it was cancelled.
    """
    open_now = {"report__status": ProgressReport.Status.GATHERING}
    lines = ProgressLine.objects.filter(report__item__agenda__meeting=meeting, **open_now)
    for line in lines.order_by("pk"):
        with locked(line):
            keep_duties(line, void=_("the meeting is over, or will not be held"))
    if meeting.status == Meeting.Status.CANCELLED:
        for decision in _told_to(meeting):
            decision.told_to_none(by=by)


def _told_to(meeting: Meeting) -> "models.QuerySet[Decision]":
    """Decisions that the frozen report to this meeting tells to be closed."""
    lines = ProgressLine.objects.filter(report__item__agenda__meeting=meeting)
    told = Decision.objects.filter(pk__in=lines.values("decision"))
    return told.filter(reported_on__in=lines.values("report__frozen_on")).order_by("pk")
