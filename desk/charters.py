"""A charter in words: every rule with what it says, by what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consents.charter import Route, Slot
from deadlines.charter import Term
from desk.labels import class_label, field_label, part_label, value_label
from institutions.charter import Basis
from institutions.models import Charter

KINDS = ("clause", "local", "reading")
HIDDEN = {"basis", "key"}  # the basis stands beside the rule; keys are for the charter


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
    speaker = Speaker(names_in(charter))
    lines = [
        line
        for key, part in charter.parts.items()
        for line in speaker.lines(part, part_label(key), "")
    ]
    return {kind: _by_part(lines, kind) for kind in KINDS}


def _by_part(lines: list[Line], kind: str) -> list[Lines]:
    these = [line for line in lines if line.basis.kind == kind]
    return [
        Lines(part, list(group)) for part, group in groupby(these, lambda line: line.part)
    ]


def names_in(charter: Charter) -> dict[str, str]:
    """What the keys of a charter stand for: posts by title, units and sides by name."""
    parts = charter.parts
    units = [unit for group in parts["units"] for unit in group.units]
    return (
        {side.key: side.name for side in parts["sides"]}
        | {unit.key: unit.short or unit.name for unit in units}
        | {post.key: post.title for post in parts["posts"]}
    )


class Speaker:
    """Says the rules of a charter in words, its keys by the names they stand for."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def lines(self, value: Any, part: str, name: str) -> Iterator[Line]:
        """Every rule in what was read, each named by the field that holds it."""
        if isinstance(value, dict):
            for each in value.values():
                yield from self.lines(each, part, name)
        elif isinstance(value, tuple):
            for each in value:
                yield from self.lines(each, part, name)
        elif is_dataclass(value):
            if hasattr(value, "basis"):
                label = name or class_label(type(value))
                yield Line(part, label, self.says(value), value.basis)
            for field in fields(value):
                below = getattr(value, field.name)
                label = (
                    field_label(type(value), field.name) if _holds_rules(below) else ""
                )
                yield from self.lines(below, part, label)

    def says(self, value: Any) -> str:
        """What a rule or a part of one says, without the rules below it."""
        if isinstance(value, Term):
            return term_text(value)
        if isinstance(value, Slot):
            return self._slot(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, tuple):
            return _listed(self.says(each) for each in value)
        if isinstance(value, dict):
            return _listed(f"{value_label(k)} {self.says(v)}" for k, v in value.items())
        if isinstance(value, Route):
            return self._route(value)
        if is_dataclass(value):
            return pgettext("between the fields of a rule", "; ").join(
                self._fields(value)
            )
        if isinstance(value, str):
            return self.names.get(value) or value_label(value)
        return str(value)

    def _route(self, route: Route) -> str:
        """The verb, and who gives the consent, step by step."""
        if not route.steps:
            return _("%(verb)s: agreed as soon as it is asked for") % {"verb": route.verb}
        both = pgettext("between those who all sign", " and ")
        steps = [both.join(self.says(slot) for slot in step) for step in route.steps]
        then = pgettext("between the steps of a route", ", then ").join(steps)
        return _("%(field)s: %(value)s") % {"field": route.verb, "value": then}

    def _slot(self, slot: Slot) -> str:
        """Who fills one place on the sheet."""
        either = pgettext("between posts of which one answers", " or ")
        named = either.join(self.names.get(key, key) for key in slot.any_of)
        return named or value_label(slot.each)

    def _fields(self, value: Any) -> Iterator[str]:
        for field in fields(value):
            below = getattr(value, field.name)
            if field.name in HIDDEN or below in ("", (), None) or _holds_rules(below):
                continue
            words = {
                "field": field_label(type(value), field.name),
                "value": self.says(below),
            }
            yield _("%(field)s: %(value)s") % words


def _holds_rules(value: Any) -> bool:
    """Whether rules that stand on lines of their own are in this."""
    if isinstance(value, (tuple, dict)):
        inside = value.values() if isinstance(value, dict) else value
        return any(map(_holds_rules, inside))
    return hasattr(value, "basis")


def _listed(texts: Iterator[str]) -> str:
    return pgettext("between the items of a list", ", ").join(filter(None, texts))


def term_text(term: Term) -> str:
    """A term in words: so many days or working days before or after what it hangs on."""
    sentences = {
        ("days", "after"): _("within %(n)s days"),
        ("days", "before"): _("%(n)s days before"),
        ("working days", "after"): _("within %(n)s working days"),
        ("working days", "before"): _("%(n)s working days before"),
    }
    return sentences[term.unit, term.when] % {"n": term.value}
