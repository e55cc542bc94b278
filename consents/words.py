"""A route in words: who gives the consent, where it goes another way, what silence means."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from consents.charter import FLAGS, Route, RouteCase, Slot, Steps
from institutions.models import JointBody

Names = dict[str, dict[str, str]]  # kind → key → what it is called
EACH = {
    "side": gettext_lazy("the leader of each side"),
    "member": gettext_lazy("the liaison of each member unit"),
    "unit": gettext_lazy("the liaison of each unit on the body"),
    "attending": gettext_lazy("the liaison of each unit that attends the meeting"),
}
SAID = {
    "late": gettext_lazy("comes late"),
    "ad_hoc": gettext_lazy("is of an ad hoc meeting"),
    "outside_portfolio": gettext_lazy("is of a class in nobody's portfolio"),
}


def names_on(body: JointBody, classes: dict[str, str] | None = None) -> Names:
    """What the posts and sides of a body's charter are called; the classes are the caller's."""
    parts = body.rules_in_force.parts
    return {
        "post": {post.key: post.title for post in parts["posts"]},
        "side": {side.key: side.name for side in parts["sides"]},
        "class": classes or {},
    }


def route_text(verb: str, steps: Steps, names: Names) -> str:
    """The verb, and who gives the consent, step by step."""
    if not steps:
        return _("%(verb)s: agreed as soon as it is asked for") % {"verb": verb}
    value = {"field": verb, "value": steps_text(steps, names)}
    return _("%(field)s: %(value)s") % value


def steps_text(steps: Steps, names: Names) -> str:
    both = pgettext("between those who all sign", " and ")
    said = [both.join(_beside(slot, step, names) for slot in step) for step in steps]
    return pgettext("between the steps of a route", ", then ").join(said)


def _beside(slot: Slot, step: tuple[Slot, ...], names: Names) -> str:
    """A place among others: several posts of which one answers are told apart from them."""
    said = _slot(slot, names)
    is_apart = len(slot.any_of) > 1 and len(step) > 1
    return _("(%(posts)s)") % {"posts": said} if is_apart else said


def _slot(slot: Slot, names: Names) -> str:
    """Who fills one place on the sheet."""
    either = pgettext("between posts of which one answers", " or ")
    named = either.join(names["post"].get(key, key) for key in slot.any_of)
    return named or str(EACH[slot.each])


def case_text(case: RouteCase, names: Names) -> str:
    """When a case holds: all that must be so."""
    either = pgettext("between posts of which one answers", " or ")
    said = []
    if case.sources:
        sides = either.join(names["side"].get(key, key) for key in case.sources)
        said.append(_("is proposed by %(sides)s") % {"sides": sides})
    if case.classes:
        classes = either.join(names["class"].get(key, key) for key in case.classes)
        said.append(_("is of the class %(classes)s") % {"classes": classes})
    said += [str(SAID[flag]) for flag in FLAGS if getattr(case, flag)]
    return pgettext("between circumstances that must all be so", " and ").join(said)


def silence_text(basis: dict[str, Any] | None) -> str:
    """What it means that somebody does not answer in time; nothing where it means nothing."""
    if basis is None:
        return ""
    if clause := basis.get("clause"):
        text = _(
            "Who has not answered when the term ends counts as agreeing, by the charter "
            "(basis: %(clause)s)."
        )
        return text % {"clause": clause}
    return _(
        "Who has not answered when the term ends counts as agreeing, by the charter "
        "(agreed locally; no clause says it)."
    )


def route_shown(taken: Route, case: RouteCase | None, names: Names) -> dict[str, Any]:
    """Which way a route with cases goes for a row, and why: drawn by parts/route.html."""
    return {
        "why": case_text(case, names) if case else "",
        "verb": taken.verb,
        "says": steps_text(taken.steps, names),
        "term": taken.term if taken.steps else None,
        "basis": taken.basis,
    }
