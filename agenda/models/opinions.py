"""What units said of topics, as far as by the charter it goes along with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agenda.charter import TopicRules
from agenda.models.consultations import Consultation
from institutions.models import JointBody


@dataclass(frozen=True)
class View:
    """An opposing opinion with what became of it; or silence that counts as consent."""

    unit: str
    kind: str
    opinion: str = ""
    adoption: str = ""
    is_silence: bool = False


def views_on(body: JointBody, topics: Iterable[int]) -> dict[int, list[View]]:
    """What goes along with topics of a body, by their keys; no query where nothing does."""
    consult = body.part(TopicRules).consult
    if consult is None:
        return {}
    are_attached, silence = consult.opposing != "on file", consult.silence == "consent"
    if not (are_attached or silence):
        return {}
    asked = Consultation.objects.standing().filter(topic__in=list(topics))
    found: dict[int, dict[int, Consultation]] = {}
    for each in asked.exclude(status="sent").select_related("unit__unit").order_by("pk"):
        each.joint_body = body
        found.setdefault(each.topic_id, {})[each.unit_id] = each
    return {
        topic: views
        for topic, said in found.items()
        if (views := list(_views(said.values(), are_attached, silence)))
    }


def _views(
    said: Iterable[Consultation], are_attached: bool, silence: bool
) -> Iterator[View]:
    for each in said:
        unit = str(each.unit)
        if are_attached and each.is_opposing:
            kind = each.kind_of_opinion
            name = kind.name if kind else each.kind
            yield View(unit, name, each.opinion, each.adoption)
        elif silence and each.status == Consultation.Status.LAPSED:
            yield View(unit, each.state_label, is_silence=True)
