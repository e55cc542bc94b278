"""On which agendas a topic stands, and on which it can be put."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import Agenda, AgendaItem, Consultation, Topic
from institutions.models import User
from jointmeeting.workflow import Step
from meetings.models import ORGANISER

# What the gates of taking up look at, so that a list of topics is asked at once.
WHAT_GATES_READ: list[Any] = [
    Prefetch("consultations", Consultation.objects.select_related("unit__unit")),
    "studies",
    "consents",
]


@dataclass(frozen=True)
class AgendaStep(Step):
    """The step of an agenda that takes a topic up, drawn on the topic's page."""

    url: str


def on_agendas(topic: Topic, user: User) -> list[dict[str, Any]]:
    """The agendas this person reads on which the topic stands or stood, the last one first."""
    items = AgendaItem.objects.visible_to(user).filter(topic=topic)
    items = items.select_related("agenda__meeting").order_by("-agenda")
    return [_place(item) for item in items]


def _place(item: AgendaItem) -> dict[str, Any]:
    meeting, keys = item.agenda.meeting, [each.pk for each in item.agenda.items.all()]
    return {
        "url": f"{item.agenda.get_absolute_url()}#item-{item.pk}",
        "meeting": meeting,
        "day": meeting.held_on or meeting.day,
        "number": keys.index(item.pk) + 1,
        "total": len(keys),
    }


def agenda_steps(topic: Topic, user: User) -> list[AgendaStep]:
    """For who organises: onto each agenda being prepared, with what stands against it."""
    is_open = topic.status == Topic.Status.SETTLED and ORGANISER(user, topic)
    if not is_open or Topic.objects.on_agendas().filter(pk=topic.pk).exists():
        return []
    agendas = Agenda.objects.filter(
        joint_body=topic.joint_body, meeting__status__in=Agenda.BEFORE
    ).select_related("meeting__joint_body")
    if not agendas:
        return []
    prefetch_related_objects([topic], *WHAT_GATES_READ)
    not_ready = topic.not_ready()
    return [_step(agenda, topic, [*not_ready, *full(agenda)]) for agenda in agendas]


def _step(agenda: Agenda, topic: Topic, found: list[tuple[str, bool]]) -> AgendaStep:
    return AgendaStep(
        name=f"take_up-{agenda.pk}",
        label=_("Put on the agenda of %(meeting)s") % {"meeting": agenda.meeting},
        is_form=True,
        mine=True,
        who=ORGANISER.who(topic),
        reasons=[reason for reason, _may_go_on in found],
        may_explain=all(may_go_on for _reason, may_go_on in found),
        url=taking_up(agenda, topic),
    )


def full(agenda: Agenda) -> list[tuple[str, bool]]:
    """Why the agenda takes up no more topics, and whether one may go on despite it."""
    step: Any = Agenda.take_up
    return list(step.transition.obstacles(agenda))


def taking_up(agenda: Agenda, topic: Topic) -> str:
    """Where the topic is put on that agenda; a frozen one takes it as an addition."""
    is_draft = agenda.status == Agenda.Status.DRAFT
    name = "take_up" if is_draft else "supplement"
    return reverse(f"agenda:agenda_{name}", args=[agenda.pk, topic.pk])
