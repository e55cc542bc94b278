"""A decision in the report to the next meeting: explained, and what the offices think of it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda.charter import AgendaRules
from consents.models import digest_of
from deadlines.charter import Term
from deadlines.models import Duty, Owed, keep_duties
from followups import documents
from institutions.may import Liaison
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import (
    StepRefused,
    gate,
    locked,
    save_with_history,
    transition,
)
from minutes.models import Decision


class ProgressLineQuerySet(SeenQuerySet["ProgressLine"]):
    def ways(self, user: User) -> list[Way]:
        """The offices read all, a lead unit its own."""
        units = [unit.pk for unit in user.units_held]
        lines = ProgressLine.objects.order_by().values("pk")
        of_bodies = lines.filter(joint_body__in=user.bodies_allowing("read_topics"))
        leading = lines.filter(decision__leads__in=units)
        return [
            Way(gettext_noop("the unit that leads the decision"), leading),
            Way(gettext_noop("a task that reads the report as it grows"), of_bodies),
        ]

    def for_duties(self) -> Self:
        needed = ["joint_body", "decision", "report__item__agenda__meeting"]
        return self.select_related(*needed, "report__item__presenter__liaison")

    def in_motion(self) -> Self:
        return self.filter(status=ProgressLine.Status.OPEN)

    def told(self) -> Self:
        """A decision that was withdrawn meanwhile is no line any more; it is left out."""
        return self.exclude(decision__status=Decision.Status.WITHDRAWN)

    def for_page(self) -> Self:
        """What is told, with all that is said of it, in four queries."""
        leads = MemberUnit.objects.select_related("unit", "liaison")
        opinions = LineOpinion.objects.select_related(
            "unit__unit", "unit__liaison"
        ).order_by("unit__liaison__position")
        return (
            self.told()
            .select_related("joint_body", "decision__joint_body", "decision__meeting")
            .prefetch_related(
                Prefetch("decision__leads", leads.order_by("liaison__position")),
                Prefetch("opinions", opinions),
            )
            .order_by("decision__meeting__held_on", "decision__position", "pk")
        )


class ProgressLine(models.Model):
    """One decision in the report: its state, and why it is not done where it is not."""

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("To be explained")
        SAID = "said", gettext_lazy("Complete")

    report = models.ForeignKey(
        "followups.ProgressReport", models.CASCADE, related_name="lines"
    )
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
    def is_to_be_said(self) -> bool:
        """Whether it is told to a meeting as not done, so that it needs an explanation."""
        return self.decision.status not in (
            Decision.Status.CLOSED,
            Decision.Status.WITHDRAWN,
        )

    @property
    def lead(self) -> MemberUnit | None:
        """The unit that explains: the first of those that lead."""
        if "leads" in getattr(self.decision, "_prefetched_objects_cache", {}):
            return next(iter(self.decision.leads.all()), None)
        leads = self.decision.leads.select_related("liaison", "unit")
        return leads.order_by("liaison__position").first()

    @property
    def silent(self) -> list[MemberUnit]:
        """The supervising offices that have not said their opinion."""
        spoken = {each.unit_id for each in self.opinions.all()}
        return [each for each in self.report.offices if each.pk not in spoken]

    def seen(self, office: MemberUnit | None = None) -> str:
        """Digest of the explanation and of what an office said; who says more sends it back."""
        said = self.opinions.filter(unit=office).values_list("opinion", flat=True)
        return digest_of({"why": self.explanation, "opinion": list(said)})

    def ask(self, *, by: User) -> None:
        """One not done is to be explained; the line is locked by the caller."""
        if self.is_to_be_said:
            self.status, self.asked_on = self.Status.OPEN, clock.today()
            save_with_history(self, by, gettext_noop("Ask for an explanation"))
        self._keep()

    def unsaid(self) -> list[str]:
        """What is missing of it, in words."""
        if not self.is_to_be_said:
            return []
        if not self.explanation:
            return [_("the explanation of %(unit)s") % {"unit": self.lead}]
        return [_("the opinion of %(unit)s") % {"unit": each} for each in self.silent]

    def owed(self) -> Iterator[Owed]:
        """The lead unit explains, then each supervising office says what it thinks of it."""
        is_open = self.status == self.Status.OPEN and self.is_to_be_said
        if not (is_open and self.report.is_open):
            return
        rules, presenter = self.report.rules, self.report.presenter.liaison
        if not self.explanation and self.asked_on:
            if lead := self.lead:
                by_when = self._by_when(rules.explain, self.asked_on)
                yield Owed(
                    "explain", lead.liaison, self.asked_on, waiting=presenter, **by_when
                )
        elif self.explained_on:
            by_when = self._by_when(rules.opinion, self.explained_on)
            for office in self.silent:
                yield Owed(
                    "opinion",
                    office.liaison,
                    self.explained_on,
                    waiting=presenter,
                    **by_when,
                )

    def _by_when(self, term: Term, since: date) -> dict[str, Any]:
        """The charter's term, but no later than the day on which the papers are due."""
        day = self.report.item.agenda.meeting.day
        papers = self.joint_body.part(AgendaRules).papers
        if day is None or papers is None:
            return {"term": term}
        last_day = papers.due(day).on
        if last_day and since <= last_day < (term.due(since).on or last_day):
            return {"term": papers, "anchor": day}
        return {"term": term}

    def duty_text(self, kind: str) -> str:
        texts = {
            "explain": _("Explain why it is not done: “%(decision)s”"),
            "opinion": _("Say your opinion on what is not done: “%(decision)s”"),
        }
        if self.decision.is_standing:
            texts |= {
                "explain": _("Say how it was kept: “%(decision)s”"),
                "opinion": _("Say your opinion on how it was kept: “%(decision)s”"),
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
    def explain(self, *, by: User, explanation: str, seen: str) -> Callable:
        """By the lead unit; it may be put right until an office has said its opinion."""
        self._check(seen == self.seen())
        if self.opinions.exists():
            raise StepRefused(_("An office has said its opinion of it already."))
        self.explanation, self.explained_on = explanation, clock.today()
        self.explained_by = self.lead
        if not self.report.offices:
            self.status = self.Status.SAID
        return self._keep

    def say(self, *, by: User, opinion: str, seen: str) -> None:
        """The opinion of the supervising office one acts for, until the report is frozen."""
        with locked(self, by):
            mine = self.office_of(by)
            if mine is None:
                raise PermissionDenied(_("Opinions are said by the supervising offices."))
            self._check(seen == self.seen(mine))
            if not self.explanation:
                raise StepRefused(_("The lead unit is to explain first."))
            said = {"opinion": opinion, "said_on": clock.today(), "said_by": by}
            self.opinions.update_or_create(unit=mine, defaults=said)
            if not self.silent:
                self.status = self.Status.SAID
            save_with_history(self, by, gettext_noop("Say an opinion"), opinion)
            self._keep()

    def office_of(self, user: User) -> MemberUnit | None:
        """The supervising office that this person acts for, the first that is silent."""
        mine = [each for each in self.report.offices if user.stands_for(each)]
        return next(
            (each for each in mine if each in self.silent), next(iter(mine), None)
        )

    def _check(self, is_as_seen: bool) -> None:
        """Raise StepRefused once the report is frozen, or another has said something."""
        if not self.report.is_open:
            raise StepRefused(_("The report is frozen, or its meeting is over."))
        if not self.is_to_be_said:
            raise StepRefused(_("The decision is not open any more."))
        if not is_as_seen:
            raise StepRefused(_("The text has changed since you opened it."))

    def _keep(self) -> None:
        """The dates are told: they stand, whatever becomes of the meeting's day."""
        keep_duties(self)
        Duty.objects.open().of(self).tell()

    def take_down(self, *, by: User) -> None:
        """Keep how the decision stands on the day the report is frozen."""
        self.result = documents.result_of(self.decision)
        save_with_history(self, by, gettext_noop("Freeze the report"))


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


@gate
def no_meeting_was_told(decision: Decision) -> str | None:
    """What a meeting was told of stays on file."""
    told = ProgressLine.objects.filter(decision=decision)
    if told.exclude(report__document=None).exists():
        return _("It was reported to a meeting and stays on file.")
    return None
