"""What a charter says of minutes, and what that changes for those who make and get them."""

from datetime import date
from typing import Any

import pytest

from deadlines.models import Duty
from tests.houses import House, house, lively
from tests.sittings import approved, held, minuted

OFFICE = "mill-office"
BY_THE_5TH = {"value": 5, "unit": "day of month"}


def ruled(**minutes: Any) -> House:
    """The house under a charter whose minutes are made otherwise in these points."""
    data = lively()
    data["minutes"] |= minutes
    return house(data)


@pytest.fixture
def h(db):
    """Each story makes a house of its own; its duties agree in the end."""
    houses: list[House] = []

    def of(**minutes: Any) -> House:
        houses.append(ruled(**minutes))
        return houses[-1]

    yield of
    assert all(each.duties_agree() for each in houses)


@pytest.mark.changes("MinutesRules.draft", "MinutesRules.issue", "MinutesRules.receipt")
@pytest.mark.parametrize(
    ("field", "kind", "term", "due"),
    [
        ("draft", "draft", BY_THE_5TH, date(2026, 4, 5)),
        (
            "draft",
            "draft",
            {"value": 9, "unit": "days", "of": "meeting"},
            date(2026, 3, 31),
        ),
        ("issue", "issue", {"value": 1, "unit": "months"}, date(2026, 4, 22)),
        (
            "issue",
            "issue",
            {"value": 12, "unit": "days", "of": "meeting"},
            date(2026, 4, 3),
        ),
        ("receipt", "receipt", BY_THE_5TH, date(2026, 4, 5)),
    ],
)
def test_terms_of_minutes(h, field, kind, term, due):
    body = h(**{field: term})
    stage = {"draft": held, "issue": approved, "receipt": minuted}[field]
    stage(body, body.topic("answered"))
    duties = Duty.objects.open().filter(kind=kind)
    assert {duty.due_on for duty in duties} == {due}
    assert {duty.how.get("of", "") for duty in duties} == {term.get("of", "")}
