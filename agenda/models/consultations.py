from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda import gates
from agenda.charter import ConsultationRules, OpinionKind, TopicRules
from agenda.models.topics import Topic
from consents.models import digest_of
from deadlines.models import Duty, Owed, keep_duties
from documents.models import Attachment, IssuedDocument
from institutions.may import Liaison, Office
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition


class ConsultationQuerySet(SeenQuerySet["Consultation"]):
    def ways(self, user: User) -> list[Way]:
        """A unit sees what it was asked; the others' opinions only who may read opinions."""
        bodies = user.bodies_allowing("read_opinions")
        own = Consultation.objects.filter(unit__in=user.units_held).values("pk")
        of_bodies = Consultation.objects.filter(joint_body__in=bodies).values("pk")
        return [
            Way(gettext_noop("the unit that is asked"), own),
            Way(gettext_noop("a task that reads the units' opinions"), of_bodies),
        ]

    def for_duties(self) -> Self:
        needed = self.select_related("joint_body", "topic")
        return needed.only("joint_body", "topic__title")

    def in_motion(self) -> Self:
        return self.filter(status__in=["sent", "entered"])

    def standing(self) -> Self:
        """Those that were neither given back nor voided: the topic was put to a unit."""
        return self.exclude(status__in=Consultation.GONE)

    def open_returns(self) -> Self:
        """Given back, and whoever asked has not seen to it yet."""
        return self.filter(status="returned", followed_on=None)

    def follow(self, *, by: User) -> None:
        """Another unit is asked, so these returns are dealt with; the topic is locked."""
        for consultation in self.open_returns():
            consultation.followed_on = clock.today()
            save_with_history(consultation, by, gettext_noop("Ask another unit"))

    def send(
        self,
        topic: Any,
        unit: MemberUnit,
        letter: IssuedDocument,
        number: int,
        *,
        by: User,
    ) -> "Consultation":
        """Ask a unit by a letter, in the round of this number; the topic is locked."""
        text = topic.consulted_text()
        consultation = Consultation(
            topic=topic,
            joint_body=topic.joint_body,
            unit=unit,
            letter=letter,
            round=number,
            sent_on=clock.today(),
            snapshot=text,
            digest=digest_of(text),
        )
        save_with_history(consultation, by, gettext_noop("Ask for an opinion"))
        keep_duties(consultation)
        Duty.objects.of(consultation).tell()
        return consultation


