"""A page reads a charter from the database once, and then from the memory of its process."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.models import charter_by_pk
from institutions.models.charters import charter_seen_from
from tests.houses import House, house
from tests.sittings import OFFICE, minuted

pytestmark = pytest.mark.django_db


def read_by(h: House, url: str) -> list[str]:
    """The queries for rules of a charter that a page makes in a fresh process, and once more."""
    client = h.client(OFFICE)
    client.get(url)
    charter_by_pk.cache_clear()
    charter_seen_from.cache_clear()
    with CaptureQueriesContext(connection) as captured:
        for _time in range(2):
            assert client.get(url).status_code == 200
    asked = [query["sql"] for query in captured]
    return [sql for sql in asked if '"institutions_charter"."data"' in sql]


def test_no_page_reads_a_charter_twice():
    h = house()
    minutes = minuted(h, h.topic("answered"))
    for url in (
        reverse("desk:home"),
        minutes.meeting.get_absolute_url(),
        minutes.get_absolute_url(),
        reverse("agenda:topic_list"),
        reverse("followups:ledger"),
        reverse("desk:body_detail", args=[h.body.pk]),
        reverse("desk:body_year", args=[h.body.pk]),
    ):
        assert len(read_by(h, url)) <= 1, url
