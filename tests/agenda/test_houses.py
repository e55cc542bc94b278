"""The builders of the suite bring every charter of the product to answered topics."""

import pytest

from deadlines.models import differences
from tests.houses import CHARTERS, house


@pytest.mark.parametrize("name", [None, *sorted(p.stem for p in CHARTERS.glob("*.toml"))])
@pytest.mark.django_db
def test_a_topic_comes_to_answers_under_every_charter(name):
    topic = house(name).topic("answered")
    assert topic.status == "settled"
    assert topic.asked.count() == 3
    assert not topic.consultations.exclude(status="answered").exists()
    assert list(differences(topic)) == []
