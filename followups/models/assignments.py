"""A decision given to the unit that carries it out, from there to its closing."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from deadlines.charter import Term
from deadlines.models import Duty, Owed, keep_duties
from documents.models import Attachment, IssuedDocument
from followups import documents, gates
from followups.charter import FollowupRules
from followups.may import Verifier
from followups.models.duties import Reported, Verified
from followups.models.reports import StatusReport
from followups.models.supervision import WITH_THE_UNIT, Supervised
from followups.rhythms import a_year_after
from institutions.may import Liaison, Office
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from meetings.models import Meeting
from minutes.models import Decision

ON_THE_DAY = Term(value=0, unit="days")
Chosen = tuple[Decision, list[MemberUnit], str]  # to whom, and what these units do


def bodies_reporting_to(user: User) -> list[int]:
    """The bodies whose charter names a unit of this person among those that get reports."""
    return [
        unit.joint_body_id
        for unit in user.units_held
        if unit.key in unit.joint_body.part(FollowupRules).report.receivers
    ]


class AssignmentQuerySet(SeenQuerySet["Assignment"]):
    def ways(self, user: User) -> list[Way]:
        """The offices and who gets the reports read all; a unit those it carries out or
        assists in."""
        bodies = user.bodies_allowing("read_topics")
        own = Way(
            gettext_noop("a task that reads decisions"), models.Q(joint_body__in=bodies)
        )
        units = [unit.pk for unit in user.units_outside(bodies)]
        if not units:
            return [own]
        tasks = Assignment.objects.order_by().values("pk")
        reported = tasks.filter(joint_body__in=bodies_reporting_to(user))
        assisting = tasks.filter(decision__assisting__in=units)
        return [
            own,
            Way(gettext_noop("a unit that gets the reports"), reported),
            Way(
                gettext_noop("the unit that carries it out"), tasks.filter(unit__in=units)
            ),
            Way(gettext_noop("a unit that assists"), assisting),
        ]

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "decision", "unit__liaison")

    def in_motion(self) -> Self:
        return self.exclude(status__in=Assignment.ENDED)

    def late(self) -> Self:
        """Those past their date that are with their unit, and not said to be done."""
        with_the_unit = self.filter(status__in=WITH_THE_UNIT)
        return with_the_unit.filter(due_on__lt=clock.today())

    def standing(self) -> Self:
        """Those that count: not given on to another unit, not cancelled."""
        S = Assignment.Status
        return self.exclude(status__in=[S.REASSIGNED, S.CANCELLED])

    @transaction.atomic
    def assign(
        self,
        decision: Decision,
        units: Collection[MemberUnit],
        *,
        by: User,
        task: str = "",
        document: IssuedDocument | None = None,
    ) -> "list[Assignment]":
        """Give a decision in force to these units, each of which answers for it."""
        with locked(decision, by):
            Office("assign_tasks").check(by, decision)
            check_units(decision, units)
            decision.assigned(by=by)
            return [
                self.give(decision, unit, by=by, task=task, document=document)
                for unit in units
            ]

    @transaction.atomic
    def assign_all(
        self, meeting: Meeting, chosen: Iterable[Chosen], *, by: User, number: str = ""
    ) -> IssuedDocument:
        """Give several decisions of a meeting, each as one is given, by one list of tasks."""
        tasks: list[Assignment] = []
        for decision, units, task in sorted(chosen, key=lambda each: each[0].pk):
            tasks += self.assign(decision, units, by=by, task=task)
        document = documents.issue_assignments(meeting, by=by, number=number)
        self.filter(pk__in=[task.pk for task in tasks]).update(document=document)
        return document

    def give(
        self, decision: Decision, unit: MemberUnit, *, by: User, **fields: Any
    ) -> "Assignment":
        """One assignment; the caller's step has locked the decision."""
        assignment = Assignment(
            decision=decision,
            joint_body=decision.joint_body,
            unit=unit,
            issued_on=clock.today(),
            due_on=fields.pop("due_on", decision.due_on),
            **fields,
        )
        assignment.full_clean()
        save_with_history(assignment, by, gettext_noop("Assign"))
        keep_duties(assignment)
        Duty.objects.of(assignment).tell()
        return assignment


