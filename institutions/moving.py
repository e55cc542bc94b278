"""What becomes of the posts, units and sides that a new version of a charter names no more.

As it is kept: {"posts": {"old": {"how": "becomes", "to": "new"}}, "units": {…}}. One that
becomes another keeps its row, and with it its holders and all that it owes and signs. One
that is ended is answered for by the post or unit that is named; of a unit there may be none.
A side is never ended, as its topics and signatures are its own: it becomes another.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.appointing import end_appointment, hold_what_was_taken_over
from institutions.charter import PostRules, SideRules, UnitRules
from institutions.models import Charter, JointBody, MemberUnit, Post, Side, User
from institutions.models.charters import posts_in, units_in
from institutions.units import leave_body
from jointmeeting import clock
from jointmeeting.workflow import save_with_history

BECOMES, ENDED = "becomes", "ended"


def moves_of(charter: Charter) -> "Moves":
    return Moves(charter.joint_body, charter.parts, charter.moves)


@dataclass
class Moves:
    """What a body has that these parts of a charter name no more, and what was said of it."""

    body: JointBody
    parts: dict[str, Any]
    said: dict[str, dict[str, dict[str, str]]]

    @cached_property
    def posts(self) -> list[Post]:
        """Posts that go; those of units go with their unit."""
        rows = self.body.posts.filter(liaison_of=None, ended_on=None)
        return list(rows.exclude(key__in=self.posts_named))

    @cached_property
    def units(self) -> list[MemberUnit]:
        """Units that go, but for those that stand there under another key."""
        rows = self.body.members.filter(ended_on=None).select_related("unit", "liaison")
        gone = rows.exclude(key__in=self.units_named)
        return [row for row in gone if row.pk not in self._same]

    @cached_property
    def sides(self) -> list[Side]:
        """Sides that go."""
        return list(self.body.sides.exclude(key__in=self.sides_named))

    @property
    def sides_named(self) -> dict[str, SideRules]:
        """The sides that the new version names, by key."""
        return {rule.key: rule for rule in self.parts["sides"]}

    @property
    def posts_named(self) -> dict[str, PostRules]:
        """The posts that the new version names, by key."""
        return posts_in(self.parts)

    @property
    def units_named(self) -> dict[str, UnitRules]:
        """The units that the new version names, by key."""
        return units_in(self.parts)

    @cached_property
    def _same(self) -> dict[int, str]:
        """The new key of each unit that stands there by one of its names under another one."""
        named = {rule.name: key for key, rule in self.units_named.items()}
        rows = self.body.members.exclude(key__in=self.units_named).select_related("unit")
        found = {}
        for row in rows.prefetch_related("unit__former_names"):
            names = [row.unit.name, *(each.name for each in row.unit.former_names.all())]
            if key := next((named[name] for name in names if name in named), None):
                found[row.pk] = key
        return found

    @cached_property
    def new_posts(self) -> dict[str, str]:
        """Titles of posts that the body does not have yet, by key."""
        there = set(self.body.posts.values_list("key", flat=True))
        return {k: r.title for k, r in self.posts_named.items() if k not in there}

    @cached_property
    def new_units(self) -> dict[str, str]:
        """Names of units that the body does not have yet, by key."""
        there = {*self.body.members.values_list("key", flat=True), *self._same.values()}
        return {k: r.name for k, r in self.units_named.items() if k not in there}

    @cached_property
    def new_sides(self) -> dict[str, str]:
        """Names of sides that the body does not have yet, by key."""
        there = set(self.body.sides.values_list("key", flat=True))
        return {k: r.name for k, r in self.sides_named.items() if k not in there}

    def read(self, moved: dict[str, str]) -> dict[str, dict[str, dict[str, str]]]:
        """As they are kept, moves given by keys: old and new; raises ValidationError.

        A key that is new says what the old one becomes, another who answers for it.
        """
        said: dict[str, dict[str, dict[str, str]]] = {}
        rows: list[tuple[str, list[Any], dict]] = [
            ("sides", self.sides, self.new_sides),
            ("posts", self.posts, self.new_posts),
            ("units", self.units, self.new_units),
        ]
        for kind, gone, new in rows:
            going = {row.key: moved[row.key] for row in gone if row.key in moved}
            said[kind] = {
                old: {"how": BECOMES if to in new else ENDED, "to": to}
                for old, to in going.items()
            }
        if unknown := sorted(
            moved.keys() - {key for each in said.values() for key in each}
        ):
            text = _("no key of what the version names no more: %(keys)s")
            raise ValidationError({"moves": text % {"keys": ", ".join(unknown)}})
        return said

    def check(self) -> None:
        """Raise ValidationError where one is not said, or goes where it cannot."""
        wrong: dict[str, list[str]] = {}
        heirs = {*self.posts_named, *self.units_named}
        rows: list[tuple[str, list[Any], dict, set[str]]] = [
            ("posts", self.posts, self.new_posts, heirs),
            ("units", self.units, self.new_units, {*self.units_named, ""}),
            ("sides", self.sides, self.new_sides, set()),
        ]
        for kind, gone, new, takers in rows:
            seen: set[str] = set()
            for row in gone:
                said = self.said.get(kind, {}).get(row.key, {})
                how, to = said.get("how"), said.get("to", "")
                if how == BECOMES and to in new and to not in seen:
                    seen.add(to)
                elif how == BECOMES and to in seen:
                    text = _("Another one becomes this already.")
                    wrong[f"{kind}.{row.key}"] = [text]
                elif how != ENDED or to not in takers:
                    text = _("Say what becomes of “%(name)s”.")
                    if kind == "sides":
                        text = _(
                            "A side is not ended: name the new one it becomes (“%(name)s”)."
                        )
                    wrong[f"{kind}.{row.key}"] = [text % {"name": row}]
        if wrong:
            raise ValidationError(wrong)

    def rename(self) -> None:
        """Give those that become another their new key; before the rows are laid out."""
        for side in self.sides:
            side.key = self.said["sides"][side.key]["to"]
            save_with_history(side, None, gettext_noop("Go on as another side"))
        for post in self.posts:
            if (said := self.said["posts"][post.key])["how"] == BECOMES:
                post.key = said["to"]
                save_with_history(post, None, gettext_noop("Go on as another post"))
        same = dict(self._same)
        for unit in self.units:
            if (said := self.said["units"][unit.key])["how"] == BECOMES:
                same[unit.pk] = said["to"]
        names = dict(self.body.members.values_list("pk", "key"))
        self.said.setdefault("units", {}).update(
            {names[pk]: {"how": BECOMES, "to": key} for pk, key in same.items()}
        )
        for unit in self.body.members.filter(pk__in=same).select_related("liaison"):
            unit.key = same[unit.pk]
            unit.liaison.key = f"unit-{unit.key}"
            unit.liaison.save()
            save_with_history(unit, None, gettext_noop("Go on under another key"))

    def end(self, by: User | None) -> list[User]:
        """End those that are ended, once the new rows are there; gives who is concerned."""
        last_day = clock.today() - timedelta(days=1)
        people: list[User] = []
        units = {unit.key: unit for unit in self.body.members.select_related("unit")}
        posts = {post.key: post for post in self.body.posts.all()}
        posts |= {key: unit.liaison for key, unit in units.items()}
        for post in self.posts:
            if (said := self.said["posts"].get(post.key, {})).get("how") == ENDED:
                people += _end(post, posts[said["to"]], by, last_day)
        reason = _("The charter names it no more.")
        for unit in self.units:
            if (said := self.said["units"].get(unit.key, {})).get("how") == ENDED:
                heir = units.get(said["to"])
                people += leave_body(unit, by, last_day, reason, heir)
        return people


def _end(post: Post, heir: Post, by: User | None, last_day: Any) -> list[User]:
    """End a post and all that it had taken over; whoever holds the heir answers for it."""
    people = []
    for each in (post, *post.predecessors.all()):
        for appointment in each.appointments.not_over().select_related("person"):
            people.append(appointment.person)
            end_appointment(appointment, last_day)
        each.ended_on, each.successor = each.ended_on or last_day, heir
        save_with_history(each, by, gettext_noop("End the post"))
    return people + hold_what_was_taken_over(heir)
