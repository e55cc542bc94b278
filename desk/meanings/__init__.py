"""What every part, field and choice of a charter means, in one sentence each.

Whoever adds a field, a choice or a gate to a charter adds its line here: the field to
`fields.py`, the choice or gate to `values.py`, with its Chinese in the catalogue (whole
sentences that a clerk reads beside the field of a form; no file syntax in them). Then run

    .venv/bin/python manage.py charter_reference

which writes the reference of docs/charter.md anew; the suite compares the two.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.meanings.fields import FIELDS
from desk.meanings.values import GATES, VALUES

PARTS: dict[str, str | Promise] = {
    "agenda": _("The agenda of a meeting."),
    "body": _("The joint body itself."),
    "evaluation": _(
        "Which units are evaluated, by whom and by what; it may be left out."
    ),
    "followups": _("How decisions are carried out."),
    "gates": _("How strictly each step's conditions are asked for."),
    "lower": _(
        "Which units set up bodies of their own below this one; it may be left out."
    ),
    "meetings": _("How meetings are convened and arranged."),
    "minutes": _("The record of a meeting, and its minutes."),
    "offices": _(
        "What the offices and posts do; other units see what they proposed and were asked."
    ),
    "posts": _("The posts; who holds them is said by appointments."),
    "publicity": _("What becomes public of each meeting; it may be left out."),
    "reminders": _("When one is reminded."),
    "sides": _("The sides, two to five."),
    "topics": _("Topics from proposal to agenda."),
    "units": _("The units, in groups."),
    "words": _(
        "Words of the place: what differs from place to place stands here once, and is used as {key} in every text."
    ),
}


def part_meaning(key: str) -> str:
    return str(PARTS[key])


def field_meaning(kind: type, name: str) -> str:
    """What a field means: of this rule, else of every rule that has one of that name."""
    own = f"{kind.__name__}.{name}"
    return str(FIELDS[own] if own in FIELDS else FIELDS[name])


def value_meaning(holder: str, value: str) -> str:
    """What a choice means; the holder is `ClassName.field`, or the part where it is one."""
    return str(VALUES[f"{holder}={value}"])


def gate_meaning(name: str) -> str:
    return str(GATES[name])