class Consultation(models.Model):
    """One unit is asked for its formal opinion on a topic."""

    class Status(models.TextChoices):
        SENT = "sent", gettext_lazy("Waiting for an answer")
        ENTERED = "entered", gettext_lazy("Answer entered, to be confirmed")
        ANSWERED = "answered", gettext_lazy("Answered")
        RETURNED = "returned", gettext_lazy("Not its remit")
        LAPSED = "lapsed", gettext_lazy("Lapsed")
        VOID = "void", gettext_lazy("Void")

    GONE = [Status.RETURNED, Status.VOID]

    locked_after = "topic"

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="consultations")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        MemberUnit, models.PROTECT, related_name="+", verbose_name=gettext_lazy("unit")
    )
    letter = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    sent_on = models.DateField(gettext_lazy("asked on"))
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.SENT
    )
    kind = models.CharField(gettext_lazy("kind of opinion"), max_length=50, blank=True)
    opinion = models.TextField(gettext_lazy("opinion"), blank=True, max_length=5000)
    signer = models.CharField(gettext_lazy("signed by"), max_length=50, blank=True)
    number = models.CharField(
        gettext_lazy("number of the reply"), max_length=60, blank=True
    )
    given_on = models.DateField(gettext_lazy("dated"), null=True, blank=True)
    source = models.CharField(
        gettext_lazy("received by way of"), max_length=100, blank=True
    )
    scan = models.ForeignKey(
        Attachment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("scan"),
    )
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    followed_on = models.DateField(null=True, blank=True)  # the return was dealt with
    lapsed_on = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(gettext_lazy("late"), default=False)
    adoption = models.TextField(
        gettext_lazy("how it is taken up"), blank=True, max_length=2000
    )
    adopted_on = models.DateField(null=True, blank=True)

    objects = ConsultationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("consultation")
        verbose_name_plural = gettext_lazy("consultations")
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "unit", "round"],
                condition=Q(status__in=["sent", "entered", "answered"]),
                name="agenda_unit_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["entered", "answered"])
                | ~Q(Q(kind="") | Q(entered_by=None) | Q(answered_on=None)),
                name="agenda_answered_has_opinion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}：{self.topic}"

    def get_absolute_url(self) -> str:
        return reverse("agenda:consultation_detail", args=[self.pk])

    @property
    def rules(self) -> ConsultationRules:
        """By the charter in force; if that asks no unit any more, by the last that did."""
        return self.joint_body.last_said(lambda each: each.part(TopicRules).consult)

    @property
    def is_standing(self) -> bool:
        """Neither given back nor voided."""
        return self.status not in self.GONE

    @property
    def state_label(self) -> str:
        """Its state in words; silence by what the charter makes of it."""
        if self.status == self.Status.LAPSED and self.rules.silence == "consent":
            return _("No objection (silent past the term, taken as consent)")
        return self.get_status_display()

    @property
    def ended_on(self) -> date:
        """Since when it is answered, given back or let go; else when it was asked."""
        return self.answered_on or self.lapsed_on or self.returned_on or self.sent_on

    @property
    def kind_of_opinion(self) -> OpinionKind | None:
        return {each.key: each for each in self.rules.kinds}.get(self.kind)

    @property
    def is_opposing(self) -> bool:
        """Whether it was answered by a kind that differs."""
        kind = self.kind_of_opinion if self.answered_on else None
        return kind is not None and kind.differs

    @property
    def duty(self) -> Duty | None:
        """The open duty to answer or to confirm, if any."""
        return Duty.objects.open().of(self).first()

    def owed(self) -> Iterator[Owed]:
        """The unit owes its opinion; one that was entered for it, a look at it."""
        asker = self.asker().liaison
        liaison = self.unit.liaison
        if self.status == self.Status.SENT:
            yield Owed("opinion", liaison, self.sent_on, self.rules.term, asker)
        elif self.status == self.Status.ENTERED:
            entered = self.answered_on or self.sent_on
            yield Owed("confirm", liaison, entered, self.rules.term, asker)

    def asker(self) -> MemberUnit:
        """The unit that asks, and waits for the opinion."""
        members = self.joint_body.members.select_related("unit", "liaison")
        return members.get(key=self.rules.office)

    def duty_text(self, kind: str) -> str:
        texts = {
            "opinion": _("Give a formal opinion on “%(topic)s”"),
            "confirm": _("Confirm or correct the opinion entered for you on “%(topic)s”"),
        }
        return texts[kind] % {"topic": self.topic}

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    # Steps

    @transition(
        gettext_noop("Reply"),
        source={Status.SENT},
        target=Status.ANSWERED,
        may=Liaison("unit"),
    )
    def answer(self, *, by: User, digest: str, **opinion: Any) -> Callable:
        """Take the unit's formal opinion, also late: `opinion` are its fields and a scan file."""
        return self._take(opinion, digest, by)

    @transition(
        gettext_noop("Enter the answer"),
        source={Status.SENT},
        target=Status.ENTERED,
        may=Office("run_consultations"),
    )
    def enter(self, *, by: User, digest: str, **opinion: Any) -> Callable:
        """Enter what the unit wrote or said elsewhere, with the source; the unit is told."""
        return self._take(opinion, digest, by)

    @transition(
        gettext_noop("Confirm"),
        source={Status.ENTERED},
        target=Status.ANSWERED,
        may=Liaison("unit"),
    )
    def confirm(self, *, by: User) -> Callable:
        """The unit says that what was entered for it is its opinion."""
        return self._taken

    @transition(
        gettext_noop("Correct"),
        source={Status.ENTERED},
        target=Status.ANSWERED,
        may=Liaison("unit"),
    )
    def correct(self, *, by: User, digest: str, **opinion: Any) -> Callable:
        """The unit puts right what was entered for it; both stay in the history."""
        self.source = ""
        return self._take(opinion, digest, by)

    @transition(
        gettext_noop("Return as not its remit"),
        source={Status.SENT},
        target=Status.RETURNED,
        may=Liaison("unit"),
    )
    def give_back(self, *, by: User, reason: str) -> Callable:
        """The unit says why another should be asked; whoever asked is to see to that."""
        self.returned_on = clock.today()
        return partial(self._close, reason)

    @transition(
        gettext_noop("Ask no other unit"),
        source={Status.RETURNED},
        may=Office("run_consultations"),
        gates=[gates.return_is_open],
    )
    def let_rest(self, *, by: User, reason: str) -> Callable:
        """The return is accepted, and nobody is asked instead."""
        self.followed_on = clock.today()
        return partial(self._close, reason)

    @transition(
        gettext_noop("Let lapse"),
        source={Status.SENT},
        target=Status.LAPSED,
        may=Office("run_consultations"),
        gates=[gates.term_has_passed],
    )
    def lapse(self, *, by: User, reason: str) -> Callable:
        """Go on without the opinion of a unit that stayed silent; this stays visible."""
        self.lapsed_on = clock.today()
        return partial(self._close, reason)

    @transition(
        gettext_noop("Note how it is taken up"),
        source={Status.ENTERED, Status.ANSWERED},
        may=Office("run_consultations"),
    )
    def adopt(self, *, by: User, adoption: str) -> Callable:
        """Say what became of an opposing opinion: taken up, or talked over and why not."""
        if not self.is_opposing or self.rules.opposing == "on file":
            raise StepRefused(_("Only opposing opinions are noted on, by the charter."))
        if not adoption.strip():
            raise ValidationError({"adoption": _("Say how it is taken up, or why not.")})
        self.adoption, self.adopted_on = adoption, clock.today()
        return partial(keep_duties, self.topic)

    def make_void(self, *, by: User, reason: str) -> None:
        """What was asked is no more: the draft changed or the topic is gone."""
        with locked(self):
            self.status = self.Status.VOID
            save_with_history(self, by, gettext_noop("Void"), reason)
            keep_duties(self, void=reason)

    def _close(self, reason: str) -> None:
        keep_duties(self, void=reason)
        keep_duties(self.topic)

    def _take(self, opinion: dict[str, Any], digest: str, by: User) -> Callable:
        if digest != self.digest:
            raise StepRefused(_("The text has changed since you opened it."))
        if self.answered_on is None:
            self.is_late = self._is_late(opinion)
        scan: File | None = opinion.pop("scan", None)
        for name, value in opinion.items():
            setattr(self, name, value)
        self._check_opinion(has_scan=bool(scan or self.scan_id), by=by)
        if scan:
            self.scan = Attachment.objects.keep(scan, self.joint_body, by=by)
        self.entered_by, self.answered_on = by, clock.today()
        if not self.is_opposing:
            self.adoption, self.adopted_on = "", None
        return self._taken

    def _taken(self) -> None:
        keep_duties(self)
        keep_duties(self.topic)

    def _is_late(self, opinion: dict[str, Any]) -> bool:
        """Whether the term has passed: by the day it is given, if entered by that on paper."""
        day = clock.today()
        if self.status == self.Status.ENTERED:
            day = opinion.get("given_on") or day
        duty = self.duty
        return bool(duty and duty.due_on and duty.due_on < day)

    def _check_opinion(self, *, has_scan: bool, by: User) -> None:
        """Raise ValidationError, by field, for what is missing or cannot be."""
        wrong = {}
        kind = self.kind_of_opinion
        if kind is None:
            wrong["kind"] = _("Choose a kind of opinion of this charter.")
        elif kind.differs and not self.opinion.strip():
            wrong["opinion"] = _("Say why, so that it can be acted upon.")
        if not by.stands_for(self.unit) and not self.source:
            wrong["source"] = _("Say which letter, call or meeting this comes from.")
        if self.number and not has_scan:
            wrong["scan"] = _("Attach the scan of the reply that bears this number.")
        if self.given_on and not self.sent_on <= self.given_on <= clock.today():
            wrong["given_on"] = _("Asked on %(since)s, today is %(today)s.") % {
                "since": self.sent_on,
                "today": clock.today(),
            }
        if wrong:
            raise ValidationError(wrong)
