"""Looking on the spot how a decision is carried out, and notes of contact with a unit."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from consents.charter import Route
from consents.may import Decided
from consents.models import Consent, Consented, Outcome
from deadlines.models import ContactNote, Owed, keep_duties
from followups import gates
from followups.charter import FollowupRules, InspectRules
from followups.models.assignments import ON_THE_DAY, Assignment
from institutions.may import Follows, Liaison, Office
from institutions.models import JointBody, MemberUnit, Post, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import May, save_with_history, transition


class Inspector(May):
    """An office that inspects, but not the inspected unit itself."""

    def __call__(self, user: User, row: Any) -> bool:
        is_own = user.stands_for(row.mending_unit)
        return user.may("inspect", row.joint_body) and not is_own

    def __str__(self) -> str:
        return _("an office that inspects, never the unit's own")

    def who(self, row: Any) -> str:
        posts = Office("inspect").holders(row)
        others = [posts[pk] for pk in posts if pk != row.mending_unit.liaison_id]
        return _(", ").join(others) or str(self)


def check_inspecting(assignment: Assignment, by: User) -> None:
    """Raise PermissionDenied for who does not inspect, and where nobody does."""
    if assignment.rules.inspect is None:
        raise PermissionDenied(_("By this charter nobody inspects."))
    if not by.may("inspect", assignment.joint_body):
        raise PermissionDenied(_("Inspections are kept by whoever inspects."))


class InspectionQuerySet(SeenQuerySet["Inspection"]):
    def ways(self, user: User) -> list[Way]:
        """Who inspects reads all; signatories what lies before them; the unit its own, signed."""
        posts = [post.pk for post in user.posts_answered]
        rows = Inspection.objects.order_by().values("pk")
        own = rows.filter(joint_body__in=user.bodies_allowing("inspect"))
        to_sign = rows.filter(consents__in=Consent.objects.before(posts))
        signed = rows.exclude(signed_on=None).filter(
            assignment__unit__in=[unit.pk for unit in user.units_held]
        )
        return [
            Way(gettext_noop("a task that inspects"), own),
            Way(gettext_noop("being asked to sign"), to_sign),
            Way(gettext_noop("the unit inspected, now that it is signed"), signed),
        ]

    @transaction.atomic
    def begin(self, assignment: Assignment, *, by: User, **words: Any) -> "Inspection":
        """Keep what was found; `words` are the fields of WORDS."""
        check_inspecting(assignment, by)
        inspection = Inspection(
            assignment=assignment,
            joint_body=assignment.joint_body,
            unit=by.acting_for(assignment.joint_body),
            **words,
        )
        inspection.full_clean()
        save_with_history(inspection, by, gettext_noop("Keep an inspection"))
        keep_duties(inspection)
        return inspection

    def for_duties(self) -> Self:
        return self.select_related(
            "joint_body", "assignment__unit__liaison", "unit__liaison"
        )

    def in_motion(self) -> Self:
        S = Inspection.Status
        return self.filter(status__in=[S.DRAFT, S.TO_SIGN, S.SIGNED, S.ANSWERED])


class Inspection(Consented):
    """What was found on the spot about a task, what is to be done, signed off by the sides."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        TO_SIGN = "to sign", gettext_lazy("To be signed off")
        SIGNED = "signed", gettext_lazy("Waiting for the unit")
        ANSWERED = "answered", gettext_lazy("Answered by the unit")
        CLOSED = "closed", gettext_lazy("Closed")

    WORDS = ["inspected_on", "place", "took_part", "finding", "demand", "due_on"]

    may_amend = Office("inspect")
    amendable = {Status.DRAFT: WORDS}
    acts = {"sign_off": gettext_noop("Signing off the inspection")}

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="inspections")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        MemberUnit, models.PROTECT, null=True, related_name="+"
    )  # which of the inspecting offices keeps it
    inspected_on = models.DateField(gettext_lazy("inspected on"))
    place = models.CharField(gettext_lazy("place"), max_length=200)
    took_part = models.CharField(gettext_lazy("took part"), max_length=300)
    finding = models.TextField(gettext_lazy("finding"), max_length=5000)
    demand = models.TextField(
        gettext_lazy("what is to be done"), blank=True, max_length=2000
    )
    due_on = models.DateField(gettext_lazy("to be done by"), null=True, blank=True)
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.DRAFT
    )
    signed_on = models.DateField(null=True, blank=True)
    answer_text = models.TextField(
        gettext_lazy("what the unit did"), blank=True, max_length=5000
    )
    answered_on = models.DateField(null=True, blank=True)

    objects = InspectionQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[])

    class Meta:
        verbose_name = gettext_lazy("inspection")
        verbose_name_plural = gettext_lazy("inspections")
        ordering = ["-inspected_on", "-pk"]

    def __str__(self) -> str:
        about = {"place": self.place, "day": date_format(self.inspected_on)}
        return _("Inspection of %(day)s, %(place)s") % about

    def get_absolute_url(self) -> str:
        return reverse("followups:inspection_detail", args=[self.pk])

    def clean(self) -> None:
        """What is to be mended has a date, and none lies before the day of the visit."""
        wrong = {}
        if self.inspected_on and self.inspected_on > clock.today():
            wrong["inspected_on"] = _("This day has not come yet.")
        if self.due_on and self.inspected_on and self.due_on < self.inspected_on:
            wrong["due_on"] = _("This day lies before the inspection.")
        if self.due_on and not self.demand:
            wrong["demand"] = _("Say what is to be done by that day.")
        if self.demand and not self.due_on:
            wrong["due_on"] = _("Say until when it is to be done.")
        if wrong:
            raise ValidationError(wrong)

    @property
    def rules(self) -> FollowupRules:
        return self.joint_body.part(FollowupRules)

    @property
    def inspecting(self) -> InspectRules:
        """How it is inspected; where that was given up, as the last charter had it."""
        return self.joint_body.last_said(lambda each: each.part(FollowupRules).inspect)

    def url(self, page: str, act: str) -> str:
        return reverse(f"followups:inspection_{page}", args=[self.pk, act])

    def route(self, act: str) -> Route:
        return self.inspecting.sign_off

    def awaits_consent(self) -> Post:
        assert self.unit
        return self.unit.liaison

    def signed(self, act: str) -> dict[str, Any]:
        return self.values(*self.WORDS)

    def consent_decided(self, act: str, outcome: str, *, by: User | None) -> None:
        if outcome == Outcome.AGREED:
            self.signed_off(by=by)
        else:
            consent = self.consent(act)
            reason = consent.objections() if consent else ""
            self.not_signed(by=by, reason=reason or _("The text signed was changed."))

    def owed(self) -> Iterator[Owed]:
        """The inspecting office, the signatories, then the unit, then the office again."""
        keeper, rules, S = self.awaits_consent(), self.rules, self.Status
        unit = self.assignment.unit.liaison
        if self.status == S.DRAFT:
            yield Owed(
                "sign", keeper, self.inspected_on, self.route_taken("sign_off").term
            )
        yield from self.owed_signatures("sign_off")
        if self.status == S.SIGNED and self.signed_on and self.due_on:
            yield Owed("mend", unit, self.signed_on, ON_THE_DAY, keeper, self.due_on)
        if self.status == S.ANSWERED and self.answered_on:
            yield Owed("look", keeper, self.answered_on, rules.verify.term, unit)

    def duty_text(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        texts = {
            "sign": _("Have the inspection signed off: “%(task)s”"),
            "sign_off": _("%(verb)s the inspection: “%(task)s”"),
            "mend": _("Mend what the inspection found: “%(task)s”"),
            "look": _("See whether it was mended: “%(task)s”"),
        }
        verb = self.route_taken("sign_off").verb
        return texts[act] % {"task": self.assignment.decision, "verb": verb}

    def duty_url(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        if act in self.acts:
            return self.url("answer", act)
        return self.get_absolute_url()

    @transition(
        gettext_noop("Ask to sign it off"),
        source={Status.DRAFT},
        target=Status.TO_SIGN,
        may=Office("inspect"),
        gates=[gates.signing_off_is_held],
    )
    def ask_to_sign(self, *, by: User) -> Callable:
        return partial(self.ask_consent, "sign_off", by=by)

    @transition(
        gettext_noop("Signed off"),
        source={Status.TO_SIGN},
        target=Status.SIGNED,
        may=Decided("sign_off", Outcome.AGREED),
    )
    def signed_off(self, *, by: User) -> Callable:
        self.signed_on = clock.today()
        if not self.due_on:
            self.status = self.Status.CLOSED  # nothing was found to be mended
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Not signed off"),
        source={Status.TO_SIGN, Status.SIGNED},
        target=Status.DRAFT,
        may=Decided("sign_off", Outcome.CHANGES, Outcome.REFUSED, Outcome.VOID),
    )
    def not_signed(self, *, by: User, reason: str) -> Callable:
        self.signed_on = None
        return partial(keep_duties, self, void=_("sent back"))

    @transition(
        gettext_noop("Say what was mended"),
        source={Status.SIGNED},
        target=Status.ANSWERED,
        may=Liaison("mending_unit"),
    )
    def mend(self, *, by: User, answer_text: str) -> Callable:
        self.answer_text, self.answered_on = answer_text, clock.today()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Not mended yet"),
        source={Status.ANSWERED},
        target=Status.SIGNED,
        may=Inspector(),
    )
    def reject(self, *, by: User, reason: str) -> Callable:
        return partial(keep_duties, self, void=_("sent back"))

    @transition(
        gettext_noop("Close the inspection"),
        source={Status.ANSWERED},
        target=Status.CLOSED,
        may=Inspector(),
    )
    def close(self, *, by: User) -> Callable:
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Lapses with the task"),
        source={Status.DRAFT, Status.TO_SIGN, Status.SIGNED, Status.ANSWERED},
        target=Status.CLOSED,
        may=Follows(),
    )
    def lapse(self, *, by: User, reason: str) -> Callable:
        """The unit has the task no more: nobody signs or mends anything."""
        if (sheet := self.consent("sign_off")) and sheet.is_open:
            sheet.close(Outcome.VOID)
        return partial(keep_duties, self, void=reason)

    @property
    def mending_unit(self) -> MemberUnit:
        return self.assignment.unit


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        """Notes of the units this person acts for: nobody else reads them."""
        return self.filter(noted_by__in=[unit.pk for unit in user.units_held])

    def keep(
        self, assignment: Assignment, *, by: User, channel: str, whom: str, said: str
    ) -> "Contact":
        """Keep that the unit was spoken to about its task."""
        unit = by.acting_for(assignment.joint_body)
        if unit is None or not by.may("read_topics", assignment.joint_body):
            raise PermissionDenied(_("Contacts are noted by the offices."))
        contact = Contact(
            assignment=assignment,
            noted_by=unit,
            by=by,
            at=clock.now(),
            channel=channel,
            whom=whom,
            said=said,
        )
        contact.full_clean()
        contact.save()
        return contact


class Contact(models.Model):
    """That a unit was phoned, visited or written to about its task, and what was said."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="contacts")
    noted_by = models.ForeignKey(MemberUnit, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(gettext_lazy("when"))
    channel = models.CharField(
        gettext_lazy("by way of"), max_length=10, choices=ContactNote.Channel
    )
    whom = models.CharField(gettext_lazy("spoke to"), max_length=100)
    said = models.TextField(gettext_lazy("what was said"), max_length=2000)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("contact with a unit")
        verbose_name_plural = gettext_lazy("contacts with units")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.whom} {self.said}"
