from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda import gates
from agenda.charter import TopicClass
from agenda.models.handed_in import HandedIn
from agenda.models.studies import FieldStudy
from agenda.models.topic_queries import TopicQuerySet
from consents.charter import Facts, Route
from consents.may import Decided
from consents.models import Consent, Outcome, digest_of
from deadlines.models import Owed, keep_duties
from institutions.may import Either, Follows, Liaison, Office
from institutions.models import Post, Side, User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, transition
from meetings.charter import MeetingRules

if TYPE_CHECKING:
    from agenda.models.consultations import Consultation


class Topic(HandedIn):
    """A matter for a joint body, whatever meeting takes it."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        SUBMITTED = "submitted", gettext_lazy("Submitted")
        SETTLED = "settled", gettext_lazy("Settled")
        DECIDED = "decided", gettext_lazy("Decided")
        NOT_ADOPTED = "not adopted", gettext_lazy("Not adopted")
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")

    LIVE = [Status.DRAFT, Status.SUBMITTED, Status.SETTLED]
    WORDS = ["topic_class", "title", "problem", "evidence", "measure"]

    may_amend = Either(Liaison("proposed_by"), Office("prepare_topics"))
    amendable = dict.fromkeys(LIVE, WORDS)
    acts = {
        "settle": gettext_noop("Settling the topic"),
        "withdraw": gettext_noop("Withdrawing the topic"),
        "let_pass": gettext_noop("Letting the late topic pass"),
    }

    topic_class = models.CharField(gettext_lazy("class"), max_length=50)
    title = models.CharField(gettext_lazy("topic title"), max_length=100)
    problem = models.TextField(gettext_lazy("problem"), max_length=5000)
    evidence = models.TextField(
        gettext_lazy("facts and basis"), blank=True, max_length=5000
    )
    measure = models.TextField(
        gettext_lazy("proposed measure"), blank=True, max_length=5000
    )
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.DRAFT
    )
    created_on = models.DateField(gettext_lazy("begun on"), default=clock.today)
    set_by = models.ForeignKey(  # a side that settled it directly
        Side, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ground = models.CharField(gettext_lazy("ground"), max_length=50, blank=True)
    withdraw_reason = models.TextField(
        gettext_lazy("reason to withdraw"), blank=True, max_length=1000
    )

    objects = TopicQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[])

    class Meta:
        verbose_name = gettext_lazy("topic")
        verbose_name_plural = gettext_lazy("topics")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | ~Q(submitted_on=None),
                name="agenda_topic_submitted_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="settled") | ~Q(settled_on=None),
                name="agenda_topic_settled_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["joint_body", "-submitted_on"], name="agenda_newest")
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """The class is one of those of the charter."""
        if self.topic_class not in {each.key for each in self.classes}:
            raise ValidationError({"topic_class": _("Choose a class of this charter.")})

    def get_absolute_url(self) -> str:
        return reverse("agenda:topic_detail", args=[self.pk])

    @property
    def classes(self) -> tuple[TopicClass, ...]:
        return self.rules.classes.items

    @property
    def class_name(self) -> str:
        """The name of its class today; the key, if the charter has none such any more."""
        return self.said("topic_class", self.topic_class)

    def is_told_to(self, user: User) -> bool:
        """Whether this person reads all about it; a unit that is asked reads the text only."""
        if user.may("read_topics", self.joint_body) or user.stands_for(self.proposed_by):
            return True
        posts = [post.pk for post in user.posts_held]
        return self.consents.filter(pk__in=Consent.objects.before(posts)).exists()

    @property
    def state_label(self) -> str:
        """Its state in words; what was settled is so by the charter's own verb."""
        if self.status == self.Status.SETTLED and self.set_by:
            words = {"side": self.set_by.name, "verb": self.settling_verb}
            return _("%(verb)s by %(side)s") % words
        if self.status == self.Status.SETTLED:
            return _("%(verb)s: done") % {"verb": self.settling_verb}
        return self.get_status_display()

    @property
    def settling_verb(self) -> str:
        """What settling is called, by the route or by one side alone."""
        direct = self.rules.direct
        if direct and self.set_by_id:
            return direct.verb
        return self.route_taken("settle").verb

    @property
    def own_direct_side(self) -> Side | None:
        """The side whose office proposes it and, by the charter, settles it alone."""
        direct, side = self.rules.direct, self.proposed_by.liaison.side
        return side if direct and side and side.key in direct.sides else None

    @cached_property
    def is_carried_over(self) -> bool:
        """Whether a meeting has had it before it and left it for another."""
        return Topic.objects.carried_over().filter(pk=self.pk).exists()

    # What is signed

    def route(self, act: str) -> Route:
        """What one side settled alone it withdraws alone."""
        closing, settle = self.rules.closing, self.rules.settle
        if act == "let_pass" and closing and closing.let_pass:
            return closing.let_pass
        return replace(settle, steps=(), cases=()) if self.set_by_id else settle

    def facts(self, act: str) -> Facts:
        """Whose side proposes, the class, whether it is late, or in nobody's portfolio."""
        by_portfolio = self.joint_body.part(MeetingRules).attendance.by_portfolio
        named = {key for portfolio in by_portfolio for key in portfolio.classes}
        return Facts(
            source=self.proposed_by.side_key,
            topic_class=self.topic_class,
            late=self._comes_late,
            outside_portfolio=self.topic_class not in named,
        )

    def grounds(self, act: str) -> dict[str, str]:
        """Of settling, those of the charter."""
        refuse = self.rules.refuse if act == "settle" else None
        return {each.key: each.name for each in refuse.grounds} if refuse else {}

    @property
    def ground_name(self) -> str:
        """On which ground it was refused last, while that is so."""
        is_refused = self.status in (self.Status.DRAFT, self.Status.NOT_ADOPTED)
        return self.said("ground", self.ground) if is_refused else ""

    def awaits_consent(self) -> Post:
        return self.proposed_by.liaison

    def signed(self, act: str) -> dict[str, Any]:
        """The text the charter has settled; to withdraw or let it pass, the reason as well."""
        if act == "let_pass":
            return self.values("title", "topic_class", "let_pass_reason")
        text = self.values(*self.rules.settled_text)
        return text | self.values("withdraw_reason") if act == "withdraw" else text

    def said(self, name: str, value: Any) -> Any:
        if name == "topic_class":
            names = {each.key: each.name for each in self.classes}
            return names.get(value, value)
        if name == "ground":
            return self.grounds("settle").get(value, value)
        return super().said(name, value)

    def consent_decided(self, act: str, outcome: str, *, by: User | None) -> None:
        consent = self.consent(act)
        reason = consent.objections(self.grounds(act)) if consent else ""
        if act == "let_pass":
            self._decide_letting_pass(outcome, by)
        elif act == "withdraw":
            if outcome == Outcome.AGREED:
                self.let_go(by=by)
            else:
                keep_duties(self, void=_("not withdrawn"))
        elif outcome == Outcome.AGREED:
            self.settle(by=by)
        elif outcome == Outcome.REFUSED:
            self.not_adopt(by=by, reason=reason, ground=consent.ground if consent else "")
        else:
            ground = consent.ground if consent else ""
            reason = reason or _("The text signed was changed.")
            self.send_back(by=by, reason=reason, ground=ground)

    # What is owed

    def owed(self) -> Iterator[Owed]:
        """The signatories, then whoever mends, prepares, or asks the units."""
        yield from self.owed_signatures(*self.acts)
        if self.status == self.Status.DRAFT and self.sent_back_on:
            mender, term = self.proposed_by.liaison, self.route_taken("settle").term
            yield Owed("mend", mender, self.sent_back_on, term)
        yield from self.owed_for_units()

    def duty_text(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        texts = {
            "settle": _("%(verb)s topic “%(topic)s”"),
            "withdraw": _("Let topic “%(topic)s” be withdrawn"),
            "let_pass": _("Let late topic “%(topic)s” pass"),
            "mend": _("Mend topic “%(topic)s”, which was sent back"),
            "prepare": _("Study topic “%(topic)s” and complete it"),
            "consult": _("Ask units about topic “%(topic)s”"),
            "adopt": _("Say how opposing opinions on topic “%(topic)s” are taken up"),
            "put": _("Put topic “%(topic)s” to those who settle it"),
        }
        return texts[act] % {"verb": self.settling_verb, "topic": self.title}

    def duty_url(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        if act in self.acts:
            return reverse("agenda:topic_answer", args=[self.pk, act])
        return self.get_absolute_url()

    # Steps

    @transition(
        gettext_noop("Submit"),
        source={Status.DRAFT},
        target=Status.SUBMITTED,
        may=Liaison("proposed_by"),
        gates=[gates.has_what_submitting_needs, gates.settling_route_is_held],
    )
    def submit(self, *, by: User) -> Callable:
        """Hand the draft to the body, and ask those who settle topics, or the units first."""
        self._hand_in()
        if self.waits_for_units:
            return partial(keep_duties, self)
        return partial(self.ask_consent, "settle", by=by)

    @transition(
        gettext_noop("Settle it directly"),
        source={Status.DRAFT},
        target=Status.SETTLED,
        may=Liaison("proposed_by"),
        gates=[gates.has_what_submitting_needs],
    )
    def set_directly(self, *, by: User) -> Callable:
        """By a charter that lets this side: settled by its office, without the route."""
        if (side := self.own_direct_side) is None:
            raise StepRefused(_("By the charter this unit settles no topic directly."))
        self.set_by, self.settled_on = side, clock.today()
        self._hand_in()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Put on the agenda"),
        source={Status.SETTLED},
        may=Follows(),
        gates=[
            gates.has_what_the_agenda_needs,
            gates.came_in_time,
            gates.units_have_answered,
            gates.opposing_views_are_settled,
            gates.no_withdrawal_is_asked,
        ],
    )
    def take_up(self, *, by: User) -> None:
        """Taken along by the agenda it is put on."""

    @transition(
        gettext_noop("Decided by the meeting"),
        source={Status.SETTLED},
        target=Status.DECIDED,
        may=Follows(),
    )
    def decide(self, *, by: User) -> Callable:
        """Taken along by the minutes that say what was decided; nobody is asked any more."""
        self._void_sheets()
        for consultation in self.asked.exclude(status="answered").order_by("pk"):
            consultation.make_void(by=by, reason=_("The meeting has decided the topic."))
        return partial(keep_duties, self, void=_("decided"))

    @transition(
        gettext_noop("Not adopted by the meeting"),
        source={Status.SETTLED},
        target=Status.NOT_ADOPTED,
        may=Follows(),
    )
    def drop(self, *, by: User, reason: str) -> Callable:
        """Taken along by the minutes that say so."""
        self._void_sheets()
        self._void(self.asked, by, _("The meeting did not adopt the topic."))
        return partial(keep_duties, self, void=_("not adopted"))

    def not_ready(self) -> list[tuple[str, bool]]:
        """Why it cannot be put on an agenda yet, and whether one may go on despite it."""
        if self.status != self.Status.SETTLED:
            return [(_("Not settled: %(state)s.") % {"state": self.state_label}, False)]
        step: Any = type(self).take_up
        return list(step.transition.obstacles(self))

    @transition(
        gettext_noop("Record a field study"),
        source={Status.DRAFT, Status.SUBMITTED, Status.SETTLED},
        may=Either(Liaison("proposed_by"), Office("prepare_topics")),
    )
    def record_study(self, *, by: User, **study: Any) -> Callable:
        """Keep what was found on the spot; `study` are the fields of FieldStudy."""
        found = FieldStudy(topic=self, recorded_by=by, recorded_at=clock.now(), **study)
        found.full_clean()
        found.save()
        self._look_whether_ready()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Settle"),
        source={Status.SUBMITTED},
        target=Status.SETTLED,
        may=Decided("settle", Outcome.AGREED),
    )
    def settle(self, *, by: User) -> Callable:
        self.settled_on = clock.today()
        self._look_whether_ready()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Send back"),
        source={Status.SUBMITTED, Status.SETTLED},
        target=Status.DRAFT,
        may=Decided("settle", Outcome.CHANGES, Outcome.VOID),
    )
    def send_back(self, *, by: User, reason: str, ground: str = "") -> Callable:
        self.ground = ground or self.ground
        return self._back_to_draft(by, _("sent back"))

    @transition(
        gettext_noop("Return for completion"),
        source={Status.SUBMITTED},
        target=Status.DRAFT,
        may=Office("prepare_topics"),
    )
    def return_it(self, *, by: User, reason: str, ground: str = "") -> Callable:
        """Back to the proposer before all have signed; those asked need not answer."""
        grounds = self.grounds("settle")
        if grounds and ground not in grounds:
            raise ValidationError({"ground": _("Choose a ground of this charter.")})
        self.ground = ground
        return self._back_to_draft(by, reason)

    @transition(
        gettext_noop("Not adopted"),
        source={Status.SUBMITTED},
        target=Status.NOT_ADOPTED,
        may=Decided("settle", Outcome.REFUSED),
    )
    def not_adopt(self, *, by: User, reason: str, ground: str = "") -> Callable:
        self.ground = ground
        self._void_sheets()
        self._void(self.asked, by, _("The topic was not adopted."))
        return partial(keep_duties, self, void=_("not adopted"))

    @transition(
        gettext_noop("Withdraw"),
        source={Status.DRAFT, Status.SUBMITTED},
        target=Status.WITHDRAWN,
        may=Liaison("proposed_by"),
    )
    def withdraw(self, *, by: User, reason: str) -> Callable:
        """The proposer takes it back while it is not settled; units need not answer."""
        self._void_sheets()
        self._void(self.asked, by, _("The topic was withdrawn."))
        return partial(keep_duties, self, void=reason)

    @transition(
        gettext_noop("Ask to withdraw"),
        source={Status.SETTLED},
        may=Liaison("proposed_by"),
        gates=[gates.no_withdrawal_is_asked, gates.settling_route_is_held],
    )
    def ask_to_withdraw(self, *, by: User, reason: str) -> Callable:
        """What was settled together is withdrawn together."""
        self.withdraw_reason = reason
        return partial(self.ask_consent, "withdraw", by=by)

    @transition(
        gettext_noop("Withdraw by consent"),
        source={Status.SETTLED},
        target=Status.WITHDRAWN,
        may=Decided("withdraw", Outcome.AGREED),
    )
    def let_go(self, *, by: User) -> Callable:
        self._void_sheets()
        self._void(self.asked, by, _("The topic was withdrawn."))
        return partial(keep_duties, self, void=_("withdrawn"))

    def voided_by(self, **changes: Any) -> tuple[list[Consent], "list[Consultation]"]:
        """The sheets and the units' answers that would not outlive these changes."""
        after = copy(self)
        for name, value in changes.items():
            setattr(after, name, value)
        sheets = [
            sheet
            for act in self.acts
            if (sheet := self.consent(act))
            and sheet.outcome in (Outcome.OPEN, Outcome.AGREED)
            and sheet.digest != digest_of(after.signed(act))
        ]
        asked = after.outdated().select_related("unit__unit").order_by("pk")
        return sheets, list(asked)

    def _back_to_draft(self, by: User, void: str) -> Callable:
        self.sent_back_on, self.settled_on, self.ready_on = clock.today(), None, None
        self.set_by = None
        self._void_sheets()
        self._void_unfinished(by, _("The topic was sent back."))
        return partial(keep_duties, self, void=void)

    def _void_sheets(self) -> None:
        for act in self.acts:
            if (sheet := self.consent(act)) and sheet.is_open:
                sheet.close(Outcome.VOID)
