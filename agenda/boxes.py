"""What the page of a meeting shows of its agenda."""

from typing import Any, NamedTuple

from agenda.models import Agenda, AgendaItem
from agenda.models.opinions import views_on
from institutions.models import Unit, User
from jointmeeting.prepared import Prepared
from meetings.models import ORGANISER, Meeting

LOOKS: dict[str, str] = {Agenda.Status.DRAFT: "is-go", Agenda.Status.FROZEN: "is-done"}

SHOWN = ["title", "kind", "minutes", "is_supplement", "paper_id", "topic_id"]
PRESENTER = ["presenter__unit__short", "presenter__unit__name"]
ITEMS = Prepared(
    lambda agenda: AgendaItem.objects.filter(agenda=agenda).values_list(
        *SHOWN, *PRESENTER
    )
)


class Item(NamedTuple):
    """An item in short."""

    title: str
    kind: str
    minutes: int | None
    is_supplement: bool
    paper_id: int | None
    topic_id: int | None
    presenter_name: str


def agenda_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """Its items in short, in one query of its own; empty for who reads none.

    Where there is none yet, whether this person may begin it.
    """
    agenda: Agenda | None = getattr(meeting, "agenda", None)
    if agenda is None:
        is_agreed = meeting.status == Meeting.Status.AGREED
        return {"may_begin": True} if is_agreed and ORGANISER(user, meeting) else {}
    agenda.meeting, agenda.joint_body = meeting, meeting.joint_body
    if not agenda.is_read_by(user):
        return {}
    rows = [Item._make([*row[:-2], Unit.called(*row[-2:])]) for row in ITEMS(agenda.pk)]
    views = views_on(meeting.joint_body, [row.topic_id for row in rows if row.topic_id])
    return {
        "agenda": agenda,
        "views": [
            (row.title, views[row.topic_id]) for row in rows if row.topic_id in views
        ],
        "look": LOOKS[agenda.status],
        "items": rows,
        "minutes": sum(item.minutes or 0 for item in rows),
        "may_sort": agenda.status == Agenda.Status.DRAFT
        and agenda.is_open
        and ORGANISER(user, agenda),
    }
