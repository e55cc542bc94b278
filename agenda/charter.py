from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term, counted
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule, repeated
from institutions.reading import Problem

Need = Literal["evidence", "measure", "field_study"]
Opposing = Literal["on file", "attached", "settled first"]
Signed = Literal["topic_class", "title", "problem", "evidence", "measure"]


@dataclass(frozen=True, kw_only=True)
class TopicClass:
    """A class of topics; the key is for good, the name may change."""

    key: str
    name: str

    @property
    def names(self) -> dict[str, frozenset[str]]:
        return {"class": frozenset([self.key])}


@dataclass(frozen=True, kw_only=True)
class TopicClasses(Rule):
    """What topics may be about."""

    items: tuple[TopicClass, ...]

    def check(self, path: str) -> list[Problem]:
        return repeated([each.key for each in self.items], f"{path}.items")


@dataclass(frozen=True, kw_only=True)
class Proposers(Rule):
    """The units that may propose topics."""

    units: tuple[str, ...]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", self.units, f"{path}.units")


@dataclass(frozen=True, kw_only=True)
class DirectRules(Rule):
    """The sides whose office settles topics of its own, without the route."""

    sides: tuple[str, ...]
    verb: str

    def check(self, path: str) -> list[Problem]:
        if not self.sides:
            return [Problem(f"{path}.sides", _("at least one side"))]
        return repeated(list(self.sides), f"{path}.sides")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("side", self.sides, f"{path}.sides")


@dataclass(frozen=True, kw_only=True)
class RefusalGround:
    """A ground on which a topic is sent back or not adopted; the key is for good."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RefusalRules(Rule):
    """The grounds of which one is named, in words besides, by who refuses a topic."""

    grounds: tuple[RefusalGround, ...]

    def check(self, path: str) -> list[Problem]:
        if not self.grounds:
            return [Problem(f"{path}.grounds", _("at least one ground"))]
        return repeated([each.key for each in self.grounds], f"{path}.grounds")


@dataclass(frozen=True, kw_only=True)
class ClosingRules(Rule):
    """Until when topics are handed in for a meeting, and who may let a late one pass.

    The term counts back from the day of the next meeting that is agreed to, arranged or
    only proposed. Without a route nobody lets a late one pass.
    """

    term: Term
    let_pass: Route | None = None

    def check(self, path: str) -> list[Problem]:
        problems = counted("before", path, term=self.term)
        if self.let_pass and not self.let_pass.steps:
            expected = _("a step: somebody lets it pass")
            problems.append(Problem(f"{path}.let_pass.steps", expected))
        return problems


@dataclass(frozen=True, kw_only=True)
class Needs(Rule):
    """What must be there before a step, beside title, class and problem."""

    what: tuple[Need, ...]


@dataclass(frozen=True, kw_only=True)
class Preparation(Rule):
    """The unit that studies a topic and works out what it still lacks, and its term.

    It counts from the day the topic is settled; where units are asked before or beside
    that, from the day it is submitted.
    """

    office: str
    term: Term

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.office,), f"{path}.office")


@dataclass(frozen=True, kw_only=True)
class OpinionKind(LocalRule):
    """A kind of formal answer; one that differs must say why."""

    key: str
    name: str
    differs: bool = False


@dataclass(frozen=True, kw_only=True)
class ConsultationRules(Rule):
    """How units are asked for their formal opinion once a topic is prepared.

    `ask_within` counts from the day the topic is ready, `term` from the day a unit is asked.
    Without `rounds` a change of the draft voids the opinions, and units are asked anew.
    """

    office: str
    ask_within: Term
    term: Term
    kinds: tuple[OpinionKind, ...]
    letter: Paper
    when: Literal["before", "beside", "after"] = "after"
    rounds: int | None = None
    silence: Literal["nothing", "consent"] = "nothing"
    opposing: Opposing = "on file"

    def check(self, path: str) -> list[Problem]:
        if not self.kinds:
            return [Problem(f"{path}.kinds", _("at least one kind of opinion"))]
        problems = repeated([each.key for each in self.kinds], f"{path}.kinds")
        if self.rounds is not None and self.rounds < 1:
            problems.append(Problem(f"{path}.rounds", _("1 or more")))
        if self.opposing != "on file" and not any(kind.differs for kind in self.kinds):
            expected = _("on file, as no kind of opinion differs")
            problems.append(Problem(f"{path}.opposing", expected))
        return problems

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.office,), f"{path}.office")


@dataclass(frozen=True, kw_only=True)
class TopicRules(Rule):
    """How a topic comes before the body: proposed, settled, prepared, consulted upon.

    Without `prepare` nobody studies a topic further, without `consult` no unit is asked.
    """

    classes: TopicClasses
    proposers: Proposers
    settle: Route
    settled_text: tuple[Signed, ...] = ("title", "topic_class", "problem")
    to_submit: Needs
    to_consult: Needs
    to_agenda: Needs
    direct: DirectRules | None = None
    closing: ClosingRules | None = None
    refuse: RefusalRules | None = None
    prepare: Preparation | None = None
    consult: ConsultationRules | None = None

    def check(self, path: str) -> list[Problem]:
        """What units are asked about somebody works out; a class the route hangs on is signed."""
        problems = []
        later = [each for each in self.to_consult.what if each not in self.to_submit.what]
        if later and not self.prepare:
            expected = _(
                "only what to_submit asks for as well, as nobody prepares topics"
            )
            problems.append(Problem(f"{path}.to_consult.what", expected))
        cases = self.settle.cases
        by_class = any(each.classes or each.outside_portfolio for each in cases)
        if by_class and "topic_class" not in self.settled_text:
            expected = _("topic_class among them: the route hangs on it")
            problems.append(Problem(f"{path}.settled_text", expected))
        if self.closing is None and any(each.late for each in cases):
            expected = _("nothing: no topic is late without a closing day")
            problems.append(Problem(f"{path}.settle.cases", expected))
        return problems


@dataclass(frozen=True, kw_only=True)
class StandingItem(LocalRule):
    """An item that stands on every agenda: what became of decisions, or a side's report."""

    key: str
    title: str
    kind: Literal["progress", "report"]
    presenter: str

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.presenter,), f"{path}.presenter")


@dataclass(frozen=True, kw_only=True)
class AgendaRules(Rule):
    """The order of a meeting: what stands on every agenda, and until when it may change.

    It takes up `at_most` so many topics, or any number. The agenda is frozen `freeze`
    before the meeting, the report on decisions there `papers` before it. Without `freeze`
    it may change until the meeting is held, without `papers` the report has no date.
    """

    standing: tuple[StandingItem, ...]
    freeze: Term | None = None
    papers: Term | None = None
    at_most: int | None = None

    def check(self, path: str) -> list[Problem]:
        wrong = counted("before", path, freeze=self.freeze, papers=self.papers)
        if self.at_most is not None and self.at_most < 1:
            wrong.append(Problem(f"{path}.at_most", _("1 or more")))
        keys = [each.key for each in self.standing]
        return wrong + repeated(keys, f"{path}.standing")
