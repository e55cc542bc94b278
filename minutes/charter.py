from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule, repeated
from institutions.reading import Problem


@dataclass(frozen=True, kw_only=True)
class ItemOutcome(LocalRule):
    """What may come of an item; `then` is what becomes of its topic."""

    key: str
    name: str
    then: Literal["decided", "not adopted", "stays"]


@dataclass(frozen=True, kw_only=True)
class MinutesRules(Rule):
    """How minutes are made: who drafts, what may come of an item, who approves, who issues.

    `draft` counts from the day of the meeting, `issue` from the approval; a unit that gets
    them acknowledges receipt within `receipt` of their issue.
    """

    recorder: str
    draft: Term
    outcomes: tuple[ItemOutcome, ...]
    approve: Route
    issue: Term
    paper: Paper
    receipt: Term
    copies: tuple[str, ...] = ()

    def check(self, path: str) -> list[Problem]:
        if not self.outcomes:
            return [Problem(f"{path}.outcomes", _("at least one outcome"))]
        return repeated([each.key for each in self.outcomes], f"{path}.outcomes")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("unit", (self.recorder,), f"{path}.recorder"),
            *known.unknown("unit", self.copies, f"{path}.copies"),
        ]
