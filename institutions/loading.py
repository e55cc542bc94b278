"""Bringing a charter from its file into the database: the body, its posts, units, rights."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from institutions.models import Charter, JointBody, MemberUnit, Side, Unit
from institutions.models.charters import problems_of
from institutions.reading import Problem
from institutions.rights import apply_office_duties


class CharterRefused(Exception):
    """The charter cannot be loaded; `problems` says where and what was expected."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def charter_from(path: Path) -> dict:
    """The document a charter's file holds; raises CharterRefused where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = _("a file that can be read: %(why)s") % {"why": error.strerror}
    except UnicodeDecodeError:
        problem = _("text in UTF-8")
    except tomllib.TOMLDecodeError as error:
        problem = _("TOML: %(why)s") % {"why": error}
    raise CharterRefused([Problem(path.name, problem)])


@transaction.atomic
def load_charter(
    data: dict, key: str, *, in_force_from: date, parent: JointBody | None = None
) -> JointBody:
    """Put a charter in force for the body of that key, which is made if there is none.

    The same document again changes nothing; a different one is the next version.
    """
    if problems := problems_of(data):
        raise CharterRefused(problems)
    body = JointBody.objects.select_for_update().filter(key=key).first()
    if body is None:
        body = JointBody.objects.create(key=key, parent=parent)
    elif body.charter and body.charter.data == data:
        return body
    _put_in_force(body, data, in_force_from)
    _lay_out(body)
    apply_office_duties(body)
    return body


def _put_in_force(body: JointBody, data: dict, in_force_from: date) -> None:
    old = body.charter
    if old and old.in_force_from > in_force_from:
        expected = _("a day from %(day)s on") % {"day": old.in_force_from}
        raise CharterRefused([Problem("in_force_from", expected)])
    if old:
        old.state = Charter.State.SUPERSEDED
        old.save()
    charter = Charter(
        joint_body=body,
        version=old.version + 1 if old else 1,
        state=Charter.State.IN_FORCE,
        in_force_from=in_force_from,
        replaces=old,
        data=data,
    )
    rules = charter.parts["body"]
    charter.is_trial = any(text.is_trial for text in rules.texts)
    charter.save()
    body.charter, body.name, body.short = charter, rules.name, rules.short
    body.save()


def _lay_out(body: JointBody) -> None:
    """Make the rows that the charter names; a row keeps its key for good."""
    parts = body.rules_in_force.parts
    sides = {}
    for number, rule in enumerate(parts["sides"]):
        named = {"name": rule.name, "position": number}
        sides[rule.key], _new = body.sides.update_or_create(key=rule.key, defaults=named)
    for number, rule in enumerate(parts["posts"]):
        named = {
            "title": rule.title,
            "position": number,
            "side": sides.get(rule.side),
            "entered_by": sides.get(rule.entered_by),
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


def _admit(body: JointBody, rule, group, number: int) -> MemberUnit:
    unit, _new = Unit.objects.get_or_create(name=rule.name)
    if unit.short != rule.short:
        unit.short = rule.short
        unit.save()
    title = f"{rule.short or rule.name}{rule.liaison or group.liaison.title}"
    named = {
        "unit": unit,
        "liaison": body.liaison_post(rule.key, title, number),
        "is_member": group.is_member,
        "position": number,
    }
    member, _new = body.members.update_or_create(key=rule.key, defaults=named)
    return member
