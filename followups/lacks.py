"""What keeps decisions from being carried out, verified and told."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from followups.charter import FollowupRules, VerifyRules
from institutions.lacks import Examined, Lack


def followups(examined: Examined) -> Iterator[Lack]:
    """Each office with a task after the meeting, and what it needs for it."""
    rules = examined.part(FollowupRules)
    yield from examined.tasked(
        "followups.assign.office", rules.assign.office, "assign_tasks", "read_topics"
    )
    for number, key in enumerate(rules.verify.offices):
        path = f"followups.verify.offices[{number}]"
        yield from examined.unable(path, key, "verify_results")
    yield from _verifying(examined, rules.verify)
    if rules.inspect:
        for number, key in enumerate(rules.inspect.units):
            path = f"followups.inspect.units[{number}]"
            yield from examined.unable(path, key, "inspect")
        yield from examined.vacancy("followups.inspect.units", rules.inspect.units)
    if rules.ladder and rules.inspect:
        for number, key in enumerate(rules.inspect.units):
            path = f"followups.inspect.units[{number}]"
            yield from examined.unable(path, key, "read_topics")
    for number, key in enumerate(rules.progress.offices):
        path = f"followups.progress.offices[{number}]"
        yield from examined.tasked(path, key, "read_topics")


def _verifying(examined: Examined, rules: VerifyRules) -> Iterator[Lack]:
    """No unit verifies its own task, so two are to be there; all, where each verifies."""
    offices = rules.offices
    if rules.by == "each":
        for number, key in enumerate(offices):
            yield from examined.vacancy(f"followups.verify.offices[{number}]", (key,))
        return
    there = [key for key in dict.fromkeys(offices) if not examined.is_vacant(key)]
    path = "followups.verify.offices"
    yield from examined.vacancy(path, offices)
    if len(there) == 1:
        text = _("Only %(who)s verifies: a task of its own would stay open for ever.")
        about = {"who": examined.name(there[0])}
        yield Lack((path,), text % about, prevents=False)
