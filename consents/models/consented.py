"""The row that owns its sheets: it asks, is answered, and follows what is decided."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consents.charter import Facts, Route, Slot
from consents.models.consents import (
    Answer,
    Channel,
    Consent,
    Given,
    Outcome,
    Signature,
    digest_of,
)
from deadlines.models import Duty, Owed, keep_duties
from documents.models import Attachment
from institutions.models import Delegation, JointBody, MemberUnit, Post, User
from jointmeeting import clock
from jointmeeting.workflow import May, StepRefused, locked, save_with_history

SILENCE = gettext_noop("No answer in time: counted as agreed by the charter")


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
        """By which route of the charter this act is consented to, with all its cases."""
        raise NotImplementedError

    def facts(self, act: str) -> Facts:
        """What is so of this act, as far as a route may hang on it."""
        return Facts()

    def route_taken(self, act: str) -> Route:
        """The route as it is for this very row."""
        route = self.route(act)
        return route.under(self.facts(act)) if route.cases else route

    def attending_units(self) -> Iterable[MemberUnit]:
        """The units that attend the meeting which this is about, if it is about one."""
        return ()

    def consent_decided(self, act: str, outcome: str, *, by: User | None) -> None:
        """Change your own state; the row and its consent are locked.

        Where silence has decided nobody did.
        """
        raise NotImplementedError

    def grounds(self, act: str) -> dict[str, str]:
        """By key, the grounds of which one is named by who does not agree; or none."""
        return {}

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

    def ask_consent(self, act: str, *, by: User | None) -> None:
        """Open a fresh sheet; the step that asks for it returns this, to come after its save."""
        route = self.route_taken(act)
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
            silence_basis=silence_basis(self.route(act)),
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
        grounds = self.grounds(consent.act)
        given.check(consent, grounds)
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
            slot.ground = given.ground if given.answer != Answer.AGREE else ""
            slot.delegation = self._delegation(slot.post, post, by)
            slot.answered_at = now
            save_with_history(slot, by, label, slot.said(grounds))

    def _delegation(
        self, signed: Post, entered: Post | None, by: User
    ) -> Delegation | None:
        """By which delegation, if any, the answer of a post is another's to give or enter."""
        if signed in (each for each in by.posts_held if each.is_own):
            return None
        mine = Delegation.objects.in_force().to_person(by).filter(post=signed)
        how = Delegation.How.ENTERS if entered else Delegation.How.ACTS
        return mine.filter(how=how).order_by("since", "pk").first()

    def count_silence(self, act: str) -> None:
        """Count as agreed who has not answered in time, where the sheet said that it is so.

        Nobody does this, and it is nobody's signature: the day after the term brings it.
        """
        with locked(self):
            if not (silent := self.silent(act)):
                return
            for slot in silent:
                slot.answer, slot.by_silence = Answer.AGREE, True
                slot.given_on, slot.answered_at = clock.today(), clock.now()
                asked = _(" or ").join(map(str, slot.posts.all()))
                save_with_history(slot, None, SILENCE, asked)
            keep_duties(
                self, void=_("no answer in time, counted as agreed by the charter")
            )
            if (consent := self._locked_consent(act)).goes_on():
                keep_duties(self)
            else:
                self.consent_decided(act, consent.outcome, by=None)

    def silent(self, act: str) -> list[Signature]:
        """The places that count as agreed today, as nobody has answered there in time.

        None where the text was changed since; an answer that came first stands.
        """
        consent = self._locked_consent(act)
        is_due = consent.is_open and self._term_is_over(consent)
        is_same = is_due and consent.digest == digest_of(self.signed(act))
        return consent.silent() if is_same else []

    def _term_is_over(self, consent: Consent) -> bool:
        """Whether the term of the present step has passed, as it was told and as it is now."""
        if consent.silence_basis is None:
            return False
        due = self.route_taken(consent.act).term.due(consent.step_since)
        asked = [f"{consent.act}:{slot.pk}" for slot in consent.waiting()]
        told = Duty.objects.open().of(self).filter(kind__in=asked)
        days = [due.on, *told.values_list("due_on", flat=True)]
        is_sure = not due.how["provisional"]
        return is_sure and all(day and day < clock.today() for day in days)

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
            term, awaiting = self.route_taken(act).term, self.awaits_consent()
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
                if not posts:
                    return _("The charter names nobody who could sign this.")
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
            for slots in self.route_taken(act).steps
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
        if slot.each:
            units: Iterable[MemberUnit] = body.members.now().select_related("liaison")
            if slot.each == "member":
                units = [unit for unit in units if unit.is_member]
            elif slot.each == "attending":
                units = self.attending_units()
            return [[unit.liaison] for unit in units] or [[]]
        return [list(body.posts.filter(key__in=slot.any_of))]


def silence_basis(route: Route) -> dict[str, str] | None:
    """What it rests on that silence is consent; nothing where silence is nothing."""
    if route.silence == "nothing":
        return None
    return {"kind": route.basis.kind, "clause": route.basis.clause}


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


def _signed_along(post: Post) -> list[Post]:
    """The posts of one who answers on paper: all he holds on that side, he answers once."""
    holders = User.objects.filter(appointments__in=post.appointments.today())[:2]
    if len(holders) != 1:
        return [post]
    return [each for each in holders[0].posts_held if each.own_side == post.own_side]


def _may_enter(by: User, post: Post) -> bool:
    """A unit of the signatory's own side enters; one of another side only reports.

    For a post outside the body, the side that the post names counts as its own. Who acts for
    a unit answers himself.
    """
    if not hasattr(post, "liaison_of"):
        if post.is_entered_through(by):
            return True
        sides = post.joint_body.sides.filter(pk__in=by.sides_acted_for)
        if post.own_side and sides.exists():
            return False
    raise PermissionDenied(_("Only the office of the signatory's side may enter this."))
