"""The record of a meeting, and its minutes from the draft to the issue."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda.models import AgendaItem, Topic
from consents.charter import Facts, Route
from consents.may import Decided
from consents.models import Consent, Consented, Outcome, digest_of
from deadlines.charter import Term
from deadlines.models import Owed, keep_duties
from documents.models import Addressee, IssuedDocument
from institutions.may import Office
from institutions.models import JointBody, MemberUnit, Post, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from meetings.models import Meeting
from minutes import documents, gates
from minutes.charter import ItemOutcome, MinutesRules
from minutes.models.ballots import Ballot
from minutes.models.decisions import Decision, DecisionQuerySet


class MinutesQuerySet(SeenQuerySet["Minutes"]):
    def ways(self, user: User) -> list[Way]:
        """The offices read the draft; signatories what lies before them; units what is issued
        and was sent to them."""
        posts = [post.pk for post in user.posts_answered]
        bodies = user.bodies_allowing("read_topics")
        own = Minutes.objects.filter(joint_body__in=bodies)
        to_sign = Minutes.objects.filter(consents__in=Consent.objects.before(posts))
        sent = Minutes.objects.filter(
            document__addressees__member__in=[unit.pk for unit in user.units_held]
        )
        return [
            Way(gettext_noop("a task that reads minutes as they grow"), own.values("pk")),
            Way(gettext_noop("being asked to sign"), to_sign.values("pk")),
            Way(gettext_noop("a unit to which they were sent"), sent.values("pk")),
        ]

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "meeting__joint_body")

    def in_motion(self) -> Self:
        return self.exclude(status=Minutes.Status.ISSUED)


class Minutes(Consented):
    """The minutes of one meeting; what they say is drafted from its record and decisions."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        IN_APPROVAL = "in approval", gettext_lazy("In approval")
        APPROVED = "approved", gettext_lazy("Approved")
        ISSUED = "issued", gettext_lazy("Issued")

    locked_after = "meeting"
    may_amend = Office("record_meetings")
    amendable = {Status.DRAFT: ["opening", "closing"]}
    acts = {"approve": gettext_noop("Approving the minutes")}

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.DRAFT
    )
    opening = models.TextField(
        gettext_lazy("opening paragraph"), blank=True, max_length=5000
    )
    closing = models.TextField(
        gettext_lazy("closing paragraph"), blank=True, max_length=5000
    )
    begun_on = models.DateField()
    sent_back_on = models.DateField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    document = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MinutesQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[])

    class Meta:
        verbose_name = gettext_lazy("minutes")
        verbose_name_plural = gettext_lazy("minutes")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="issued") | ~models.Q(document=None),
                name="minutes_issued_has_document",
            )
        ]

    def __str__(self) -> str:
        return _("Minutes of %(meeting)s") % {"meeting": self.meeting}

    def get_absolute_url(self) -> str:
        return reverse("minutes:minutes_detail", args=[self.pk])

    @property
    def rules(self) -> MinutesRules:
        return self.meeting.rules_then.part(MinutesRules)

    @property
    def recorder(self) -> MemberUnit:
        members = self.joint_body.members.select_related("liaison", "unit")
        return members.get(key=self.rules.recorder)

    def lacking(self) -> "Iterator[tuple[ItemRecord | Decision, list[str]]]":
        """What is missing: of items an outcome, of decisions lead, date, measure."""
        records = self.records.filter(outcome="").select_related("item")
        for record in records.order_by("item__position", "pk"):
            yield record, [_("the outcome")]
        for decision in self.decisions().prefetch_related("leads"):
            if gaps := decision.gaps():
                yield decision, gaps

    def gaps(self) -> list[str]:
        """The same in words, a line for each item and decision."""
        return [
            _("%(row)s: %(gaps)s")
            % {"row": documents.bare(str(row)), "gaps": _(", ").join(gaps)}
            for row, gaps in self.lacking()
        ]

    def decisions(self) -> DecisionQuerySet:
        of_meeting = Decision.objects.filter(meeting=self.meeting)
        by_item = models.F("item__position").asc(nulls_last=True)
        return of_meeting.order_by(by_item, "position", "pk")

    # What is signed

    def route(self, act: str) -> Route:
        return self.rules.approve

    def facts(self, act: str) -> Facts:
        return Facts(ad_hoc=not self.meeting.is_regular)

    def attending_units(self) -> list[MemberUnit]:
        """Those that sat in the meeting; of one taken over, the unit that did so."""
        return self.meeting.attending_units()

    def awaits_consent(self) -> Post:
        return self.recorder.liaison

    def signed(self, act: str) -> dict[str, Any]:
        """All that the minutes will say: text, items, decisions, who was there."""
        return documents.words_of(self)

    def text_of(self, consent: Consent) -> Iterator[tuple[str, Any]]:
        yield from documents.lines_of(consent.snapshot)

    def consent_decided(self, act: str, outcome: str, *, by: User | None) -> None:
        consent = self.consent(act)
        reason = consent.objections() if consent else ""
        if outcome == Outcome.AGREED:
            self.approve(by=by)
        elif outcome == Outcome.REFUSED:
            self.refuse(by=by, reason=reason)
        else:
            self.send_back(by=by, reason=reason or _("The text signed was changed."))

    # What is owed

    def owed(self) -> Iterator[Owed]:
        """The recorder drafts, the signatories approve, the recorder issues."""
        recorder, rules = self.recorder.liaison, self.rules
        if self.status == self.Status.DRAFT:
            if self.sent_back_on:
                yield Owed(
                    "mend", recorder, self.sent_back_on, self.route_taken("approve").term
                )
            else:
                anchor = self.anchor_of(rules.draft)
                yield Owed("draft", recorder, self.begun_on, rules.draft, anchor=anchor)
        yield from self.owed_signatures("approve")
        if self.status == self.Status.APPROVED and self.approved_on:
            anchor = self.anchor_of(rules.issue)
            yield Owed("issue", recorder, self.approved_on, rules.issue, anchor=anchor)

    def anchor_of(self, term: Term) -> date | None:
        """The day of the meeting, where a term counts from that and not from its own event."""
        return self.meeting.held_on if term.of == "meeting" else None

    def duty_text(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        texts = {
            "draft": _("Draft the minutes of %(meeting)s"),
            "mend": _("Change the minutes of %(meeting)s as asked"),
            "approve": _("%(verb)s the minutes of %(meeting)s"),
            "issue": _("Issue the minutes of %(meeting)s"),
        }
        return texts[act] % {
            "meeting": self.meeting,
            "verb": self.route_taken("approve").verb,
        }

    def duty_url(self, kind: str) -> str:
        act, _colon, _slot = kind.partition(":")
        if act in self.acts:
            return reverse("minutes:minutes_answer", args=[self.pk, act])
        return self.get_absolute_url()

    # The record

    @transition(
        gettext_noop("Record an item"),
        source={Status.DRAFT},
        may=Office("record_meetings"),
    )
    def record(
        self,
        *,
        by: User,
        item: "ItemRecord",
        seen: str,
        outcome: str,
        discussion: str,
        **ballot: Any,
    ) -> None:
        """What came of an item; refused if another recorder has changed it meanwhile.

        `ballot` are fields of Ballot: how it was decided, where the charter asks for it.
        """
        item = self.records.select_for_update(of=["self"]).get(pk=item.pk)
        if seen != item.seen():
            raise StepRefused(_("The text has changed since you opened it."))
        item.outcome, item.discussion = outcome, discussion
        for name in item.BALLOT:
            setattr(item, name, ballot.get(name, getattr(item, name)))
        if outcome and item.kind not in item.outcomes:
            text = _("Choose one of the outcomes that the charter has for such items.")
            raise ValidationError({"outcome": text})
        item.check_ballot(self.meeting, item.kind.then if item.kind else "")
        item.full_clean()
        save_with_history(item, by, gettext_noop("Record an item"))

    @transition(
        gettext_noop("Write down a decision"),
        source={Status.DRAFT},
        may=Office("record_meetings"),
    )
    def decide(self, *, by: User, **fields: Any) -> None:
        """`fields` are those of Decision, with item, leads and assisting."""
        if fields.get("item") is None:
            raise ValidationError({"item": _("Say on which item it was decided.")})
        Decision.objects.put(self.meeting, by=by, **fields)

    @transition(
        gettext_noop("Write down decisions from the measure"),
        source={Status.DRAFT},
        may=Office("record_meetings"),
    )
    def split(self, *, by: User, item: AgendaItem, texts: list[str]) -> None:
        """One decision for each of these lines of the topic's measure, to be completed."""
        for text in texts:
            Decision.objects.put(self.meeting, by=by, item=item, text=text)

    @transition(
        gettext_noop("Change a decision"),
        source={Status.DRAFT},
        may=Office("record_meetings"),
    )
    def change_decision(
        self, *, by: User, decision: Decision, seen: str, **fields: Any
    ) -> None:
        decision = self._own(decision)
        if seen != decision.seen():
            raise StepRefused(_("The text has changed since you opened it."))
        leads, assisting = fields.pop("leads"), fields.pop("assisting")
        for name, value in fields.items():
            setattr(decision, name, value)
        decision.full_clean()
        save_with_history(decision, by, gettext_noop("Change a decision"))
        decision.leads.set(leads)
        decision.assisting.set(assisting)
        decision.check_units()

    @transition(
        gettext_noop("Strike out a decision"),
        source={Status.DRAFT},
        may=Office("record_meetings"),
    )
    def strike(self, *, by: User, decision: Decision) -> None:
        row: Any = self._own(decision)
        row._history_user = by
        row._change_reason = "Strike out a decision"
        row.delete()

    def _own(self, decision: Decision) -> Decision:
        """The decision, locked and read afresh; refused where another has struck it out."""
        rows = self.decisions().select_for_update(of=["self"])
        if found := rows.filter(pk=decision.pk).first():
            return found
        raise StepRefused(_("This decision was struck out meanwhile."))

    # The minutes

    @transition(
        gettext_noop("Send for approval"),
        source={Status.DRAFT},
        target=Status.IN_APPROVAL,
        may=Office("record_meetings"),
        gates=[
            gates.attendance_is_ticked,
            gates.has_no_gaps,
            gates.approving_route_is_held,
        ],
    )
    def send(self, *, by: User) -> Callable:
        self.sent_back_on = None
        return partial(self.ask_consent, "approve", by=by)

    @transition(
        gettext_noop("Approve the minutes"),
        source={Status.IN_APPROVAL},
        target=Status.APPROVED,
        may=Decided("approve", Outcome.AGREED),
    )
    def approve(self, *, by: User) -> Callable:
        self.approved_on = clock.today()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Changes to the minutes are asked for"),
        source={Status.IN_APPROVAL, Status.APPROVED},
        target=Status.DRAFT,
        may=Decided("approve", Outcome.CHANGES, Outcome.VOID),
    )
    def send_back(self, *, by: User, reason: str) -> Callable:
        return self._back_to_draft(_("sent back"))

    @transition(
        gettext_noop("A signatory disagrees with the minutes"),
        source={Status.IN_APPROVAL},
        target=Status.DRAFT,
        may=Decided("approve", Outcome.REFUSED),
    )
    def refuse(self, *, by: User, reason: str) -> Callable:
        return self._back_to_draft(_("disagreed"))

    @transition(
        gettext_noop("Issue the minutes"),
        source={Status.APPROVED},
        target=Status.ISSUED,
        may=Office("record_meetings"),
    )
    def issue(self, *, by: User, number: str = "") -> Callable:
        """Number, freeze and send them as they were signed; what they decide takes effect."""
        sheet = self.consent("approve")
        if sheet is None or sheet.digest != digest_of(self.signed("approve")):
            text = _("Something was changed since they were approved: take them back.")
            raise StepRefused(text)
        self.issued_on = clock.today()
        self.document = documents.issue_minutes(self, by=by, number=number)
        return partial(self._issued, by=by)

    @transition(
        gettext_noop("Take back from approval"),
        source={Status.IN_APPROVAL, Status.APPROVED},
        target=Status.DRAFT,
        may=Office("record_meetings"),
    )
    def take_back(self, *, by: User, reason: str) -> Callable:
        """Those asked need not answer; what was signed is asked for anew."""
        if (sheet := self.consent("approve")) and sheet.outcome != Outcome.VOID:
            sheet.close(Outcome.VOID)
        return self._back_to_draft(reason)

    def _issued(self, *, by: User) -> None:
        self.meeting.close(by=by)
        for record in self.records.select_related("item__topic").order_by("pk"):
            if record.item.topic:
                _conclude(record.item.topic, record, by)
        for decision in self.decisions():
            decision.take_effect(by=by)
        assert self.document
        if receipt := self.rules.receipt:
            Addressee.objects.ask_receipts(self.document, receipt)
        keep_duties(self)

    def _back_to_draft(self, void: str) -> Callable:
        self.sent_back_on, self.approved_on = clock.today(), None
        return partial(keep_duties, self, void=void)


