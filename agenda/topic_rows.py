"""The list of topics: a line for each, with whom it waits for; also as a table of text."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agenda.models import Consultation, Topic
from deadlines.models import Duty, days_left
from institutions.models import MemberUnit, Side
from jointmeeting import clock
from jointmeeting.addresses import below
from jointmeeting.templatetags.screens import days_left_text, short_date

LOOKS: dict[str, str] = {
    Topic.Status.SUBMITTED: "is-go",
    Topic.Status.SETTLED: "is-done",
    Topic.Status.DECIDED: "is-done",
    Topic.Status.NOT_ADOPTED: "is-no",
    Topic.Status.WITHDRAWN: "is-void",
}
POSTS_SHOWN = 2  # in a line of the list
LISTED = ["title", "topic_class", "status", "submitted_on", "settled_on"]
LISTED += ["proposed_by", "joint_body", "set_by", "late_for"]
Wait = tuple[str, date | None]  # the title of a post, and by when


def rows_of(topics: Iterable[Topic]) -> list[dict[str, Any]]:
    """The lines of a list, each with whom it waits for; some queries for all of them."""
    topics = list(topics)
    units = MemberUnit.objects.select_related("unit", "joint_body").in_bulk(
        {topic.proposed_by_id for topic in topics}
    )
    for topic in topics:
        topic.proposed_by = units[topic.proposed_by_id]
        topic.joint_body = topic.proposed_by.joint_body
    late = _set_by_and_late(topics)
    waits = _waits_of([topic.pk for topic in topics])
    left = days_left(due_on for each in waits.values() for _post, due_on in each)
    here = below("agenda:topic_detail")
    states: dict[tuple[Any, ...], dict[str, str]] = {}  # many are alike, words take long
    rows = []
    for topic in topics:
        verb = topic.settling_verb if topic.status == Topic.Status.SETTLED else ""
        key = (
            topic.joint_body_id,
            topic.status,
            topic.is_carried_over,
            verb,
            topic.set_by_id,
        )
        state = states.get(key) or states.setdefault(key, state_of_topic(topic))
        row = _row(topic, waits.get(topic.pk, []), left)
        more = {"url": f"{here}{topic.pk}/", "came_late": topic.pk in late}
        rows.append(row | state | more)
    return rows


def _set_by_and_late(topics: list[Topic]) -> set[int]:
    """Which of these came late; a query, and one for sides, only where there are any."""
    if sides := {topic.set_by_id for topic in topics if topic.set_by_id}:
        found = Side.objects.in_bulk(sides)
        for topic in topics:
            topic.set_by = found.get(topic.set_by_id)
    having = [topic.pk for topic in topics if topic.late_for_id]
    late = Topic.objects.late().filter(pk__in=having) if having else Topic.objects.none()
    return set(late.values_list("pk", flat=True))


def _waits_of(topics: list[int]) -> dict[int, list[Wait]]:
    """Which posts topics of these keys wait for, about themselves or what units were asked."""
    asked = Consultation.objects.in_motion().filter(topic__in=topics)
    owner = {f"{Topic._meta.label_lower}:{topic}": topic for topic in topics}
    for pk, topic in asked.values_list("pk", "topic"):
        owner[f"{Consultation._meta.label_lower}:{pk}"] = topic
    open_now = Duty.objects.open().filter(target__in=owner).order_by("due_on", "pk")
    waits: dict[int, list[Wait]] = {}
    for target, post, due_on in open_now.values_list("target", "post__title", "due_on"):
        waits.setdefault(owner[target], []).append((post, due_on))
    return waits


def _row(topic: Topic, waits: list[Wait], left: dict[date, int]) -> dict[str, Any]:
    """A line as plain texts, so that a page of them is drawn quickly."""
    posts = list(dict.fromkeys(post for post, _due_on in waits))
    due_on = waits[0][1] if waits else None
    return {
        "topic": topic,
        "title": topic.title,
        "body": topic.joint_body.short,
        "class_name": topic.class_name,
        "unit": str(topic.proposed_by),
        "submitted": short_date(topic.submitted_on),
        "posts": posts,
        "waiting": _first_of(posts),
        "due": due_on,
        "until": _until(due_on, left) if waits else "",
        "is_late": _is_late(due_on),
    }


def _first_of(posts: list[str]) -> str:
    """The first few in one line, and how many more there are."""
    line = "、".join(posts[:POSTS_SHOWN])
    more = len(posts) - POSTS_SHOWN
    return (
        _("%(posts)s and %(n)s more") % {"posts": line, "n": more} if more > 0 else line
    )


def _is_late(due_on: date | None) -> bool:
    return due_on is not None and due_on < clock.today()


def _until(due_on: date | None, left: dict[date, int]) -> str:
    if due_on is None:
        return _("No term")
    said = _("was due on %(date)s") if _is_late(due_on) else _("by %(date)s")
    by = said % {"date": short_date(due_on)}
    return f"{by} · {days_left_text(left[due_on], due_on)}"


def sheet_rows(topics: Iterable[Topic]) -> Iterator[list[Any]]:
    """The list as rows of text, head first."""
    yield [
        _("Joint body"),
        _("Topic"),
        _("Class"),
        _("Proposed by"),
        _("State"),
        _("Submitted on"),
        _("Settled on"),
        _("Waiting for"),
        _("Due on"),
    ]
    for row in rows_of(topics):
        topic = row["topic"]
        yield [
            topic.joint_body,
            topic,
            row["class_name"],
            row["unit"],
            _("%(state)s, late") % row if row["came_late"] else row["state"],
            topic.submitted_on or "",
            topic.settled_on or "",
            "、".join(row["posts"]),
            row["due"] or "",
        ]


def state_of_topic(topic: Topic) -> dict[str, str]:
    """Its state in words and its look; what a meeting put off is told from the others."""
    if topic.is_carried_over:
        return {"state": _("Carried over"), "look": "is-carry"}
    return {"state": topic.state_label, "look": LOOKS.get(topic.status, "")}
