"""A query that is written once gives what the query itself gives, however often."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda.boxes import ITEMS, PRESENTER
from agenda.boxes import SHOWN as OF_ITEM
from agenda.models import AgendaItem
from followups.boxes import DECISION, TASK, TASKS
from jointmeeting.prepared import Prepared
from meetings.boxes import PLACES, WHOSE
from meetings.boxes import SHOWN as OF_PLACE
from meetings.models import Meeting
from minutes.models import Decision
from tests.houses import house
from tests.sittings import assigned, minuted


@pytest.fixture
def h(db):
    return house()


def test_the_rows_of_a_meetings_page_are_those_of_the_queries(h):
    meeting = assigned(h).decision.meeting
    agenda = meeting.agenda.pk
    items = AgendaItem.objects.filter(agenda=agenda).values_list(*OF_ITEM, *PRESENTER)
    places = meeting.attendances.values_list(*OF_PLACE, *WHOSE)
    decisions = meeting.decisions.exclude(status=Decision.Status.DRAFT)
    in_order = decisions.order_by("position", "pk", "assignments__pk")
    asked = [
        (ITEMS(agenda), items),
        (PLACES(meeting.pk), places),
        (TASKS(meeting.pk), in_order.values_list(*DECISION, *TASK)),
    ]
    for rows, query in asked:
        assert rows
        assert rows == list(query)


def test_each_key_has_its_own_rows_and_each_use_one_query(h):
    """Dates and truth values come as the database's own query gives them."""
    first, second = minuted(h).meeting, minuted(h).meeting
    days = Prepared(
        lambda pk: Meeting.objects.filter(pk=pk).values_list("held_on", "is_imported")
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert days(first.pk) == [(first.held_on, False)]
        assert days(second.pk) == [(second.held_on, False)]
        assert days(0) == []
    assert len(queries) == 3


def test_each_thread_writes_its_own():
    asked = []

    def ask(pk):
        asked.append(threading.current_thread())
        return Meeting.objects.filter(pk=pk).values_list("pk")

    known = Prepared(ask)
    known._written(), known._written()
    other = threading.Thread(target=known._written)
    other.start()
    other.join()
    assert asked == [threading.current_thread(), other]
