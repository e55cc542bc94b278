"""A whole year through the rows: from the agreed meeting to the report that opens the next."""

from datetime import datetime, timedelta

import pytest
from django.utils.timezone import make_aware

from agenda.models import Agenda
from followups.models import Assignment, Inspection, ProgressLine, ProgressReport
from jointmeeting import clock
from meetings.models import Meeting
from minutes.models import Decision, Minutes
from tests.houses import house

pytestmark = pytest.mark.django_db


def at(year, month, day, hour=9):
    return clock.at(make_aware(datetime(year, month, day, hour)))


def agreed(h) -> Meeting:
    unit = h.unit("mill-office")
    by = h.person("mill-office")
    words = {"kind": "regular", "year": clock.today().year, "reason": "开闸"}
    meeting = Meeting.objects.begin(unit, by=by, **words)
    meeting.request(by=by)
    h.sign(meeting, "convene")
    return meeting


def test_a_year_goes_round():
    with at(2026, 3, 2):
        h = house()
        topic = h.topic("answered")
        meeting = agreed(h)
        mill = h.person("mill-office")
        agenda = Agenda.objects.begin(meeting, by=mill)
        assert [item.kind for item in agenda.items.all()] == ["progress", "report"]
        agenda.take_up(by=mill, topic=topic)
        meeting.refresh_from_db()
        meeting.arrange(
            by=mill,
            starts_at=make_aware(datetime(2026, 3, 20, 9)),
            place="磨坊",
            chair=h.post("miller"),
        )
        agenda.gather(by=mill)
        [item] = agenda.items.filter(kind="progress")
        report = ProgressReport.objects.begin(item, by=mill)
        report.freeze(by=mill)
        agenda.freeze(by=mill)
        meeting.refresh_from_db()
        meeting.notify(by=mill)
        assert h.duties_agree()
        replies = h.owed(*meeting.attendances.all())
        assert replies
        for attendance in meeting.attendances.exclude(unit=None):
            attendance.reply(by=h.person(attendance.unit.key), name="吴", title="掌柜")
        assert not h.owed(*meeting.attendances.all())
    with at(2026, 3, 20, 12):
        mill = h.person("mill-office")
        for attendance in meeting.attendances.all():
            attendance.tick(by=mill, was_there=True)
        meeting.refresh_from_db()
        meeting.hold(by=mill)
        assert meeting.ordinal == 1
        minutes = Minutes.objects.get(meeting=meeting)
        assert h.owed(minutes) == {("draft", "mill-office")}
        for record in minutes.records.all():
            minutes.record(
                by=mill,
                item=record,
                seen=record.seen(),
                outcome="decided",
                discussion="说定。",
            )
        item = agenda.items.get(topic=topic)
        minutes.decide(
            by=mill,
            item=item,
            text="每日六时开闸。",
            done_when="开闸一月。",
            due_on=clock.today() + timedelta(days=60),
            leads=[h.unit("sluice")],
        )
        minutes.send(by=mill)
        h.sign(minutes, "approve")
        assert minutes.status == "approved"
        minutes.issue(by=mill)
        topic.refresh_from_db()
        meeting.refresh_from_db()
        assert (topic.status, meeting.status) == ("decided", "minuted")
        [decision] = Decision.objects.all()
        assert h.owed(decision) == {("assign", "mill-office")}
        [task] = Assignment.objects.assign(decision, [h.unit("sluice")], by=mill)
        sluice = h.person("sluice")
        task.accept(by=sluice)
        assert h.owed(task) == {("report", "sluice"), ("complete", "sluice")}
        task.report(by=sluice, progress="开了三日。")
        inspection = Inspection.objects.begin(
            task,
            by=mill,
            inspected_on=clock.today(),
            place="水闸",
            took_part="两家",
            finding="闸锈。",
            demand="上油。",
            due_on=clock.today() + timedelta(days=9),
        )
        inspection.ask_to_sign(by=mill)
        h.sign(inspection, "sign_off")
        assert h.owed(inspection) == {("mend", "sluice")}
        inspection.mend(by=h.person("sluice"), answer_text="上过油了。")
        inspection.close(by=h.person("mill-office"))
        assert h.duties_agree()
    with at(2027, 2, 1):
        meeting = agreed(h)
        mill = h.person("mill-office")
        agenda = Agenda.objects.begin(meeting, by=mill)
        [item] = agenda.items.filter(kind="progress")
        report = ProgressReport.objects.begin(item, by=mill)
        [line] = ProgressLine.objects.filter(report=report)
        assert h.owed(line) == {("explain", "sluice")}
        line.explain(by=h.person("sluice"), explanation="缺钱。", seen=line.seen())
        assert h.owed(line) == {("opinion", "mill-office"), ("opinion", "farm-office")}
        for key in ("mill-office", "farm-office"):
            seen = line.seen(h.unit(key))
            line.say(by=h.person(key), opinion="下月办完。", seen=seen)
        report.refresh_from_db()
        report.freeze(by=h.person("mill-office"))
        item.refresh_from_db()
        assert item.paper == report.document
        assert h.duties_agree()
        task.refresh_from_db()
        task.claim(by=h.person("sluice"), evidence="办完了。")
        task.verify(by=h.person("mill-office"), result="done")
        decision.refresh_from_db()
        assert decision.status == "closed"
        assert h.duties_agree()
