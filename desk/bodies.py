"""A joint body as its page shows it: sides, posts, units with who acts for them, tasks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from desk.charters import names_in
from desk.labels import value_label
from documents.delegating import may_pass_on
from institutions import strokes
from institutions.models import (
    Appointment,
    Delegation,
    JointBody,
    MemberUnit,
    Post,
    Side,
    User,
)


@dataclass
class UnitsOfOneKind:
    """Units that are on the body for one reason, under the charter's own heading."""

    heading: str
    members: list[MemberUnit]


@dataclass
class Task:
    """What the charter lets be done, and the units or posts that do it."""

    what: list[str]
    who: list[str]


def with_holders(posts: QuerySet[Post]) -> QuerySet[Post]:
    """The posts with today's holders at hand, as `today`; vacant where it is empty."""
    people = Appointment.objects.today().select_related("person").order_by("since")
    acted = Delegation.objects.acting().select_related("to").order_by("since")
    return posts.prefetch_related(
        Prefetch("appointments", people, to_attr="today"),
        Prefetch("delegations", acted, to_attr="acted"),
    )


def in_order(body: JointBody, posts: list[Post]) -> list[Post]:
    """The posts with the holders of each in the charter's order; they have `today`."""
    rows: list[Any] = list(posts)
    for post in rows:
        post.today = strokes.in_order(body.rules_in_force, post.today, holder_name)
    return rows


def holder_name(appointment: Appointment) -> str:
    return appointment.person.name


def names_today(body: JointBody) -> dict[str, str]:
    """What the charter's keys stand for; units that were renamed by their present names."""
    renamed = body.members.exclude(unit__former_names=None).select_related("unit")
    return names_in(body.rules_in_force) | {row.key: str(row.unit) for row in renamed}


def sides_of(body: JointBody) -> list[Side]:
    """The sides of the charter, each with its further units by name and its seats, if said."""
    rules = {side.key: side for side in body.rules_in_force.parts["sides"]}
    names = names_today(body)
    sides: list[Any] = []
    for side in body.sides.select_related("office__unit", "leader"):
        if rule := rules.get(side.key):
            shown: Any = side
            shown.others = [names[key] for key in rule.units]
            shown.seats = rule.seats
            sides.append(shown)
    return sides


def secretariat_of(body: JointBody) -> str:
    """The unit that the body's secretariat sits in; nothing where several share the work."""
    names = names_today(body)
    return names.get(body.rules_in_force.parts["body"].secretariat, "")


def posts_of(body: JointBody) -> list[Post]:
    """The posts that the charter names; who acts for a unit stands with the unit."""
    named = body.posts.now().filter(liaison_of=None).select_related("side", "entered_by")
    return in_order(body, list(with_holders(named)))


def units_of(body: JointBody) -> list[UnitsOfOneKind]:
    """The units by the charter's groups; one the charter names no more is left out."""
    people = with_holders(Post.objects.all())
    rows = body.members.select_related("unit").prefetch_related(
        Prefetch("liaison", people), "unit__former_names"
    )
    members = {member.key: member for member in rows}
    in_order(body, [member.liaison for member in members.values()])
    groups = []
    for group in body.rules_in_force.parts["units"]:
        here = [members[unit.key] for unit in group.units if unit.key in members]
        groups.append(UnitsOfOneKind(group.heading, here))
    return groups


def tasks_of(body: JointBody) -> list[Task]:
    """The charter's office duties in words."""
    names = names_today(body)
    return [
        Task(
            [value_label(right) for right in duty.rights],
            [names[h] for h in duty.holders],
        )
        for duty in body.rules_in_force.parts["offices"]
    ]


def passed_on_by(user: User, body: JointBody) -> set[int]:
    """The keys of the posts whose delegation or standing in this person may enter."""
    rules = {each.key: each for each in body.rules_in_force.parts["posts"]}
    keys = {key for key, each in rules.items() if each.delegation or each.succession}
    if not keys:
        return set()
    posts = body.posts.filter(key__in=keys).select_related("side", "entered_by")
    return {post.pk for post in posts if may_pass_on(user, post)}
