from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from deadlines.charter import Term
from institutions.charter import Known, Rule
from institutions.reading import Problem


@dataclass(frozen=True)
class Slot:
    """One place on the sheet: any one of these posts, or each side's leader, each member's liaison."""

    any_of: tuple[str, ...] = ()
    each: Literal["", "side", "member"] = ""

    def check(self, path: str) -> list[Problem]:
        if bool(self.any_of) == bool(self.each):
            return [Problem(path, _("either any_of or each"))]
        return []

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("post", self.any_of, f"{path}.any_of")


@dataclass(frozen=True, kw_only=True)
class Route(Rule):
    """Who consents to an act: steps in turn, all slots of a step side by side.

    Without any step the act is agreed as soon as it is asked. The term is that of a step.
    """

    verb: str
    steps: tuple[tuple[Slot, ...], ...]
    term: Term = Term(value=5, unit="working days")

    def check(self, path: str) -> list[Problem]:
        empty = [number for number, slots in enumerate(self.steps) if not slots]
        return [Problem(f"{path}.steps[{number}]", _("a slot")) for number in empty]
