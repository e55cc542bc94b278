"""Eight at once: one of them does it, the others are told."""

import pytest

from agenda.models import Consultation, Topic
from documents.models import IssuedDocument
from tests.houses import house
from tests.racing import race

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def test_two_people_settling_at_once_settle_once():
    h = house()
    people = [h.person("miller"), h.person("farmer")] * 4
    for number in range(3):
        topic = h.topic("submitted", title=f"议题{number}")
        digest = topic.consent("settle").digest

        def sign(person, pk=topic.pk, digest=digest):
            person = type(person).objects.get(pk=person.pk)
            row = Topic.objects.get(pk=pk)
            row.answer("settle", by=person, digest=digest, answer="agree")

        outcomes = race(*[lambda p=person: sign(p) for person in people])
        topic.refresh_from_db()
        assert topic.status == "settled"
        assert outcomes.count(None) == 2
        assert outcomes.count("StepRefused") == 6
        settled = topic.history.filter(history_change_reason="Settle")
        assert settled.count() == 1
    assert h.duties_agree()


def test_two_answering_a_consultation_at_once_answer_once():
    h = house()
    [asked, *_others] = h.topic("asked").consultations.order_by("pk")
    unit, office = h.person("sluice"), h.person("mill-office")

    def answer(kind):
        row = Consultation.objects.get(pk=asked.pk)
        person = type(unit).objects.get(pk=unit.pk)
        row.answer(by=person, digest=row.digest, kind=kind, opinion=kind)

    def enter():
        row = Consultation.objects.get(pk=asked.pk)
        person = type(office).objects.get(pk=office.pk)
        row.enter(by=person, digest=row.digest, kind="agree", source="电话")

    outcomes = race(*[lambda: answer("differ"), enter] * 4)
    assert outcomes.count(None) == 1
    assert outcomes.count("StepRefused") == 7
    assert asked.history.count() == 2
    assert h.duties_agree()


def test_a_unit_asked_by_eight_at_once_gets_one_letter():
    h = house()
    topic, office, unit = h.topic("settled"), h.person("mill-office"), h.unit("ferry")

    def ask():
        person = type(office).objects.get(pk=office.pk)
        Topic.objects.get(pk=topic.pk).consult(by=person, units=[unit])

    outcomes = race(*[ask] * 8)
    assert outcomes.count(None) == 1
    assert outcomes.count("StepRefused") == 7
    assert IssuedDocument.objects.count() == 1
    assert h.duties_agree()
