"""The first requests of a day arrive together, and each lets the successor step in."""

from datetime import timedelta

import pytest

from institutions.appointing import end_appointment
from institutions.models import Delegation, JointBody
from institutions.succession import fill_vacancies
from jointmeeting import clock
from tests.houses import house, lively
from tests.racing import race

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def test_one_steps_into_a_vacant_post_whoever_asks_first():
    data = lively()
    data["posts"][0]["succession"] = {"how": "automatic", "posts": ["steward"]}
    h = house(data)
    post = h.post("miller")
    end_appointment(post.appointments.get(), clock.today() - timedelta(days=1))

    def first_request() -> str:
        fill_vacancies(JointBody.objects.get(pk=h.body.pk))
        return "begun"

    assert race(*[first_request] * 8) == ["begun"] * 8
    [delegation] = Delegation.objects.filter(post=post)
    assert delegation.to == h.post("steward")
    assert delegation.history.count() == 1
