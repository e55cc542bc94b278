"""Terms held against each other."""

from deadlines.charter import Term

DAYS = {"days": 1.0, "working days": 7 / 5, "months": 365 / 12}


def is_as_long(term: Term, other: Term) -> bool:
    """Whether a term reaches as far from the event that both count from as another does.

    Never said of one whose length depends on the day it counts from.
    """
    if term.unit not in DAYS or other.unit not in DAYS:
        return False
    return term.value * DAYS[term.unit] >= other.value * DAYS[other.unit]


def is_longer(term: Term, other: Term) -> bool:
    """Whether it reaches further; in doubt it does not."""
    return is_as_long(term, other) and not is_as_long(other, term)
