"""A meeting at any stage in a house of tests, by the acts that the screens take.

    meeting = agreed(h)              # asked for and agreed to
    meeting = notified(h, topic)     # with these topics on its agenda, arranged, told to all
    meeting = held(h, topic)         # everybody ticked; its minutes are a draft
    minutes = recorded(h, meeting)   # outcomes, and one decision a topic
    minutes = approved(h, topic)     # and approved, after the meeting was held
    minutes = minuted(h, topic)      # and issued
    task = assigned(h)               # the first decision of such minutes, given to a unit

Who does it is read from the charter of the house. The clock stands where the caller put it;
a meeting is held on the day it stands at.
"""

from datetime import timedelta
from typing import Any

from agenda.models import Agenda, Topic
from followups.models import Assignment
from jointmeeting import clock
from meetings.models import Meeting
from minutes.models import Decision, Minutes
from tests.building import built_once
from tests.houses import House

OFFICE = "mill-office"  # in the small charter it does all of these


@built_once
def agreed(h: House, **words) -> Meeting:
    words = {"kind": "regular", "year": clock.today().year, "reason": "开闸"} | words
    rules = h.body.rules_in_force.parts["meetings"]
    asking = rules.regular if words["kind"] == "regular" else rules.ad_hoc
    unit = h.unit(asking.asked_by[0])
    by = h.person(unit.key)
    meeting = Meeting.objects.begin(unit, by=by, **words)
    meeting.request(by=by)
    h.sign(meeting, "convene")
    return meeting


@built_once
def notified(h: House, *topics: Topic, **words) -> Meeting:
    meeting = agreed(h, **words)
    by = h.person(meeting.organiser.key)
    agenda = Agenda.objects.begin(meeting, by=by)
    for topic in topics:
        agenda.take_up(by=by, topic=topic)
    meeting.refresh_from_db()
    when = clock.now() + timedelta(days=20)
    chair = h.post(meeting.sitting_rules.chair.posts[0])
    meeting.arrange(by=by, starts_at=when, place="磨坊", chair=chair)
    agenda.gather(by=by)
    meeting.refresh_from_db()
    meeting.notify(by=by)
    return meeting


@built_once
def held(h: House, *topics: Topic, **words) -> Meeting:
    meeting = notified(h, *topics, **words)
    with clock.at(meeting.starts_at + timedelta(hours=3)):
        by = h.person(meeting.organiser.key)
        for attendance in meeting.attendances.all():
            attendance.tick(by=by, was_there=True)
        meeting.refresh_from_db()
        meeting.hold(by=by)
    return meeting


def decision(h: House, **fields) -> dict[str, Any]:
    """What a decision says, led by the first of the units that are asked."""
    due_on = clock.today() + timedelta(days=60)
    words = {"text": "每日六时开闸。", "done_when": "开闸一月。", "due_on": due_on}
    return words | {"leads": [h.unit(h.asked_units()[0])], "assisting": []} | fields


@built_once
def recorded(h: House, meeting: Meeting) -> Minutes:
    """The draft of its minutes, with outcomes, and one decision for each topic."""
    minutes = Minutes.objects.get(meeting=meeting)
    by = h.person(minutes.recorder.key)
    for record in minutes.records.all():
        said = {"outcome": record.outcomes[0].key, "discussion": "说定。"}
        minutes.record(by=by, item=record, seen=record.seen(), **said)
        if record.item.topic:
            minutes.decide(by=by, item=record.item, **decision(h))
    return minutes


@built_once
def approved(h: House, *topics: Topic, **words) -> Minutes:
    meeting = held(h, *(topics or [h.topic("answered")]), **words)
    with clock.at(meeting.starts_at + timedelta(hours=4)):
        minutes = recorded(h, meeting)
        minutes.send(by=h.person(minutes.recorder.key))
        h.sign(minutes, "approve")
    return minutes


@built_once
def minuted(h: House, *topics: Topic, **words) -> Minutes:
    minutes = approved(h, *topics, **words)
    with clock.at(minutes.meeting.starts_at + timedelta(hours=5)):
        minutes.issue(by=h.person(minutes.recorder.key))
    return minutes


@built_once
def assigned(h: House, minutes: Minutes | None = None) -> Assignment:
    minutes = minutes or minuted(h)
    of_meeting = Decision.objects.filter(meeting=minutes.meeting)
    office = h.body.rules_in_force.parts["followups"].assign.office
    unit = h.unit(h.asked_units()[0])
    [task] = Assignment.objects.assign(of_meeting[0], [unit], by=h.person(office))
    return task
