"""The report to the next meeting: what became of every decision not yet reported closed."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda.models import AgendaItem
from deadlines.models import Duty, Owed, keep_duties
from documents.models import IssuedDocument
from followups import documents, gates
from followups.charter import FollowupRules, ProgressRules
from institutions.may import Liaison
from institutions.models import JointBody, MemberUnit, User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from minutes.models import Decision


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, user: User) -> Self:
        """The offices read it as it grows; once frozen it is a document."""
        bodies = JointBody.objects.allowing(user, "read_topics")
        return self.filter(joint_body__in=bodies)

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
            report.gather()
            keep_duties(report)
            return report

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "item__agenda__meeting")

    def in_motion(self) -> Self:
        return self.filter(status=ProgressReport.Status.GATHERING)


class ProgressReport(models.Model):
    """What is told to a meeting of the decisions before it, frozen as a document."""

    class Status(models.TextChoices):
        GATHERING = "gathering", gettext_lazy("Being gathered")
        FROZEN = "frozen", gettext_lazy("Frozen")

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

    def to_be_reported(self) -> "models.QuerySet[Decision]":
        """Every decision in force that no meeting was told to be closed."""
        of_body = Decision.objects.in_force().filter(joint_body=self.joint_body)
        open_now = of_body.filter(reported_on=None)
        return open_now.exclude(meeting=self.item.agenda.meeting)

    def left_out(self) -> list[tuple[str, int]]:
        """What is not told, and why: reason and how many, none of them silently."""
        of_body = Decision.objects.filter(joint_body=self.joint_body)
        withdrawn = of_body.filter(status=Decision.Status.WITHDRAWN).count()
        reported = of_body.exclude(reported_on=None).count()
        return [
            (_("reported closed to an earlier meeting"), reported),
            (_("withdrawn by a correction"), withdrawn),
        ]

    def gather(self) -> None:
        """A line for each decision; those not done are explained by their lead unit."""
        if self.status != self.Status.GATHERING:
            raise StepRefused(_("The report is frozen."))
        there = self.lines.values("decision")
        for decision in self.to_be_reported().exclude(pk__in=there):
            line = self.lines.create(decision=decision, joint_body=self.joint_body)
            line.ask()

    def unsaid(self) -> list[str]:
        """What lines still wait for, in words."""
        waiting = []
        for line in self.lines.select_related("decision").order_by("pk"):
            waiting += [f"{line.decision}: {each}" for each in line.unsaid()]
        return waiting

    def owed(self) -> Iterator[Owed]:
        """Nothing of its own: the agenda item is owed, and each line what it lacks."""
        return iter(())

    def duty_text(self, kind: str) -> str:
        return str(self)

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    @transition(
        gettext_noop("Freeze the report"),
        source={Status.GATHERING},
        target=Status.FROZEN,
        may=Liaison("presenter"),
        gates=[gates.each_line_is_said],
    )
    def freeze(self, *, by: User, number: str = "") -> Callable:
        """It is a document from now on, and stands at its item of the agenda."""
        self.frozen_on = clock.today()
        for line in self.lines.select_related("decision").order_by("pk"):
            line.take_down()
        self.document = documents.issue_progress(self, by=by, number=number)
        return partial(self._frozen, by=by)

    @property
    def presenter(self) -> MemberUnit:
        return self.item.presenter

    def _frozen(self, *, by: User) -> None:
        with locked(self.item):
            assert self.document
            self.item.fill(self.document)
        for line in self.lines.select_related("decision").order_by("pk"):
            with locked(line):
                keep_duties(line, void=_("the report is frozen"))
            if line.decision.status == Decision.Status.CLOSED:
                line.decision.reported(by=by)


class ProgressLineQuerySet(models.QuerySet["ProgressLine"]):
    def visible_to(self, user: User) -> Self:
        """The offices read all, a lead unit its own."""
        bodies = JointBody.objects.allowing(user, "read_topics")
        units = [unit.pk for unit in user.units_held]
        lines = ProgressLine.objects.order_by().values("pk")
        own = lines.filter(decision__leads__in=units)
        return self.filter(pk__in=own.union(lines.filter(joint_body__in=bodies)))

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "decision", "report")

    def in_motion(self) -> Self:
        return self.filter(status=ProgressLine.Status.OPEN)


class ProgressLine(models.Model):
    """One decision in the report: its state, and why it is not done where it is not."""

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("To be explained")
        SAID = "said", gettext_lazy("Complete")

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="lines")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.SAID)
    asked_on = models.DateField(null=True, blank=True)
    explanation = models.TextField(
        gettext_lazy("why it is not done"), blank=True, max_length=3000
    )
    explained_by = models.ForeignKey(
        MemberUnit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    explained_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=200, blank=True)  # as it stood when frozen

    objects = ProgressLineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("line of the progress report")
        verbose_name_plural = gettext_lazy("lines of the progress report")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "decision"], name="followups_decision_told_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.decision)

    def get_absolute_url(self) -> str:
        return reverse("followups:progress_line", args=[self.pk])

    @property
    def is_done(self) -> bool:
        return self.decision.status == Decision.Status.CLOSED

    @property
    def lead(self) -> MemberUnit | None:
        """The unit that explains: the first of those that lead."""
        leads = self.decision.leads.select_related("liaison", "unit")
        return leads.order_by("liaison__position").first()

    def offices(self) -> list[MemberUnit]:
        """The supervising offices, each of which gives its opinion."""
        members = self.joint_body.members.select_related("liaison", "unit")
        found = {each.key: each for each in members}
        return [found[key] for key in self.report.rules.offices]

    def ask(self) -> None:
        """One not done is to be explained; the report is locked by the caller's step."""
        if not self.is_done and self.report.rules.offices:
            self.status, self.asked_on = self.Status.OPEN, clock.today()
            self.save()
        keep_duties(self)
        Duty.objects.open().of(self).tell()

    def unsaid(self) -> list[str]:
        if self.status != self.Status.OPEN or self.is_done:
            return []
        if not self.explanation:
            return [_("the explanation of %(unit)s") % {"unit": self.lead}]
        return [_("the opinion of %(unit)s") % {"unit": each} for each in self._silent()]

    def _silent(self) -> list[MemberUnit]:
        spoken = set(self.opinions.values_list("unit", flat=True))
        return [each for each in self.offices() if each.pk not in spoken]

    def owed(self) -> Iterator[Owed]:
        """The lead unit explains, then each supervising office says what it thinks of it."""
        if self.status != self.Status.OPEN or self.is_done or not self.asked_on:
            return
        if self.report.status != ProgressReport.Status.GATHERING:
            return
        rules, presenter = self.report.rules, self.report.presenter.liaison
        if not self.explanation:
            if lead := self.lead:
                yield Owed(
                    "explain", lead.liaison, self.asked_on, rules.explain, presenter
                )
        elif self.explained_on:
            for office in self._silent():
                yield Owed(
                    "opinion", office.liaison, self.explained_on, rules.opinion, presenter
                )

    def duty_text(self, kind: str) -> str:
        texts = {
            "explain": _("Explain why it is not done: “%(decision)s”"),
            "opinion": _("Say your opinion on what is not done: “%(decision)s”"),
        }
        return texts[kind] % {"decision": self.decision}

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    @property
    def lead_unit(self) -> MemberUnit | None:
        return self.lead

    @transition(
        gettext_noop("Explain why it is not done"),
        source={Status.OPEN},
        may=Liaison("lead_unit"),
    )
    def explain(self, *, by: User, explanation: str) -> Callable:
        self.explanation, self.explained_on = explanation, clock.today()
        self.explained_by = self.lead
        return partial(keep_duties, self)

    def say(self, *, by: User, opinion: str) -> None:
        """The opinion of the supervising office one acts for."""
        with locked(self, by):
            mine = [each for each in self.offices() if by.stands_for(each)]
            if not mine:
                Liaison("lead_unit").check(by, self)
            if self.status != self.Status.OPEN or not self.explanation:
                raise StepRefused(_("The lead unit is to explain first."))
            if self.report.status != ProgressReport.Status.GATHERING:
                raise StepRefused(_("The report is frozen."))
            for office in mine:
                said = {"opinion": opinion, "said_on": clock.today(), "said_by": by}
                self.opinions.update_or_create(unit=office, defaults=said)
            if not self._silent():
                self.status = self.Status.SAID
            save_with_history(self, by, gettext_noop("Say an opinion"), opinion)
            keep_duties(self)

    def take_down(self) -> None:
        """Keep how the decision stands on the day the report is frozen."""
        self.result = documents.result_of(self.decision)
        self.save(update_fields=["result"])


class LineOpinion(models.Model):
    """What a supervising office says about a decision that is not done."""

    line = models.ForeignKey(ProgressLine, models.CASCADE, related_name="opinions")
    unit = models.ForeignKey(MemberUnit, models.PROTECT, related_name="+")
    opinion = models.TextField(gettext_lazy("opinion"), max_length=2000)
    said_on = models.DateField()
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("opinion on a decision")
        verbose_name_plural = gettext_lazy("opinions on decisions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "unit"], name="followups_office_says_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.opinion}"
