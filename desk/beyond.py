"""What a charter says beyond the meetings: publicity, evaluation, bodies below this one."""

from dataclasses import dataclass
from typing import Any

from desk.charters import term_text
from desk.years import years_of
from followups.charter import EvaluationRules
from institutions.charter import Basis
from institutions.models import JointBody, MemberUnit, Unit
from meetings.charter import LowerRules
from minutes.charter import PublicityRules


@dataclass(frozen=True)
class Below:
    """A unit that sets up its own body: that body, and how far its year is, once there is one."""

    unit: str
    body: JointBody | None
    year: dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """One of these parts in words: who, what, within which term, on which basis."""

    who: str
    what: list[str]
    basis: Basis
    term: str = ""


def publicity_of(body: JointBody) -> Rules | None:
    """Who makes what public after each meeting; nothing where the charter has no such rules."""
    charter = body.rules_in_force
    rules: PublicityRules | None = charter.parts["publicity"]
    if rules is None:
        return None
    by, term = charter.unit_name(rules.by), term_text(rules.within)
    return Rules(by, [rules.told()], rules.basis, term)


def evaluation_of(body: JointBody) -> dict[str, Any]:
    """Which office evaluates which units by what; nothing where the charter has no such rules."""
    charter = body.rules_in_force
    rules: EvaluationRules | None = charter.parts["evaluation"]
    if rules is None:
        return {}
    office = Rules(charter.unit_name(rules.office), list(rules.indicators), rules.basis)
    return {"rules": office, "units": [charter.unit_name(key) for key in rules.units]}


def lower_of(body: JointBody) -> dict[str, Any]:
    """Each unit that is to set up its own body, with that body where there is one."""
    charter = body.rules_in_force
    rules: LowerRules | None = charter.parts["lower"]
    if rules is None:
        return {}
    below = JointBody.objects.filter(parent=body, charter__isnull=False)
    bodies = {each.pk: each for each in below.order_by("pk")}
    units = Unit.objects.named(*rules.units)
    on_them = MemberUnit.objects.filter(joint_body__in=bodies, unit__in=units)
    named = on_them.order_by("-pk").values_list(
        "unit__name", "unit__former_names__name", "joint_body"
    )
    found = {name: each for *names, each in named for name in names if name}
    lines = zip(bodies, years_of(list(bodies.values())), strict=True)
    years = dict(lines)
    rows = [
        Below(unit, bodies.get(found.get(unit, 0)), years.get(found.get(unit, 0), {}))
        for unit in rules.units
    ]
    receiver = charter.unit_name(rules.receiver)
    return {
        "rows": rows,
        "missing": [row.unit for row in rows if row.body is None],
        "rules": Rules(receiver, [], rules.basis, term_text(rules.within)),
    }
