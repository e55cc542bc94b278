"""One sheet of signatures for every act that two or more must agree to."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import chain
from typing import Any, ClassVar, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from consents.charter import Route, Slot
from deadlines.models import Owed, keep_duties
from documents.models import Attachment
from institutions.models import JointBody, Post, User
from institutions.models.bodies import PostQuerySet
from jointmeeting import clock
from jointmeeting.workflow import May, StepRefused, locked, save_with_history


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

    def check(self, consent: "Consent") -> None:
        """Raise ValidationError, by field, for what is missing or cannot be."""
        wrong = {}
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

    def concern(self, user: User, body: JointBody) -> bool:
        """Whether this person is asked in one of them, or enters for those of the body who are."""
        held = [post.pk for post in user.posts_held]
        asked = Signature.objects.filter(consent__in=self.order_by(), posts__in=held)
        return runs_an_office(user, body) or asked.exists()


class Consent(models.Model):
    """One round of one act: what is signed, by whom, in which order. Never reopened."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    act = models.SlugField(gettext_lazy("act"))
    verb = models.CharField(max_length=20)
    step = models.PositiveSmallIntegerField(default=0)
    asked_on = models.DateField(gettext_lazy("asked on"))
    step_since = models.DateField()
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
        """The posts asked now whose answers this person's office enters or reports."""
        asked = Post.objects.filter(signatures__in=self.waiting(), liaison_of=None)
        if not runs_an_office(user, self.joint_body):
            return asked.none()
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

    def objections(self) -> str:
        """What those who did not agree said, a line for each."""
        against = self.signatures.answered().exclude(answer=Answer.AGREE)
        lines = [
            f"{each.post}：{each.opinion}" for each in against.select_related("post")
        ]
        return "\n".join(lines)


class SignatureQuerySet(models.QuerySet["Signature"]):
    def answered(self) -> Self:
        return self.exclude(answer="").filter(is_reported=False)

    def unanswered(self) -> Self:
        return self.filter(models.Q(answer="") | models.Q(is_reported=True))


class Signature(models.Model):
    """A slot of the sheet: any one of its posts fills it.

    Reported = entered by another side's office; it does not count until confirmed.
    """

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="signatures")
    step = models.PositiveSmallIntegerField()
    posts = models.ManyToManyField(Post, related_name="signatures")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    opinion = models.TextField(gettext_lazy("opinion"), blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    given_on = models.DateField(null=True)
    scan = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_on_behalf = models.BooleanField(default=False)
    is_reported = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)

    objects = SignatureQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("signature")
        verbose_name_plural = gettext_lazy("signatures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="")
                | ~models.Q(models.Q(post=None) | models.Q(entered_by=None)),
                name="consents_answer_has_a_hand",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consent} {self.step}"


