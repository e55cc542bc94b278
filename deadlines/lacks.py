"""Terms held against each other."""

from deadlines.charter import Term

DAYS_OF_FIVE = 7  # five working days take a week


def calendar_days(term: Term) -> float:
    """About how many days a term is long, so that two of different units compare."""
    is_working = term.unit == "working days"
    return term.value * DAYS_OF_FIVE / 5 if is_working else float(term.value)
