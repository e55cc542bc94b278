"""Where in a charter something stands, in words."""

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import urlencode

from django import template

from desk.drafts.nodes import id_of
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
    """Of paths that may name several pieces of one rule, the first of each place."""
    return list({place(path): path for path in reversed(list(paths))}.values())[::-1]


@register.filter
def field_of(path: str) -> str:
    """Where the page of a draft's part asks for what stands at the path; after its address."""
    part = NAME.findall(path)[0]
    return f"{part}/?{urlencode({'at': path})}#{id_of(path)}"


def _inner(kind: Any) -> Any:
    """What a list, a table or a part that may be left out is made of."""
    while get_origin(kind) in (tuple, dict, UnionType):
        args = [each for each in get_args(kind) if each not in (Ellipsis, NoneType)]
        kind = args[-1]
    return kind
