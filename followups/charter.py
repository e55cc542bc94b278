from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term, counted
from deadlines.lacks import is_as_long
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule, repeated
from institutions.models.calendar import WorkingDays
from institutions.reading import Problem
from jointmeeting import clock


@dataclass(frozen=True, kw_only=True)
class Rhythm(LocalRule):
    """How often a unit reports while a task is open: by that day of the month or year's part.

    A shorter month has its last day instead. The first report has a term of its own where
    there is one of it, `once`: counted from the day the task is accepted unless it names
    another event; the others go on from the first report.
    """

    every: Literal["once", "month", "two months", "quarter", "half-year", "year"]
    day: int = 0
    after: Term | None = None

    def check(self, path: str) -> list[Problem]:
        if self.every != "once":
            problems = []
            if not 1 <= self.day <= 31:
                limits = _("%(least)s to %(most)s") % {"least": 1, "most": 31}
                problems.append(Problem(f"{path}.day", limits))
            if self.after:
                text = _("nothing: only the first report has a term")
                problems.append(Problem(f"{path}.after", text))
            return problems
        problems = []
        if self.day:
            text = _("nothing: the first report has a term")
            problems.append(Problem(f"{path}.day", text))
        if self.after is None:
            problems.append(Problem(f"{path}.after", _("a value: it is missing")))
        elif self.after.when != "after":
            problems.append(Problem(f"{path}.after.when", "after"))
        return problems


@dataclass(frozen=True, kw_only=True)
class ResultKind(LocalRule):
    """With which result a task is closed, and as what the report to the next meeting counts it."""

    key: str
    name: str
    counts_as: Literal["done", "not done", "standing"] = "done"


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

    def check(self, path: str) -> list[Problem]:
        return counted("after", path, term=self.term, accept=self.accept)

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.office,), f"{path}.office")


@dataclass(frozen=True, kw_only=True)
class ReportRules(Rule):
    """How often units report on a task, and to which units; without rhythm when it is done."""

    rhythms: tuple[Rhythm, ...]
    receivers: tuple[str, ...]

    def check(self, path: str) -> list[Problem]:
        problems = []
        if not self.receivers:
            problems.append(Problem(f"{path}.receivers", _("at least one unit")))
        if len(self.first) > 1:
            problems.append(Problem(f"{path}.rhythms", _("one first report")))
        return problems

    @property
    def first(self) -> list[Rhythm]:
        """The rhythm of the first report, if that has a term of its own."""
        return [each for each in self.rhythms if each.every == "once"]

    @property
    def recurring(self) -> list[Rhythm]:
        return [each for each in self.rhythms if each.every != "once"]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.receivers, f"{path}.receivers")


@dataclass(frozen=True, kw_only=True)
class VerifyRules(Rule):
    """Who verifies that a task is done; never the unit that did it, then the next does.

    One office is enough, or each of them must. `term` counts from the day the unit
    claims it.
    """

    offices: tuple[str, ...]
    term: Term
    by: Literal["one", "each"] = "one"
    results: tuple[ResultKind, ...]

    def check(self, path: str) -> list[Problem]:
        few = len(self.offices) < 2
        problems = [Problem(f"{path}.offices", _("at least two units"))] if few else []
        problems += repeated(list(self.offices), f"{path}.offices")
        problems += counted("after", path, term=self.term)
        if not self.results:
            problems.append(Problem(f"{path}.results", _("at least one result")))
        keys = [each.key for each in self.results]
        return problems + repeated(keys, f"{path}.results")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.offices, f"{path}.offices")

    def counts(self, results: Iterable[str]) -> str:
        """As what a decision counts whose tasks were closed so: not done if one of them was."""
        counts = {each.key: each.counts_as for each in self.results}
        found = {counts.get(result, "done") for result in results}
        return next((each for each in ("not done", "standing") if each in found), "done")


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

    def check(self, path: str) -> list[Problem]:
        return counted("after", path, explain=self.explain, opinion=self.opinion)

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.offices, f"{path}.offices")


@dataclass(frozen=True, kw_only=True)
class LadderStep(LocalRule):
    """A level that a task which is late comes to, and the supervision notice of that level.

    Once `after` the day it was due has passed, the task stands at this step. Within `issue`
    of the day on which that was found, the notice is issued to the unit.
    """

    key: str
    name: str
    colour: Literal["blue", "yellow", "orange", "red"]
    after: Term
    issue: Term = Term(value=2, unit="working days")

    def check(self, path: str) -> list[Problem]:
        return counted("after", path, after=self.after, issue=self.issue)


@dataclass(frozen=True, kw_only=True)
class LadderRules(Rule):
    """The supervision notices that a late task comes to, level by level.

    The steps stand in their order, each later than the one before. The notices are issued
    by the first unit that inspects, where nobody does by the office that assigns; never by
    the unit itself. The unit says within `receipt` that it has got one.
    """

    paper: Paper
    steps: tuple[LadderStep, ...]
    receipt: Term = Term(value=2, unit="working days")

    def check(self, path: str) -> list[Problem]:
        problems = counted("after", path, receipt=self.receipt)
        if not self.steps:
            problems.append(Problem(f"{path}.steps", _("at least one step")))
        problems += repeated([each.key for each in self.steps], f"{path}.steps")
        for number, (one, other) in enumerate(pairwise(self.steps), start=1):
            if is_as_long(one.after, other.after):
                later = _("later than the step before")
                problems.append(Problem(f"{path}.steps[{number}].after", later))
        return problems

    def level(self, due_on: date, working: WorkingDays) -> LadderStep | None:
        """The step that a task due on this day has come to today."""
        today, reached = clock.today(), None
        for step in self.steps:
            on = step.after.due(due_on, working).on
            if on and on < today:
                reached = step
        return reached

    def after(self, key: str) -> tuple[LadderStep, ...]:
        """The steps above this one; all of them where it is none of these."""
        keys = [each.key for each in self.steps]
        return self.steps[keys.index(key) + 1 :] if key in keys else self.steps


@dataclass(frozen=True, kw_only=True)
class FollowupRules(Rule):
    """How decisions are carried out, reported on, inspected and reported to the next meeting.

    Not every place inspects, or has a ladder; every one tells the next meeting what became
    of decisions.
    """

    assign: AssignRules
    report: ReportRules
    verify: VerifyRules
    progress: ProgressRules
    inspect: InspectRules | None = None
    ladder: LadderRules | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluationRules(Rule):
    """The units that are evaluated each work year, by which office, and by what."""

    office: str
    units: tuple[str, ...]
    indicators: tuple[str, ...]

    def check(self, path: str) -> list[Problem]:
        problems = []
        if not self.units:
            problems.append(Problem(f"{path}.units", _("at least one unit")))
        if not self.indicators:
            problems.append(Problem(f"{path}.indicators", _("at least one indicator")))
        return problems

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("unit", (self.office,), f"{path}.office"),
            *known.unknown("unit", self.units, f"{path}.units"),
        ]
