"""Rows for the addresses of the report to the next meeting, and of earlier decisions."""

from typing import Any

from tests.followups.test_progress_steps import begin, brought, imported
from tests.houses import House


def rows(here: House) -> dict[str, Any]:
    """An earlier meeting with a decision, and a report in which it is to be explained."""
    old = imported(here, ordinal=90)
    typed = brought(here, old, is_standing=True)
    report = begin(here)
    return {
        "old": old,
        "typed": typed,
        "report": report,
        "itemp": report.item,
        "line": report.lines.get(decision=typed),
    }
