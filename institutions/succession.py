"""Automatic succession: while a post is vacant, the first that the charter names acts there."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from institutions.charter import PostRules
from institutions.models import Appointment, Delegation, JointBody, Post, User
from jointmeeting import clock

DAY = timedelta(days=1)


@transaction.atomic
def fill_vacancies(body: JointBody) -> list[User]:
    """Begin and end what the charter lets follow by itself; again changes nothing.

    Run after every change of an appointment, and as a day begins. Gives the people whose
    rights follow.
    """
    if body.charter_id is None:
        return []  # it is being set up
    rules: tuple[PostRules, ...] = body.rules_in_force.parts["posts"]
    successors = {
        each.key: each.succession.posts
        for each in rules
        if each.succession and each.succession.how == "automatic"
    }
    begun = Delegation.objects.filter(joint_body=body, is_automatic=True)
    begun = begun.exclude(until__lt=clock.today())
    if not successors and not begun.exists():
        return []
    wanted = _wanted(body, successors)
    changed: set[int] = set()
    for row in begun.select_related("post", "to"):
        if wanted.get(row.post) == row.to:
            del wanted[row.post]
        else:
            _end(row)
            changed.add(row.to_id)
    for post, successor in wanted.items():
        told = {
            "joint_body": body,
            "to": successor,
            "ground": Delegation.Ground.VACANT,
            "how": Delegation.How.ACTS,
            "since": clock.today(),
        }
        Delegation.objects.get_or_create(  # another's request may begin the same day
            post=post, is_automatic=True, until=None, defaults=told
        )
        changed.add(successor.pk)
    held = Appointment.objects.today().filter(post__in=changed)
    return list(User.objects.filter(pk__in=held.values("person")))


def _wanted(body: JointBody, successors: dict[str, Any]) -> dict[Post, Post]:
    """For each vacant post who acts there today, where somebody can."""
    posts = {post.key.removeprefix("unit-"): post for post in body.posts.all()}
    appointed = Appointment.objects.today().filter(post__joint_body=body)
    pks = set(appointed.values_list("post", flat=True))
    held = {key for key, post in posts.items() if post.pk in pks}
    found = {}
    for key in successors:
        if key not in held and (acting := _first_held(key, successors, held)):
            found[posts[key]] = posts[acting]
    return found


def _first_held(key: str, successors: dict[str, Any], held: set[str]) -> str:
    """Down the list, and where one of it is vacant too, down its own."""
    for candidate in successors.get(key, ()):
        if candidate in held:
            return candidate
        if further := _first_held(candidate, successors, held):
            return further
    return ""


def _end(row: Delegation) -> None:
    """It held to yesterday; one that began today never was."""
    last_day = clock.today() - DAY
    if row.since > last_day:
        row.delete()
    else:
        row.until = last_day
        row.save()
