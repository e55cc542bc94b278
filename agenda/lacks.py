"""What keeps topics from being proposed, settled and put on an agenda."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agenda.charter import AgendaRules, TopicRules
from deadlines.lacks import is_longer
from institutions.charter import Right
from institutions.lacks import Examined, Lack


def topics(examined: Examined) -> Iterator[Lack]:
    """Who proposes, on what, and the offices that go on with it; gates nobody can open."""
    rules = examined.part(TopicRules)
    if not rules.classes.items:
        text = _("There is no class of topics, so nothing can be proposed.")
        yield Lack(("topics.classes.items",), text)
    if not rules.proposers.units:
        text = _("No unit may propose topics.")
        yield Lack(("topics.proposers.units",), text)
    yield from examined.vacancy("topics.proposers.units", rules.proposers.units)
    yield from _direct(examined, rules)
    for gate in ("to_consult", "to_agenda"):
        if rules.prepare and getattr(rules, gate).what:
            path = f"topics.{gate}.what"
            needed: tuple[Right, ...] = ("prepare_topics", "read_topics")
            yield from examined.tasked(path, rules.prepare.office, *needed)
    if rules.consult:
        path, asking = "topics.consult.office", rules.consult.office
        yield from examined.tasked(path, asking, "run_consultations", "read_topics")


def _direct(examined: Examined, rules: TopicRules) -> Iterator[Lack]:
    """Sides that settle their own topics directly, but whose office proposes none."""
    sides = examined.charter.parts["sides"]
    for number, key in enumerate(rules.direct.sides if rules.direct else ()):
        office = next(side.office for side in sides if side.key == key)
        if office not in rules.proposers.units:
            text = _("%(unit)s proposes no topics, so it has none to settle directly.")
            path = f"topics.direct.sides[{number}]"
            yield Lack((path,), text % {"unit": examined.name(office)}, prevents=False)


def agenda(examined: Examined) -> Iterator[Lack]:
    """Who presents what stands on every agenda, and whether decisions are told at all."""
    rules = examined.part(AgendaRules)
    for number, item in enumerate(rules.standing):
        path = f"agenda.standing[{number}].presenter"
        yield from examined.tasked(path, item.presenter, "read_topics")
    closing = examined.part(TopicRules).closing
    if closing and rules.freeze and is_longer(rules.freeze, closing.term):
        text = _("Topics could be handed in after the agenda is frozen.")
        yield Lack(("topics.closing.term", "agenda.freeze"), text, prevents=False)
    if not any(item.kind == "progress" for item in rules.standing):
        text = _("No item tells the next meeting what became of the decisions.")
        yield Lack(("agenda.standing",), text, prevents=False)