class Consented(models.Model):
    """A row that some acts need consent to. Locks are taken row first, then consent."""

    # A table per model: the upper row owns its sheets, and they do not know whose they are.
    consents = models.ManyToManyField(Consent, related_name="+", editable=False)

    joint_body: "models.ForeignKey[JointBody, JointBody]"
    status: "models.CharField[str, str]"
    may_amend: ClassVar[May]
    amendable: ClassVar[dict[str, list[str]]]  # status → fields that may change in it
    acts: ClassVar[dict[str, str]]  # act → what is asked, in words

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """The row's own page."""
        raise NotImplementedError

    def signed(self, act: str) -> dict[str, Any]:
        """What the signatures of this act cover: fields, and rows below as plain data."""
        raise NotImplementedError

    def route(self, act: str) -> Route:
        """By which route this act is consented to."""
        raise NotImplementedError

    def consent_decided(self, act: str, outcome: str, *, by: User) -> None:
        """Change your own state; the row and its consent are locked."""
        raise NotImplementedError

    def awaits_consent(self) -> Post:
        """Who waits for the signatures."""
        raise NotImplementedError

    def amended(self, *, by: User) -> None:
        """Do what else a change of fields means; the row is locked and saved."""

    def text_of(self, consent: Consent) -> Iterator[tuple[str, Any]]:
        """The text of a sheet, line by line, as it was when it was asked."""
        for name, value in consent.snapshot.items():
            field: Any = self._meta.get_field(name)
            yield str(field.verbose_name), self.said(name, value)

    def said(self, name: str, value: Any) -> Any:
        """A value of a field as a reader is told it."""
        field: Any = self._meta.get_field(name)
        if value and isinstance(field, models.DateField):
            return field.to_python(value)  # a sheet keeps it as text
        return dict(field.flatchoices).get(value, value)

    def consent(self, act: str) -> Consent | None:
        """The latest sheet of this act."""
        return self.consents.filter(act=act).order_by("pk").last()

    def values(self, *names: str) -> dict[str, Any]:
        fields: Iterator[Any] = map(self._meta.get_field, names)
        return {field.name: field.value_from_object(self) for field in fields}

    def ask_consent(self, act: str, *, by: User) -> None:
        """Open a fresh sheet; the step that asks for it returns this, to come after its save."""
        route = self.route(act)
        if (earlier := self.consent(act)) and earlier.is_open:
            keep_duties(self)  # what the step did is done; what lapses below is void
            earlier.close(Outcome.VOID)
        snapshot = self.signed(act)
        consent = self.consents.create(
            joint_body=self.joint_body,
            act=act,
            verb=route.verb,
            snapshot=snapshot,
            digest=digest_of(snapshot),
            asked_on=clock.today(),
            step_since=clock.today(),
            earlier=earlier,
        )
        for number, places in enumerate(self.places(act)):
            for posts in places:
                if not posts:
                    raise StepRefused(_("The charter names nobody who could sign this."))
                consent.signatures.create(step=number).posts.set(posts)
        keep_duties(self, void=_("asked anew"))
        if not route.steps:
            consent.close(Outcome.AGREED)
            self.consent_decided(act, Outcome.AGREED, by=by)

    def answer(self, act: str, *, by: User, digest: str, **given: Any) -> None:
        """Fill every slot of this step that is the person's (or that post's) to fill.

        `given` are the fields of Given. Raises StepRefused for a text that has changed and
        a vacant post, ValidationError for what is missing, PermissionDenied for others.
        """
        with locked(self, by):
            consent = self._locked_consent(act)
            if not consent.is_open:
                raise StepRefused(_("This has already been decided."))
            if not digest == consent.digest == digest_of(self.signed(act)):
                raise StepRefused(_("The text has changed since you opened it."))
            self._sign(consent, Given(**given), by)
            keep_duties(self)  # answered is done; what the decision ends may be void
            if consent.goes_on():
                keep_duties(self)
            else:
                self.consent_decided(act, consent.outcome, by=by)

    def _sign(self, consent: Consent, given: Given, by: User) -> None:
        post = given.on_behalf_of
        is_reported = post is not None and not _may_enter(by, post)
        posts = _signed_along(post) if post else by.posts_held
        slots = consent.slots_for(posts)
        if post and not Post.objects.held().filter(pk=post.pk).exists():
            text = _("The post “%(post)s” is vacant: nobody could have answered.")
            raise StepRefused(text % {"post": post})
        given.check(consent)
        scan = None
        if given.scan:
            scan = Attachment.objects.keep(given.scan, self.joint_body, by=by)
        label = _label(given.answer, is_reported)
        now = clock.now()  # one moment: whoever fills two slots has answered once
        for slot in slots:
            slot.answer, slot.opinion, slot.entered_by = given.answer, given.opinion, by
            slot.channel = given.channel if post else Channel.ONLINE
            slot.given_on = given.given_on if post else clock.today()
            slot.scan, slot.is_on_behalf, slot.is_reported = scan, bool(post), is_reported
            slot.post = next(each for each in slot.posts.all() if each in posts)
            slot.answered_at = now
            save_with_history(slot, by, label, given.opinion)

    def seen(self) -> str:
        """Digest of what may be amended now; the editor sends it back with his changes."""
        return digest_of(self.values(*self.amendable.get(self.status, [])))

    def amend(self, *, by: User, seen: str, **changes: Any) -> None:
        """Change fields; every standing sheet whose text is changed by that is void."""
        with locked(self, by):
            if not self.may_amend(by, self):
                text = _("This step is for %(who)s.")
                raise PermissionDenied(text % {"who": self.may_amend.who(self)})
            if changes.keys() - set(self.amendable.get(self.status, [])):
                raise StepRefused(_("This can no longer be changed."))
            if seen != self.seen():
                raise StepRefused(_("The text has changed since you opened it."))
            for name, value in changes.items():
                setattr(self, name, value)
            self.full_clean()
            save_with_history(self, by, gettext_noop("Amend"))
            self.amended(by=by)
            for act in sorted(set(self.consents.values_list("act", flat=True))):
                consent = self._locked_consent(act)
                stands = consent.outcome in (Outcome.OPEN, Outcome.AGREED)
                if stands and consent.digest != digest_of(self.signed(act)):
                    consent.close(Outcome.VOID)
                    self.consent_decided(act, Outcome.VOID, by=by)
            keep_duties(self)

    def owed_signatures(self, *acts: str) -> Iterator[Owed]:
        """What signatories owe now, for the row's `owed()`."""
        for act in acts:
            consent = self.consent(act)
            if consent is None or not consent.is_open:
                continue
            term, awaiting = self.route(act).term, self.awaits_consent()
            for slot in consent.waiting().prefetch_related("posts"):
                posts: Any = [slot.post] if slot.is_reported else slot.posts.all()
                for post in posts:
                    kind = f"{act}:{slot.pk}"
                    yield Owed(kind, post, consent.step_since, term, awaiting)

    def vacancy(self, act: str) -> str | None:
        """Why an act cannot be asked for: a place on its route that nobody can fill."""
        held = set(self.joint_body.posts.held().values_list("pk", flat=True))
        for places in self.places(act):
            for posts in places:
                if not held & {post.pk for post in posts}:
                    titles = _(" or ").join(map(str, posts))
                    text = _(
                        "Vacant: %(posts)s. An administrator appoints somebody first."
                    )
                    return text % {"posts": titles}
        return None

    def places(self, act: str) -> list[list[list[Post]]]:
        """Who would be asked today: for each step its places, each any one of its posts."""
        return [
            list(chain.from_iterable(map(self._expand, slots)))
            for slots in self.route(act).steps
        ]

    def _locked_consent(self, act: str) -> Consent:
        sheets = self.consents.select_for_update(of=["self"]).filter(act=act)
        if found := sheets.order_by("pk").last():
            return found
        raise StepRefused(_("Nobody has been asked."))

    def _expand(self, slot: Slot) -> list[list[Post]]:
        body = self.joint_body
        if slot.each == "side":
            sides = body.sides.select_related("leader")
            return [[side.leader] if side.leader else [] for side in sides] or [[]]
        if slot.each == "member":
            members = body.members.now().filter(is_member=True)
            members = members.select_related("liaison")
            return [[member.liaison] for member in members] or [[]]
        return [list(body.posts.filter(key__in=slot.any_of))]


