"""Whether as many are there as the charter wants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointmeeting.templatetags.papers import paper_number
from meetings.charter import Quorum

if TYPE_CHECKING:
    from meetings.models import Attendance


@dataclass(frozen=True)
class Count:
    """How many are called and were there, of what the charter counts."""

    rule: Quorum
    called: int
    there: int

    @property
    def needed(self) -> int:
        return self.rule.needed(self.called)

    @property
    def is_met(self) -> bool:
        return self.there >= self.needed

    @property
    def wanted(self) -> str:
        """How many must come, in a few words."""
        about = {"needed": self.needed, "called": self.called}
        if self.rule.of == "sides":
            return _("%(needed)s of %(called)s sides") % about
        return _("%(needed)s of %(called)s people") % about

    def __str__(self) -> str:
        """Who was called, who was there, and whether that is enough, in a sentence."""
        about = {"called": self.called, "there": self.there, "share": self._share()}
        if self.rule.of == "sides":
            if self.is_met:
                text = _(
                    "%(there)s of %(called)s sides were there: %(share)s is reached."
                )
            else:
                text = _(
                    "%(there)s of %(called)s sides were there: %(share)s is not reached."
                )
        elif self.is_met:
            text = _("%(there)s of %(called)s people were there: %(share)s is reached.")
        else:
            text = _(
                "%(there)s of %(called)s people were there: %(share)s is not reached."
            )
        return text % about

    def _share(self) -> str:
        rule = self.rule
        if not rule.out_of:
            return _("the number of %(n)s") % {"n": rule.at_least}
        is_chinese = (get_language() or "").startswith("zh")
        said = paper_number if is_chinese else str
        about = {"part": said(rule.at_least), "whole": said(rule.out_of)}
        return _("%(part)s of %(whole)s") % about


def count_of(meeting: Any, places: Iterable[Attendance] | None = None) -> Count | None:
    """The count of a meeting by who was ticked; nothing where the charter wants none."""
    rule = meeting.sitting_rules.attendance.quorum
    if rule is None:
        return None
    if places is None:
        places = meeting.attendances.select_related("post", "unit__liaison")
    attending = [each for each in places if each.capacity == each.Capacity.ATTENDING]
    if rule.of == "posts":
        attending = [each for each in attending if each.post]
    there = {each: _heads(each, rule) for each in attending}
    if rule.of == "sides":
        offices = {
            side.office: side.key
            for side in meeting.joint_body.rules_in_force.parts["sides"]
        }
        keys = dict(meeting.joint_body.sides.values_list("pk", "key"))
        represented = {
            _side(each, offices, keys) for each, heads in there.items() if heads
        }
        return Count(rule, len(keys), len(represented - {None}))
    called = sum(max(each.quota, 1) for each in attending)
    return Count(rule, called, sum(there.values()))


def _heads(place: Attendance, rule: Quorum) -> int:
    """How many sat there; a substitute counts if the charter says so."""
    if not place.was_there:
        return 0
    is_replaced = place.status == place.Status.SUBSTITUTED
    heads = max(len(place.people), 1)
    return heads - 1 if is_replaced and not rule.counting_substitutes else heads


def _side(place: Attendance, offices: dict[str, str], keys: dict[int, str]) -> str | None:
    """The side that a post is of, or that a unit is the office or a liaison of."""
    if place.post:
        return keys.get(place.post.side_id or 0)
    if place.unit:
        office = offices.get(place.unit.key)
        return office or keys.get(place.unit.liaison.side_id or 0)
    return None
