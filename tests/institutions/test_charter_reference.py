"""docs/charter.md tells every part, key, choice and gate of a charter, as the code has them."""

from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from django.conf import settings
from django.utils.translation import override

from desk import meanings
from desk.reference import choices_of, rules_told, written_anew
from institutions.charter import PARTS
from jointmeeting.workflow import GATES

FILE = Path(settings.BASE_DIR) / "docs" / "charter.md"


def test_the_reference_is_as_the_code_is():
    with override("zh-hans"):
        assert written_anew(FILE.read_text("utf-8")) == FILE.read_text("utf-8"), (
            "run manage.py charter_reference"
        )


def test_every_part_and_gate_has_its_meaning_and_no_other_has():
    assert meanings.PARTS.keys() == PARTS.keys()
    assert meanings.GATES.keys() == GATES.keys()


def test_every_field_and_choice_has_its_meaning_and_no_other_has():
    own, common, choices = (
        set(),
        set(),
        set(map("gates={}".format, choices_of(PARTS["gates"]))),
    )
    for told in rules_told():
        hints = get_type_hints(told.kind)
        for field in fields(told.kind):
            holder = f"{told.kind.__name__}.{field.name}"
            own.add(holder)
            common.add(field.name)
            choices |= {f"{holder}={each}" for each in choices_of(hints[field.name])}
            assert holder in meanings.FIELDS or field.name in meanings.FIELDS, holder
    assert {key for key in meanings.FIELDS if "." in key} <= own
    assert {key for key in meanings.FIELDS if "." not in key} <= common
    assert meanings.VALUES.keys() == choices
