"""Two at once over one agenda: what is frozen is what was there."""

from collections import Counter

import pytest

from agenda.models import Agenda
from tests.houses import house
from tests.racing import race, step
from tests.sittings import agreed

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OFFICE = "mill-office"


@pytest.fixture
def h():
    body = house()
    yield body
    assert body.duties_agree()


def begun(h, **words) -> Agenda:
    return Agenda.objects.begin(agreed(h, **words), by=h.person(OFFICE))


def test_frozen_while_a_topic_is_taken_up_it_is_on_it_or_refused(h):
    agenda, topic, by = begun(h), h.topic("answered"), h.person(OFFICE)
    done = Counter(
        race(step(agenda, "freeze", by), step(agenda, "take_up", by, topic=topic))
    )
    assert done["freeze"] == 1
    assert done["take_up"] + done["StepRefused"] == 1
    items = agenda.items.filter(topic=topic)
    assert items.count() == done["take_up"]
    assert not items.filter(is_supplement=True).exists()


def test_a_topic_taken_up_by_eight_stands_once(h):
    agenda, topic, by = begun(h), h.topic("answered"), h.person(OFFICE)
    done = Counter(race(*[step(agenda, "take_up", by, topic=topic)] * 8))
    assert done == {"take_up": 1, "StepRefused": 7}
    assert agenda.items.filter(topic=topic).count() == 1
