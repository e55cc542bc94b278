"""The plan of a meeting – day, chair, agenda, who attends – where it is consented to as one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from consents.charter import Route
from consents.may import Decided
from consents.models import Consent, Consented, Outcome, digest_of
from deadlines.models import Owed, keep_duties
from institutions.models import MemberUnit, User
from jointmeeting import clock
from jointmeeting.templatetags.papers import paper_moment
from jointmeeting.workflow import StepRefused, transition
from meetings import documents, gates
from meetings.charter import MeetingRules, PlanRules
from meetings.models.states import ORGANISER, Status

STANDS = (Outcome.OPEN, Outcome.AGREED)


class PlannedSitting(Consented):
    """The act “plan” of a meeting; it concerns what is done until the notice leaves."""

    PLAN_ACT: ClassVar[dict[str, str]] = {"plan": gettext_noop("The plan of the meeting")}
    # What upper apps add to the plan, by the part it belongs to: added in ready().
    PLANNED: ClassVar[dict[str, Callable[[Any], list[str]]]] = {}

    plan_back_on = models.DateField(
        gettext_lazy("plan sent back on"), null=True, blank=True
    )

    decided_on: Any
    day: Any

    class Meta:
        abstract = True

    @property
    def sitting_rules(self) -> MeetingRules:
        raise NotImplementedError

    @property
    def organiser(self) -> MemberUnit:
        raise NotImplementedError

    @property
    def plan_rules(self) -> PlanRules | None:
        return self.sitting_rules.plan

    @property
    def plan_route(self) -> Route:
        """By which route the plan is consented to."""
        return self.plan_asked.agree

    @property
    def plan_asked(self) -> PlanRules:
        """What is asked of the plan; where that was given up, as the last charter had it."""
        return self.plan_rules or self.joint_body.last_said(
            lambda each: each.part(MeetingRules).plan
        )

    @property
    def plan_is_to_be_asked(self) -> bool:
        """Whether by the charter it has to be put to somebody, and does not lie before them."""
        if self.plan_rules is None or self.status != Status.AGREED:
            return False
        sheet = self.consent("plan")
        return sheet is None or sheet.outcome not in STANDS

    @property
    def plan_is_agreed(self) -> bool:
        """Whether what was agreed to is what stands there now."""
        sheet = self.consent("plan")
        return (
            sheet is not None
            and sheet.outcome == Outcome.AGREED
            and sheet.digest == digest_of(self.signed_plan())
        )

    def signed_plan(self) -> dict[str, Any]:
        """The parts that the charter has in it, as they stand."""
        words: dict[str, Any] = {}
        sitting: Any = self
        for part in self.plan_asked.covers:
            if part == "day":
                words |= self.values("starts_at", "place")
            elif part == "chair":
                words["chair"] = documents.planned_chair(sitting)
            elif part == "attendance":
                words["attendance"] = documents.planned_seats(sitting)
            else:
                words[part] = self.PLANNED[part](sitting)
        return words

    def plan_lines(self, consent: Consent) -> Iterator[tuple[str, Any]]:
        """The plan on a sheet, line by line."""
        labels = {
            "starts_at": _("Begins at"),
            "place": _("Place"),
            "chair": _("Chair"),
            "agenda": _("Agenda"),
            "attendance": _("Who attends"),
        }
        for name, value in consent.snapshot.items():
            if name == "starts_at":
                value = paper_moment(parse_datetime(value))
            yield labels[name], "\n".join(value) if isinstance(value, list) else value

    def owed_plan(self) -> Iterator[Owed]:
        """The organiser puts it before them in time; then they answer."""
        yield from self.owed_signatures("plan")
        since = self.plan_back_on or self.decided_on
        if self.plan_is_to_be_asked and self.plan_rules and self.day and since:
            organiser, ask = self.organiser.liaison, self.plan_rules.ask
            yield Owed("ask_plan", organiser, since, ask, anchor=self.day)

    def keep_plan(self, *, by: User) -> None:
        """Somebody changed a part of it: what was signed is void. The meeting is locked."""
        if self.plan_rules is None or self.status != Status.AGREED:
            return
        sheet = self.consent("plan")
        if sheet is None or sheet.outcome not in STANDS:
            return
        if sheet.digest != digest_of(self.signed_plan()):
            sheet.close(Outcome.VOID)
            self.return_plan(by=by, reason=_("A part of the plan was changed."))

    # Steps

    @transition(
        gettext_noop("Put the plan before those who agree to it"),
        source={Status.AGREED},
        may=ORGANISER,
        gates=[gates.is_arranged, gates.plan_is_complete, gates.plan_route_is_held],
    )
    def ask_plan(self, *, by: User) -> Callable:
        if not self.plan_is_to_be_asked:
            text = _("The plan lies before those asked, or needs no consent.")
            raise StepRefused(text)
        return partial(self.ask_consent, "plan", by=by)

    @transition(
        gettext_noop("Agree to the plan"),
        source={Status.AGREED},
        may=Decided("plan", Outcome.AGREED),
    )
    def agree_plan(self, *, by: User) -> Callable:
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Send the plan back"),
        source={Status.AGREED},
        may=Decided("plan", Outcome.CHANGES, Outcome.REFUSED, Outcome.VOID),
    )
    def return_plan(self, *, by: User, reason: str) -> Callable:
        self.plan_back_on = clock.today()
        return partial(keep_duties, self, void=reason)

    def plan_decided(self, outcome: str, *, by: User | None) -> None:
        if outcome == Outcome.AGREED:
            self.agree_plan(by=by)
        else:
            sheet = self.consent("plan")
            self.return_plan(by=by, reason=sheet.objections() if sheet else "")