class Assignment(Reported, Verified, Supervised):
    """What one unit has to do about a decision; it answers for it until it is closed."""

    class Status(models.TextChoices):
        ISSUED = "issued", gettext_lazy("To be accepted")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        UNDER_WAY = "under way", gettext_lazy("Under way")
        RETURNED = "returned", gettext_lazy("Returned as not its remit")
        CLAIMED = "claimed", gettext_lazy("Said to be done")
        CLOSED = "closed", gettext_lazy("Closed")
        REASSIGNED = "reassigned", gettext_lazy("Given to another unit")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    ENDED = [Status.CLOSED, Status.REASSIGNED, Status.CANCELLED]
    AT_WORK = [Status.ACCEPTED, Status.UNDER_WAY]

    locked_after = "decision"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="assignments")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        MemberUnit,
        models.PROTECT,
        related_name="assignments",
        verbose_name=gettext_lazy("lead unit"),
    )
    task = models.TextField(
        gettext_lazy("what this unit does"), blank=True, max_length=2000
    )
    due_on = models.DateField(gettext_lazy("to be done by"), null=True, blank=True)
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.ISSUED
    )
    issued_on = models.DateField(gettext_lazy("assigned on"))
    accepted_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)  # of a standing one
    claimed_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(
        gettext_lazy("what was done"), blank=True, max_length=5000
    )
    scan = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.CharField(gettext_lazy("result"), max_length=50, blank=True)
    closed_on = models.DateField(gettext_lazy("closed on"), null=True, blank=True)
    verified_by = models.ForeignKey(
        MemberUnit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed = models.JSONField(
        default=list, blank=True
    )  # offices that have verified, by key
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    document = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AssignmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("assignment")
        verbose_name_plural = gettext_lazy("assignments")
        ordering = ["decision", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="closed") | ~models.Q(closed_on=None),
                name="followups_closed_has_day",
            ),
            models.UniqueConstraint(
                fields=["decision", "unit"],
                condition=~models.Q(status__in=["reassigned", "cancelled"]),
                name="followups_unit_once",
                violation_error_message=gettext_lazy("This unit has the task already."),
            ),
        ]
        indexes = [
            models.Index(fields=["joint_body", "status"], name="followups_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.decision}（{self.unit}）"

    def get_absolute_url(self) -> str:
        return reverse("followups:assignment_detail", args=[self.pk])

    @property
    def is_standing(self) -> bool:
        return self.decision.is_standing

    # What is owed

    def owed(self) -> Iterator[Owed]:
        """The unit accepts, reports, finishes; the offices reassign, verify, supervise."""
        rules, unit, S = self.rules, self.unit.liaison, self.Status
        office = self.member(rules.assign.office).liaison
        if self.status == S.ISSUED:
            yield Owed("accept", unit, self.issued_on, rules.assign.accept, office)
        if self.status == S.RETURNED and self.returned_on:
            yield Owed("reassign", office, self.returned_on, rules.assign.term, unit)
        if self.status in self.AT_WORK and self.accepted_on:
            yield from self.owed_report(self.accepted_on)
            if self.due_on:
                waiting = self.verifier.liaison
                yield Owed(
                    "complete", unit, self.accepted_on, ON_THE_DAY, waiting, self.due_on
                )
            if self.is_standing:
                since = self.reviewed_on or self.accepted_on
                year = a_year_after(since)
                verifier = self.verifier.liaison
                yield Owed("review", verifier, since, ON_THE_DAY, unit, year)
        if self.status == S.CLAIMED and self.claimed_on:
            for each in self.verifying:
                claimed, term = self.claimed_on, rules.verify.term
                yield Owed("verify", each.liaison, claimed, term, unit)
        yield from self.owed_notice()

    def duty_text(self, kind: str) -> str:
        act, _colon, level = kind.partition(":")
        texts = {
            "accept": _("Accept the task “%(decision)s”"),
            "reassign": _("Give to another unit: “%(decision)s”"),
            "report": _("Report on “%(decision)s”"),
            "complete": _("Carry out “%(decision)s”"),
            "verify": _("Verify “%(decision)s”"),
            "review": _("See whether it still goes on: “%(decision)s”"),
            "supervise": _("Issue to %(unit)s for “%(decision)s”: %(level)s"),
        }
        named = self.names_of_levels().get(level, level)
        about = {"decision": self.decision, "unit": self.unit, "level": named}
        return texts[act] % about

    def duty_url(self, kind: str) -> str:
        act, _colon, _number = kind.partition(":")
        pages = {"report": "report", "complete": "claim", "reassign": "reassign"}
        verifying = "agree" if self.is_verified_by_more else "verify"
        pages |= {"verify": verifying, "supervise": "supervise"}
        if act in pages:
            return reverse(f"followups:assignment_{pages[act]}", args=[self.pk])
        return self.get_absolute_url()

    # Steps

    @transition(
        gettext_noop("Accept"),
        source={Status.ISSUED},
        target=Status.ACCEPTED,
        may=Liaison("unit"),
    )
    def accept(self, *, by: User) -> Callable:
        self.accepted_on = clock.today()
        return self._keep

    @transition(
        gettext_noop("Return as not its remit"),
        source={Status.ISSUED},
        target=Status.RETURNED,
        may=Liaison("unit"),
        gates=[gates.may_still_be_returned],
    )
    def give_back(self, *, by: User, reason: str) -> Callable:
        self.returned_on = clock.today()
        return self._keep

    @transition(
        gettext_noop("It stays with this unit"),
        source={Status.RETURNED},
        target=Status.ISSUED,
        may=Office("assign_tasks"),
    )
    def confirm(self, *, by: User, reason: str) -> Callable:
        self.issued_on, self.returned_on = clock.today(), None
        return self._keep

    @transition(
        gettext_noop("Give to another unit"),
        source={Status.RETURNED, Status.ISSUED, Status.ACCEPTED, Status.UNDER_WAY},
        target=Status.REASSIGNED,
        may=Office("assign_tasks"),
    )
    def reassign(self, *, by: User, unit: MemberUnit, reason: str) -> Callable:
        """Another unit answers for it from now on; this one keeps its story."""
        if unit.joint_body_id != self.joint_body_id or unit == self.unit:
            raise ValidationError({"unit": _("Choose another unit of this body.")})
        return partial(self._give_on, unit, reason, by)

    @transition(
        gettext_noop("Report"),
        source={Status.ACCEPTED, Status.UNDER_WAY},
        target=Status.UNDER_WAY,
        may=Liaison("unit"),
    )
    def report(self, *, by: User, scan: File | None = None, **words: Any) -> Callable:
        """A status report to the receivers: `words` are progress, obstacles, next_steps."""
        report = StatusReport(
            assignment=self, given_on=clock.today(), given_by=by, **words
        )
        if scan:
            report.scan = Attachment.objects.keep(scan, self.joint_body, by=by)
        report.full_clean()
        report.save()
        return self._keep

    @transition(
        gettext_noop("Say that it is done"),
        source={Status.ACCEPTED, Status.UNDER_WAY},
        target=Status.CLAIMED,
        may=Liaison("unit"),
        gates=[gates.is_not_standing],
    )
    def claim(self, *, by: User, evidence: str, scan: File | None = None) -> Callable:
        self.claimed_on, self.evidence = clock.today(), evidence
        self.agreed = []
        if scan:
            self.scan = Attachment.objects.keep(scan, self.joint_body, by=by)
        return self._keep

    @transition(
        gettext_noop("Send back to be done"),
        source={Status.CLAIMED},
        target=Status.UNDER_WAY,
        may=Verifier(),
    )
    def send_back(self, *, by: User, reason: str) -> Callable:
        self.claimed_on, self.agreed, self.result = None, [], ""
        return partial(keep_duties, self, void=_("sent back"))

    @transition(
        gettext_noop("Verify, as another office does after"),
        source={Status.CLAIMED},
        may=Verifier(),
    )
    def agree(self, *, by: User, result: str, reason: str = "") -> Callable:
        """Where each office verifies: one of them has; the last one closes it."""
        if not self.is_verified_by_more:
            raise StepRefused(_("No other office is to verify it: it can be closed."))
        office = next(each for each in self.verifying if by.stands_for(each))
        self.check_result(result)
        self.result, self.agreed = result, [*self.agreed, office.key]
        return self._keep

    @transition(
        gettext_noop("Verify and close"),
        source={Status.CLAIMED},
        target=Status.CLOSED,
        may=Verifier(),
    )
    def verify(self, *, by: User, result: str, reason: str = "") -> Callable:
        """Closed with one of the charter's results; never by the unit itself."""
        if self.is_verified_by_more:
            text = _("%(offices)s are to verify it, one after the other.")
            offices = _(", ").join(map(str, self.verifying))
            raise StepRefused(text % {"offices": offices})
        return self._closed(result, by)

    def _closed(self, result: str, by: User) -> Callable:
        self.check_result(result)
        self.result, self.closed_on = result, clock.today()
        self.verified_by = by.acting_for(self.joint_body)
        return partial(self._ended, by=by)

    @transition(
        gettext_noop("Cancel the task"),
        source={
            Status.ISSUED,
            Status.ACCEPTED,
            Status.UNDER_WAY,
            Status.RETURNED,
            Status.CLAIMED,
        },
        target=Status.CANCELLED,
        may=Office("assign_tasks"),
    )
    def cancel(self, *, by: User, reason: str) -> Callable:
        """By what it is cancelled is the reason."""
        return partial(self._ended, by=by, void=reason)

    @transition(
        gettext_noop("It goes on for another year"),
        source=AT_WORK,
        may=Verifier(),
        gates=[gates.is_standing],
    )
    def review(self, *, by: User, reason: str) -> Callable:
        """Once a year: a standing task is still needed, and why."""
        self.reviewed_on = clock.today()
        return self._keep

    @transition(
        gettext_noop("End the standing task"),
        source=AT_WORK,
        target=Status.CLOSED,
        may=Verifier(),
        gates=[gates.is_standing],
    )
    def end(self, *, by: User, result: str, reason: str) -> Callable:
        """What was to go on need not any more: closed with a result, like any other."""
        return self._closed(result, by)

    def _keep(self) -> None:
        keep_duties(self)

    def _give_on(self, unit: MemberUnit, reason: str, by: User) -> None:
        self._let_go(by, _("given to another unit"))
        fields = {"due_on": self.due_on, "task": self.task, "replaces": self}
        Assignment.objects.give(self.decision, unit, by=by, **fields)

    def _let_go(self, by: User, why: str) -> None:
        """This unit has the task no more: what it owes is void, and its inspections lapse."""
        keep_duties(self, void=why)
        for inspection in self.inspections.in_motion().order_by("pk"):
            inspection.lapse(by=by, reason=why)

    def _ended(self, *, by: User, void: str = "") -> None:
        """Once all its tasks are ended, done or cancelled, the decision is closed."""
        if self.status == self.Status.CANCELLED:
            self._let_go(by, void)
        keep_duties(self, void=void)
        open_now = self.decision.assignments.in_motion()
        is_assigned = self.decision.status == Decision.Status.ASSIGNED
        if is_assigned and not open_now.exists():
            self.decision.close(by=by)


def check_units(decision: Decision, units: Collection[MemberUnit]) -> None:
    """Raise ValidationError unless some units of the decision's body, each once, are named."""
    wrong = ""
    if not units:
        wrong = _("Choose at least one unit.")
    elif any(unit.joint_body_id != decision.joint_body_id for unit in units):
        wrong = _("Choose units of this body.")
    elif len({unit.pk for unit in units}) < len(units):
        wrong = _("This unit has the task already.")
    if wrong:
        raise ValidationError({"units": wrong})