def _label(answer: str, is_reported: bool) -> str:
    """What the history keeps, to be translated for each reader."""
    labels = {
        Answer.AGREE: (gettext_noop("Agree"), gettext_noop("Reported: agree")),
        Answer.CHANGES: (
            gettext_noop("Ask for changes"),
            gettext_noop("Reported: ask for changes"),
        ),
        Answer.DISAGREE: (gettext_noop("Disagree"), gettext_noop("Reported: disagree")),
    }
    return labels[Answer(answer)][is_reported]


def runs_an_office(user: User, body: JointBody) -> bool:
    offices = {side.office for side in body.rules_in_force.parts["sides"]}
    units = [each for each in user.units_held if each.joint_body_id == body.pk]
    return any(unit.key in offices for unit in units)


def _signed_along(post: Post) -> list[Post]:
    """The posts of one who answers on paper: all he holds on that side, he answers once."""
    holders = User.objects.filter(appointments__in=post.appointments.today())[:2]
    if len(holders) != 1:
        return [post]
    return [each for each in holders[0].posts_held if each.own_side == post.own_side]


def _may_enter(by: User, post: Post) -> bool:
    """The signatory's own side enters; another side's office only reports.

    For a post outside the body, the side that the post names counts as its own.
    """
    side = post.own_side
    if post.is_entered_through(by):
        return True
    others = post.joint_body.sides.select_related("office")
    if side and any(by.stands_for(other.office) for other in others):
        return False
    raise PermissionDenied(_("Only the office of the signatory's side may enter this."))
