"""Rules of a charter in words, as its page prints them."""

import pytest
from django.utils.translation import override

from deadlines.charter import Term
from desk.charters import term_text


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Term(value=5, unit="day of month"), "by the next day 5 of a month"),
        (
            Term(value=20, unit="day of month", when="before"),
            "by day 20 of the month before",
        ),
        (Term(value=2, unit="months"), "within 2 months"),
        (Term(value=2, unit="months", when="before"), "2 months before"),
        (
            Term(value=9, unit="days", of="meeting"),
            "within 9 days, from the day of the meeting",
        ),
    ],
)
def test_a_term_in_words(term, text):
    with override("en"):
        assert term_text(term) == text
