"""A house whose meetings follow other rules than those of the small charter."""

from typing import Any

from meetings.models import open_year
from tests.houses import House, house, lively


def under(**parts: dict[str, Any]) -> House:
    """The lively house with these keys in those parts of its rules on meetings."""
    data = lively()
    for name, keys in parts.items():
        there = data["meetings"].get(name)
        data["meetings"][name] = there | keys if isinstance(there, dict) else keys
    here = house(data)
    open_year(here.body)
    return here
