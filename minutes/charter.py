from dataclasses import dataclass
from typing import Literal, get_args

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consents.charter import Route
from deadlines.charter import Term, counted
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule, repeated
from institutions.reading import Problem

ItemKind = Literal["topic", "progress", "report", "other"]


@dataclass(frozen=True, kw_only=True)
class ItemOutcome(LocalRule):
    """What may come of an item; `then` is what becomes of its topic.

    It may be chosen for the kinds of item in `of`, or for all. Minutes print “the meeting”
    and then `says`, or else the name.
    """

    key: str
    name: str
    then: Literal["decided", "not adopted", "stays"]
    of: tuple[ItemKind, ...] = ()
    says: str = ""

    def check(self, path: str) -> list[Problem]:
        return repeated(list(self.of), f"{path}.of")

    def is_for(self, kind: str) -> bool:
        return not self.of or kind in self.of


@dataclass(frozen=True, kw_only=True)
class MinutesRules(Rule):
    """How minutes are made: who drafts, what may come of an item, who approves, who issues.

    `draft` counts from the day it is recorded that the meeting was held, `issue` from the
    approval, or both from the meeting itself; a unit that gets them acknowledges receipt
    within `receipt` of their issue, if any is asked for. They leave as minutes of their
    own, or behind a notice of the issuer, who may issue that jointly with other units:
    under the issuer's number (GB/T 9704—2012, 7.2.4 and 7.2.5).
    """

    recorder: str
    draft: Term
    outcomes: tuple[ItemOutcome, ...]
    approve: Route
    issue: Term
    paper: Paper
    receipt: Term | None = None
    copies: tuple[str, ...] = ()
    form: Literal["minutes", "body", "notice", "joint"] = "minutes"
    jointly: tuple[str, ...] = ()

    def check(self, path: str) -> list[Problem]:
        terms = {"draft": self.draft, "issue": self.issue, "receipt": self.receipt}
        problems = counted("after", path, **terms)
        if not self.outcomes:
            problems.append(Problem(f"{path}.outcomes", _("at least one outcome")))
        else:
            idle = [each for each in get_args(ItemKind) if not self.outcomes_of(each)]
            expected = _("at least one outcome of each kind of item")
            problems += [Problem(f"{path}.outcomes", f"{expected}: {k}") for k in idle]
        problems += self._joint_problems(f"{path}.jointly")
        keys = [each.key for each in self.outcomes]
        return problems + repeated(keys, f"{path}.outcomes")

    def _joint_problems(self, path: str) -> list[Problem]:
        if self.form != "joint":
            nothing = _("nothing: they are not issued jointly")
            return [Problem(path, nothing)] if self.jointly else []
        if not self.jointly:
            return [Problem(path, _("at least one unit"))]
        return repeated([self.paper.issuer, *self.jointly], path)

    def outcomes_of(self, kind: str) -> list[ItemOutcome]:
        """The outcomes that an item of this kind may have."""
        return [each for each in self.outcomes if each.is_for(kind)]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("unit", (self.recorder,), f"{path}.recorder"),
            *known.unknown("unit", self.copies, f"{path}.copies"),
            *known.unknown("unit", self.jointly, f"{path}.jointly"),
        ]


@dataclass(frozen=True, kw_only=True)
class PublicityRules(Rule):
    """What becomes public of each meeting, by which unit, within so long of its minutes."""

    by: str
    what: tuple[Literal["content", "outcome"], ...]
    within: Term

    def told(self) -> str:
        """What becomes public, as part of a sentence."""
        names = {"content": _("what was settled"), "outcome": _("what came of it")}
        between = pgettext("between the items of a list", ", ")
        return between.join(names[each] for each in self.what)

    def check(self, path: str) -> list[Problem]:
        problems = counted("after", path, within=self.within)
        if not self.what:
            problems.append(Problem(f"{path}.what", "content | outcome"))
        return problems + repeated(list(self.what), f"{path}.what")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.by,), f"{path}.by")
