"""What the fields of a charter are made of, as a form asks for them."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from desk.charters import REFERS
from institutions.charter import Basis, Known

PROBE = "?"


def fields_of(kind: type) -> Iterator[tuple[Field, Any]]:
    """Each field of a rule with its type; what it rests on comes last."""
    hints = get_type_hints(kind)
    own = [each for each in fields(kind) if hints[each.name] is not Basis]
    for each in [*own, *(each for each in fields(kind) if hints[each.name] is Basis)]:
        yield each, hints[each.name]


def without_none(kind: Any) -> tuple[Any, bool]:
    """The type itself, and whether a charter may leave the thing out altogether."""
    if get_origin(kind) is not UnionType:
        return kind, False
    [own] = [each for each in get_args(kind) if each is not NoneType]
    return own, True


def is_required(field: Field) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def default_of(field: Field) -> Any:
    """What holds where the field is left out, as plain data; none where it must be there."""
    if field.default is not MISSING:
        return plain(field.default)
    return None if field.default_factory is MISSING else plain(field.default_factory())


def plain(value: Any) -> Any:
    """A value of a charter as a file holds it, without what goes without saying."""
    if is_dataclass(value) and not isinstance(value, type):
        held = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
        told = {each.name: each for each in fields(value)}
        return {
            name: content
            for name, content in held.items()
            if is_required(told[name]) or content != default_of(told[name])
        }
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def is_plain(kind: Any) -> bool:
    """Whether one input is enough for a value of the type."""
    kind, _may_be_left_out = without_none(kind)
    return kind in (str, int, bool) or get_origin(kind) is Literal


def is_row(kind: Any) -> bool:
    """Whether a rule is short enough to stand on one line of a table."""
    own = [hint for _field, hint in fields_of(kind) if hint is not Basis]
    return len(own) <= 5 and all(map(is_plain, own))


@cache
def refers_to(kind: type, name: str) -> str:
    """What the keys in a field name: unit, post, side, class, holder; or nothing.

    The rule is asked itself: given a key that nothing has, it says which kind is missing.
    """
    hint, _may_be_left_out = without_none(get_type_hints(kind)[name])
    if hint is not str and hint != tuple[str, ...]:
        return ""
    if hasattr(kind, "check_in"):
        asked = _Asked()
        rule = _blank(kind)
        object.__setattr__(rule, name, PROBE if hint is str else (PROBE,))
        rule.check_in(asked, "")
        if asked.kinds:
            return asked.kinds[0]
    return REFERS[name] if REFERS.get(name) == "class" else ""


class _Asked(Known):
    """Knows no key, and remembers what kind of key it was asked for."""

    def __init__(self) -> None:
        super().__init__(posts=frozenset(), leaders={}, units=frozenset())
        object.__setattr__(self, "kinds", [])

    kinds: list[str]

    def unknown(self, kind, keys, path):
        if PROBE in keys:
            self.kinds.append(kind)
        return []


def _blank(kind: Any) -> Any:
    """A rule of the type that says nothing."""
    kind, may_be_left_out = without_none(kind)
    if may_be_left_out:
        return None
    if is_dataclass(kind):
        own: Any = kind
        rule: Any = object.__new__(own)
        for field, hint in fields_of(own):
            object.__setattr__(rule, field.name, _blank(hint))
        return rule
    origin = get_origin(kind)
    if origin is Literal:
        return get_args(kind)[0]
    nothing: dict[Any, Any] = {str: "", int: 0, bool: False}
    return nothing.get(kind, {} if origin is dict else ())
