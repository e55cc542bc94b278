"""The plan of a meeting: consented to as one before the notice, void when it changes."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import make_aware

from agenda.models import Agenda
from deadlines.models import Duty
from jointmeeting.workflow import StepRefused
from meetings.models import Attendance
from tests.charters import LEADERS
from tests.houses import acts, reason
from tests.meetings.rules import under
from tests.sittings import agreed

OFFICE = "mill-office"
DAY = make_aware(datetime(2026, 3, 20, 9))
PLAN = {
    "covers": ["day", "chair", "agenda", "attendance"],
    "ask": {"value": 8, "unit": "working days", "when": "before"},
    "agree": LEADERS | {"verb": "商定"},
    "basis": {"kind": "local"},
}

pytestmark = pytest.mark.django_db


def planned(*covers: str):
    """A meeting with all that its plan holds, in a house that asks for consent to it."""
    h = under(plan=PLAN | ({"covers": list(covers)} if covers else {}))
    meeting = agreed(h)
    by = h.person(OFFICE)
    agenda = Agenda.objects.begin(meeting, by=by)
    arrange(h, meeting)
    agenda.gather(by=by)
    meeting.refresh_from_db()
    return h, meeting


def arrange(h, meeting, **words) -> None:
    words = {"starts_at": DAY, "place": "磨坊", "chair": h.post("miller")} | words
    meeting.arrange(by=h.person(OFFICE), **words)


@pytest.mark.changes("MeetingRules.plan", "PlanRules.agree", "PlanRules.ask")
def test_the_notice_waits_for_the_plan():
    h, meeting = planned()
    by = h.person(OFFICE)
    assert h.owed(meeting) == {("notify", OFFICE), ("ask_plan", OFFICE)}
    duty = Duty.objects.open().of(meeting).get(kind="ask_plan")
    assert duty.due_on == date(2026, 3, 10)
    with pytest.raises(StepRefused, match="plan is to be agreed"):
        meeting.notify(by=by)
    meeting.ask_plan(by=by)
    asked = {("plan", "miller"), ("plan", "farmer")}
    assert h.owed(meeting) == {("notify", OFFICE)} | asked
    h.sign(meeting, "plan")
    assert h.owed(meeting) == {("notify", OFFICE)}
    assert acts(meeting)[-1] == "Agree to the plan"
    meeting.notify(by=by)
    assert meeting.status == "notified"
    assert h.duties_agree()


def test_what_is_signed_says_day_chair_agenda_and_who_attends():
    h, meeting = planned()
    meeting.ask_plan(by=h.person(OFFICE))
    page = h.client("miller").get(meeting.url("answer", "plan")).content.decode()
    for said in (
        "磨坊",
        "2026年3月20日",
        "磨坊主",
        "上回议定的事",
        "出席：磨坊主、农场主",
    ):
        assert said in page
    sheet = h.client(OFFICE).get(meeting.url("sheet", "plan"))
    assert sheet["Content-Type"] == "application/pdf"
    page = h.client(OFFICE).get(meeting.get_absolute_url()).content.decode()
    assert "The plan of the meeting" in page


def test_the_step_is_the_organisers_and_drawn_only_while_it_is_to_be_asked():
    h, meeting = planned()
    url = reverse("meetings:meeting_ask_plan", args=[meeting.pk])
    with pytest.raises(PermissionDenied):
        meeting.ask_plan(by=h.person("farm-office"))
    client = h.client(OFFICE)
    assert url in client.get(meeting.get_absolute_url()).content.decode()
    assert client.post(url).status_code == 302
    assert url not in client.get(meeting.get_absolute_url()).content.decode()
    meeting.refresh_from_db()
    with pytest.raises(StepRefused, match="lies before those asked"):
        meeting.ask_plan(by=h.person(OFFICE))


def another_day(h, meeting) -> None:
    arrange(h, meeting, place="仓房")


def another_chair(h, meeting) -> None:
    farmer, miller = h.post("farmer"), h.post("miller")
    arrange(h, meeting, chair=farmer, delegated_by=miller)


def another_item(h, meeting) -> None:
    unit = h.unit(OFFICE)
    agenda = Agenda.objects.get(meeting=meeting)
    agenda.add(by=h.person(OFFICE), kind="other", title="修桥", presenter=unit)


def another_place(h, meeting) -> None:
    given = {"unit": h.unit("ferry"), "capacity": "in attendance"}
    Attendance.objects.give(meeting, by=h.person(OFFICE), **given)


CHANGES = {
    "day": another_day,
    "chair": another_chair,
    "agenda": another_item,
    "attendance": another_place,
}


@pytest.mark.changes(
    "PlanRules.covers=day",
    "PlanRules.covers=chair",
    "PlanRules.covers=agenda",
    "PlanRules.covers=attendance",
)
@pytest.mark.parametrize("part", CHANGES)
@pytest.mark.parametrize("is_signed", [True, False])
def test_a_change_voids_what_the_plan_covers(part, is_signed):
    h, meeting = planned(part)
    meeting.ask_plan(by=h.person(OFFICE))
    if is_signed:
        h.sign(meeting, "plan")
    for other, change in CHANGES.items():
        if other != part:
            change(h, meeting)
    assert meeting.consent("plan").outcome != "void"
    meeting.refresh_from_db()
    CHANGES[part](h, meeting)
    meeting.refresh_from_db()
    assert meeting.consent("plan").outcome == "void"
    assert reason(meeting) == "A part of the plan was changed."
    assert ("ask_plan", OFFICE) in h.owed(meeting)
    assert h.duties_agree()


def test_the_order_of_items_and_a_place_taken_back_change_the_plan():
    h, meeting = planned("agenda", "attendance")
    by = h.person(OFFICE)
    agenda = Agenda.objects.get(meeting=meeting)
    order = [item.pk for item in agenda.items.all()]
    meeting.ask_plan(by=by)
    agenda.sort(by=by, order=order[::-1], seen=agenda.seen())
    assert meeting.consent("plan").outcome == "void"
    meeting.refresh_from_db()
    meeting.ask_plan(by=by)
    meeting.attendances.last().remove(by=by)
    assert meeting.consent("plan").outcome == "void"


def test_a_plan_sent_back_is_put_to_them_anew():
    h, meeting = planned()
    meeting.ask_plan(by=h.person(OFFICE))
    h.sign(meeting, "plan", "changes")
    assert ("ask_plan", OFFICE) in h.owed(meeting)
    assert "请写明时间" in reason(meeting)
    meeting.ask_plan(by=h.person(OFFICE))
    h.sign(meeting, "plan")
    assert meeting.plan_is_agreed


def test_what_the_plan_holds_must_be_there():
    h = under(plan=PLAN)
    meeting = agreed(h)
    arrange(h, meeting)
    with pytest.raises(StepRefused, match="Say first who attends"):
        meeting.ask_plan(by=h.person(OFFICE))
    another_place(h, meeting)
    with pytest.raises(StepRefused, match="Draw up the agenda"):
        meeting.ask_plan(by=h.person(OFFICE))


def test_nobody_need_sign_the_plan_of_a_meeting_that_is_cancelled():
    h, meeting = planned()
    meeting.ask_plan(by=h.person(OFFICE))
    meeting.cancel(by=h.person(OFFICE), reason="改期")
    assert meeting.consent("plan").outcome == "void"
    assert h.owed(meeting) == {("request", OFFICE)} or h.owed(meeting) == set()
    assert h.duties_agree()


def test_a_charter_without_a_plan_has_no_such_step():
    h = under()
    meeting = agreed(h)
    arrange(h, meeting)
    assert h.owed(meeting) == {("notify", OFFICE)}
    another_place(h, meeting)
    with pytest.raises(StepRefused, match="needs no consent"):
        meeting.ask_plan(by=h.person(OFFICE))
    page = h.client(OFFICE).get(meeting.get_absolute_url()).content.decode()
    assert reverse("meetings:meeting_ask_plan", args=[meeting.pk]) not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"covers": []},
        {"covers": ["day", "day"]},
        {"covers": ["weather"]},
        {"ask": {"value": 3, "unit": "days"}},
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(Exception, match="meetings.plan"):
        under(plan=PLAN | wrong)


def test_who_is_invited_by_another_name_changes_the_plan():
    h, meeting = planned()
    by = h.person(OFFICE)
    guest = {"capacity": "invited", "name": "秦师傅", "title": "老船工", "why": "老船工"}
    place = Attendance.objects.give(meeting, by=by, **guest)
    meeting.ask_plan(by=by)
    h.sign(meeting, "plan")
    place.reply(by=by, name="秦师傅", title="老船工")
    meeting.refresh_from_db()
    assert meeting.plan_is_agreed
    place.reply(by=by, name="乔师傅", title="老船工")
    meeting.refresh_from_db()
    assert meeting.plan_is_to_be_asked
    assert h.owed(meeting) == {("notify", OFFICE), ("ask_plan", OFFICE)}
    assert h.duties_agree()
