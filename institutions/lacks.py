"""What a charter lacks before its year can be lived: told from its rules and today's posts.

An app adds its own to `CHECKERS` in AppConfig.ready(). A mistake within a rule is refused
when the charter is read; here stands what only shows between rules, and between a rule
and the people who are to follow it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from institutions import reading
from institutions.charter import Right
from institutions.models import Charter, JointBody

Part = TypeVar("Part")


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: where, in words, and whether the year stops at it.

    `vacant` are the keys of the posts that somebody is to be appointed to; where there are
    none, it is mended in the charter.
    """

    paths: tuple[str, ...]
    text: str
    prevents: bool = True
    vacant: tuple[str, ...] = ()


class Examined:
    """A charter's parts, and the posts of its body that somebody holds today."""

    def __init__(self, charter: Charter, held: Iterable[str] | None = None) -> None:
        """`held` are keys of posts; none where there is no body yet that could have people."""
        self.charter = charter
        self.held = None if held is None else frozenset(held)

    def part(self, kind: type[Part]) -> Part:
        return self.charter.part(kind)

    def walk(self) -> Iterator[tuple[str, Any]]:
        """Every rule and piece of one, with its path."""
        for key, part in self.charter.parts.items():
            yield from reading.walk(part, key)

    @cached_property
    def posts(self) -> dict[str, Any]:
        return {post.key: post for post in self.charter.parts["posts"]}

    @cached_property
    def units(self) -> dict[str, Any]:
        groups = self.charter.parts["units"]
        return {unit.key: unit for group in groups for unit in group.units}

    def name(self, key: str) -> str:
        """A post by its title, a unit by its name; the key, where there is neither."""
        if key in self.posts:
            return self.posts[key].title
        unit = self.units.get(key)
        return (unit.short or unit.name) if unit else key

    def names(self, keys: Iterable[str]) -> str:
        listed = pgettext("between the items of a list", ", ")
        return listed.join(map(self.name, keys))

    def is_vacant(self, holder: str) -> bool:
        """Whether nobody holds the post, or acts for the unit, of this key today."""
        return self.held is not None and post_of(holder, self.posts) not in self.held

    def vacancy(
        self, path: str, holders: Iterable[str], text: str = ""
    ) -> Iterator[Lack]:
        """A lack where every one of these, of which any would do, is vacant."""
        keys = list(holders)
        if keys and all(map(self.is_vacant, keys)):
            either = pgettext("between posts of which one answers", " or ")
            who = either.join(map(self.name, keys))
            text = text or _("Nobody acts as %(who)s.")
            vacant = tuple(post_of(key, self.posts) for key in keys)
            yield Lack((path,), text % {"who": who}, vacant=vacant)

    def rights_of(self, holder: str) -> set[str]:
        """What the offices' tasks let a unit or post do."""
        duties = self.charter.parts["offices"]
        return {right for d in duties if holder in d.holders for right in d.rights}

    def unable(self, path: str, holder: str, *rights: Right) -> Iterator[Lack]:
        """A lack for each right that a unit needs for its task and does not have."""
        for right in rights:
            if right not in self.rights_of(holder):
                about = {"who": self.name(holder), "right": label_of(right)}
                text = _("%(who)s is to do this, and lacks the right “%(right)s” for it.")
                yield Lack((path,), text % about)

    def tasked(self, path: str, holder: str, *rights: Right) -> Iterator[Lack]:
        """What keeps a unit from a task: nobody acts for it, or it lacks a right."""
        yield from self.vacancy(path, [holder])
        yield from self.unable(path, holder, *rights)


CHECKERS: list[Callable[[Examined], Iterable[Lack]]] = []


def label_of(right: str) -> str:
    return str(dict(JointBody._meta.permissions)[right])


def post_of(holder: str, posts: Iterable[str]) -> str:
    """The key of a post, or of the post of who acts for the unit of that key."""
    return holder if holder in posts else f"unit-{holder}"


def lacks_of(charter: Charter, body: JointBody | None = None) -> list[Lack]:
    """All that is missing, what stops the year first; one that stands at several paths once.

    Without a body the charter is asked alone, and no post counts as vacant.
    """
    held = body.posts.held().values_list("key", flat=True) if body else None
    examined = Examined(charter, held)
    found: dict[tuple, Lack] = {}
    for check in CHECKERS:
        for lack in check(examined):
            key = lack.text, lack.vacant
            known = found.get(key, replace(lack, paths=(), prevents=False))
            paths = tuple(dict.fromkeys(known.paths + lack.paths))
            prevents = known.prevents or lack.prevents
            found[key] = replace(lack, paths=paths, prevents=prevents)
    return sorted(found.values(), key=lambda lack: not lack.prevents)


def people(examined: Examined) -> Iterator[Lack]:
    """Posts and tasks that wait for somebody: offices, liaisons, who administers."""
    sides = examined.charter.parts["sides"]
    for number, side in enumerate(sides):
        text = _("Nobody acts as %(who)s, so nobody keeps the papers of its side.")
        path = f"sides[{number}].office"
        yield from examined.vacancy(path, [side.office], text)
        text = _("Nobody acts as %(who)s, who leads its side.")
        for lack in examined.vacancy(f"sides[{number}].leader", [side.leader], text):
            yield replace(lack, prevents=False)
        for unit in side.units:
            for lack in examined.unable(f"sides[{number}].units", unit, "read_topics"):
                yield replace(lack, prevents=False)
    offices = {side.office for side in sides}
    for number, group in enumerate(examined.charter.parts["units"]):
        for place, unit in enumerate(group.units):
            if unit.key not in offices:
                text = _("Nobody acts for %(who)s: what it is asked stays unanswered.")
                path = f"units[{number}].units[{place}]"
                for lack in examined.vacancy(path, [unit.key], text):
                    yield replace(lack, prevents=False)


def rights(examined: Examined) -> Iterator[Lack]:
    """Rights that nobody has, or only vacant posts."""
    duties = examined.charter.parts["offices"]
    for number, duty in enumerate(duties):
        for right in duty.rights:
            holders = [h for each in duties if right in each.rights for h in each.holders]
            path = f"offices[{number}].holders"
            if not holders:
                text = _("Nobody has the right “%(right)s”.")
                yield Lack((path,), text % {"right": label_of(right)}, prevents=False)
    for right in ("administer_rights", "administer_accounts"):
        holders = [h for each in duties if right in each.rights for h in each.holders]
        if not holders:
            text = _(
                "Nobody has the right “%(right)s”: posts and accounts stay as they are."
            )
            yield Lack(("offices",), text % {"right": label_of(right)}, prevents=False)
        else:
            for lack in examined.vacancy("offices", holders):
                yield replace(lack, prevents=False)
