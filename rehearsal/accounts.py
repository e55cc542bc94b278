"""The accounts of a sample, written down for the log-in page and for people."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from agenda.charter import TopicRules
from consents.charter import Route
from institutions.models import JointBody, JointBodyGroupPermission, MemberUnit, Post
from meetings.charter import MeetingRules

PASSWORD = "Sample-pass-26"  # of a machine that only its own user reaches
FOR_PAGE = settings.DATA_DIR / "sample-accounts.json"
FOR_PEOPLE = settings.DATA_DIR / "sample-accounts.txt"


def write_down(bodies: Iterable[JointBody], *, is_whole: bool) -> None:
    """Write both lists; `is_whole` says that nothing of the sample is left to be played."""
    listed = {body.name: list(_accounts(body)) for body in bodies}
    groups = [{"body": name, "accounts": each} for name, each in listed.items()]
    kept = {"password": PASSWORD, "is_whole": is_whole, "bodies": groups}
    _put(FOR_PAGE, json.dumps(kept, ensure_ascii=False, indent=1))
    lines = [_("The password of all: %(password)s") % {"password": PASSWORD}]
    for name, accounts in listed.items():
        lines += ["", name]
        lines += ["  ".join(filter(None, each.values())) for each in accounts]
    _put(FOR_PEOPLE, "\n".join(lines))


def is_whole() -> bool:
    """Whether the sample was written down as whole."""
    if not FOR_PAGE.exists():
        return False
    return bool(json.loads(FOR_PAGE.read_text(encoding="utf-8")).get("is_whole"))


def _put(path: Path, text: str) -> None:
    """Put a whole file in place, or none."""
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)


def _accounts(body: JointBody) -> Iterator[dict[str, str]]:
    """Offices first, then leaders and administrators, then the units that are asked."""
    posts = list(body.posts.prefetch_related("appointments__person"))
    offices = set(body.sides.values_list("office__liaison", flat=True))
    liaisons = set(body.members.values_list("liaison", flat=True))
    posts.sort(key=lambda post: (post.pk not in offices, post.pk in liaisons))
    for post in posts:
        for appointment in post.appointments.all():
            yield {
                "username": appointment.person.username,
                "person": appointment.person.name,
                "title": post.title,
                "does": _("; ").join(_does(post)),
            }


def _does(post: Post) -> list[str]:
    """What a post does under its charter, in some words."""
    rights = JointBodyGroupPermission.objects.filter(group=post.group_id)
    named = dict(post.joint_body._meta.permissions)
    held = set(rights.values_list("permission__codename", flat=True))
    done = [_signs(post)] if _signs(post) else []
    done += [str(label) for codename, label in named.items() if codename in held]
    member = MemberUnit.objects.filter(liaison=post).first()
    if member and not held:
        asked = _("Answer when the unit is asked")
        proposers = post.joint_body.part(TopicRules).proposers.units
        done += [_("Propose topics")] if member.key in proposers else []
        done.append(asked)
    return done


def _signs(post: Post) -> str:
    meetings, topics = (
        post.joint_body.part(MeetingRules),
        post.joint_body.part(TopicRules),
    )
    routes = {
        _("topics"): topics.settle,
        _("regular meetings"): meetings.regular.agree,
    }
    if meetings.ad_hoc:
        routes[_("ad hoc meetings")] = meetings.ad_hoc.agree
    texts = [
        _("%(verb)s: %(what)s") % {"verb": route.verb, "what": what}
        for what, route in routes.items()
        if _is_on(route, post)
    ]
    return _("; ").join(texts)


def _is_on(route: Route, post: Post) -> bool:
    leads = post.joint_body.sides.filter(leader=post).exists()
    return any(
        post.key in slot.any_of or slot.each == "side" and leads
        for step in route.all_steps
        for slot in step
    )
