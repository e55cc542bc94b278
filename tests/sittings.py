"""A meeting at any stage in a house of tests, by the acts that the screens take.

    meeting = agreed(h)              # asked for and agreed to
    meeting = notified(h, topic)     # with these topics on its agenda, arranged, told to all
    meeting = held(h, topic)         # everybody ticked; its minutes are a draft
    minutes = minuted(h, topic)      # one decision a topic, approved and issued
    task = assigned(h)               # the first decision of such minutes, given to a unit

The clock stands where the caller put it; a meeting is held on the day it stands at.
"""

from datetime import timedelta

from agenda.models import Agenda, Topic
from followups.models import Assignment
from jointmeeting import clock
from meetings.models import Meeting
from minutes.models import Decision, Minutes
from tests.houses import House

OFFICE = "mill-office"


def agreed(h: House, **words) -> Meeting:
    words = {"kind": "regular", "year": clock.today().year, "reason": "开闸"} | words
    by = h.person(OFFICE)
    meeting = Meeting.objects.begin(h.unit(OFFICE), by=by, **words)
    meeting.request(by=by)
    h.sign(meeting, "convene")
    return meeting


def notified(h: House, *topics: Topic, **words) -> Meeting:
    meeting, by = agreed(h, **words), h.person(OFFICE)
    agenda = Agenda.objects.begin(meeting, by=by)
    for topic in topics:
        agenda.take_up(by=by, topic=topic)
    meeting.refresh_from_db()
    when = clock.now() + timedelta(days=20)
    meeting.arrange(by=by, starts_at=when, place="磨坊", chair=h.post("miller"))
    agenda.gather(by=by)
    meeting.refresh_from_db()
    meeting.notify(by=by)
    return meeting


def held(h: House, *topics: Topic, **words) -> Meeting:
    meeting = notified(h, *topics, **words)
    with clock.at(meeting.starts_at + timedelta(hours=3)):
        by = h.person(OFFICE)
        for attendance in meeting.attendances.all():
            attendance.tick(by=by, was_there=True)
        meeting.refresh_from_db()
        meeting.hold(by=by)
    return meeting


def minuted(h: House, *topics: Topic, **words) -> Minutes:
    meeting = held(h, *(topics or [h.topic("answered")]), **words)
    with clock.at(meeting.starts_at + timedelta(hours=4)):
        by, minutes = h.person(OFFICE), Minutes.objects.get(meeting=meeting)
        for record in minutes.records.all():
            said = {"outcome": "decided", "discussion": "说定。"}
            minutes.record(by=by, item=record, seen=record.seen(), **said)
            if record.item.topic:
                minutes.decide(
                    by=by,
                    item=record.item,
                    text="每日六时开闸。",
                    done_when="开闸一月。",
                    due_on=clock.today() + timedelta(days=60),
                    leads=[h.unit("sluice")],
                )
        minutes.send(by=by)
        h.sign(minutes, "approve")
        minutes.issue(by=h.person(OFFICE))
    return minutes


def assigned(h: House, minutes: Minutes | None = None) -> Assignment:
    minutes = minutes or minuted(h)
    decision = Decision.objects.filter(meeting=minutes.meeting).order_by("pk")[0]
    by = h.person(OFFICE)
    [task] = Assignment.objects.assign(decision, [h.unit("sluice")], by=by)
    return task