def _conclude(topic: Topic, record: "ItemRecord", by: User) -> None:
    """What the meeting made of the topic; one that stays waits for another meeting."""
    then = record.kind.then if record.kind else "stays"
    if topic.status != Topic.Status.SETTLED or then == "stays":
        return
    if then == "decided":
        topic.decide(by=by)
    else:
        topic.drop(by=by, reason=record.discussion)


class ItemRecord(Ballot):
    """What was said about an item, and what came of it; internal but for the minutes."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="records")
    item = models.OneToOneField(AgendaItem, models.PROTECT, related_name="record")
    outcome = models.CharField(gettext_lazy("outcome"), max_length=50, blank=True)
    discussion = models.TextField(
        gettext_lazy("discussion"), blank=True, max_length=10000
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("record of an item")
        verbose_name_plural = gettext_lazy("records of items")
        ordering = ["item__position", "pk"]

    def __str__(self) -> str:
        return str(self.item)

    @property
    def outcomes(self) -> list[ItemOutcome]:
        """What may come of such an item by the charter."""
        return self.minutes.rules.outcomes_of(self.item.kind)

    @property
    def kind(self) -> ItemOutcome | None:
        """The outcome as the charter has it, or nothing."""
        outcomes = self.minutes.rules.outcomes
        return next((each for each in outcomes if each.key == self.outcome), None)

    def seen(self) -> str:
        text = {"outcome": self.outcome, "discussion": self.discussion}
        return digest_of(text | self.ballot())


def begin_minutes(meeting: Meeting, by: User) -> None:
    """A meeting that was held has minutes to be drafted, with a record for each item."""
    if meeting.status != Meeting.Status.HELD or meeting.is_imported:
        return
    minutes = Minutes.objects.filter(meeting=meeting).first()
    if minutes is None:
        minutes = Minutes(
            meeting=meeting, joint_body=meeting.joint_body, begun_on=clock.today()
        )
        minutes.opening = documents.opening_of(meeting)
        save_with_history(minutes, by, gettext_noop("Begin the minutes"))
    items = AgendaItem.objects.filter(agenda__meeting=meeting, record=None)
    for item in items.order_by("position"):
        ItemRecord.objects.create(minutes=minutes, item=item)
    with locked(minutes):
        keep_duties(minutes)
