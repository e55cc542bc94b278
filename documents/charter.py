from dataclasses import dataclass

from django.utils.translation import gettext as _

from institutions.charter import Basis, Known, Rule
from institutions.reading import Problem


@dataclass(frozen=True, kw_only=True)
class Paper(Rule):
    """Who issues a kind of document, and the mark that stands before its number.

    A number reads mark〔year〕n号 (GB/T 9704—2012, 7.2.5).
    """

    issuer: str
    mark: str

    def check(self, path: str) -> list[Problem]:
        return [] if self.mark else [Problem(f"{path}.mark", _("text"))]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.issuer,), f"{path}.issuer")


def cited(basis: Basis) -> str:
    """The clause as a letter cites it, nothing where no clause says so.

    An annex goes by its title: in a letter “附件” would be an annex of that letter.
    """
    clause = basis.clause if basis.kind == "clause" else ""
    return clause.removeprefix("附件") if clause.startswith("附件《") else clause
