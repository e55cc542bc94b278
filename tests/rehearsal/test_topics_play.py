"""Two years under the charter of the caravan town: what it rules of topics is played."""

import pytest

from agenda.models import AgendaItem, Consultation, Topic
from institutions.loading import charter_from
from rehearsal.rehearsing import rehearse
from tests.rehearsal.conftest import BASE

pytestmark = [pytest.mark.plays, pytest.mark.usefixtures("calendar", "files")]
FILE = BASE / "tests" / "charters" / "caravan_town.toml"


def test_what_it_rules_of_topics_happens_in_two_years():
    body, _timeline = rehearse(charter_from(FILE), FILE.stem, 2026)
    topics = Topic.objects.filter(joint_body=body)
    asked = Consultation.objects.filter(joint_body=body)
    assert topics.filter(set_by__key="inn", consents=None).exists()
    assert topics.exclude(ground="").exists()
    assert topics.exclude(late_for=None).exists()
    assert asked.filter(round=2).exists()
    assert not asked.filter(round=3).exists()
    assert asked.exclude(adoption="").exists()
    for topic in topics.exclude(settled_on=None).filter(set_by=None):
        first = topic.consultations.order_by("pk")[0]
        sheets = topic.consents.filter(act="settle", outcome="agreed")
        assert first.sent_on <= sheets.latest("pk").asked_on
    for items in (each.items for each in _agendas(body)):
        assert items.exclude(topic=None).count() <= 3


def _agendas(body):
    items = AgendaItem.objects.filter(joint_body=body).select_related("agenda")
    return {item.agenda_id: item.agenda for item in items}.values()
