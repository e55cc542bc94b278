from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from consents.charter import Route
from deadlines.charter import Term, counted
from documents.charter import Paper
from institutions.charter import Known, LocalRule, Rule, repeated
from institutions.reading import Problem

MONTHS = {"year": 12, "half-year": 6, "quarter": 3, "two months": 2, "since last": 12}
Planned = Literal["day", "chair", "agenda", "attendance"]
MOST_SENT = 50  # people whom one unit names


@dataclass(frozen=True, kw_only=True)
class RequestRules(Rule):
    """How a meeting of one kind comes about: who may ask for it, whom, and who agrees."""

    asked_by: tuple[str, ...]
    addressed_to: tuple[str, ...]
    copies: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()  # on which alone it may be asked for
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

    Meetings are numbered in all, within their work year, or both. `held_before` is how
    many there were before the first one here.
    """

    office: str
    record: Term
    held_before: int = 0
    numbering: Literal["total", "by year", "both"] = "total"

    def check(self, path: str) -> list[Problem]:
        if self.held_before < 0:
            return [Problem(f"{path}.held_before", _("0 or more"))]
        return []

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.office,), f"{path}.office")


@dataclass(frozen=True, kw_only=True)
class ChairRules(Rule):
    """The posts that may chair, and those to which one of them may delegate it.

    With `in_turn` they chair one meeting after the other, in their order. `others` says
    whether another post, or one whose turn it is not, may chair where the reason is kept.
    """

    posts: tuple[str, ...]
    delegates: tuple[str, ...] = ()
    in_turn: bool = False
    others: Literal["refused", "with reason"] = "refused"

    def check(self, path: str) -> list[Problem]:
        if not self.posts:
            return [Problem(f"{path}.posts", _("at least one post"))]
        if self.in_turn and len(self.posts) == 1:
            return [Problem(f"{path}.posts", _("two posts or more that take turns"))]
        return []

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

    @property
    def names(self) -> dict[str, frozenset[str]]:
        return {"portfolio": frozenset(self.classes)}

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("post", (self.post,), f"{path}.post"),
            *known.unknown("class", self.classes, f"{path}.classes"),
        ]


@dataclass(frozen=True, kw_only=True)
class Quorum(LocalRule):
    """How many must be there for a meeting to be held: a share of `out_of`, else a number.

    Counted are all who attend by head (members), the sides of which somebody attends, or
    the posts that attend; a substitute counts or not.
    """

    of: Literal["members", "sides", "posts"]
    at_least: int
    out_of: int = 0
    counting_substitutes: bool = True

    def check(self, path: str) -> list[Problem]:
        if self.at_least < 1:
            return [Problem(f"{path}.at_least", _("1 or more"))]
        if self.out_of and self.out_of < self.at_least:
            return [Problem(f"{path}.out_of", _("no less than at_least, or 0"))]
        return []

    def needed(self, called: int) -> int:
        """How many of so many who are called; a share is rounded up."""
        if not self.out_of:
            return self.at_least
        return -(-called * self.at_least // self.out_of)


@dataclass(frozen=True, kw_only=True)
class AttendanceRules(Rule):
    """Who sits in a meeting: posts always or by portfolio, units always or by the topics.

    `invited` names the kinds of people who may be asked in, with or without an account.
    Beside the posts each side's office names `per_side` people who attend, and each other
    unit that is called `per_unit`; with 0 it is one, or as the side sees fit.
    """

    attending: tuple[str, ...] = ()
    by_portfolio: tuple[Portfolio, ...] = ()
    per_side: int = 0
    per_unit: int = 0
    units: tuple[str, ...] = ()
    by_topic: bool = True
    invited: tuple[str, ...] = ()
    substitutes: Literal["allowed", "with consent", "with letter", "refused"] = "allowed"
    quorum: Quorum | None = None

    def check(self, path: str) -> list[Problem]:
        numbers = {"per_side": self.per_side, "per_unit": self.per_unit}
        wrong = [
            Problem(f"{path}.{name}", _("a number from 0 to %(n)s") % {"n": MOST_SENT})
            for name, number in numbers.items()
            if not 0 <= number <= MOST_SENT
        ]
        if not self.attending and not self.per_side:
            expected = _("at least one post, or a number of people of each side")
            wrong.append(Problem(f"{path}.attending", expected))
        return wrong

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("post", self.attending, f"{path}.attending"),
            *known.unknown("unit", self.units, f"{path}.units"),
        ]


@dataclass(frozen=True, kw_only=True)
class NoticeRules(Rule):
    """The notice of a meeting.

    It is arranged within `arrange` of being agreed to and leaves `before` the meeting;
    units say until `reply`, counted back from the meeting, who comes; without it no unit
    is asked.
    """

    paper: Paper
    arrange: Term
    before: Term
    reply: Term | None = None

    def check(self, path: str) -> list[Problem]:
        return counted("before", path, before=self.before, reply=self.reply)


@dataclass(frozen=True, kw_only=True)
class MeetingForm(LocalRule):
    """A form other than the usual one: with more people, or together with another meeting.

    The posts and units attend besides those who do anyway.
    """

    key: str
    name: str
    counts: bool = True
    because: str = ""  # why it counts as a meeting of the year, or does not
    posts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def told(self) -> str:
        """Its name, whether it counts as a meeting of the year, and why."""
        text = (
            _("%(name)s: counts for the year")
            if self.counts
            else _("%(name)s: does not count for the year")
        )
        about = {"name": self.name, "because": self.because}
        because = _(", because %(because)s") if self.because else ""
        return (text + because) % about

    def check(self, path: str) -> list[Problem]:
        if self.counts or self.because:
            return []
        return [Problem(f"{path}.because", _("why it does not count for the year"))]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("post", self.posts, f"{path}.posts"),
            *known.unknown("unit", self.units, f"{path}.units"),
        ]


@dataclass(frozen=True, kw_only=True)
class PlanRules(Rule):
    """The meeting's plan, which is consented to as one before the notice may leave.

    It is put before them `ask` before the meeting; whoever changes what it `covers`
    afterwards has to ask anew.
    """

    covers: tuple[Planned, ...]
    ask: Term
    agree: Route

    def check(self, path: str) -> list[Problem]:
        problems = counted("before", path, ask=self.ask)
        if not self.covers:
            problems.append(Problem(f"{path}.covers", _("at least one of its parts")))
        return problems + repeated(list(self.covers), f"{path}.covers")


@dataclass(frozen=True, kw_only=True)
class DecidingRules(Rule):
    """How a meeting decides: without objection, by votes of those there, or by its chair."""

    manner: Literal["consensus", "majority", "two thirds", "chair"]


@dataclass(frozen=True, kw_only=True)
class MeetingRules(Rule):
    """How often the body meets, and how that is asked.

    So often `per` work year or part of one; or once, so many months since the last
    meeting. The regular meeting is to be asked for by `ask_by`, counted back from the last
    day on which it may be held. A work year begins with the month `year_begins`.
    """

    least: int
    binding: Literal["in principle", "must"]
    ask_by: Term
    regular: RequestRules
    ad_hoc: RequestRules | None = None
    organise: OrganiseRules
    chair: ChairRules
    attendance: AttendanceRules
    notice: NoticeRules
    most: int = 0  # as often as one likes
    per: Literal["year", "half-year", "quarter", "two months", "since last"] = "year"
    months_least: int = 0  # since the last meeting
    months_most: int = 0
    year_begins: int = 1
    plan: PlanRules | None = None
    deciding: DecidingRules | None = None
    forms: tuple[MeetingForm, ...] = ()
    ad_hoc_counts: bool = False

    def counts(self, kind: str, form: str = "") -> bool:
        """Whether such a meeting is one of those that the year asks for."""
        others = {each.key for each in self.forms if not each.counts}
        return form not in others and (kind == "regular" or self.ad_hoc_counts)

    def check(self, path: str) -> list[Problem]:
        problems = []
        if self.least < 1:
            problems.append(Problem(f"{path}.least", _("1 or more")))
        if self.most and self.most < self.least:
            expected = _("0, or at least as many as must be held")
            problems.append(Problem(f"{path}.most", expected))
        problems += counted("before", path, ask_by=self.ask_by)
        if not 1 <= self.year_begins <= 12:
            problems.append(Problem(f"{path}.year_begins", _("a month, 1 to 12")))
        if self.ad_hoc_counts and self.ad_hoc is None:
            expected = _("false: there are no ad hoc meetings")
            problems.append(Problem(f"{path}.ad_hoc_counts", expected))
        problems += repeated([form.key for form in self.forms], f"{path}.forms")
        return problems + self._check_months(path)

    def _check_months(self, path: str) -> list[Problem]:
        """The months since the last meeting are named where these are counted, and only there."""
        if self.per != "since last":
            named = {"months_least": self.months_least, "months_most": self.months_most}
            expected = _("0, unless it is counted since the last meeting")
            problems = [
                Problem(f"{path}.{name}", expected) for name, n in named.items() if n
            ]
        else:
            problems = [
                Problem(f"{path}.{name}", _("1: one meeting since the last"))
                for name, n in {"least": self.least, "most": self.most or 1}.items()
                if n != 1
            ]
            if not 0 <= self.months_least < self.months_most:
                expected = _("more months than at least pass")
                problems.append(Problem(f"{path}.months_most", expected))
        return problems

    def how_often(self) -> str:
        """How often it meets, and how binding that is, as part of a sentence."""
        binding = {
            "must": _("it must meet %(often)s"),
            "in principle": _("in principle it meets %(often)s"),
        }
        often = self._since_last() if self.per == "since last" else self._per_period()
        return binding[self.binding] % {"often": often}

    def _since_last(self) -> str:
        text = _("within %(months_most)s months of the last meeting")
        if self.months_least:
            text = _("%(months_least)s to %(months_most)s months after the last meeting")
        return text % vars(self)

    def _per_period(self) -> str:
        times = _("at least %(least)s times")
        if self.most:
            is_range = self.most > self.least
            times = _("%(least)s to %(most)s times") if is_range else _("%(least)s times")
        per = {
            "year": _("a year"),
            "half-year": _("each half-year"),
            "quarter": _("each quarter"),
            "two months": _("every two months"),
        }
        about = {"times": times % vars(self), "per": per[self.per]}
        return _("%(times)s %(per)s") % about


@dataclass(frozen=True, kw_only=True)
class LowerRules(Rule):
    """The units, by their names, that set up joint bodies of their own below this one.

    A body below is that of the unit which is on it. Within so long of each of its meetings
    it reports to the `receiver`, a unit of this body.
    """

    units: tuple[str, ...]
    receiver: str
    within: Term

    def check(self, path: str) -> list[Problem]:
        problems = counted("after", path, within=self.within)
        if not self.units:
            problems.append(Problem(f"{path}.units", _("at least one unit")))
        return problems + repeated(list(self.units), f"{path}.units")

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("unit", (self.receiver,), f"{path}.receiver")
