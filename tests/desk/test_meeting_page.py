"""A meeting's whole page at every stage of its life, for each kind of reader, at its price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.timezone import localtime

from agenda.models import Agenda
from desk import story
from institutions.models import Appointment
from jointmeeting import clock
from meetings.models import Meeting, seat
from minutes.models import Minutes
from tests.houses import House, house, lively
from tests.sittings import OFFICE, agreed, approved, assigned, held, minuted, notified

LIMIT = 15  # queries of a page, whatever stands on it
READERS = [OFFICE, "farm-office", "miller", "sluice"]


@pytest.fixture
def h(db):
    with translation.override("en"):
        yield house()


def page(h: House, key: str, meeting: Meeting):
    client = h.client(key)
    client.get(meeting.get_absolute_url())
    return client.get(meeting.get_absolute_url())


def queries(h: House, key: str, meeting: Meeting) -> int:
    client = h.client(key)
    client.get(meeting.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(meeting.get_absolute_url()).status_code == 200
    return len(captured)


def crowded(h: House, meeting: Meeting) -> None:
    """Twenty items on its agenda and sixty people in it."""
    agenda = Agenda.objects.get(meeting=meeting)
    with clock.at(clock.now()):
        for number in range(20 - agenda.items.count()):
            words = {"title": f"第{number}件", "kind": "other", "minutes": 5}
            by, presenter = h.person(OFFICE), h.unit(OFFICE)
            agenda.put(by=by, label="Add an item", presenter=presenter, **words)
        for number in range(60 - meeting.attendances.count()):
            by = h.person(OFFICE)
            seat(meeting, by=by, capacity="invited", name=f"客{number}", title="代表")


def stages(answer) -> list[tuple[str, str]]:
    return [(each["label"], each["state"]) for each in answer.context["stages"]]


def test_the_track_shows_its_whole_life(h):
    meeting = agreed(h)
    assert stages(page(h, OFFICE, meeting)) == [
        ("Asked for", "past"),
        ("Agreed", "past"),
        ("Agenda", "current"),
        ("Notice", "future"),
        ("The meeting", "future"),
        ("Minutes", "future"),
        ("Tasks", "future"),
    ]


@pytest.mark.parametrize(
    ("make", "label"),
    [(notified, "The meeting"), (held, "Minutes")],
)
def test_the_present_stage_follows_the_state(h, make, label):
    meeting = make(h, h.topic("answered"))
    assert (label, "current") in stages(page(h, OFFICE, meeting))


def test_issued_minutes_leave_the_tasks(h):
    meeting = minuted(h).meeting
    answer = page(h, OFFICE, meeting)
    assert stages(answer)[-1] == ("Tasks", "current")
    assert "每日六时开闸" in answer.content.decode()


def test_the_dates_say_how_they_were_computed_and_what_is_done(h):
    meeting = notified(h, h.topic("answered"))
    answer = page(h, OFFICE, meeting)
    line = {each.key: each for each in answer.context["line"]}
    assert list(line) == sorted(line, key=lambda key: (line[key].day, key == "today"))
    assert line["notice"].done_on == clock.today()
    assert line["replies"].due_on < meeting.day
    assert line["replies"].how["anchor"] == meeting.day.isoformat()
    assert line["day"].look == "key"
    assert line["draft"].due_on > meeting.day
    assert "before" in answer.content.decode()


def test_a_date_that_was_told_is_the_one_of_the_duty(h):
    meeting = notified(h, h.topic("answered"))
    duty = h.body.duties.filter(kind="reply").first()
    duty.due_on -= timedelta(days=1)
    duty.save()
    line = {each.key: each for each in page(h, OFFICE, meeting).context["line"]}
    assert line["replies"].due_on == duty.due_on


def test_an_overdue_date_is_marked(h):
    meeting = notified(h, h.topic("answered"))
    with clock.at(meeting.starts_at + timedelta(days=1)):
        line = {each.key: each for each in page(h, OFFICE, meeting).context["line"]}
        assert (line["papers"].look, line["notice"].look) == ("over", "was")


def test_who_is_to_act_is_led_there_by_one_button(h):
    meeting = agreed(h)
    Agenda.objects.begin(meeting, by=h.person(OFFICE))
    answer = page(h, OFFICE, meeting)
    assert answer.content.decode().count("btn-main") == 1


def test_many_who_owe_the_same_stand_in_one_line(h):
    meeting = notified(h, h.topic("answered"))
    waits = page(h, OFFICE, meeting).context["waits"]
    replies = [each for each in waits if "who comes" in each["what"]]
    assert len(replies) < meeting.attendances.exclude(unit=None).count()


def test_a_unit_sees_what_it_owes_and_not_who_else_is_waited_for(h):
    meeting = notified(h, h.topic("answered"))
    answer = page(h, "sluice", meeting)
    assert [str(each["post"]) for each in answer.context["waits"]] == [
        str(h.unit("sluice").liaison)
    ]
    assert not answer.context["is_told"]
    assert "h-log" not in answer.content.decode()


def test_the_history_tells_of_the_agenda_and_the_minutes_too(h):
    meeting = minuted(h).meeting
    url = f"{meeting.get_absolute_url()}?log=all"
    said = [entry.label for entry in h.client(OFFICE).get(url).context["log"]]
    assert "Begin the agenda" in said
    assert "Issue the minutes" in said
    assert said[-1] == "Begin"


def test_the_history_names_for_whom_an_answer_was_entered_and_from_which_office(h):
    meeting = agreed(h)
    told = page(h, OFFICE, meeting).context["log"]
    answers = [entry for entry in told if entry.label == "Agree"]
    assert {entry.office for entry in answers} == {
        h.post("miller").title,
        h.post("farmer").title,
    }


def test_what_lies_further_back_is_one_click_away(h):
    meeting = minuted(h).meeting
    answer = page(h, OFFICE, meeting)
    shown = answer.context["log"]
    assert len(shown) == story.SHOWN
    assert 'href="?log=all#h-log"' in answer.content.decode()
    answer = h.client(OFFICE).get(meeting.get_absolute_url(), {"log": "all"})
    assert answer.context["log"][: story.SHOWN] == shown
    assert len(answer.context["log"]) > story.SHOWN
    assert 'href="?log=all#h-log"' not in answer.content.decode()


def test_the_office_of_an_act_is_that_of_the_day_in_the_offices_time(h):
    """Before eight in the morning it is still the day before in UTC."""
    meeting = agreed(h)
    post, person = h.post(OFFICE), h.person(OFFICE)
    Appointment.objects.filter(post=post).update(since=clock.today())
    early = localtime(clock.now()).replace(hour=0, minute=30)
    meeting.history.update(history_date=early)
    entries = page(h, OFFICE, meeting).context["log"]
    begun = [each for each in entries if each.who == str(person) and each.at == early]
    assert begun
    assert {each.office for each in begun} == {post.title}


def test_it_has_one_main_button(h):
    """What is to be done next; to assign all decisions stands beside it."""
    for meeting in (agreed(h), notified(h), held(h), minuted(h).meeting):
        html = page(h, OFFICE, meeting).content.decode()
        assert html.count("btn-main") == 1, meeting.status


def test_the_documents_of_all_its_stages_are_there(h):
    meeting = minuted(h).meeting
    found = {each.template for each in page(h, OFFICE, meeting).context["documents"]}
    assert {"convene_request", "meeting_notice", "minutes"} <= found


def test_its_consents_are_listed_with_their_sheets(h):
    meeting = minuted(h).meeting
    sheets = page(h, OFFICE, meeting).context["sheets"]
    assert [each["label"] for each in sheets] == ["Agreed", "Agreed"]


def test_a_cancelled_meeting_ends_its_track(h):
    meeting = notified(h, h.topic("answered"))
    meeting.cancel(by=h.person(OFFICE), reason="大水。")
    answer = page(h, OFFICE, meeting)
    assert stages(answer)[-1] == ("Cancelled", "current")


def test_an_imported_meeting_has_a_page(h):
    words = {"kind": "regular", "year": 2025, "reason": "旧", "place": "磨坊"}
    day = clock.today() - timedelta(days=300)
    meeting = Meeting.objects.bring_in(
        h.unit(OFFICE), by=h.person(OFFICE), held_on=day, ordinal=1, **words
    )
    assert stages(page(h, OFFICE, meeting)) == [
        ("The meeting", "past"),
        ("Tasks", "current"),
    ]


@pytest.mark.parametrize("make", [notified, held, minuted, assigned])
def test_twenty_items_and_sixty_people_cost_no_more_queries(h, make):
    made = make(h) if make in (minuted, assigned) else make(h, h.topic("answered"))
    meeting = meeting_of(made)
    few = {key: queries(h, key, meeting) for key in READERS}
    crowded(h, meeting)
    many = {key: queries(h, key, meeting) for key in READERS}
    assert max(few.values()) <= LIMIT
    assert all(many[key] <= few[key] for key in READERS)


def meeting_of(made) -> Meeting:
    if isinstance(made, Meeting):
        return made
    return made.meeting if isinstance(made, Minutes) else made.decision.meeting


def test_every_sheet_that_is_shown_opens(db):
    """Who signs only the minutes reads their sheet, and not that of another act."""
    data = lively()
    data["minutes"]["approve"]["steps"] = [[{"each": "member"}]]
    h = house(data)
    minutes = approved(h, h.topic("answered"))
    shown = {}
    for key in [*READERS, "ferry"]:
        client = h.client(key)
        sheets = client.get(minutes.meeting.get_absolute_url()).context["sheets"]
        shown[key] = [sheet["url"] for sheet in sheets]
        assert {client.get(url).status_code for url in shown[key]} <= {200}
    assert len(shown["mill-office"]) == 2
    assert len(shown["sluice"]) == 1
