"""The rows that a charter names: sides, posts, units. A row keeps its key for good."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from institutions.models import JointBody, MemberUnit, Side, Unit
from institutions.models.charters import posts_in, units_in


def lay_out(body: JointBody, parts: dict[str, Any]) -> None:
    """Make the rows that these parts name, or bring them up to date; none is taken away."""
    sides = {}
    for number, rule in enumerate(parts["sides"]):
        named = {"name": rule.name, "position": number}
        sides[rule.key], _made = body.sides.update_or_create(key=rule.key, defaults=named)
    for number, rule in enumerate(parts["posts"]):
        named = {
            "title": rule.title,
            "position": number,
            "side": sides.get(rule.side),
            "entered_by": sides.get(rule.entered_by),
            "ended_on": None,
            "successor": None,
        }
        body.posts.update_or_create(key=rule.key, defaults=named)
    number = 0
    for group in parts["units"]:
        for rule in group.units:
            number += 1
            _admit(body, rule, group, number)
    units = {unit.key: unit for unit in body.members.all()}
    posts = {post.key: post for post in body.posts.all()}
    for rule in parts["sides"]:
        its_side: Side = sides[rule.key]
        its_side.office, its_side.leader = units[rule.office], posts[rule.leader]
        its_side.save()
    of_side = {key: sides[rule.key] for rule in parts["sides"] for key in rule.all_units}
    for unit in body.members.select_related("liaison__side"):
        if unit.liaison.side != (side := of_side.get(unit.key)):
            unit.liaison.side = side
            unit.liaison.save()


def clear_away(body: JointBody, parts: dict[str, Any]) -> None:
    """Take away what a body that was never at work has beside what these parts name.

    Only rows that nothing hangs on: a post that somebody was put in is kept.
    """
    posts, units = posts_in(parts), units_in(parts)
    for member in body.members.exclude(key__in=units):
        if not (member.sides.exists() or member.liaison.appointments.exists()):
            member.delete()
            member.liaison.delete()
    idle = body.posts.filter(liaison_of=None, appointments=None)
    for post in idle.exclude(key__in=posts):
        if not body.sides.filter(leader=post).exists():
            post.delete()
    for side in body.sides.exclude(key__in=[rule.key for rule in parts["sides"]]):
        if not body.posts.filter(side=side).exists():
            side.delete()


def _admit(body: JointBody, rule: Any, group: Any, number: int) -> MemberUnit:
    unit = _unit_of(rule)
    if other := body.members.filter(unit=unit).exclude(key=rule.key).first():
        about = {"name": rule.name, "unit": unit, "key": other.key}
        text = _("“%(name)s” is “%(unit)s”, which is on the body as %(key)s.") % about
        raise ValidationError({f"units.{rule.key}": text})
    title = f"{unit}{rule.liaison or group.liaison.title}"
    named = {
        "unit": unit,
        "liaison": body.liaison_post(rule.key, title, number),
        "is_member": group.is_member,
        "position": number,
    }
    member, _made = body.members.update_or_create(key=rule.key, defaults=named)
    return member


def _unit_of(rule: Any) -> Unit:
    """The unit that has or had this name; one that was renamed keeps what it is called now."""
    unit = Unit.objects.filter(name=rule.name).first()
    unit = unit or Unit.objects.named(rule.name).first() or Unit(name=rule.name)
    if unit.pk is None or _has_another_short(unit, rule):
        unit.short = rule.short
        unit.save()
    return unit


def _has_another_short(unit: Unit, rule: Any) -> bool:
    """Whether the charter has another short name for it, which is none of earlier days."""
    if unit.name != rule.name or unit.short == rule.short:
        return False
    return not unit.former_names.filter(name=rule.name, short=rule.short).exists()
