"""One sheet of signatures for every act that two or more must agree to."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.models import HistoricalRecords

from documents.models import Attachment
from institutions.models import Delegation, JointBody, Post, User
from institutions.models.bodies import PostQuerySet
from jointmeeting import clock
from jointmeeting.workflow import StepRefused


class SheetEncoder(DjangoJSONEncoder):
    """Dates as text and moments in UTC: one text has one digest, wherever it is made."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime) and is_aware(o):
            o = o.astimezone(UTC)
        return super().default(o)


def digest_of(snapshot: dict) -> str:
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, cls=SheetEncoder)
    return sha256(text.encode()).hexdigest()


class Answer(models.TextChoices):
    AGREE = "agree", gettext_lazy("Agree")
    CHANGES = "changes", gettext_lazy("Ask for changes")
    DISAGREE = "disagree", gettext_lazy("Disagree")


class Outcome(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    AGREED = "agreed", gettext_lazy("Agreed")
    CHANGES = "changes", gettext_lazy("Changes asked")
    REFUSED = "refused", gettext_lazy("Refused")
    VOID = "void", gettext_lazy("Void")


class Channel(models.TextChoices):
    ONLINE = "online", gettext_lazy("Here")
    PAPER = "paper", gettext_lazy("On paper")
    PHONE = "phone", gettext_lazy("By phone")


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer as a person gave it; by paper or phone it is entered for a post."""

    answer: str
    opinion: str = ""
    on_behalf_of: Post | None = None
    channel: str = Channel.ONLINE
    given_on: date | None = None
    scan: File | None = None
    ground: str = ""  # why he does not agree: one of the row's, where it has any

    def check(self, consent: "Consent", grounds: Collection[str] = ()) -> None:
        """Raise ValidationError, by field, for what is missing or cannot be."""
        wrong = {}
        if self.answer != Answer.AGREE and grounds and self.ground not in grounds:
            wrong["ground"] = _("Choose a ground of this charter.")
        if self.answer != Answer.AGREE and not self.opinion.strip():
            wrong["opinion"] = _("Say why, so that it can be acted upon.")
        if self.on_behalf_of:
            if self.channel == Channel.ONLINE:
                wrong["channel"] = _("Say how the answer reached you.")
            if self.channel == Channel.PAPER and not self.scan:
                wrong["scan"] = _("Attach the signed paper.")
            if self.given_on is None:
                wrong["given_on"] = _("Say on which day the answer was given.")
            elif not consent.step_since <= self.given_on <= clock.today():
                wrong["given_on"] = _("Asked on %(since)s, today is %(today)s.") % {
                    "since": consent.step_since,
                    "today": clock.today(),
                }
        if wrong:
            raise ValidationError(wrong)


class ConsentQuerySet(models.QuerySet["Consent"]):
    def before(self, posts: Collection[Any]) -> Self:
        """Sheets that lie before one of these posts, or did before they were decided."""
        slots = Signature.objects.filter(
            posts__in=posts, step__lte=models.F("consent__step")
        )
        shown = self.filter(outcome__in=[Outcome.OPEN, Outcome.AGREED], later=None)
        return shown.filter(pk__in=slots.values("consent"))

    def silence_may_decide(self) -> Self:
        """Open ones whose step was asked before today, and on which silence is consent."""
        still_open = self.filter(outcome=Outcome.OPEN, step_since__lt=clock.today())
        return still_open.exclude(silence_basis=None)

    def concern(self, user: User, body: JointBody) -> bool:
        """Whether this person is asked in one of them, or enters for those of the body who are."""
        mine = [post.pk for post in user.posts_answered]
        asked = Signature.objects.filter(consent__in=self.order_by(), posts__in=mine)
        return runs_an_office(user, body) or asked.exists()


class Consent(models.Model):
    """One round of one act: what is signed, by whom, in which order. Never reopened."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    act = models.SlugField(gettext_lazy("act"))
    verb = models.CharField(max_length=20)
    step = models.PositiveSmallIntegerField(default=0)
    asked_on = models.DateField(gettext_lazy("asked on"))
    step_since = models.DateField()
    # What it rests on that silence is consent; nothing where silence is nothing.
    silence_basis = models.JSONField(null=True)
    snapshot = models.JSONField(encoder=SheetEncoder)
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    earlier = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="later"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("consent")
        verbose_name_plural = gettext_lazy("consents")

    def __str__(self) -> str:
        return f"{self.verb} {self.asked_on}"

    @property
    def is_open(self) -> bool:
        return self.outcome == Outcome.OPEN

    def close(self, outcome: str) -> None:
        self.outcome = outcome
        self.save(update_fields=["outcome"])

    def waiting(self) -> "SignatureQuerySet":
        """Slots of the present step that still count as empty."""
        return self.signatures.filter(step=self.step).unanswered()

    def waiting_for(self, user: User) -> "PostQuerySet":
        """The posts this person holds that are asked now."""
        held = [post.pk for post in user.posts_held]
        return Post.objects.filter(signatures__in=self.waiting(), pk__in=held).distinct()

    def enterable_by(self, user: User) -> "PostQuerySet":
        """The posts asked now whose answers this person's unit enters or reports."""
        asked = Post.objects.filter(signatures__in=self.waiting(), liaison_of=None)
        if not runs_an_office(user, self.joint_body):
            only_entered = [post.pk for post in user.posts_only_entered]
            return asked.filter(pk__in=only_entered).distinct()
        with_side = asked.exclude(side=None, entered_by=None).distinct()
        return with_side.exclude(pk__in=[post.pk for post in user.posts_held])

    def concerns(self, user: User) -> bool:
        """Whether this person is asked at any step, or enters for those who are."""
        return Consent.objects.filter(pk=self.pk).concern(user, self.joint_body)

    def slots_for(self, posts: list[Post]) -> "SignatureQuerySet":
        """Empty slots of the present step that one of these posts fills."""
        mine = self.signatures.filter(step=self.step, posts__in=posts).distinct()
        if not mine:
            raise PermissionDenied(_("You are not among those asked now."))
        if not mine.unanswered():
            raise StepRefused(_("This has already been answered."))
        return mine.unanswered()

    def goes_on(self) -> bool:
        """Open the next step, or close the sheet, once the present step allows it."""
        answers = {each.answer for each in self.signatures.answered()}
        if Answer.DISAGREE in answers:
            self.outcome = Outcome.REFUSED
        elif Answer.CHANGES in answers:
            self.outcome = Outcome.CHANGES
        elif not self.waiting().exists():
            self.step, self.step_since = self.step + 1, clock.today()
            if not self.signatures.filter(step=self.step).exists():
                self.outcome = Outcome.AGREED
        self.save()
        return self.is_open

    @property
    def ground(self) -> str:
        """The first ground that was named by those who did not agree."""
        named = (
            self.signatures.answered().exclude(ground="").order_by("answered_at", "pk")
        )
        first = named.first()
        return first.ground if first else ""

    def objections(self, grounds: Mapping[str, str] | None = None) -> str:
        """What those who did not agree said, a line for each; the row names its grounds."""
        names = grounds or {}
        against = self.signatures.answered().exclude(answer=Answer.AGREE)
        lines = [
            f"{each.post}：{each.said(names)}" for each in against.select_related("post")
        ]
        return "\n".join(lines)

    def silent(self) -> list["Signature"]:
        """Slots asked now that nobody has answered, although somebody could have.

        What another side has reported is no silence: it waits to be confirmed.
        """
        held = set(self.joint_body.posts.held().values_list("pk", flat=True))
        empty = self.waiting().filter(is_reported=False).prefetch_related("posts")
        return [
            slot
            for slot in empty.order_by("pk")
            if held & {post.pk for post in slot.posts.all()}
        ]


class SignatureQuerySet(models.QuerySet["Signature"]):
    def answered(self) -> Self:
        return self.exclude(answer="").filter(is_reported=False)

    def unanswered(self) -> Self:
        return self.filter(models.Q(answer="") | models.Q(is_reported=True))


class Signature(models.Model):
    """A slot of the sheet: any one of its posts fills it.

    Reported = entered by another side's office; it does not count until confirmed.
    By silence = nobody answered in time, which the charter counts as agreed: no hand.
    """

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="signatures")
    step = models.PositiveSmallIntegerField()
    posts = models.ManyToManyField(Post, related_name="signatures")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    opinion = models.TextField(gettext_lazy("opinion"), blank=True)
    ground = models.CharField(max_length=50, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    given_on = models.DateField(null=True)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, null=True, related_name="+"
    )
    is_on_behalf = models.BooleanField(default=False)
    is_reported = models.BooleanField(default=False)
    by_silence = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)

    objects = SignatureQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("signature")
        verbose_name_plural = gettext_lazy("signatures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="")
                | models.Q(by_silence=True, answer=Answer.AGREE, post=None)
                | ~models.Q(models.Q(post=None) | models.Q(entered_by=None)),
                name="consents_answer_has_a_hand",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consent} {self.step}"

    def said(self, grounds: Mapping[str, str]) -> str:
        """The opinion, after the name of its ground if it has one."""
        named = grounds.get(self.ground, self.ground)
        return "；".join(filter(None, [named, self.opinion]))


def runs_an_office(user: User, body: JointBody) -> bool:
    """Whether this person acts for a unit of a side, so enters for those of the body."""
    sides = body.rules_in_force.parts["sides"]
    offices = {key for side in sides for key in side.all_units}
    units = [each for each in user.units_held if each.joint_body_id == body.pk]
    return any(unit.key in offices for unit in units)
