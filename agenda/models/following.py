"""What an agenda makes of its meeting: terms counted from its day, duties that move with it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agenda.charter import AgendaRules, TopicRules
from agenda.models.agendas import Agenda, AgendaItem
from agenda.models.closing import keep_late
from agenda.models.topics import Topic
from deadlines.charter import Term
from deadlines.models import keep_duties
from institutions.models import Charter, User
from jointmeeting.workflow import locked
from meetings.models import Meeting


def agenda_terms(meeting: Meeting) -> Iterator[tuple[str, Term]]:
    """What is to be ready so long before the meeting's day."""
    rules = meeting.rules_then.part(AgendaRules)
    if closing := meeting.joint_body.part(TopicRules).closing:
        yield _("Topics are handed in"), closing.term
    if rules.freeze:
        yield _("The agenda is frozen"), rules.freeze
    if rules.papers:
        yield _("Papers are there"), rules.papers


def planned_items(meeting: Meeting) -> list[str]:
    """What a plan has of the agenda: its items in their order."""
    items = AgendaItem.objects.filter(agenda__meeting=meeting)
    return [f"{n}. {item}" for n, item in enumerate(items, start=1)]


def keep_agenda(meeting: Meeting, by: User) -> None:
    """The day of the meeting has changed, or it will not be held."""
    keep_late(meeting, by)
    agenda = Agenda.objects.filter(meeting=meeting).first()
    if agenda is None:
        return
    with locked(agenda):
        keep_duties(agenda, void=meeting.why_void)
    for item in agenda.items.order_by("pk"):
        with locked(item):
            keep_duties(item, void=meeting.why_void)


def follow_charter(charter: Charter) -> None:
    """Topics in motion go on as the charter that begins has them."""
    of_body = Topic.objects.in_motion().filter(joint_body=charter.joint_body)
    for topic in of_body.order_by("pk"):
        with locked(topic):
            topic.follow_charter(by=charter.agreed_by)
