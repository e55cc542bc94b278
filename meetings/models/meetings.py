"""The body's year, and how a meeting comes about."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from consents.charter import Facts, Route
from consents.may import Decided
from consents.models import Consent, Outcome, runs_an_office
from deadlines.models import Duty, Owed, keep_duties
from documents.models import IssuedDocument
from institutions.may import Either, Liaison
from institutions.models import JointBody, MemberUnit, Post, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import save_with_history, transition
from meetings import documents, gates
from meetings.charter import MeetingRules, RequestRules
from meetings.models.sittings import Sitting
from meetings.models.states import ORGANISER, Status
from meetings.models.years import keep_years
from meetings.periods import periods_of


def rules_for(body: JointBody, kind: str) -> RequestRules:
    """How a meeting of this kind comes about on a body."""
    rules = body.part(MeetingRules)
    if kind == Meeting.Kind.REGULAR or rules.ad_hoc is None:
        return rules.regular  # also one held when the charter still knew ad hoc meetings
    return rules.ad_hoc


def kinds_of(body: JointBody) -> list[str]:
    """The kinds of meeting that the body has by its charter."""
    has_ad_hoc = body.part(MeetingRules).ad_hoc is not None
    return Meeting.Kind.values if has_ad_hoc else [Meeting.Kind.REGULAR]


def asking_units(body: JointBody, user: User) -> dict[str, list[MemberUnit]]:
    """For each kind of meeting the units this person acts for that may ask for it."""
    posts = [post.pk for post in user.posts_held]
    mine = body.members.now().filter(liaison__in=posts).select_related("unit", "liaison")
    found: dict[str, list[MemberUnit]] = {}
    for kind in kinds_of(body):
        askers = rules_for(body, kind).asked_by
        if units := [each for each in mine if each.key in askers]:
            found[kind] = units
    return found


def askers_only(body: JointBody, kind: str) -> str:
    """Why a unit may not ask for this kind of meeting: the charter names others."""
    askers = body.members.filter(key__in=rules_for(body, kind).asked_by)
    names = "、".join(str(each) for each in askers.select_related("unit"))
    return _("%(kind)s: by the charter it is asked for by %(units)s.") % {
        "kind": Meeting.Kind(kind).label,
        "units": names,
    }


class MeetingQuerySet(SeenQuerySet["Meeting"]):
    def ways(self, user: User) -> list[Way]:
        """An office reads what was asked for; a unit its own, what it was sent, and what was
        agreed on its body; a signatory what lies before him or was answered by him."""
        posts = [post.pk for post in user.posts_answered]
        bodies_met = {post.joint_body_id for post in user.posts_held if post.takes_part}
        bodies = user.bodies_allowing("read_topics")
        own = Meeting.objects.filter(requested_by__liaison__in=posts)
        asked_for = Meeting.objects.exclude(status=Meeting.Status.DRAFT)
        agreed = asked_for.filter(status__in=Meeting.AGREED_ON)
        found = {
            gettext_noop("the unit that asks for it"): own,
            gettext_noop("a task that reads what was asked for"): asked_for.filter(
                joint_body__in=bodies
            ),
            gettext_noop("taking part in the body that agreed to it"): agreed.filter(
                joint_body__in=bodies_met
            ),
            gettext_noop("being asked to sign"): asked_for.filter(
                consents__in=Consent.objects.before(posts)
            ),
            gettext_noop("having signed"): asked_for.filter(
                consents__signatures__post__in=posts
            ),
            gettext_noop("a unit to which its letter was sent"): asked_for.filter(
                letter__addressees__member__liaison__in=posts
            ),
            gettext_noop("a unit that is called to it"): asked_for.filter(
                attendances__unit__liaison__in=posts
            ),
        }
        return [Way(name, rows.values("pk")) for name, rows in found.items()]

    def begin(self, unit: MemberUnit, *, by: User, **words: Any) -> "Meeting":
        """A draft of this unit, which the charter lets ask for meetings of that kind."""
        meeting = Meeting(joint_body=unit.joint_body, requested_by=unit, **words)
        if not by.stands_for(unit):
            raise PermissionDenied(_("You do not act for this unit."))
        meeting.full_clean()
        save_with_history(meeting, by, gettext_noop("Begin"))
        return meeting

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "requested_by__liaison", "chair")

    def in_motion(self) -> Self:
        return self.filter(
            status__in=[Status.REQUESTED, Status.RETURNED, Status.AGREED, Status.NOTIFIED]
        )

    def counting(self, body: JointBody) -> Self:
        """The meetings that count for this body's years, asked for or come further."""
        rules = body.part(MeetingRules)
        counted = [kind for kind in kinds_of(body) if rules.counts(kind)]
        others = [form.key for form in rules.forms if not form.counts]
        of_body = self.filter(joint_body=body, status__in=Meeting.ON_ITS_WAY)
        return of_body.filter(kind__in=counted).exclude(form__in=others)

    @transaction.atomic
    def bring_in(self, unit: MemberUnit, *, by: User, **words: Any) -> "Meeting":
        """Put on file a meeting held before this product; `words` are IMPORTED.

        It has no letter and no minutes here; its decisions are typed in beside it.
        """
        body = unit.joint_body
        if not by.may("record_meetings", body):
            raise PermissionDenied(_("Meetings are recorded by the offices of the body."))
        meeting = Meeting(
            joint_body=body,
            requested_by=unit,
            status=Status.MINUTED,
            is_imported=True,
            **words,
        )
        meeting.full_clean()
        save_with_history(meeting, by, gettext_noop("Put an earlier meeting on file"))
        keep_years(body, meeting.year)
        return meeting


