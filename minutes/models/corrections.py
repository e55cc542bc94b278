"""A numbered correction of issued minutes: per decision, what changes."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from deadlines.models import Owed, keep_duties
from documents.models import IssuedDocument
from institutions.may import Office
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from minutes import documents
from minutes.models.decisions import Decision
from minutes.models.minutes import Minutes


class CorrectionQuerySet(SeenQuerySet["Correction"]):
    def ways(self, user: User) -> list[Way]:
        of_minutes = models.Q(minutes__in=Minutes.objects.visible_to(user))
        return [Way(gettext_noop("the minutes that it corrects"), of_minutes)]

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "minutes__meeting")

    def in_motion(self) -> Self:
        return self.filter(status=Correction.Status.ISSUED)

    @transaction.atomic
    def issue(
        self,
        minutes: Minutes,
        *,
        by: User,
        reason: str,
        lines: list[dict[str, Any]],
        number: str = "",
    ) -> "Correction":
        """Say what changes of the decisions, by a document; it is then to be applied.

        Each line has decision (none for one that is added), change, text, due_on,
        is_standing, done_when, leads, assisting, as far as they change.
        """
        with locked(minutes, by):
            if not by.may("record_meetings", minutes.joint_body):
                raise PermissionDenied(_("Minutes are corrected by who records them."))
            if minutes.status != Minutes.Status.ISSUED:
                raise StepRefused(
                    _("Minutes that are not issued are changed, not corrected.")
                )
            check_lines(minutes, lines)
            if before := minutes.corrections.in_motion().first():
                text = _("Apply the %(correction)s first.")
                raise StepRefused(text % {"correction": before})
            correction = Correction(
                minutes=minutes,
                joint_body=minutes.joint_body,
                position=minutes.corrections.count() + 1,
                reason=reason,
                issued_on=clock.today(),
            )
            correction.full_clean(exclude=["document"])
            correction.document = documents.issue_correction(
                correction, lines, by=by, number=number
            )
            save_with_history(
                correction, by, gettext_noop("Issue the correction"), reason
            )
            for line in lines:
                correction.put(line)
            keep_duties(correction)
            return correction


def check_lines(minutes: Minutes, lines: list[dict[str, Any]]) -> None:
    """Raise ValidationError unless every line can be applied once the correction is out."""
    if not lines:
        raise ValidationError(_("Say what changes of at least one decision."))
    in_force = {each.pk for each in minutes.decisions().in_force()}
    changed = set()
    for line in lines:
        decision, change = line.get("decision"), line["change"]
        if change == CorrectionLine.Change.ADDED:
            decision = Decision(meeting=minutes.meeting, joint_body=minutes.joint_body)
        elif decision is None or decision.pk not in in_force:
            text = _("Choose a decision of these minutes that is in force.")
            raise ValidationError(text)
        elif (decision.pk, change) in changed:
            raise ValidationError(_("“%(what)s” is named twice.") % {"what": decision})
        changed.add((decision.pk, change))
        _check_line(decision, line)


def _check_line(decision: Decision, line: dict[str, Any]) -> None:
    """Whether what the line says makes sense of that decision."""
    changes, change = CorrectionLine.Change, line["change"]
    units = [*line.get("leads", ()), *line.get("assisting", ())]
    if change in (changes.ADDED, changes.LEAD) and not line.get("leads"):
        raise ValidationError(_("Choose at least one lead unit."))
    if any(each.joint_body_id != decision.joint_body_id for each in units):
        raise ValidationError(_("Choose units of this body."))
    if len({each.pk for each in units}) < len(units):
        raise ValidationError(_("A unit leads or assists, not both."))
    if change in (changes.ADDED, changes.DUE):
        due_on, is_standing = line.get("due_on"), line.get("is_standing", False)
        if bool(due_on) == bool(is_standing):
            raise ValidationError(_("Give a date, or say that it is standing."))
        dated = Decision(meeting=decision.meeting, due_on=due_on, is_standing=is_standing)
        dated.clean()
    if change == changes.ADDED and not line.get("text", "").strip():
        raise ValidationError(_("Say what was decided."))


class Correction(models.Model):
    """What was put right in minutes that are out; the minutes themselves stay as they were."""

    class Status(models.TextChoices):
        ISSUED = "issued", gettext_lazy("To be applied")
        APPLIED = "applied", gettext_lazy("Applied")

    # What upper apps do about a decision that was corrected: added in ready().
    FOLLOWING: ClassVar[list[Callable[[Decision, str, User], None]]] = []

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="corrections")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    reason = models.TextField(gettext_lazy("reason"), max_length=2000)
    status = models.CharField(max_length=10, choices=Status, default=Status.ISSUED)
    issued_on = models.DateField()
    document = models.OneToOneField(IssuedDocument, models.PROTECT, related_name="+")

    objects = CorrectionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("correction")
        verbose_name_plural = gettext_lazy("corrections")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "position"], name="minutes_correction_once"
            )
        ]

    def __str__(self) -> str:
        about = {"n": self.position, "minutes": self.minutes}
        return _("Correction no. %(n)s of the %(minutes)s") % about

    def get_absolute_url(self) -> str:
        return reverse("minutes:correction_detail", args=[self.pk])

    def put(self, line: dict[str, Any]) -> None:
        leads, assisting = line.pop("leads", ()), line.pop("assisting", ())
        row = self.lines.create(**line)
        row.leads.set(leads)
        row.assisting.set(assisting)

    def owed(self) -> Iterator[Owed]:
        """The recorder applies it to the decisions."""
        if self.status == self.Status.ISSUED:
            recorder, term = self.minutes.recorder.liaison, self.minutes.rules.issue
            yield Owed("apply", recorder, self.issued_on, term)

    def duty_text(self, kind: str) -> str:
        return _("Apply the %(correction)s") % {"correction": self}

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    @transition(
        gettext_noop("Apply the correction"),
        source={Status.ISSUED},
        target=Status.APPLIED,
        may=Office("record_meetings"),
    )
    def apply(self, *, by: User) -> Callable:
        """The decisions are as corrected; whoever has them in hand is told."""
        return partial(self._apply, by=by)

    def _apply(self, *, by: User) -> None:
        corrected = Decision.objects.filter(
            pk__in=self.lines.order_by().values("decision")
        )
        list(corrected.select_for_update(no_key=True, of=["self"]).order_by("pk"))
        for line in self.lines.select_related("decision").order_by("pk"):
            line.apply(by=by)
        keep_duties(self)


class CorrectionLine(models.Model):
    """What changes of one decision."""

    class Change(models.TextChoices):
        WORDING = "wording", gettext_lazy("Wording")
        LEAD = "lead", gettext_lazy("Units")
        DUE = "due", gettext_lazy("Date")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
        ADDED = "added", gettext_lazy("Added")

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="lines")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    change = models.CharField(gettext_lazy("change"), max_length=10, choices=Change)
    text = models.TextField(blank=True, max_length=5000)
    done_when = models.TextField(blank=True, max_length=1000)
    due_on = models.DateField(null=True, blank=True)
    is_standing = models.BooleanField(default=False)
    leads = models.ManyToManyField(MemberUnit, blank=True, related_name="+")
    assisting = models.ManyToManyField(MemberUnit, blank=True, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("line of a correction")
        verbose_name_plural = gettext_lazy("lines of corrections")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_change_display()} {self.decision or self.text}"

    def apply(self, *, by: User) -> None:
        """Change the decision, and let the apps above follow; the correction is locked."""
        changes = CorrectionLine.Change
        if self.change == changes.ADDED:
            self.decision = Decision.objects.put(
                self.correction.minutes.meeting,
                by=by,
                text=self.text,
                due_on=self.due_on,
                is_standing=self.is_standing,
                done_when=self.done_when,
                leads=self.leads.all(),
                assisting=self.assisting.all(),
            )
            self.decision.take_effect(by=by)
            self.save(update_fields=["decision"])
            return
        assert self.decision
        with locked(self.decision):
            self._change(self.decision, by)
            keep_duties(self.decision)
        if self.change == changes.WITHDRAWN:
            self.decision.withdraw(by=by, reason=self.correction.reason)
        for follow in Correction.FOLLOWING:
            follow(self.decision, self.change, by)

    def _change(self, decision: Decision, by: User) -> None:
        changes = CorrectionLine.Change
        if self.change == changes.WORDING:
            decision.text = self.text or decision.text
            decision.done_when = self.done_when or decision.done_when
        elif self.change == changes.DUE:
            decision.due_on, decision.is_standing = self.due_on, self.is_standing
        elif self.change == changes.LEAD:
            decision.leads.set(self.leads.all())
            decision.assisting.set(self.assisting.all())
        save_with_history(decision, by, gettext_noop("Corrected"), self.correction.reason)
        keep_duties(decision)
