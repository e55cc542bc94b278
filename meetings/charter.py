from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule
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
class OrganiseRules(Rule):
    """The unit that arranges meetings, and records within `record` that they were held.

    `held_before` is how many there were before the first one here.
    """

    office: str
    record: Term
    held_before: int = 0

    def check(self, path: str) -> list[Problem]:
        if self.held_before < 0:
            return [Problem(f"{path}.held_before", _("0 or more"))]
        return []

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.office,), f"{path}.office")


@dataclass(frozen=True, kw_only=True)
class ChairRules(Rule):
    """The posts that may chair, and those to which one of them may delegate it."""

    posts: tuple[str, ...]
    delegates: tuple[str, ...] = ()

    def check(self, path: str) -> list[Problem]:
        return [] if self.posts else [Problem(f"{path}.posts", _("at least one post"))]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("post", self.posts, f"{path}.posts"),
            *known.unknown("post", self.delegates, f"{path}.delegates"),
        ]


@dataclass(frozen=True, kw_only=True)
class Portfolio(LocalRule):
    """A post that attends where a topic of one of these classes is on the agenda."""

    post: str
    classes: tuple[str, ...]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("post", (self.post,), f"{path}.post")


@dataclass(frozen=True, kw_only=True)
class AttendanceRules(Rule):
    """Who sits in a meeting: posts always or by portfolio, units always or by the topics.

    `invited` names the kinds of people who may be asked in, with or without an account.
    """

    attending: tuple[str, ...]
    by_portfolio: tuple[Portfolio, ...] = ()
    units: tuple[str, ...] = ()
    by_topic: bool = True
    invited: tuple[str, ...] = ()
    substitutes: Literal["allowed", "refused"] = "allowed"

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("post", self.attending, f"{path}.attending"),
            *known.unknown("unit", self.units, f"{path}.units"),
        ]


@dataclass(frozen=True, kw_only=True)
class NoticeRules(Rule):
    """The notice of a meeting.

    It is arranged within `arrange` of being agreed to and leaves `before` the meeting;
    units say until `reply`, counted back from the meeting, who comes.
    """

    paper: Paper
    arrange: Term
    before: Term
    reply: Term

    def check(self, path: str) -> list[Problem]:
        terms = {"before": self.before, "reply": self.reply}
        return [
            Problem(f"{path}.{name}.when", "before")
            for name, term in terms.items()
            if term.when != "before"
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
    organise: OrganiseRules
    chair: ChairRules
    attendance: AttendanceRules
    notice: NoticeRules

    def check(self, path: str) -> list[Problem]:
        problems = []
        if self.least < 1:
            problems.append(Problem(f"{path}.least", _("1 or more")))
        if self.ask_by.when != "before":
            problems.append(Problem(f"{path}.ask_by.when", "before"))
        return problems
