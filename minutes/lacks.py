"""What keeps minutes from being made."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from institutions.lacks import Examined, Lack
from minutes.charter import MinutesRules


def minutes(examined: Examined) -> Iterator[Lack]:
    """Who records, and whether an item can come to a decision at all."""
    rules = examined.part(MinutesRules)
    yield from examined.tasked(
        "minutes.recorder", rules.recorder, "record_meetings", "read_topics"
    )
    if not any(each.then == "decided" for each in rules.outcomes):
        text = _("No outcome makes a topic decided, so nothing is ever carried out.")
        yield Lack(("minutes.outcomes",), text)
