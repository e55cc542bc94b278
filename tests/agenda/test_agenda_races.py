"""Eight at one agenda at once: one of them does it, the others are told."""

import pytest

from agenda.models import Agenda, AgendaItem, Topic
from meetings.models import Meeting
from tests.houses import acts, house
from tests.racing import race
from tests.sittings import agreed

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OFFICE = "mill-office"


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def test_an_agenda_begun_by_eight_at_once_is_one():
    h = house()
    meeting, office = agreed(h), h.person(OFFICE)

    def begin():
        row = Meeting.objects.get(pk=meeting.pk)
        return Agenda.objects.begin(row, by=fresh(office)).pk

    assert len(set(race(*[begin] * 8))) == 1
    assert AgendaItem.objects.count() == 2
    assert h.duties_agree()


def test_of_eight_who_sort_from_one_page_the_first_is_kept():
    h = house()
    office = h.person(OFFICE)
    agenda = Agenda.objects.begin(agreed(h), by=office)
    keys, seen = list(agenda.items.values_list("pk", flat=True)), agenda.seen()

    def sort():
        row = Agenda.objects.get(pk=agenda.pk)
        row.sort(by=fresh(office), order=keys[::-1], seen=seen)

    outcomes = race(*[sort] * 8)
    assert outcomes.count(None) == 1
    assert outcomes.count("StepRefused") == 7
    assert list(agenda.items.values_list("pk", flat=True)) == keys[::-1]
    assert acts(agenda).count("Put the items in order") == 1


def test_a_topic_put_on_two_agendas_at_once_stands_on_one():
    h = house()
    office, topic = h.person(OFFICE), h.topic("answered")
    agendas = [
        Agenda.objects.begin(agreed(h, kind=kind), by=office)
        for kind in ("regular", "ad hoc")
    ]

    def take_up(agenda):
        row = Agenda.objects.get(pk=agenda.pk)
        row.take_up(by=fresh(office), topic=Topic.objects.get(pk=topic.pk))

    outcomes = race(*[lambda a=a: take_up(a) for a in agendas] * 4)
    assert outcomes.count(None) == 1
    assert outcomes.count("StepRefused") == 7
    assert AgendaItem.objects.filter(topic=topic).count() == 1
    assert h.duties_agree()


def test_a_topic_taken_up_while_its_withdrawal_is_asked_is_either_on_or_withdrawn():
    h = house()
    office, farmer = h.person(OFFICE), h.person("farmer")
    agenda = Agenda.objects.begin(agreed(h), by=office)
    for number in range(3):
        topic = h.topic("answered", title=f"议题{number}")
        topic.ask_to_withdraw(by=office, reason="另案。")
        sheet = topic.consent("withdraw")
        Topic.objects.get(pk=topic.pk).answer(
            "withdraw", by=h.person("miller"), digest=sheet.digest, answer="agree"
        )

        def let_go(pk=topic.pk, digest=sheet.digest):
            row = Topic.objects.get(pk=pk)
            row.answer("withdraw", by=fresh(farmer), digest=digest, answer="agree")

        def take_up(pk=topic.pk):
            row = Agenda.objects.get(pk=agenda.pk)
            row.take_up(by=fresh(office), topic=Topic.objects.get(pk=pk))

        outcomes = race(let_go, take_up, take_up, take_up)
        assert outcomes.count(None) == 1
        assert outcomes.count("StepRefused") == 3
        topic.refresh_from_db()
        assert topic.status == "withdrawn"
        assert not agenda.items.filter(topic=topic).exists()
    assert h.duties_agree()


def test_an_item_taken_off_by_one_and_changed_by_others_is_off():
    h = house()
    office = h.person(OFFICE)
    agenda = Agenda.objects.begin(agreed(h), by=office)
    item = agenda.items.get(kind="report")
    seen = item.seen()

    def take_off():
        Agenda.objects.get(pk=agenda.pk).take_off(by=fresh(office), item=item)

    def change():
        row = Agenda.objects.get(pk=agenda.pk)
        row.change(by=fresh(office), item=item, seen=seen, minutes=9)

    outcomes = race(*[take_off, change] * 4)
    assert outcomes.count(None) in (1, 2)  # changed first, then taken off; or only off
    assert not agenda.items.filter(pk=item.pk).exists()
    assert agenda.taken_off().count() == 1
