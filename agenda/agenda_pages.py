"""What the page of an agenda shows: the items, what may be put on, who is waited for, the log."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max, Prefetch, Q, prefetch_related_objects

from agenda.models import Agenda, AgendaItem, Topic, closing_of
from agenda.topic_agendas import WHAT_GATES_READ, full, taking_up
from deadlines.models import Duty, with_days_left
from deadlines.waits import wait_of
from documents.models import IssuedDocument
from institutions.log import Entry, Told, log_of
from institutions.models import User
from jointmeeting.workflow import steps_for
from meetings.models import ORGANISER

LOOKS: dict[str, str] = {Agenda.Status.DRAFT: "is-go", Agenda.Status.FROZEN: "is-done"}
STEPS = ["freeze", "add", "gather", "reopen"]  # those of the whole agenda, the main first
OF_ITEMS = ["take_up", "supplement", "add", "change", "take_off", "put_back"]


def page_of(agenda: Agenda, user: User, order: Iterable[int] = ()) -> dict[str, Any]:
    """All that an agenda's page shows to this person.

    `order` are the keys of items as somebody else would have them: so they are drawn.
    """
    load_items(agenda)
    is_office = user.may("read_topics", agenda.joint_body)
    may_organise = ORGANISER(user, agenda) and agenda.is_open
    may_sort = may_organise and agenda.status == Agenda.Status.DRAFT
    duties = _duties(agenda) if is_office else []
    return {
        "agenda": agenda,
        "meeting": agenda.meeting,
        "at_most": agenda.rules.at_most,
        "closing": closing_of(agenda.meeting),
        "look": LOOKS[agenda.status],
        "rows": rows_of(agenda, user, order),
        "minutes": agenda.minutes_in_all,
        "may_sort": may_sort,
        "is_told": is_office,
        "freezing": next((duty for duty in duties if duty.kind == "freeze"), None),
        "waits": [_wait(duty, user) for duty in duties],
        "gaps": agenda.gaps() if may_sort else [],
        "steps": _steps(agenda, user) if agenda.is_open else [],
        "candidates": candidates_of(agenda) if may_organise else [],
        "taken_off": agenda.taken_off().filter(topic=None) if may_sort else [],
        "seen": agenda.seen(),
        "since": stamp_of(agenda) if may_sort else "",
        "log": log(agenda) if is_office else [],
        "basis": agenda.rules.basis,
    }


def load_items(agenda: Agenda) -> None:
    """The items with all that is told of them, in two queries."""
    items = AgendaItem.objects.select_related("presenter__unit", "topic", "paper")
    items = items.prefetch_related("units__unit")
    prefetch_related_objects([agenda], Prefetch("items", items))


def rows_of(
    agenda: Agenda, user: User, order: Iterable[int] = ()
) -> list[dict[str, Any]]:
    """The items one by one, each with what this person may open of it."""
    wanted = {pk: place for place, pk in enumerate(order)}
    items = list(agenda.items.all())
    items.sort(key=lambda item: wanted.get(item.pk, len(wanted)))
    topics = Topic.objects.visible_to(user).filter(pk__in=[i.topic_id for i in items])
    papers = IssuedDocument.objects.visible_to(user).filter(
        pk__in=[item.paper_id for item in items]
    )
    open_topics = set(topics.values_list("pk", flat=True))
    open_papers = set(papers.values_list("pk", flat=True))
    views = agenda.views()
    clauses = {each.title: each.basis.clause for each in agenda.rules.standing}
    return [
        {
            "item": item,
            "units": "、".join(str(unit) for unit in item.units.all()),
            "clause": clauses.get(item.title, ""),
            "topic_url": item.topic.get_absolute_url()
            if item.topic and item.topic_id in open_topics
            else "",
            "paper": item.paper if item.paper_id in open_papers else None,
            "unsettled": _unsettled(agenda, item),
            "views": views.get(item.topic_id, []) if item.topic_id else [],
            "came_late": bool(item.topic and item.topic.late_for_id == agenda.meeting_id),
            "is_fixed": item.kind == AgendaItem.Kind.PROGRESS,
        }
        for item in items
    ]


def _unsettled(agenda: Agenda, item: AgendaItem) -> str:
    """What has become of a topic that is to be taken up no more."""
    gone = item.topic and item.topic.status != Topic.Status.SETTLED
    return item.topic.state_label if agenda.is_open and item.topic and gone else ""


# What may be put on


def candidates_of(agenda: Agenda) -> list[dict[str, Any]]:
    """Topics that wait for a meeting, the ready ones first; six queries for all of them."""
    topics = (
        agenda.candidates()
        .select_related("proposed_by__unit", "late_for", "set_by")
        .prefetch_related(*WHAT_GATES_READ)
    )
    why = full(agenda)
    found = [_candidate(agenda, topic, why) for topic in topics.order_by("pk")]
    return sorted(
        found, key=lambda each: (bool(each["reasons"]), not each["may_explain"])
    )


def _candidate(
    agenda: Agenda, topic: Topic, why: list[tuple[str, bool]]
) -> dict[str, Any]:
    topic.joint_body = topic.proposed_by.joint_body = agenda.joint_body
    found = [*topic.not_ready(), *why]
    return {
        "topic": topic,
        "reasons": [reason for reason, _may_go_on in found],
        "may_explain": all(may_go_on for _reason, may_go_on in found),
        "url": taking_up(agenda, topic),
        "asks": bool(found) or agenda.status == Agenda.Status.FROZEN,
    }


# Who is waited for, and the steps


def _duties(agenda: Agenda) -> list[Duty]:
    """What is owed for the agenda: that it be frozen, and the report that opens it."""
    of_progress = [item for item in agenda.items.all() if item.kind == "progress"]
    duties = Duty.objects.open().of(agenda, *of_progress).select_related("post")
    return with_days_left(duties.order_by("due_on", "pk"))


def _wait(duty: Duty, user: User) -> dict[str, Any]:
    is_mine = duty.is_owed_by(user)
    leads_on = is_mine and duty.kind == "report"
    return wait_of([duty], user, url=duty.url if leads_on else duty.page_url)


def _steps(agenda: Agenda, user: User) -> list[Any]:
    found = {step.name: step for step in steps_for(user, agenda)}
    names = STEPS if agenda.rules.freeze else [each for each in STEPS if each != "freeze"]
    return [found[name] for name in names if name in found and found[name].mine]


# What happened


def log(agenda: Agenda, since: str = "") -> list[Entry]:
    """The acts on the agenda and on its items; those after a stamp of `stamp_of`, if given."""
    acts, items = agenda.history.all(), AgendaItem.history.filter(agenda=agenda)
    if since:
        last_act, _dash, last_item = since.partition("-")
        acts = acts.filter(history_id__gt=int(last_act))
        items = items.filter(history_id__gt=int(last_item or 0))
    every = AgendaItem.all_time.filter(agenda=agenda)
    names = {unit.pk: str(unit) for unit in _members(agenda)}
    return log_of(
        agenda.joint_body,
        Told(acts.exclude(_told_by_items())),
        Told(
            items,
            fields=["title", "presenter_id", "minutes"],
            names={"presenter_id": names},
            about=dict(every.values_list("pk", "title")),
        ),
    )


def _members(agenda: Agenda) -> Iterator[Any]:
    yield from agenda.joint_body.members.select_related("unit")


def _told_by_items() -> Q:
    """The acts that the history of an item tells, with its name."""
    told = Q()
    for name in OF_ITEMS:
        told |= Q(
            history_change_reason__startswith=getattr(Agenda, name).transition.label
        )
    return told


def stamp_of(agenda: Agenda) -> str:
    """Up to which act the page tells of; sent back, it finds what was done since."""
    last_act = agenda.history.aggregate(last=Max("history_id"))["last"]
    items = AgendaItem.history.filter(agenda=agenda)
    return f"{last_act or 0}-{items.aggregate(last=Max('history_id'))['last'] or 0}"


def changes_since(agenda: Agenda, stamp: str) -> list[Entry]:
    """What others did to the agenda since somebody opened its page."""
    known = stamp.replace("-", "", 1).isdecimal()
    return log(agenda, stamp) if known and "-" in stamp[1:-1] else []
