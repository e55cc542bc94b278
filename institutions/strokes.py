"""Lists by strokes of the surname, where the charter has people of one rank so.

How many strokes a character has is kept once for all bodies, as somebody entered it: see
docs/decisions/0008-strokes-are-entered.md. Names are compared character by character, first by
strokes, then by the character itself, so that people of one surname stay together.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.models import Charter, JointBody, StrokeCount, User
from institutions.models.strokes import FEWEST, MOST
from jointmeeting.workflow import save_with_history

Row = TypeVar("Row")
MAY_ENTER = "organise_meetings", "administer_rights"


def is_by_strokes(charter: Charter | None) -> bool:
    """Whether it has people of one rank by strokes; not while there is no charter yet."""
    return charter is not None and charter.parts["body"].people_by == "strokes"


def in_order(
    charter: Charter | None, rows: Iterable[Row], name_of: Callable[[Row], str]
) -> list[Row]:
    """The rows as given, in protocol order, or by strokes where the charter has it so.

    Those without a name, or of whose surname no strokes are known, stay last.
    """
    found = list(rows)
    if not is_by_strokes(charter) or len(found) < 2:
        return found
    counts = counts_of(name_of(row) for row in found)
    return sorted(found, key=lambda row: sorting(name_of(row), counts))


def sorting(name: str, counts: dict[str, int]) -> tuple:
    """The key to sort a name by."""
    if name[:1] not in counts:
        return (1,)
    return (0, *((counts.get(each, MOST + 1), each) for each in name))


def counts_of(names: Iterable[str]) -> dict[str, int]:
    """The strokes of the characters of these names, as far as they were entered."""
    known = StrokeCount.objects.filter(character__in=set("".join(names)))
    return dict(known.values_list("character", "strokes"))


def uncounted(charter: Charter | None, names: Iterable[str]) -> list[str]:
    """The names whose surname has no strokes yet; none where the order is by protocol."""
    if not is_by_strokes(charter):
        return []
    found = list(filter(None, names))
    counts = counts_of(name[:1] for name in found)
    return [name for name in found if name[:1] not in counts]


def wanted(names: Iterable[str]) -> dict[str, list[str]]:
    """The characters that settle the order of these names, each with the names it is in.

    Those of the surnames, and of the given names where several begin alike.
    """
    found: dict[str, list[str]] = {}
    by_first: dict[str, list[str]] = {}
    for name in sorted(set(filter(None, names))):
        by_first.setdefault(name[0], []).append(name)
    for first, alike in by_first.items():
        found.setdefault(first, []).extend(alike)
        for name in alike if len(alike) > 1 else []:
            for each in name[1:]:
                if name not in found.setdefault(each, []):
                    found[each].append(name)
    return found


def check_may_count(by: User, body: JointBody) -> None:
    """Raise PermissionDenied for who neither draws up lists nor administers posts there."""
    if not any(by.may(codename, body) for codename in MAY_ENTER):
        text = _("Strokes are entered by who draws up the lists or administers posts.")
        raise PermissionDenied(text)


@transaction.atomic
def keep_counts(body: JointBody, *, by: User, counts: dict[str, int]) -> int:
    """Keep the strokes of these characters; gives how many are new or otherwise."""
    check_may_count(by, body)
    known = StrokeCount.objects.select_for_update().filter(character__in=counts)
    rows = {row.character: row for row in known.order_by("pk")}
    changed = 0
    for character, strokes in counts.items():
        if not FEWEST <= strokes <= MOST:
            raise ValidationError(_("A character has 1 to 40 strokes."))
        row = rows.get(character) or StrokeCount(character=character)
        if row.strokes != strokes:
            row.strokes = strokes
            save_with_history(row, by, gettext_noop("Enter the strokes"))
            changed += 1
    return changed
