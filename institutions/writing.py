"""Writing a charter out as the file that it could be loaded from."""

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import tomli_w

from institutions.charter import PARTS
from institutions.models import Charter
from institutions.reading import hints_of


def text_of(charter: Charter) -> str:
    """The whole document as TOML; loading it anew changes nothing.

    Parts and keys stand in the order in which docs/charter.md tells of them, whatever order
    the database keeps.
    """
    data = charter.data
    return tomli_w.dumps(
        {key: ordered(PARTS[key], data[key]) for key in PARTS if key in data}
    )


def ordered(kind: Any, data: Any) -> Any:
    """The data with the keys of every table in the order of the type that reads it.

    What a draft holds by mistake is written as it stands.
    """
    if is_dataclass(kind) and isinstance(data, dict):
        hints = hints_of(kind)
        named = [each.name for each in fields(kind) if each.name in data]
        table = {name: ordered(hints[name], data[name]) for name in named}
        return table | {key: each for key, each in data.items() if key not in hints}
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return next(ordered(each, data) for each in args if each is not NoneType)
    if origin is tuple and isinstance(data, list):
        return [ordered(args[0], each) for each in data]
    if origin is dict and isinstance(data, dict):
        return {key: ordered(args[1], each) for key, each in sorted(data.items())}
    return data