class Meeting(Sitting):
    """One sitting of a joint body, from the wish to hold it."""

    AGREED_ON = [Status.AGREED, Status.NOTIFIED, Status.HELD, Status.MINUTED]
    ON_ITS_WAY = [Status.REQUESTED, Status.RETURNED, *AGREED_ON]

    may_amend = Liaison("requested_by")
    WORDS = ["kind", "year", "part", "occasion", "reason", "proposed_on"]
    WORDS += ["topics_planned"]
    amendable = {Status.DRAFT: WORDS, Status.RETURNED: WORDS}
    acts = {"convene": gettext_noop("Convening the meeting")} | Sitting.PLAN_ACT

    IMPORTED = ["kind", "year", "part", "reason", "held_on", "place"]
    IMPORTED += ["ordinal", "year_ordinal"]

    requested_by = models.ForeignKey(
        MemberUnit,
        models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("asked for by"),
    )
    occasion = models.CharField(gettext_lazy("occasion"), max_length=200, blank=True)
    reason = models.TextField(gettext_lazy("reason"), max_length=2000)
    proposed_on = models.DateField(gettext_lazy("proposed day"), null=True, blank=True)
    topics_planned = models.TextField(
        gettext_lazy("topics in view"),
        blank=True,
        max_length=2000,
        help_text=gettext_lazy("One on each line."),
    )
    requested_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    letter = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[])

    class Meta:
        verbose_name = gettext_lazy("meeting")
        verbose_name_plural = gettext_lazy("meetings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "cancelled"])
                | models.Q(is_imported=True)
                | ~models.Q(models.Q(requested_on=None) | models.Q(letter=None)),
                name="meetings_requested_has_letter",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["held", "minuted"])
                | ~models.Q(
                    models.Q(held_on=None)
                    | models.Q(models.Q(ordinal=None), models.Q(year_ordinal=None))
                ),
                name="meetings_held_has_number",
            ),
            models.UniqueConstraint(
                fields=["joint_body", "ordinal"],
                name="meetings_ordinal_once",
                violation_error_message=gettext_lazy(
                    "The body has a meeting of this number."
                ),
            ),
            models.UniqueConstraint(
                fields=["joint_body", "year", "year_ordinal"],
                name="meetings_year_ordinal_once",
                violation_error_message=gettext_lazy(
                    "The work year has a meeting of this number."
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("desk:meeting_detail", args=[self.pk])

    def clean(self) -> None:
        """The charter names the units that may ask for a meeting of this kind."""
        wrong = {}
        if self.kind in self.Kind and self.kind not in kinds_of(self.joint_body):
            wrong["kind"] = _("By the charter there are no ad hoc meetings here.")
        elif self.kind in self.Kind and self.requested_by.key not in self.rules.asked_by:
            wrong["kind"] = askers_only(self.joint_body, self.kind)
        if not self.is_imported and (refusal := self._wrong_occasion()):
            wrong["occasion"] = refusal
        if self.part > len(periods_of(self.year_rules, self.year)):
            wrong["part"] = _("By the charter the year has no such part.")
        if self.is_imported:
            if not self.held_on or self.held_on > clock.today():
                wrong["held_on"] = _("Give a day that is past.")
            missing = [name for name in self.numbers_asked if not getattr(self, name)]
            text = _("Say which meeting of the body it was.")
            wrong |= dict.fromkeys(missing, text)
        elif self.proposed_on and self.proposed_on < clock.today():
            wrong["proposed_on"] = _("This day is past.")
        if wrong:
            raise ValidationError(wrong)

    def _wrong_occasion(self) -> str:
        """The charter may name the occasions on which a meeting of this kind is asked for."""
        occasions = self.rules.occasions
        if occasions and self.occasion not in occasions:
            return _("Choose the occasion: the charter names them.")
        if self.occasion and not occasions:
            return _("For this kind of meeting the charter names no occasions.")
        return ""

    def is_read_by_office(self, user: User) -> bool:
        """Whether `visible_to` shows it for this reason, without asking the database."""
        is_asked_for = self.status != self.Status.DRAFT
        return is_asked_for and user.may("read_topics", self.joint_body)

    def is_told_to(self, user: User, *, is_asked: bool | None = None) -> bool:
        """Whether this person sees who answered what; a unit on the body sees the outcome.

        Who has the sheets at hand says whether this person is asked on one of them.
        """
        body = self.joint_body
        if user.may("read_topics", body) or user.stands_for(self.requested_by):
            return True
        if is_asked is not None:
            return is_asked or runs_an_office(user, body)
        return self.consents.filter(later=None).concern(user, body)

    def url(self, page: str, act: str) -> str:
        return reverse(f"meetings:meeting_{page}", args=[self.pk, act])

    @property
    def is_regular(self) -> bool:
        return self.kind == self.Kind.REGULAR

    @property
    def year_rules(self) -> MeetingRules:
        """How often the body is to meet in a year."""
        return self.joint_body.part(MeetingRules)

    @property
    def rules(self) -> RequestRules:
        """How a meeting of this kind comes about."""
        return rules_for(self.joint_body, self.kind)

    def route(self, act: str) -> Route:
        return self.plan_route if act == "plan" else self.rules.agree

    def facts(self, act: str) -> Facts:
        return Facts(source=self.requested_by.side_key, ad_hoc=not self.is_regular)

    def attending_units(self) -> list[MemberUnit]:
        """Those that sit in it, once it was held those that were there; none is invited.

        In place of one that has left the body since, whoever took it over.
        """
        places = self.attendances.exclude(unit=None).exclude(capacity="invited")
        if self.status in (self.Status.HELD, self.Status.MINUTED):
            places = places.filter(was_there=True)
        else:
            places = places.exclude(status="excused")
        units = "unit__liaison", "unit__successor__liaison"
        found = [
            place.unit.present for place in places.select_related(*units) if place.unit
        ]
        return list(dict.fromkeys(unit for unit in found if unit))

    def awaits_consent(self) -> Post:
        """The plan's signatures the organiser waits for, the others who asked for it."""
        is_agreed = self.status == self.Status.AGREED
        return (self.organiser if is_agreed else self.requested_by).liaison

    def signed(self, act: str) -> dict[str, Any]:
        """Who agrees to a meeting has read all that the letter says of it."""
        return self.signed_plan() if act == "plan" else self.values(*self.words)

    def text_of(self, consent: Consent) -> Iterator[tuple[str, Any]]:
        is_plan = consent.act == "plan"
        yield from self.plan_lines(consent) if is_plan else super().text_of(consent)

    @property
    def words(self) -> list[str]:
        """Those of its words that say something by this body's charter."""
        is_divided = len(periods_of(self.year_rules, self.year)) > 1
        silent = {"part": not is_divided, "occasion": not self.occasion}
        return [name for name in self.WORDS if not silent.get(name)]

    def said(self, name: str, value: Any) -> Any:
        if name == "part":
            return periods_of(self.year_rules, self.year)[value - 1].part
        if name == "form":
            return self.form_name
        return super().said(name, value)

    @property
    def numbers_asked(self) -> list[str]:
        """The numbers that a meeting of this body has by its charter."""
        numbering = self.year_rules.organise.numbering
        names = {"total": ["ordinal"], "by year": ["year_ordinal"]}
        return names.get(numbering, ["ordinal", "year_ordinal"])

    def owed(self) -> Iterator[Owed]:
        """The signatories owe their answer; then the asker owes what was asked to be changed."""
        yield from self.owed_signatures("convene")
        if self.status == self.Status.RETURNED and self.decided_on:
            asker, term = self.requested_by.liaison, self.route_taken("convene").term
            yield Owed("mend", asker, self.decided_on, term)
        yield from self.owed_sitting()

    def duty_text(self, kind: str) -> str:
        about = {"meeting": self, "verb": self.route_taken("convene").verb}
        if kind == "mend":
            return _("Change the request as asked: %(meeting)s") % about
        if kind in self.OWED:
            return _(self.OWED[kind]) % about
        if kind.startswith("plan:"):
            about["verb"] = self.plan_route.verb
            return _("%(verb)s the plan: %(meeting)s") % about
        return _("%(verb)s: %(meeting)s") % about

    def duty_url(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        if act in self.acts:
            return self.url("answer", act)
        return self.get_absolute_url()

    # Steps

    @transition(
        gettext_noop("Ask for the meeting"),
        source={Status.DRAFT, Status.RETURNED},
        target=Status.REQUESTED,
        may=Liaison("requested_by"),
        gates=[
            gates.convening_route_is_held,
            gates.within_the_most,
            gates.not_too_soon,
        ],
    )
    def request(self, *, by: User, number: str = "") -> Callable:
        """Issue the letter, and put the request before those who agree to it."""
        self.requested_on, self.decided_on = clock.today(), None
        self.letter = documents.issue_request(self, by=by, number=number)
        return partial(self._ask, by=by)

    def _ask(self, *, by: User) -> None:
        self.ask_consent("convene", by=by)
        Duty.objects.open().of(self).tell()
        self._keep_year()

    @transition(
        gettext_noop("Agree to the meeting"),
        source={Status.REQUESTED},
        target=Status.AGREED,
        may=Decided("convene", Outcome.AGREED),
    )
    def agree(self, *, by: User) -> Callable:
        self.decided_on = clock.today()
        return self._decided

    @transition(
        gettext_noop("Return the request"),
        source={Status.REQUESTED},
        target=Status.RETURNED,
        may=Decided("convene", Outcome.CHANGES, Outcome.VOID),
    )
    def send_back(self, *, by: User, reason: str) -> Callable:
        self.decided_on = clock.today()
        return partial(self._decided, void=_("returned"))

    @transition(
        gettext_noop("Decline the meeting"),
        source={Status.REQUESTED},
        target=Status.DECLINED,
        may=Decided("convene", Outcome.REFUSED),
    )
    def decline(self, *, by: User, reason: str) -> Callable:
        self.decided_on = clock.today()
        return partial(self._decided, void=_("declined"))

    @transition(
        gettext_noop("Cancel the meeting"),
        source={
            Status.DRAFT,
            Status.REQUESTED,
            Status.RETURNED,
            Status.AGREED,
            Status.NOTIFIED,
        },
        target=Status.CANCELLED,
        may=Either(Liaison("requested_by"), ORGANISER),
    )
    def cancel(self, *, by: User, reason: str, number: str = "") -> Callable:
        """It will not be held: nobody owes an answer any more, whoever was told is told so.

        Topics stay as they are, for another meeting. `number` is that of the notice which
        says so, where one had been issued.
        """
        self._close_sheets()
        if self.notice:
            self.notice = documents.issue_cancellation(self, reason, by=by, number=number)
        return partial(self._cancelled, by=by, reason=reason)

    def _cancelled(self, *, by: User, reason: str) -> None:
        self._decided(void=reason)
        self.tell_those_that_hang_on_it(by=by)

    def consent_decided(self, act: str, outcome: str, *, by: User | None) -> None:
        if act == "plan":
            self.plan_decided(outcome, by=by)
            return
        consent = self.consent(act)
        reason = consent.objections() if consent else ""
        if outcome == Outcome.AGREED:
            self.agree(by=by)
        elif outcome == Outcome.REFUSED:
            self.decline(by=by, reason=reason)
        else:
            self.send_back(by=by, reason=reason)

    def _decided(self, void: str = "") -> None:
        keep_duties(self, void=void)
        self._keep_year()

    def _keep_year(self) -> None:
        keep_years(self.joint_body, self.year)
