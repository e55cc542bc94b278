from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule, repeated
from institutions.reading import Problem


@dataclass(frozen=True, kw_only=True)
class Rhythm(LocalRule):
    """How often a unit reports while a task is open: by that day of the month or year's part."""

    every: Literal["month", "quarter", "half-year", "year"]
    day: int

    def check(self, path: str) -> list[Problem]:
        return [] if 1 <= self.day <= 28 else [Problem(f"{path}.day", _("1 to 28"))]


@dataclass(frozen=True, kw_only=True)
class ResultKind(LocalRule):
    """With which result a task is closed."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class AssignRules(Rule):
    """Who gives decisions to those who carry them out, how soon, and how soon they accept.

    `term` counts from the day a decision takes effect, `accept` from the assignment: until
    then a unit may say that it is not its remit.
    """

    office: str
    term: Term
    accept: Term
    paper: Paper

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.office,), f"{path}.office")


@dataclass(frozen=True, kw_only=True)
class ReportRules(Rule):
    """How often units report on a task, and to which units."""

    rhythms: tuple[Rhythm, ...]
    receivers: tuple[str, ...]

    def check(self, path: str) -> list[Problem]:
        if not self.rhythms:
            return [Problem(f"{path}.rhythms", _("at least one rhythm"))]
        return []

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.receivers, f"{path}.receivers")


@dataclass(frozen=True, kw_only=True)
class VerifyRules(Rule):
    """Who verifies that a task is done; never the unit that did it, then the next does.

    `term` counts from the day the unit claims it.
    """

    offices: tuple[str, ...]
    term: Term
    results: tuple[ResultKind, ...]

    def check(self, path: str) -> list[Problem]:
        few = len(self.offices) < 2
        problems = [Problem(f"{path}.offices", _("at least two units"))] if few else []
        if not self.results:
            problems.append(Problem(f"{path}.results", _("at least one result")))
        keys = [each.key for each in self.results]
        return problems + repeated(keys, f"{path}.results")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.offices, f"{path}.offices")


@dataclass(frozen=True, kw_only=True)
class InspectRules(Rule):
    """Who inspects how decisions are carried out, by which name, and who signs it off."""

    name: str
    units: tuple[str, ...]
    sign_off: Route

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.units, f"{path}.units")


@dataclass(frozen=True, kw_only=True)
class ProgressRules(Rule):
    """The report to the next meeting on what became of the decisions.

    For each one not done its lead unit explains and each of `offices` says its opinion,
    within these terms counted from the day they are asked.
    """

    explain: Term
    opinion: Term
    offices: tuple[str, ...]
    paper: Paper

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.offices, f"{path}.offices")


@dataclass(frozen=True, kw_only=True)
class FollowupRules(Rule):
    """How decisions are carried out, reported on, inspected and reported to the next meeting."""

    assign: AssignRules
    report: ReportRules
    verify: VerifyRules
    inspect: InspectRules
    progress: ProgressRules
