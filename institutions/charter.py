"""The parts of a charter that institutions interprets: words, sides, posts, units, rights."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from institutions.reading import Problem

GateMode = Literal["refuse", "explain", "off"]
Right = Literal[
    "read_topics",
    "read_opinions",
    "request_meetings",
    "prepare_topics",
    "run_consultations",
    "issue_documents",
    "organise_meetings",
    "record_meetings",
    "assign_tasks",
    "verify_results",
    "inspect",
    "administer_accounts",
    "administer_rights",
    "read_audit",
]
FEWEST_SIDES, MOST_SIDES = 2, 5
PARTS: dict[str, Any] = {}  # key in the document → its type; filled in AppConfig.ready()


@dataclass(frozen=True, kw_only=True)
class Other:
    """A clause beside the one in force: one that says the same, or says otherwise."""

    clause: str
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """A clause of the rule text, agreed by the offices, or read into a clause."""

    kind: Literal["clause", "local", "reading"] = "local"
    clause: str = ""
    also: tuple[Other, ...] = ()
    why: str = ""

    def check(self, path: str) -> list[Problem]:
        problems = []
        if self.clause and self.kind == "local":
            expected = _("nothing: what is agreed locally stands in no clause")
            problems.append(Problem(f"{path}.clause", expected))
        if not self.clause and self.kind != "local":
            problems.append(Problem(f"{path}.clause", _("the document and its clause")))
        if self.kind == "reading" and not self.why:
            problems.append(Problem(f"{path}.why", _("why the clause is read so")))
        return problems


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the place, and what it rests on."""

    basis: Basis


@dataclass(frozen=True, kw_only=True)
class LocalRule(Rule):
    """A rule that counts as agreed locally where it names no basis."""

    basis: Basis = Basis()


@dataclass(frozen=True)
class Known:
    """What a charter may name: its posts, the leaders of its sides, its units' keys.

    `reached` are the posts somebody stands behind: a side, a unit, or an office that enters
    for them; `named` is what upper parts name, by kind.
    """

    posts: frozenset[str]
    leaders: dict[str, str]
    units: frozenset[str]
    reached: frozenset[str] = frozenset()
    named: dict[str, frozenset[str]] = field(default_factory=dict)

    def unknown(self, kind: str, keys: tuple[str, ...], path: str) -> list[Problem]:
        """A problem for each key that names no post, side, unit or class of this charter."""
        names: dict[str, tuple[Any, str]] = {
            "post": (self.posts, _("a post of this charter")),
            "side": (self.leaders, _("a side of this charter")),
            "unit": (self.units, _("a unit of this charter")),
            "class": (
                self.named.get("class", frozenset()),
                _("a class of topics of this charter"),
            ),
            "holder": (
                self.posts | self.units,
                _("a unit or post of this charter"),
            ),
        }
        known, expected = names[kind]
        missing = [key for key in keys if key not in known]
        return [Problem(path, f"{expected}: {key}") for key in missing]


@dataclass(frozen=True, kw_only=True)
class SourceText:
    """A rule text that this charter rests on."""

    title: str
    number: str = ""
    issued_on: str = ""
    is_trial: bool = False
    from_issue: bool = False  # in force from the day of issue, by its own words

    def check(self, path: str) -> list[Problem]:
        """The day of issue is left out, or written as a date."""
        try:
            date.fromisoformat(self.issued_on or "2000-01-01")
        except ValueError:
            return [Problem(f"{path}.issued_on", _("a date such as 2026-01-31"))]
        return []


@dataclass(frozen=True, kw_only=True)
class BodyRules(Rule):
    """The joint body: its name, the unit its secretariat sits in, how its lists name people."""

    name: str
    short: str
    texts: tuple[SourceText, ...]
    secretariat: str = ""  # a unit; none where the offices share the work
    people_by: Literal["protocol", "strokes"] = "protocol"

    def check_in(self, known: Known, path: str) -> list[Problem]:
        keys = (self.secretariat,) if self.secretariat else ()
        return known.unknown("unit", keys, f"{path}.secretariat")


@dataclass(frozen=True, kw_only=True)
class SideRules(Rule):
    """A side of the body: the unit that is its office, and the post that leads it.

    Of its further `units` each enters for the side's posts as the office does; `seats` is how
    many representatives it has.
    """

    key: str
    name: str
    office: str
    leader: str
    units: tuple[str, ...] = ()
    seats: int | None = None

    @property
    def all_units(self) -> tuple[str, ...]:
        """Its office, then its further units."""
        return (self.office, *self.units)

    def check(self, path: str) -> list[Problem]:
        problems = repeated(list(self.units), f"{path}.units")
        if self.seats is not None and self.seats < 1:
            problems.append(Problem(f"{path}.seats", _("1 or more")))
        if self.office in self.units:
            expected = _("further units, not the office: %(key)s") % {"key": self.office}
            problems.append(Problem(f"{path}.units", expected))
        return problems

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return [
            *known.unknown("unit", (self.office,), f"{path}.office"),
            *known.unknown("unit", self.units, f"{path}.units"),
            *known.unknown("post", (self.leader,), f"{path}.leader"),
        ]


