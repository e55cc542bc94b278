from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from re import sub
from typing import Literal

from django.utils.translation import gettext as _

from deadlines.charter import Term
from institutions.charter import Known, Rule, repeated
from institutions.reading import Problem

FLAGS = ("late", "ad_hoc", "outside_portfolio")
CIRCUMSTANCES = ("sources", "classes", *FLAGS)


@dataclass(frozen=True)
class Setting:
    """What may be so of the acts of a route, and whether they are about a meeting called."""

    circumstances: frozenset[str] = frozenset()
    has_meeting: bool = False


# By the path of a route, its numbers left out; filled in AppConfig.ready().
SETTINGS: dict[str, Setting] = {}


def setting_at(path: str) -> Setting:
    """That of the route which stands at this path; nothing may be so where none is told."""
    return SETTINGS.get(sub(r"\[\d+\]", "[]", path), Setting())


@dataclass(frozen=True)
class Facts:
    """What is so of an act, as far as its route may hang on it."""

    source: str = ""  # the side of the unit that proposes; none for a unit of no side
    topic_class: str = ""
    late: bool = False
    ad_hoc: bool = False
    outside_portfolio: bool = False


@dataclass(frozen=True)
class Slot:
    """One place on the sheet: any one of these posts, or one for each of several.

    Each side's leader; the liaison of each member unit, of each unit on the body, or of each
    unit that attends the meeting which the act is about.
    """

    any_of: tuple[str, ...] = ()
    each: Literal["", "side", "member", "unit", "attending"] = ""

    def check(self, path: str) -> list[Problem]:
        if bool(self.any_of) == bool(self.each):
            return [Problem(path, _("either any_of or each"))]
        return repeated(list(self.any_of), f"{path}.any_of")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        if unknown := known.unknown("post", self.any_of, f"{path}.any_of"):
            return unknown
        if self.any_of and not known.reached.intersection(self.any_of):
            expected = _(
                "a post of a side or a unit, or one that an office enters for: %(key)s"
            )
            return [Problem(f"{path}.any_of", expected % {"key": self.any_of[0]})]
        return []


Steps = tuple[tuple[Slot, ...], ...]


