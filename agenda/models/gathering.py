"""Whom the charter and the items of an agenda call to a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from institutions.models import Post, User
from meetings.models import Attendance, holder_of, seat

if TYPE_CHECKING:
    from agenda.models.agendas import Agenda


def gather(agenda: Agenda, by: User) -> None:
    """Give a place to each of them; whoever has one keeps it."""
    for place in called(agenda):
        seat(agenda.meeting, by=by, **place)


def missing(agenda: Agenda) -> list[dict[str, Any]]:
    """Those of them that have no place yet, each once."""
    places = agenda.meeting.attendances.select_related("post", "unit")
    seated: list[Any] = [each.post or each.unit for each in places]
    found = []
    for place in called(agenda):
        who = place.get("post") or place["unit"]
        if who not in seated:
            seated.append(who)
            found.append(place)
    return found


def called(agenda: Agenda) -> Iterator[dict[str, Any]]:
    """Posts always and by portfolio, then units always and by item."""
    rules = agenda.meeting.sitting_rules.attendance
    items = agenda.items.select_related("topic", "presenter__unit")
    items = items.prefetch_related("units__unit")
    classes = {item.topic.topic_class for item in items if item.topic}
    posts = {post.key: post for post in agenda.joint_body.posts.all()}
    for key in rules.attending:
        yield _attending(posts[key])
    form = agenda.meeting.form_rules
    for key in form.posts if form else ():
        yield _attending(posts[key]) | {"why": agenda.meeting.form_name}
    for portfolio in rules.by_portfolio:
        if classes & set(portfolio.classes):
            yield _attending(posts[portfolio.post]) | {"why": _("by portfolio")}
    if rules.per_side:
        for side in agenda.joint_body.sides.select_related("office__unit"):
            if side.office and (office := side.office.present):
                why = _("%(n)s people of this side") % {"n": rules.per_side}
                attending = Attendance.Capacity.ATTENDING
                yield {"capacity": attending, "unit": office, "why": why}
    in_attendance = {"capacity": Attendance.Capacity.IN_ATTENDANCE}
    members = agenda.joint_body.members.now().select_related("unit")
    for unit in members.filter(key__in=rules.units).order_by("liaison__position"):
        yield in_attendance | {"unit": unit}
    asked_in = members.filter(key__in=form.units if form else ())
    for unit in asked_in.order_by("liaison__position"):
        yield in_attendance | {"unit": unit, "why": agenda.meeting.form_name}
    if rules.by_topic:
        for item in items:
            for unit in item.called_units():
                if present := unit.present:
                    yield in_attendance | {"unit": present, "why": item.title}


def _attending(post: Post) -> dict[str, Any]:
    return {"capacity": Attendance.Capacity.ATTENDING, "post": post, **holder_of(post)}
