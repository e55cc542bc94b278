"""Where in a charter something stands, in words."""

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django import template

from desk.labels import FIELDS, part_label
from institutions.charter import PARTS

register = template.Library()

NAME = re.compile(r"[a-z_]+")


@register.filter
def place(path: str) -> str:
    """“Topics · Settling” for `topics.settle.steps[0][0]`: as far as the rules have names."""
    key, *names = NAME.findall(path)
    said, kind = [part_label(key)], _inner(PARTS[key])
    for name in names:
        if not is_dataclass(kind) or name not in {each.name for each in fields(kind)}:
            break
        label = FIELDS.get(f"{kind.__name__}.{name}", FIELDS.get(name))  # type: ignore[union-attr]
        said += [str(label)] if label and str(label) != said[-1] else []
        kind = _inner(get_type_hints(kind)[name])
    return " · ".join(said)


@register.filter
def places(paths: Iterable[str]) -> list[str]:
    """Each place once, in words, of paths that may name several pieces of one rule."""
    return list(dict.fromkeys(map(place, paths)))


def _inner(kind: Any) -> Any:
    """What a list, a table or a part that may be left out is made of."""
    while get_origin(kind) in (tuple, dict, UnionType):
        args = [each for each in get_args(kind) if each not in (Ellipsis, NoneType)]
        kind = args[-1]
    return kind
