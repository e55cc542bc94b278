"""Reading a charter's parts from plain data, and walking through what was read."""

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from string import Formatter
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """A mistake in a charter: where it stands, and what was expected there."""

    path: str
    expected: str

    def __str__(self) -> str:
        return _("%(path)s: expected %(what)s") % {
            "path": self.path,
            "what": self.expected,
        }


class CharterRefused(Exception):
    """The charter cannot be used; `problems` says where and what was expected."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def spoken(data: Any, words: dict[str, str], path: str, problems: list[Problem]) -> Any:
    """The data with each `{key}` replaced by that word of the place."""
    if isinstance(data, dict):
        return {k: spoken(v, words, f"{path}.{k}", problems) for k, v in data.items()}
    if isinstance(data, list):
        numbered = enumerate(data)
        return [spoken(each, words, f"{path}[{i}]", problems) for i, each in numbered]
    if not isinstance(data, str) or "{" not in data:
        return data
    try:
        named = {name for _text, name, _spec, _conv in Formatter().parse(data) if name}
    except ValueError:
        problems.append(Problem(path, _("words in pairs of { and }")))
        return data
    if unknown := sorted(named - words.keys()):
        known = _("one of the words %(words)s") % {"words": ", ".join(sorted(words))}
        problems.append(Problem(path, f"{known}: {{{unknown[0]}}}"))
        return data
    return data.format_map(words)


def read(kind: Any, data: Any, path: str, problems: list[Problem]) -> Any:
    """Build `kind` from plain data; what is wrong goes to `problems`, with its path.

    A kind that may be None is a part which a charter may leave out.
    """
    if get_origin(kind) is UnionType:
        [kind] = [each for each in get_args(kind) if each is not NoneType]
    if is_dataclass(kind):
        return _read_dataclass(kind, data, path, problems)
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(data, list):
        numbered = enumerate(data)
        return tuple(
            read(args[0], each, f"{path}[{i}]", problems) for i, each in numbered
        )
    if origin is dict and isinstance(data, dict):
        return {k: read(args[1], v, f"{path}.{k}", problems) for k, v in data.items()}
    if origin is Literal and data in args or origin is None and type(data) is kind:
        return data
    problems.append(Problem(path, _described(kind, origin, args)))
    return None


def _described(kind: Any, origin: Any, args: tuple) -> str:
    if origin is Literal:
        return " | ".join(map(str, args))
    names = {str: _("text"), int: _("a whole number"), bool: _("true or false")}
    if origin is tuple:
        return _("a list")
    return _("a table") if origin is dict else names.get(kind, str(kind))


# The types of a rule's fields, which are the same for as long as the code is.
hints_of: Callable[[Any], dict[str, Any]] = cache(get_type_hints)


def _read_dataclass(
    kind: Any, data: Any, path: str, problems: list[Problem]
) -> Any | None:
    if not isinstance(data, dict):
        problems.append(Problem(path, _("a table")))
        return None
    hints, values, before = hints_of(kind), {}, len(problems)
    for key in data.keys() - hints.keys():
        allowed = _("one of the keys %(keys)s") % {"keys": ", ".join(hints)}
        problems.append(Problem(f"{path}.{key}", allowed))
    for f in fields(kind):
        if f.name in data:
            where = f"{path}.{f.name}"
            values[f.name] = read(hints[f.name], data[f.name], where, problems)
        elif f.default is MISSING and f.default_factory is MISSING:
            problems.append(Problem(f"{path}.{f.name}", _("a value: it is missing")))
    if len(problems) > before:
        return None
    built = kind(**values)
    problems += built.check(path) if hasattr(built, "check") else []
    return built


def walk(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Everything below, with its path."""
    yield path, part
    if is_dataclass(part):
        below = [(f"{path}.{f.name}", getattr(part, f.name)) for f in fields(part)]
    elif isinstance(part, dict):
        below = [(f"{path}.{key}", value) for key, value in part.items()]
    elif isinstance(part, tuple):
        below = [(f"{path}[{i}]", value) for i, value in enumerate(part)]
    else:
        below = []
    for where, value in below:
        yield from walk(value, where)