def check_sides(sides: tuple[SideRules, ...]) -> list[Problem]:
    """They are two to five, and no unit is of two of them."""
    problems = []
    if not FEWEST_SIDES <= len(sides) <= MOST_SIDES:
        expected = _("two to five sides: there are %(n)s") % {"n": len(sides)}
        problems.append(Problem("sides", expected))
    of: dict[str, str] = {}
    for number, side in enumerate(sides):
        for unit in side.all_units:
            if of.setdefault(unit, side.key) != side.key:
                name = "office" if unit == side.office else "units"
                expected = _("a unit of no other side: %(key)s") % {"key": unit}
                problems.append(Problem(f"sides[{number}].{name}", expected))
    return problems


@dataclass(frozen=True, kw_only=True)
class SuccessionRules(LocalRule):
    """Who steps in while a post is vacant or its holder away: the first of these that is held.

    Automatic: at once where it is vacant. With consent: of the successor, or of `consent_of`.
    """

    posts: tuple[str, ...]  # keys of posts or units, the first first
    how: Literal["automatic", "with consent", "by letter", "for a time"] = "automatic"
    consent_of: str = ""

    def check(self, path: str) -> list[Problem]:
        problems = []
        if not self.posts:
            problems.append(Problem(f"{path}.posts", _("at least one post")))
        if self.consent_of and self.how != "with consent":
            expected = _("nothing: only a succession with consent names who consents")
            problems.append(Problem(f"{path}.consent_of", expected))
        return problems

    def check_in(self, known: Known, path: str) -> list[Problem]:
        consenting = (self.consent_of,) if self.consent_of else ()
        return [
            *known.unknown("holder", self.posts, f"{path}.posts"),
            *known.unknown("post", consenting, f"{path}.consent_of"),
        ]


@dataclass(frozen=True, kw_only=True)
class DelegationRules(LocalRule):
    """Whom the holder of a post may delegate to: to act instead, or only to enter for him."""

    how: Literal["acts", "enters"]
    posts: tuple[str, ...]  # keys of posts or units

    def check(self, path: str) -> list[Problem]:
        return [] if self.posts else [Problem(f"{path}.posts", _("at least one post"))]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("holder", self.posts, f"{path}.posts")


@dataclass(frozen=True, kw_only=True)
class PostRules(Rule):
    """A post. One outside the body belongs to no side; a side's office enters for it.

    `holders` people hold it at once at most, with equal rights: any one of them signs.
    """

    key: str
    title: str
    unit: str = ""  # the name of the unit it stands in, for documents
    side: str = ""
    entered_by: str = ""
    holders: int = 1
    succession: SuccessionRules | None = None
    delegation: DelegationRules | None = None

    @property
    def is_reached(self) -> bool:
        """Whether it is of a side or a unit, or an office enters for it."""
        return bool(self.side or self.entered_by or self.unit)

    def check(self, path: str) -> list[Problem]:
        problems = []
        if self.side and self.entered_by:
            expected = _("nothing: a post of a side is entered by that side's office")
            problems.append(Problem(f"{path}.entered_by", expected))
        if self.holders < 1:
            problems.append(Problem(f"{path}.holders", _("1 or more")))
        for name in ("succession", "delegation"):
            rules = getattr(self, name)
            if rules and self.key in rules.posts:
                problems.append(Problem(f"{path}.{name}.posts", _("another post")))
        return problems

    def check_in(self, known: Known, path: str) -> list[Problem]:
        sides = tuple(filter(None, [self.side, self.entered_by]))
        field = "side" if self.side else "entered_by"
        return known.unknown("side", sides, f"{path}.{field}")


@dataclass(frozen=True, kw_only=True)
class UnitRules:
    """A unit, and the title of who acts for it here."""

    key: str
    name: str
    short: str = ""
    liaison: str = ""


@dataclass(frozen=True, kw_only=True)
class LiaisonRules(LocalRule):
    """The title of who acts for a unit, unless the unit names another."""

    title: str


@dataclass(frozen=True, kw_only=True)
class UnitGroup(Rule):
    """Units that are on the body for one reason: its offices, its members, others asked."""

    heading: str
    liaison: LiaisonRules
    units: tuple[UnitRules, ...]
    is_member: bool = True


@dataclass(frozen=True, kw_only=True)
class OfficeDuty(Rule):
    """A right on the body, and the units or posts that have it by their task."""

    rights: tuple[Right, ...]
    holders: tuple[str, ...]

    def check_in(self, known: Known, path: str) -> list[Problem]:
        return known.unknown("holder", self.holders, f"{path}.holders")


def circular(posts: tuple[PostRules, ...]) -> list[Problem]:
    """A problem for each post whose succession comes back to it."""
    after = {post.key: post.succession.posts for post in posts if post.succession}
    problems = []
    for number, post in enumerate(posts):
        reached, further = set(), list(after.get(post.key, ()))
        while further:
            key = further.pop()
            if key not in reached:
                reached.add(key)
                further += after.get(key, ())
        if post.key in reached and post.key not in after[post.key]:
            path = f"posts[{number}].succession.posts"
            expected = _("posts whose own succession does not come back to this one")
            problems.append(Problem(path, expected))
    return problems


def repeated(keys: list[str], path: str) -> list[Problem]:
    """A problem for each key that stands more than once."""
    twice = {key for key in keys if keys.count(key) > 1}
    return [Problem(path, _("%(key)s once only") % {"key": k}) for k in sorted(twice)]
