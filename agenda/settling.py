"""Who settles a topic, in words, and why these."""

from typing import Any

from agenda.models import Topic
from consents.words import Names, names_on, route_shown, steps_text


def signatories(topic: Topic) -> str:
    """Who is on the route of settling, in words, and within which term."""
    route = topic.route_taken("settle")
    if not route.steps:
        return ""
    return f"{steps_text(route.steps, _names(topic))}，{route.term}"


def _names(topic: Topic) -> Names:
    classes = {each.key: each.name for each in topic.classes}
    return names_on(topic.joint_body, classes)


def route_of(topic: Topic) -> dict[str, Any]:
    """Which way of settling holds for this topic, and why; nothing where there is but one."""
    route = topic.route("settle")
    if not route.cases:
        return {}
    case, taken = route.case(topic.facts("settle")), topic.route_taken("settle")
    return route_shown(taken, case, _names(topic))
