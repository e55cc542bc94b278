"""What a topic is while it is prepared and put to units: what it lacks, rounds, duties."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from agenda import documents, gates
from agenda.charter import ConsultationRules, Need, TopicRules
from agenda.models.topic_queries import SHOWN_TO_UNITS
from consents.models import Consented, digest_of
from deadlines.models import Owed, keep_duties
from institutions.may import Office
from institutions.models import JointBody, MemberUnit, Post, User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, gate_name, transition

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from agenda.models.consultations import Consultation, ConsultationQuerySet
    from agenda.models.studies import FieldStudy

NEEDED_BY: dict[str, Any] = {
    "to_submit": gates.has_what_submitting_needs,
    "to_consult": gates.has_what_consulting_needs,
    "to_agenda": gates.has_what_the_agenda_needs,
}


class Consulted(Consented):
    """A topic as far as units are asked about it."""

    WORDS: ClassVar[list[str]]

    joint_body = models.ForeignKey(
        JointBody,
        models.PROTECT,
        related_name="topics",
        verbose_name=gettext_lazy("joint body"),
    )
    proposed_by = models.ForeignKey(
        MemberUnit,
        models.PROTECT,
        related_name="topics",
        verbose_name=gettext_lazy("proposed by"),
    )
    submitted_on = models.DateField(gettext_lazy("submitted on"), null=True, blank=True)
    settled_on = models.DateField(gettext_lazy("settled on"), null=True, blank=True)
    ready_on = models.DateField(null=True, blank=True)  # since when units can be asked

    consultations: "ConsultationQuerySet"
    studies: "RelatedManager[FieldStudy]"

    class Meta:
        abstract = True

    @property
    def rules(self) -> TopicRules:
        return self.joint_body.part(TopicRules)

    # What there must be

    def needs(self, step: str) -> tuple[Need, ...]:
        """What a step (to_submit, to_consult, to_agenda) needs, unless its gate is off."""
        mode = self.joint_body.gate_mode(gate_name(NEEDED_BY[step]))
        return () if mode == "off" else getattr(self.rules, step).what

    def missing(self, step: str) -> list[str]:
        """What of that is not there yet, in words."""
        names = {
            "evidence": (getattr(self, "evidence", ""), _("facts and basis")),
            "measure": (getattr(self, "measure", ""), _("proposed measure")),
            "field_study": (bool(self.pk) and self.studies.exists(), _("a field study")),
        }
        return [names[need][1] for need in self.needs(step) if not names[need][0]]

    # Where it stands

    @property
    def preparing_since(self) -> date | None:
        """Since when it is prepared and units are asked, if it has come so far."""
        consult = self.rules.consult
        early = consult is not None and consult.when != "after"
        if self.status == "settled":
            return self.submitted_on if early else self.settled_on
        return self.submitted_on if early and self.status == "submitted" else None

    @property
    def is_put_to_units(self) -> bool:
        """Whether units may be asked about it at this stage, by the charter."""
        return self.rules.consult is not None and self.preparing_since is not None

    @property
    def waits_for_units(self) -> bool:
        """Whether those who settle it are asked only after the units."""
        consult = self.rules.consult
        if consult is None or consult.when != "before" or self.status != "submitted":
            return False
        sheet = self.consent("settle")
        return sheet is None or not sheet.is_open

    @property
    def asked(self) -> "ConsultationQuerySet":
        """Units that were asked and owe an answer or have given it."""
        return self.consultations.filter(status__in=SHOWN_TO_UNITS)

    @property
    def asked_units(self) -> list[MemberUnit]:
        """Those units, each once however many rounds it was asked in."""
        asked = self.asked.select_related("unit__unit", "unit__liaison").order_by("pk")
        return list(dict.fromkeys(each.unit for each in asked))

    @property
    def round(self) -> int:
        """The round in which units would be asked now: a new draft begins another."""
        kept = self.consultations.standing().order_by("round", "pk").last()
        if kept is None:
            return 1
        return kept.round + (kept.digest != digest_of(self.consulted_text()))

    def askable(self) -> models.QuerySet[MemberUnit]:
        """Units that can be asked now: not those that are, nor the one that asks."""
        members = self.joint_body.members.now()
        if self.rules.consult is None:
            return members.none()
        others = members.exclude(key=self.rules.consult.office)
        return others.exclude(pk__in=self.asked.filter(round=self.round).values("unit"))

    def consulted_text(self) -> dict[str, Any]:
        """What units are asked about."""
        return self.values(*self.WORDS)

    def last_words(self) -> "list[Consultation]":
        """What each unit said last, or that it stayed silent; in the order of asking."""
        said = {
            each.unit_id: each
            for each in sorted(self.consultations.all(), key=lambda each: each.pk)
            if each.is_standing and each.status != "sent"
        }
        return list(said.values())

    def unsettled_views(self) -> "list[Consultation]":
        """Opposing opinions of which nobody has noted yet how they are taken up."""
        said = self.last_words()
        for each in said:
            each.joint_body = self.joint_body  # read once
        return [each for each in said if each.is_opposing and not each.adoption]

    # What is owed

    def owed_for_units(self) -> Iterator[Owed]:
        """Whoever prepares it, asks the units, and sees to what they have said."""
        since, rules = self.preparing_since, self.rules
        if since is None:
            return
        proposer, consult = self.proposed_by.liaison, rules.consult
        asking = self._liaison(consult.office) if consult else None
        if self.ready_on is None:
            if rules.prepare:
                preparing = self._liaison(rules.prepare.office)
                waiting = asking or proposer
                yield Owed("prepare", preparing, since, rules.prepare.term, waiting)
        elif consult and asking:
            for kind, day in self._owed_by_asker(consult, self.ready_on):
                yield Owed(kind, asking, day, consult.ask_within, proposer)

    def _owed_by_asker(
        self, consult: ConsultationRules, ready_on: date
    ) -> Iterator[tuple[str, date]]:
        """Asking units, adopting what they say, and passing it on to be settled."""
        if since := self._to_consult_since(ready_on):
            yield "consult", since
            return
        said = self.last_words()
        if consult.opposing == "settled first" and (opposing := self.unsettled_views()):
            yield "adopt", min(each.answered_on or each.sent_on for each in opposing)
        if self.waits_for_units and not self.asked.filter(status="sent").exists():
            yield "put", max((each.ended_on for each in said), default=ready_on)

    def _to_consult_since(self, ready_on: date) -> date | None:
        """Units are to be asked: none has been, or one has said that it is another's remit."""
        if not self.consultations.standing().exists():
            return ready_on
        returned = self.consultations.open_returns().order_by("returned_on").first()
        return returned.returned_on if returned else None

    def _liaison(self, key: str) -> Post:
        return self.joint_body.members.select_related("liaison").get(key=key).liaison

    # Steps

    @transition(
        gettext_noop("Ask units for opinions"),
        source={"submitted", "settled"},
        may=Office("run_consultations"),
        gates=[gates.has_what_consulting_needs, gates.has_a_round_left],
    )
    def consult(
        self, *, by: User, units: Collection[MemberUnit], number: str = ""
    ) -> Callable:
        """Issue one letter to these units, each of which then owes a formal opinion."""
        rules = self.rules.consult
        if rules is None or not self.is_put_to_units:
            raise StepRefused(_("By the charter units are not asked at this stage."))
        if not units:
            raise ValidationError({"units": _("Choose at least one unit.")})
        if any(unit.joint_body_id != self.joint_body_id for unit in units):
            raise ValidationError({"units": _("Choose units of this body.")})
        number_of_round, chosen = self.round, self.asked.filter(unit__in=units)
        already = chosen.filter(round=number_of_round).select_related("unit__unit")
        if names := [str(each.unit) for each in already]:
            asked = _("Asked already: %(units)s.") % {"units": _(", ").join(names)}
            raise StepRefused(asked)
        letter = documents.issue_consultation(self, rules, units, by=by, number=number)
        self.consultations.all().follow(by=by)
        for waiting in chosen.filter(status="sent").order_by("pk"):
            waiting.make_void(by=by, reason=_("The unit is asked about a new draft."))
        for unit in units:
            self.consultations.send(self, unit, letter, number_of_round, by=by)
        self.ready_on = self.ready_on or clock.today()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Put to those who settle topics"),
        source={"submitted"},
        may=Office("run_consultations"),
        gates=[
            gates.units_have_answered,
            gates.opposing_views_are_settled,
            gates.settling_route_is_held,
        ],
    )
    def put(self, *, by: User) -> Callable:
        """Where units are asked before: with their opinions, ask those who settle it."""
        if not self.waits_for_units:
            raise StepRefused(_("Those who settle it have been asked."))
        return partial(self.ask_consent, "settle", by=by)

    # What a change of the text means

    def outdated(self) -> "ConsultationQuerySet":
        """What units were asked about another text; nothing where the charter counts rounds."""
        consult = self.rules.consult
        if consult is None or consult.rounds:
            return self.consultations.none()
        digest = digest_of(self.consulted_text())
        return self.consultations.standing().exclude(digest=digest)

    def amended(self, *, by: User) -> None:
        """Opinions are about a text: another text asks for them anew, or for a round more."""
        outdated = self.outdated()
        if outdated.exists():
            self._void(outdated, by, _("The draft was changed."))
            self.ready_on = None
        self._look_whether_ready()
        type(self)._base_manager.filter(pk=self.pk).update(ready_on=self.ready_on)

    def _look_whether_ready(self) -> None:
        if self.preparing_since is None:
            self.ready_on = None
        elif self.rules.prepare and self.missing("to_consult"):
            is_asked = self.pk and self.consultations.standing().exists()
            self.ready_on = self.ready_on if is_asked else None
        else:
            self.ready_on = self.ready_on or clock.today()

    def follow_charter(self, *, by: User | None) -> None:
        """A new version has begun; the topic is locked.

        Where it does not wait for units any more, those who settle it are asked.
        """
        self._look_whether_ready()
        type(self)._base_manager.filter(pk=self.pk).update(ready_on=self.ready_on)
        sheet = self.consent("settle")
        is_asked = sheet is not None and sheet.is_open
        if self.status == "submitted" and not (is_asked or self.waits_for_units):
            self.ask_consent("settle", by=by)

    def _void_unfinished(self, by: User, reason: str) -> None:
        """It goes back to its draft; by a charter that counts rounds answers are kept."""
        consult = self.rules.consult
        is_counted = consult is not None and consult.rounds
        found = self.asked.filter(status="sent") if is_counted else None
        self._void(self.consultations.standing() if found is None else found, by, reason)

    def _void(self, these: "ConsultationQuerySet", by: User, reason: str) -> None:
        for consultation in these.order_by("pk"):
            consultation.make_void(by=by, reason=reason)
