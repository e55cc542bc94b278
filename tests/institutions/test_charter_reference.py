"""docs/charter.md tells every part, key, choice and gate of a charter, and no other."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from django.conf import settings

from institutions.charter import PARTS
from jointmeeting.workflow import GATES

TEXT = (Path(settings.BASE_DIR) / "docs" / "charter.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([\w.]+)` \|(?: ([^|]*)\|)?", re.MULTILINE)


def below(kind: Any) -> Iterator[Any]:
    """The type and every type that a value of it may hold."""
    yield kind
    inside = get_type_hints(kind).values() if is_dataclass(kind) else get_args(kind)
    if get_origin(kind) is not Literal:
        for each in inside:
            yield from below(each)


TYPES = {kind for part in PARTS.values() for kind in below(part)}
RULES = sorted(filter(is_dataclass, TYPES), key=lambda kind: kind.__name__)
CHOICES = {
    choice
    for kind in TYPES
    if get_origin(kind) is Literal
    for choice in get_args(kind)
    if choice
}


def rows(before: str) -> dict[str, str]:
    """The first two columns of the table that follows this text."""
    _head, _sep, after = TEXT.partition(f"{before}\n")
    table = re.split(r"\n\n(?=[^|])", after.lstrip("\n"), maxsplit=1)[0]
    return {key: (mark or "").strip() for key, mark in ROW.findall(table)}


def is_required(field: Field) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def test_every_part_is_told():
    assert rows("## 各部分").keys() == PARTS.keys()


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)
def test_every_key_is_told_and_which_must_be_there(kind):
    told = rows(f"<!-- {kind.__name__} -->")
    assert list(told) == [field.name for field in fields(kind)]
    required = {field.name for field in fields(kind) if is_required(field)}
    assert {key for key, mark in told.items() if mark == "是"} == required


def test_no_rule_is_told_that_is_none():
    told = set(re.findall(r"<!-- (\w+) -->", TEXT))
    assert told == {kind.__name__ for kind in RULES}


def test_every_choice_is_told():
    assert {choice for choice in CHOICES if f"`{choice}`" not in TEXT} == set()


def test_every_gate_is_told():
    _before, _head, after = TEXT.partition("## 把关")
    assert set(dict(ROW.findall(after))) == set(GATES)
