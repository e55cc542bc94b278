"""What a meeting decided: who leads, who assists, until when, what counts as done."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, ClassVar, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda.models import AgendaItem
from consents.models import digest_of
from deadlines.models import Owed, keep_duties
from institutions.may import Follows, Office
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from meetings.models import Meeting
from minutes import gates
from minutes.charter import MinutesRules

LAST_YEAR = 2100  # as of a meeting's work year


class DecisionQuerySet(SeenQuerySet["Decision"]):
    def ways(self, user: User) -> list[Way]:
        """The offices read all; a unit those it leads or assists in, once they are issued."""
        bodies = user.bodies_allowing("read_topics")
        units = user.units_outside(bodies)
        own = Way(
            gettext_noop("a task that reads decisions"), models.Q(joint_body__in=bodies)
        )
        if not units:
            return [own]
        issued = Decision.objects.order_by().values("pk")
        issued = issued.exclude(status=Decision.Status.DRAFT)
        return [
            own,
            Way(gettext_noop("the unit that leads it"), issued.filter(leads__in=units)),
            Way(gettext_noop("a unit that assists"), issued.filter(assisting__in=units)),
        ]

    def in_force(self) -> Self:
        """Issued and not withdrawn, whatever has become of them."""
        out = [Decision.Status.DRAFT, Decision.Status.WITHDRAWN]
        return self.exclude(status__in=out)

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "meeting__joint_body")

    def in_motion(self) -> Self:
        return self.filter(status=Decision.Status.IN_FORCE)

    @transaction.atomic
    def bring_in(
        self, meeting: Meeting, *, by: User, is_done: bool = False, **fields: Any
    ) -> "Decision":
        """Type in a decision of a meeting held before this product; it is in force at once.

        One that is done already waits for nothing but to be told to the next meeting.
        """
        with locked(meeting, by):
            check_typing(meeting, by)
            decision = self.put(meeting, by=by, **fields)
            decision.take_effect(by=by)
            if is_done:
                decision.close(by=by)
            return decision

    def put(self, meeting: Meeting, *, by: User, **fields: Any) -> "Decision":
        """One more decision of the meeting, whose row is locked by the caller's step."""
        leads, assisting = fields.pop("leads", ()), fields.pop("assisting", ())
        last = self.filter(meeting=meeting).aggregate(last=models.Max("position"))["last"]
        decision = Decision(
            meeting=meeting,
            joint_body=meeting.joint_body,
            position=(last or 0) + 1,
            **fields,
        )
        decision.full_clean()
        save_with_history(decision, by, gettext_noop("Write down a decision"))
        decision.leads.set(leads)
        decision.assisting.set(assisting)
        decision.check_units()
        return decision


def check_typing(meeting: Meeting, by: User) -> None:
    """Raise for who does not record meetings, and for a meeting that has its own minutes."""
    if not by.may("record_meetings", meeting.joint_body):
        text = _("Decisions are typed in by the offices that record meetings.")
        raise PermissionDenied(text)
    if not meeting.is_imported:
        raise StepRefused(_("This meeting has minutes of its own."))


