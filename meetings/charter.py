from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term
from documents.charter import Paper
from institutions.charter import Known, Rule
from institutions.reading import Problem


@dataclass(frozen=True, kw_only=True)
class RequestRules(Rule):
    """How a meeting of one kind comes about: who may ask for it, whom, and who agrees."""

    asked_by: tuple[str, ...]
    addressed_to: tuple[str, ...]
    copies: tuple[str, ...] = ()
    agree: Route
    letter: Paper

    def check(self, path: str) -> list[Problem]:
        lists = {"asked_by": self.asked_by, "addressed_to": self.addressed_to}
        return [
            Problem(f"{path}.{name}", _("at least one unit"))
            for name, units in lists.items()
            if not units
        ]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("unit", self.asked_by, f"{path}.asked_by"),
            *known.unknown("unit", self.addressed_to, f"{path}.addressed_to"),
            *known.unknown("unit", self.copies, f"{path}.copies"),
        ]


@dataclass(frozen=True, kw_only=True)
class MeetingRules(Rule):
    """How often the body meets in a work year, which is a calendar year, and how that is asked.

    The regular meeting is to be asked for by `ask_by`, counted back from the year's last day.
    """

    least: int
    binding: Literal["in principle", "must"]
    ask_by: Term
    regular: RequestRules
    ad_hoc: RequestRules

    def check(self, path: str) -> list[Problem]:
        problems = []
        if self.least < 1:
            problems.append(Problem(f"{path}.least", _("1 or more")))
        if self.ask_by.when != "before":
            problems.append(Problem(f"{path}.ask_by.when", "before"))
        return problems