@dataclass(frozen=True, kw_only=True)
class RouteCase(Rule):
    """Where an act goes another way: what must be so, all of it, and what differs then.

    The side whose unit proposes, the class of the topic, that it comes late, that the meeting
    is ad hoc, that the class is in nobody's portfolio.
    """

    sources: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    late: bool = False
    ad_hoc: bool = False
    outside_portfolio: bool = False
    verb: str = ""
    steps: Steps | None = None
    term: Term | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether all that it names is so."""
        return (
            (not self.sources or facts.source in self.sources)
            and (not self.classes or facts.topic_class in self.classes)
            and all(getattr(facts, flag) for flag in FLAGS if getattr(self, flag))
        )

    @property
    def circumstances(self) -> list[str]:
        """Which it names."""
        return [name for name in CIRCUMSTANCES if getattr(self, name)]

    def check(self, path: str) -> list[Problem]:
        problems = []
        if not self.circumstances:
            expected = _("a circumstance: one of %(keys)s")
            expected %= {"keys": ", ".join(CIRCUMSTANCES)}
            problems.append(Problem(path, expected))
        if not self.verb and self.steps is None and self.term is None:
            problems.append(Problem(path, _("what differs: verb, steps or term")))
        return problems + check_steps(self.steps or (), path)

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("side", self.sources, f"{path}.sources"),
            *known.unknown("class", self.classes, f"{path}.classes"),
        ]


@dataclass(frozen=True, kw_only=True)
class Route(Rule):
    """Who consents to an act: steps in turn, all slots of a step side by side.

    Without any step the act is agreed as soon as it is asked. The term is that of a step.
    Of the cases, the first that holds stands in place of what it says otherwise. Where
    silence is consent, who has not answered when the term ends counts as agreeing.
    """

    verb: str
    steps: Steps
    term: Term = Term(value=5, unit="working days")
    silence: Literal["nothing", "consent"] = "nothing"
    cases: tuple[RouteCase, ...] = ()

    def case(self, facts: Facts) -> RouteCase | None:
        """The first case that holds."""
        return next((case for case in self.cases if case.holds(facts)), None)

    def under(self, facts: Facts) -> "Route":
        """The route as it is where this is so; its basis is then that of the case."""
        case = self.case(facts)
        if case is None:
            return self
        return replace(
            self,
            verb=case.verb or self.verb,
            steps=self.steps if case.steps is None else case.steps,
            term=case.term or self.term,
            basis=case.basis,
            cases=(),
        )

    @property
    def all_steps(self) -> Steps:
        """Its own steps and those of its cases."""
        return (*self.steps, *(step for case in self.cases for step in case.steps or ()))

    def check(self, path: str) -> list[Problem]:
        problems = check_steps(self.steps, path)
        if self.silence == "consent" and not self.all_steps:
            expected = _("nothing: nobody is asked who could be silent")
            problems.append(Problem(f"{path}.silence", expected))
        if self.silence == "consent" and self.basis.kind == "reading":
            expected = _(
                "a basis of kind clause or local: consent is not read into silence"
            )
            problems.append(Problem(f"{path}.silence", expected))
        return problems

    def check_in(self, known: Known, path: str) -> list[Problem]:
        setting = setting_at(path)
        return [
            *self._attending(setting, path),
            *self._never_so(setting, path),
            *self._never_reached(setting, known, path),
        ]

    def _attending(self, setting: Setting, path: str) -> Iterator[Problem]:
        """Slots of each attending unit, where the act is about no meeting."""
        if setting.has_meeting:
            return
        ways = [(path, self.steps)]
        ways += [
            (f"{path}.cases[{number}]", case.steps or ())
            for number, case in enumerate(self.cases)
        ]
        for where, steps in ways:
            for at, slot in slots_of(steps, where):
                if slot.each == "attending":
                    expected = _("another choice: no unit attends what this act is about")
                    yield Problem(f"{at}.each", expected)

    def _never_so(self, setting: Setting, path: str) -> Iterator[Problem]:
        for number, case in enumerate(self.cases):
            for name in case.circumstances:
                if name not in setting.circumstances:
                    expected = _("nothing: this is never so of this act")
                    yield Problem(f"{path}.cases[{number}].{name}", expected)

    def _never_reached(
        self, setting: Setting, known: Known, path: str
    ) -> Iterator[Problem]:
        """Cases that hold nowhere, or only where one before them does."""
        possible = list(possible_facts(setting, known))
        first = {self.cases.index(case) for each in possible if (case := self.case(each))}
        for number, case in enumerate(self.cases):
            is_told = case.check_in(known, "") or set(case.circumstances).difference(
                setting.circumstances
            )
            if number not in first and not is_told:
                expected = _("a case that can be, and that none before it covers")
                yield Problem(f"{path}.cases[{number}]", expected)


def possible_facts(setting: Setting, known: Known) -> Iterator[Facts]:
    """All that may be so of an act of this setting under this charter."""
    may = setting.circumstances
    classes = sorted(known.named.get("class", ())) if "classes" in may else []
    in_portfolio = known.named.get("portfolio", frozenset())
    for source, topic_class, late, ad_hoc in product(
        ["", *known.leaders] if "sources" in may else [""],
        classes or [""],
        [False, True] if "late" in may else [False],
        [False, True] if "ad_hoc" in may else [False],
    ):
        is_outside = "outside_portfolio" in may and topic_class not in in_portfolio
        yield Facts(source, topic_class, late, ad_hoc, is_outside)


def slots_of(steps: Steps, path: str) -> Iterator[tuple[str, Slot]]:
    """Each slot with its path."""
    for number, slots in enumerate(steps):
        for place, slot in enumerate(slots):
            yield f"{path}.steps[{number}][{place}]", slot


def check_steps(steps: Steps, path: str) -> list[Problem]:
    """No step is empty, and none asks those again whom one before it has asked."""
    problems = [
        Problem(f"{path}.steps[{number}]", _("a slot"))
        for number, slots in enumerate(steps)
        if not slots
    ]
    for number, slots in enumerate(steps):
        before = {slot for earlier in steps[:number] for slot in earlier}
        for place, slot in enumerate(slots):
            if slot in before:
                expected = _("somebody else: an earlier step asks the same, in a circle")
                problems.append(Problem(f"{path}.steps[{number}][{place}]", expected))
    return problems
