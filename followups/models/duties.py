"""What a task makes its unit report, and who verifies it, by the charter."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from deadlines.charter import ReminderRules, Term
from deadlines.models import Owed
from followups.charter import FollowupRules, ResultKind, Rhythm
from followups.rhythms import next_report
from institutions.models import JointBody, MemberUnit


class OfBody:
    """A row of a joint body, whose rules and units it goes by."""

    joint_body: Any
    unit: Any

    @property
    def rules(self) -> FollowupRules:
        body: JointBody = self.joint_body
        return body.part(FollowupRules)

    def member(self, key: str) -> MemberUnit:
        members = self.joint_body.members.select_related("liaison", "unit")
        return members.get(key=key)


class Reported(OfBody):
    """What is reported on by the rhythms of the charter."""

    decision: Any
    reports: Any

    def owed_report(self, accepted_on: date) -> Iterator[Owed]:
        """The next report: the first by its own term, if any, the others by their days."""
        rules, unit = self.rules.report, self.unit.liaison
        given = self.reports.order_by("-pk").first()
        since = given.given_on if given else accepted_on
        term: Term | None
        if given is None and rules.first:
            term = rules.first[0].after
            anchor = self._event(term.of) if term else None
        elif rules.recurring:
            anchor, rhythm = self._next_report(rules.recurring, since, bool(given))
            term = Term(value=0, unit="days", basis=rhythm.basis)
        else:
            return
        receiver = self.member(rules.receivers[0]).liaison
        number = self.reports.count() + 1
        yield Owed(f"report:{number}", unit, since, term, receiver, anchor)

    def _next_report(
        self, rhythms: list[Rhythm], since: date, is_given: bool
    ) -> tuple[date, Rhythm]:
        """The next day of a rhythm; one that was given as its reminder was due, is for it."""
        day, rhythm = next_report(rhythms, since)
        reminded_on = self.joint_body.part(ReminderRules).before.due(day).on
        if is_given and reminded_on and reminded_on <= since:
            return next_report(rhythms, day)
        return day, rhythm

    def _event(self, event: str) -> date | None:
        """The day of what a term counts from, if that is another than its own event."""
        decision = self.decision
        events = {"meeting": decision.meeting.held_on, "minutes": decision.in_force_on}
        return events.get(event)


class Verified(OfBody):
    """What is said to be done, and verified by offices that are not the unit itself."""

    agreed: Any  # the keys of the offices that have, where each of them must
    result: Any

    @property
    def verifier(self) -> MemberUnit:
        """The first of the verifying offices that is not the unit itself."""
        key = next(key for key in self.rules.verify.offices if key != self.unit.key)
        return self.member(key)

    @property
    def verifying(self) -> list[MemberUnit]:
        """Who is to verify it: the first office, or each that has not."""
        rules = self.rules.verify
        if rules.by == "one":
            return [self.verifier]
        done = {self.unit.key, *self.agreed}
        missing = [self.member(key) for key in rules.offices if key not in done]
        return missing or [self.verifier]  # the others left the charter meanwhile

    @property
    def is_verified_by_more(self) -> bool:
        """Whether another office has to verify it after the next one did."""
        return len(self.verifying) > 1

    @property
    def agreeing(self) -> str:
        """The offices that have verified it while others have not, by name."""
        members = self.joint_body.members.filter(key__in=self.agreed)
        return "、".join(map(str, members.select_related("unit")))

    @property
    def result_name(self) -> str:
        names = {each.key: each.name for each in self.rules.verify.results}
        return names.get(self.result, self.result)

    def results(self) -> list[ResultKind]:
        """With which results it may be closed: the one that another office has said, if any."""
        kinds = self.rules.verify.results
        said = [each for each in kinds if self.agreed and each.key == self.result]
        return said or list(kinds)

    def check_result(self, result: str) -> None:
        if result not in {each.key for each in self.results()}:
            raise ValidationError({"result": _("Choose a result of this charter.")})