class Decision(models.Model):
    """One thing a meeting decided; changed only by a correction once it is issued."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        IN_FORCE = "in force", gettext_lazy("To be assigned")
        ASSIGNED = "assigned", gettext_lazy("Assigned")
        CLOSED = "closed", gettext_lazy("Closed")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")

    WORDS = ["text", "due_on", "is_standing", "done_when"]

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    position = models.PositiveSmallIntegerField()
    text = models.TextField(gettext_lazy("what was decided"), max_length=5000)
    leads = models.ManyToManyField(
        MemberUnit, related_name="led", verbose_name=gettext_lazy("lead units")
    )
    assisting = models.ManyToManyField(
        MemberUnit,
        blank=True,
        related_name="assisted",
        verbose_name=gettext_lazy("assisting units"),
    )
    due_on = models.DateField(gettext_lazy("to be done by"), null=True, blank=True)
    is_standing = models.BooleanField(
        gettext_lazy("standing, without a date"), default=False
    )
    done_when = models.TextField(
        gettext_lazy("what counts as done"), blank=True, max_length=1000
    )
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.DRAFT
    )
    in_force_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    reported_on = models.DateField(null=True, blank=True)  # as closed, to a meeting

    objects = DecisionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("decision")
        verbose_name_plural = gettext_lazy("decisions")
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_standing=False) | models.Q(due_on=None),
                name="minutes_standing_has_no_date",
                violation_error_message=gettext_lazy(
                    "A standing decision has no date: leave one of the two out."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 40 else f"{self.text[:39]}…"

    def get_absolute_url(self) -> str:
        return reverse("followups:decision_detail", args=[self.pk])

    @property
    def rules(self) -> MinutesRules:
        return self.meeting.rules_then.part(MinutesRules)

    def clean(self) -> None:
        wrong = {}
        if self.due_on and (text := self.why_not_by(self.due_on)):
            wrong["due_on"] = text
        if self.item and self.item.agenda.meeting_id != self.meeting_id:
            wrong["item"] = _("Choose an item of this meeting.")
        if wrong:
            raise ValidationError(wrong)

    def why_not_by(self, day: date) -> str:
        """Why it cannot be due on that day: before the meeting, or after all calendars."""
        held_on = self.meeting.held_on
        if held_on and day < held_on:
            return _("The meeting was on %(day)s: give a later day.") % {"day": held_on}
        if day.year > LAST_YEAR:
            return _("Give a day up to the year %(year)s.") % {"year": LAST_YEAR}
        return ""

    def seen(self) -> str:
        """Digest of what may be changed of it."""
        text: dict[str, Any] = {name: getattr(self, name) for name in self.WORDS}
        for name in ("leads", "assisting"):
            text[name] = sorted(getattr(self, name).values_list("pk", flat=True))
        return digest_of(text)

    def check_units(self) -> None:
        """Raise ValidationError where a unit leads and assists, or is of another body."""
        leads, assisting = set(self.leads.all()), set(self.assisting.all())
        if leads & assisting:
            text = _("A unit leads or assists, not both.")
            raise ValidationError({"assisting": text})
        if any(each.joint_body_id != self.joint_body_id for each in leads | assisting):
            raise ValidationError({"leads": _("Choose units of this body.")})

    def gaps(self) -> list[str]:
        """What is missing of it, in words."""
        there = {
            _("a lead unit"): bool(self.leads.all()),
            _("a date"): bool(self.due_on or self.is_standing),
            _("what counts as done"): bool(self.done_when.strip()),
        }
        return [what for what, is_there in there.items() if not is_there]

    def owed(self) -> Iterator[Owed]:
        """Once it is in force it is to be given to those who carry it out."""
        if self.status == self.Status.IN_FORCE and self.in_force_on:
            yield from self.owed_assignment(self.in_force_on)

    def owed_assignment(self, since: date) -> Iterator[Owed]:
        """Who assigns tasks, and its term, is said by the app above, in ready()."""
        for who in self.ASSIGNING:
            yield who(self, since)

    ASSIGNING: ClassVar[list[Callable[["Decision", date], Owed]]] = []
    # What upper apps do when it takes effect, is closed or withdrawn: added in ready().
    HANGING: ClassVar[list[Callable[["Decision", User], None]]] = []

    def duty_text(self, kind: str) -> str:
        return _("Assign the decision “%(decision)s”") % {"decision": self}

    def duty_url(self, kind: str) -> str:
        return reverse("followups:assign", args=[self.meeting_id])

    # Steps, all taken along by those of minutes, corrections and assignments

    @transition(
        gettext_noop("Takes effect"),
        source={Status.DRAFT, Status.ASSIGNED, Status.CLOSED},
        target=Status.IN_FORCE,
        may=Follows(),
    )
    def take_effect(self, *, by: User) -> Callable:
        self.in_force_on, self.closed_on = clock.today(), None
        return partial(self._moved, by)

    @transition(
        gettext_noop("Assigned"),
        source={Status.IN_FORCE},
        target=Status.ASSIGNED,
        may=Follows(),
    )
    def assigned(self, *, by: User) -> Callable:
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Closed"),
        source={Status.IN_FORCE, Status.ASSIGNED},
        target=Status.CLOSED,
        may=Follows(),
    )
    def close(self, *, by: User) -> Callable:
        self.closed_on = clock.today()
        return partial(self._moved, by)

    @transition(
        gettext_noop("Withdrawn"),
        source={Status.IN_FORCE, Status.ASSIGNED, Status.CLOSED},
        target=Status.WITHDRAWN,
        may=Follows(),
    )
    def withdraw(self, *, by: User, reason: str) -> Callable:
        return partial(self._moved, by, void=reason)

    @transition(
        gettext_noop("Strike it out"),
        source={Status.IN_FORCE, Status.ASSIGNED, Status.CLOSED},
        target=Status.WITHDRAWN,
        may=Office("record_meetings"),
        gates=[gates.is_typed_in],
    )
    def strike(self, *, by: User, reason: str) -> Callable:
        """One that was typed in wrongly is taken back, as long as no meeting was told of it."""
        return partial(self._moved, by, void=reason)

    def _moved(self, by: User, void: str = "") -> None:
        keep_duties(self, void=void)
        for follow in self.HANGING:
            follow(self, by)

    @transition(
        gettext_noop("Reported to a meeting"),
        source={Status.CLOSED},
        may=Follows(),
    )
    def reported(self, *, by: User) -> None:
        self.reported_on = clock.today()

    @transition(
        gettext_noop("Its meeting was cancelled: reported to none"),
        source={Status.CLOSED},
        may=Follows(),
    )
    def told_to_none(self, *, by: User) -> None:
        self.reported_on = None
