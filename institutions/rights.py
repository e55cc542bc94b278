"""Rights on a joint body as the charter's office duties give them, and who has them today."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from institutions.charter import OfficeDuty
from institutions.models import (
    Appointment,
    Charter,
    Delegation,
    JointBody,
    JointBodyGroupPermission,
    Post,
    User,
)


@transaction.atomic
def apply_office_duties(body: JointBody, charter: Charter) -> None:
    """Grant on the body exactly what the charter's office duties say; again changes nothing."""
    duties: tuple[OfficeDuty, ...] = charter.parts["offices"]
    posts = {post.key: post for post in body.posts.select_related("group")}
    posts |= {unit.key: unit.liaison for unit in body.members.select_related("liaison")}
    wanted = {
        (_group_of(posts[holder]).pk, right)
        for duty in duties
        for holder in duty.holders
        if holder in posts  # of a body being set up not all are there
        for right in duty.rights
    }
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type__app_label="institutions", content_type__model="jointbody"
        )
    }
    for grant in JointBodyGroupPermission.objects.filter(content_object=body):
        key = grant.group_id, grant.permission.codename
        if key in wanted:
            wanted.discard(key)
        else:
            grant.delete()
    JointBodyGroupPermission.objects.bulk_create(
        JointBodyGroupPermission(
            content_object=body, group_id=group, permission=permissions[right]
        )
        for group, right in sorted(wanted)
    )


def _group_of(post: Post) -> Group:
    if post.group is None:
        post.group = Group.objects.create(name=f"{post.joint_body_id}/{post.key}")
        post.save(update_fields=["group"])
    return post.group


@transaction.atomic
def sync_rights(people: Iterable[User] | None = None) -> None:
    """Make group membership that of today's appointments, for these people or for all.

    Who acts in a post for its holder has the rights of that post as well.
    """
    appointed = Appointment.objects.today()
    members = User.groups.through.objects.filter(group__post__isnull=False)
    if people is not None:
        keys = [person.pk for person in people]
        appointed = appointed.filter(person__in=keys)
        members = members.filter(user__in=keys)
    in_posts = appointed.filter(post__group__isnull=False)
    wanted = set(in_posts.values_list("person", "post__group"))
    acting = Delegation.objects.acting().filter(post__group__isnull=False)
    acting = acting.filter(to__in=appointed.values("post"))
    for group, to in acting.values_list("post__group", "to"):
        there = appointed.filter(post=to).values_list("person", flat=True)
        wanted |= {(person, group) for person in there}
    present = {(row.user_id, row.group_id): row.pk for row in members}
    gone = [pk for key, pk in present.items() if key not in wanted]
    User.groups.through.objects.filter(pk__in=gone).delete()
    User.groups.through.objects.bulk_create(
        (
            User.groups.through(user_id=person, group_id=group)
            for person, group in sorted(wanted - present.keys())
        ),
        ignore_conflicts=True,
    )
