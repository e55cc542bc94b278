"""A charter in words: every rule with what it says, by what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consents.charter import Route, RouteCase
from consents.models import silence_basis
from consents.words import case_text, route_text, silence_text, steps_text
from deadlines.charter import Term
from desk.labels import class_label, field_label, part_label, value_label
from followups.charter import Rhythm
from institutions.charter import Basis, PostRules, Rule
from institutions.models import Charter

KINDS = ("clause", "local", "reading")
# The basis stands beside the rule, the texts above them; keys are for the charter alone;
# whether units are members is said in the label of their list.
HIDDEN = {"basis", "key", "texts", "is_member"}
NAMED_BY = ("title", "heading", "name", "rights")
REFERS = {  # else to a holder
    "side": "side",
    "sides": "side",
    "entered_by": "side",
    "leader": "post",
    "post": "post",
    "posts": "post",
    "classes": "class",
}


@dataclass(frozen=True)
class Line:
    """One rule as it is printed."""

    part: str
    name: str
    says: str
    basis: Basis


@dataclass(frozen=True)
class Lines:
    """The rules of one part of the charter."""

    part: str
    lines: list[Line]


def three_lists(charter: Charter) -> dict[str, list[Lines]]:
    """The rules from the text, those agreed locally, and those read into the text."""
    lines = lines_of(charter)
    return {kind: _by_part(lines, kind) for kind in KINDS}


def lines_of(charter: Charter) -> list[Line]:
    """Every rule of the charter, in its order."""
    kinds = ("post", "side", "class", "holder")
    speaker = Speaker({kind: names_in(charter, kind) for kind in kinds})
    return [
        line
        for key, part in charter.parts.items()
        for line in speaker.lines(part, part_label(key), "")
    ]


def _by_part(lines: list[Line], kind: str) -> list[Lines]:
    these = [line for line in lines if line.basis.kind == kind]
    return [
        Lines(part, list(group)) for part, group in groupby(these, lambda line: line.part)
    ]


def names_in(charter: Charter, kind: str = "holder") -> dict[str, str]:
    """What keys stand for: posts by title, units and sides by name; holders are either."""
    parts = charter.parts
    posts = {post.key: post.title for post in parts["posts"]}
    units = [unit for group in parts["units"] for unit in group.units]
    names = {
        "post": posts,
        "side": {side.key: side.name for side in parts["sides"]},
        "class": {each.key: each.name for each in parts["topics"].classes.items},
        "holder": posts | {unit.key: unit.short or unit.name for unit in units},
    }
    return names[kind]


class Speaker:
    """Says the rules of a charter in words, its keys by the names they stand for."""

    def __init__(self, names: dict[str, dict[str, str]]) -> None:
        self.names = names

    def lines(
        self, value: Any, part: str, held_by: str, *, is_listed: bool = False
    ) -> Iterator[Line]:
        """Every rule in what was read, named by the fields that hold it, else by itself.

        One of several that a field holds goes by that field and by its own name.
        """
        if isinstance(value, (tuple, dict)):
            for each in value.values() if isinstance(value, dict) else value:
                yield from self.lines(each, part, held_by, is_listed=True)
        elif is_dataclass(value) and not isinstance(value, type):
            own = self._name(value) if is_listed or not held_by else ""
            above = joined(held_by, own)
            if isinstance(value, Rule):
                name, says = (
                    above or class_label(type(value)),
                    self._rule(value, above, own),
                )
                yield Line(part, name, says, value.basis)
            for field in fields(value):
                below = getattr(value, field.name)
                if holds_rules(below) and not is_idle(value, field.name):
                    label = field_label(type(value), field.name)
                    yield from self.lines(below, part, joined(above, label))

    def _name(self, value: Any) -> str:
        """What it calls itself, else the rights that it gives."""
        if isinstance(value, RouteCase):
            return case_text(value, self.names)
        own = own_name(value)
        return own if isinstance(own, str) else self.says(own)

    def _rule(self, rule: Rule, above: str, own: str) -> str:
        """What a rule says, or that it asks for nothing, or leaves all to those below it."""
        if isinstance(rule, RouteCase):
            said = self._case(rule)
        else:
            said = self.says(rule) if above and not own else self._fields(rule)
        if said:
            return said
        if any(holds_rules(getattr(rule, field.name)) for field in fields(rule)):
            return _("as it says below")
        return _("nothing") if above and not own else ""

    def says(self, value: Any, names: str = "holder") -> str:
        """What a rule or a piece of one says, without the rules below it."""
        if isinstance(value, Term):
            return term_text(value)
        if isinstance(value, Route):
            return self._route(value)
        if isinstance(value, Rhythm):
            return rhythm_text(value)
        if isinstance(value, tuple):
            listed = pgettext("between the items of a list", ", ")
            return listed.join(self.says(each, names) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            name, more = self._name(value), self._fields(value)
            if name and more:
                return _("%(name)s (%(more)s)") % {"name": name, "more": more}
            return name or more
        if isinstance(value, str):
            return self.names[names].get(value) or value_label(value)
        return str(value)

    def _fields(self, value: Any) -> str:
        """Each field with its label, but for the name it goes by and the rules below it."""
        said = [
            self._field(value, field.name, content)
            for field in fields(value)
            if field.name not in HIDDEN
            and (content := getattr(value, field.name))
            and not holds_rules(content)
            and not is_idle(value, field.name)
            and content != own_name(value)
        ]
        return pgettext("between the fields of a rule", "; ").join(said)

    def _field(self, value: Any, name: str, content: Any) -> str:
        is_of_members = name == "units" and getattr(value, "is_member", False)
        label = field_label(type(value), "is_member" if is_of_members else name)
        if content is True:
            return label
        words = {"field": label, "value": self.says(content, REFERS.get(name, "holder"))}
        return _("%(field)s: %(value)s") % words

    def _route(self, route: Route) -> str:
        """The verb, who gives the consent, step by step, and what silence means."""
        says = route_text(route.verb, route.steps, self.names)
        silence = silence_text(silence_basis(route))
        between = pgettext("between the fields of a rule", "; ")
        return between.join(filter(None, [says, silence]))

    def _case(self, case: RouteCase) -> str:
        """What is otherwise in this case; a term of its own stands on a line of its own."""
        if case.steps is None:
            return case.verb
        if case.verb or not case.steps:
            return route_text(case.verb or _("Consent"), case.steps, self.names)
        return steps_text(case.steps, self.names)


def joined(*names: str) -> str:
    return " · ".join(filter(None, names))


def own_name(value: Any) -> Any:
    """What a rule or a piece of one is named by, if it is."""
    names = [getattr(value, field, "") for field in NAMED_BY]
    return next(filter(None, names), "")


def holds_rules(value: Any) -> bool:
    """Whether rules that stand on lines of their own are in this."""
    if isinstance(value, (tuple, dict)):
        return any(map(holds_rules, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Rule)


def is_idle(value: Any, name: str) -> bool:
    """Whether a field has nothing to say: the term of no step, that one holds a post.

    Nor has the term of a first report, which is said with the rhythm that it is.
    """
    if isinstance(value, Rhythm):
        return True
    is_one = isinstance(value, PostRules) and name == "holders" and value.holders == 1
    return is_one or isinstance(value, Route) and name == "term" and not value.steps


def term_text(term: Term) -> str:
    """A term in words: so long before or after what it hangs on, or by which day."""
    sentences = {
        ("days", "after"): _("within %(n)s days"),
        ("days", "before"): _("%(n)s days before"),
        ("working days", "after"): _("within %(n)s working days"),
        ("working days", "before"): _("%(n)s working days before"),
        ("months", "after"): _("within %(n)s months"),
        ("months", "before"): _("%(n)s months before"),
        ("day of month", "after"): _("by the next day %(n)s of a month"),
        ("day of month", "before"): _("by day %(n)s of the month before"),
    }
    said = sentences[term.unit, term.when] % {"n": term.value}
    if not term.of:
        return said
    return _("%(term)s, from %(event)s") % {"term": said, "event": value_label(term.of)}


def rhythm_text(rhythm: Rhythm) -> str:
    """How often a unit reports, and by which day."""
    if rhythm.after:
        return _("first %(term)s") % {"term": term_text(rhythm.after)}
    sentences = {
        "month": _("by day %(day)s of each month"),
        "two months": _("by day %(day)s of every other month, January first"),
        "quarter": _("by day %(day)s of the first month of each quarter"),
        "half-year": _("by day %(day)s of January and July"),
        "year": _("by day %(day)s of January"),
    }
    return sentences[rhythm.every] % {"day": rhythm.day}
