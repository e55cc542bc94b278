"""A body's year: its meetings, topics, decisions and dates, for each reader, at its price."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from jointmeeting import clock
from tests.houses import House, house
from tests.sittings import OFFICE, agreed, assigned


@pytest.fixture
def h(db):
    with translation.override("en"):
        yield house()


def page(h: House, key: str, year: int = 2026):
    return h.client(key).get(reverse("desk:body_year", args=[h.body.pk, year]))


def events(answer) -> list:
    return [event for _first, _last, found in answer.context["months"] for event in found]


def test_what_was_and_what_will_be_stand_by_month(h):
    task = assigned(h)
    found = events(page(h, OFFICE))
    meeting = task.decision.meeting
    looks = {event.look for event in found if event.url == meeting.get_absolute_url()}
    assert looks == {"was", "key"}
    assert any(event.how for event in found)
    assert [event.day for event in found] == sorted(event.day for event in found)


def test_months_without_a_date_stand_as_one(h):
    months = page(h, OFFICE, clock.today().year + 1).context["months"]
    assert (1, 12) in [(first, last) for first, last, found in months if not found]


def test_the_states_of_topics_and_decisions_open_their_lists(h):
    assigned(h)
    answer = page(h, OFFICE)
    [decided] = [row for row in answer.context["topics"] if row["n"] == 1]
    listed = h.client(OFFICE).get(decided["url"])
    assert listed.context["page"].paginator.count == 1
    assert [row["n"] for row in answer.context["decisions"]] == [1]


def test_a_unit_reads_no_duties_of_others(h):
    assigned(h)
    own = {str(h.unit("sluice").liaison)}
    notes = {event.note for event in events(page(h, "sluice")) if event.how}
    assert notes <= own


def test_a_year_out_of_reach_does_not_exist(h):
    assert page(h, OFFICE, 1999).status_code == 404


def test_it_costs_the_same_however_many_meetings_there_are(h):
    client, url = h.client(OFFICE), reverse("desk:body_year", args=[h.body.pk, 2026])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    agreed(h)
    queries()
    few = queries()
    for _number in range(3):
        agreed(h, kind="ad hoc")
    assert queries() == few
    assert few <= 17
