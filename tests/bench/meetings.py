"""A meeting of twenty items and sixty people, and a ledger of two hundred decisions."""

from datetime import timedelta

from django.test import Client

from agenda.models import Agenda
from followups.models import Assignment
from jointmeeting import clock
from meetings.models import Meeting, seat
from minutes.models import Decision
from tests.houses import House, house
from tests.sittings import OFFICE, minuted

ITEMS, PEOPLE, DECISIONS, EARLIER = 20, 60, 200, 4


def meeting_page() -> tuple[Client, str]:
    """The office that organises it, and the page of a meeting whose minutes are issued."""
    h = house(key="valley")
    meeting = minuted(h).meeting
    crowd(h, meeting)
    return h.client(OFFICE), meeting.get_absolute_url()


def crowd(h: House, meeting: Meeting) -> None:
    """So many items, places and decisions as a large meeting has."""
    agenda, by = Agenda.objects.get(meeting=meeting), h.person(OFFICE)
    presenter, lead = h.unit(OFFICE), h.unit("sluice")
    due_on = meeting.day + timedelta(days=60)
    for number in range(ITEMS - agenda.items.count()):
        words = {
            "title": f"第{number}件：渡口的路灯和护栏",
            "kind": "other",
            "minutes": 5,
        }
        agenda.put(by, "Add an item", presenter=presenter, **words)
        text = {"text": f"第{number}件照办。", "due_on": due_on, "leads": [lead]}
        decision = Decision.objects.put(meeting, by=by, **text)
        decision.take_effect(by=by)
    for number in range(PEOPLE - meeting.attendances.count()):
        seat(meeting, by=by, capacity="invited", name=f"客{number}", title="职工代表")


def ledger_page() -> tuple[Client, str]:
    """The office that assigns, and the first page of its ledger."""
    h = house(key="hill")
    by, lead = h.person(OFFICE), h.unit("sluice")
    for number in range(EARLIER):
        words = {"kind": "regular", "year": 2024 + number % 2, "reason": "旧账"}
        held_on = clock.today() - timedelta(days=900 - 30 * number)
        meeting = Meeting.objects.bring_in(
            h.unit(OFFICE),
            by=by,
            held_on=held_on,
            place="磨坊",
            ordinal=number + 1,
            **words,
        )
        for each in range(DECISIONS // EARLIER):
            text = f"第{each}件：下游各村每日放水两次，每次两小时。"
            due_on = clock.today() + timedelta(days=each * 3 - 60)
            decision = Decision.objects.bring_in(
                meeting, by=by, text=text, due_on=due_on, leads=[lead]
            )
            [task] = Assignment.objects.assign(decision, [lead], by=by)
            task.accept(by=h.person("sluice"))
    return h.client(OFFICE), "/followups/ledger/"
