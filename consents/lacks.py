"""Routes that nobody can complete."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from consents.charter import Slot
from institutions.lacks import Examined, Lack


def routes(examined: Examined) -> Iterator[Lack]:
    """Places on a sheet that nobody can fill today, or at all."""
    for path, slot in examined.walk():
        if isinstance(slot, Slot):
            yield from _slot(examined, path, slot)


def _slot(examined: Examined, path: str, slot: Slot) -> Iterator[Lack]:
    if slot.each == "side":
        for side in examined.charter.parts["sides"]:
            yield from examined.vacancy(path, [side.leader])
    elif slot.each == "member":
        groups = [group for group in examined.charter.parts["units"] if group.is_member]
        members = [unit.key for group in groups for unit in group.units]
        if not members:
            text = _("Each member unit is to sign, and no unit is a member.")
            yield Lack((path,), text)
        for key in members:
            yield from examined.vacancy(path, [key])
    elif slot.each == "unit":
        for key in examined.units:
            yield from examined.vacancy(path, [key])
    else:
        yield from examined.vacancy(path, slot.any_of)
