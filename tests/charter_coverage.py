"""Which keys and values of a charter are set by a charter here, and proven by which test.

`./run coverage` prints the table. A key is a field of a rule, such as
`ChairRules.posts`, or one of the values that it may have, such as `GateMode=explain`.
A test proves one by its marker: `@pytest.mark.changes("ChairRules.posts")`; so does what
tests/rehearsal/ruling.py asks of played years.
"""

import ast
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from institutions.charter import PARTS
from institutions.loading import charter_from
from institutions.models.charters import read_parts
from tests.charter_marks import NAMES, marked

TESTS = Path(__file__).parent
FILES = sorted((TESTS / "charters").glob("*.toml"))
MARKERS = {"pytest.mark.changes", "changes"}
PLAYED = "rehearsal/test_charters.py"  # where a marked word is looked for
HELD = "by what it holds"


@dataclass(frozen=True)
class Row:
    """A key: in which charters of the tests it is set, and which tests prove it."""

    key: str
    charters: tuple[str, ...]
    proofs: tuple[str, ...]


def table() -> list[Row]:
    """Every key of the format, in its order."""
    in_charters = {path.stem: set(keys_set_in(path)) for path in FILES}
    proven = proofs()
    for key in keys_with_marks():
        proven.setdefault(key, {PLAYED})
    return [
        Row(
            key,
            tuple(stem for stem, keys in in_charters.items() if key in keys),
            tuple(sorted(proven.get(key, {HELD} if holds_rules else ()))),
        )
        for key, holds_rules in keys_of_the_format().items()
    ]


def keys_with_marks() -> set[str]:
    """Free texts and terms, whose marks are looked for when a charter is played."""
    return {key for path in FILES for key in marked(charter_from(path))[1].values()}


def keys_of_the_format() -> dict[str, bool]:
    """Fields and values of all that a charter may hold; true for those that only hold rules."""
    found: dict[str, bool] = {}
    for name, part in PARTS.items():
        found |= dict(_keys_below(part, name))
    return found


def _keys_below(kind: Any, held_by: str) -> Iterator[tuple[str, bool]]:
    if is_dataclass(kind):
        for name, hint in get_type_hints(kind).items():
            own = f"{kind.__name__}.{name}"
            if name not in NAMES:
                yield own, _holds_rules(hint)
            yield from _keys_below(hint, own)
    elif get_origin(kind) is Literal:
        yield from ((f"{held_by}={value}", False) for value in get_args(kind) if value)
    else:
        for each in get_args(kind):
            if each not in (str, int, bool, NoneType, Ellipsis):
                yield from _keys_below(each, held_by)


def _holds_rules(kind: Any) -> bool:
    """Whether a field is there for the rules or values in it; one left out is more."""
    inside = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return is_dataclass(inside) or get_origin(inside) is Literal


def keys_set_in(path: Path) -> Iterator[str]:
    """What a charter says otherwise than by leaving it out."""
    parts, problems = read_parts(charter_from(path))
    assert not problems, f"{path.name}: {problems[0]}"
    for name, part in parts.items():
        yield from _set_below(part, name)


def _set_below(value: Any, held_by: str) -> Iterator[str]:
    if is_dataclass(value):
        for field in fields(value):
            content, own = (
                getattr(value, field.name),
                f"{type(value).__name__}.{field.name}",
            )
            if content != _default(field):
                yield own
            yield from _set_below(content, own)
    elif isinstance(value, tuple):
        for each in value:
            yield from _set_below(each, held_by)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _set_below(each, held_by)
    elif isinstance(value, str):
        yield f"{held_by}={value}"


def _default(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def proofs() -> dict[str, set[str]]:
    """The tests that say which keys they prove; read from their files, not run."""
    found: dict[str, set[str]] = {}
    for path in [*sorted(TESTS.rglob("test_*.py")), TESTS / "rehearsal" / "ruling.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKERS:
                for each in node.args:
                    where = f"{path.relative_to(TESTS)}:{node.lineno}"
                    found.setdefault(ast.literal_eval(each), set()).add(where)
    return found


def as_text(rows: list[Row]) -> str:
    """The table, a key on a line, and how many there are at its end."""
    width = max(len(row.key) for row in rows)
    lines = [
        f"{row.key:{width}}  {', '.join(row.charters) or '-'}  |  {', '.join(row.proofs) or '-'}"
        for row in rows
    ]
    bare = [row for row in rows if not (row.charters and row.proofs)]
    total = f"{len(rows)} keys, {len(FILES)} charters, {len(bare)} keys without proof"
    return "\n".join([*lines, total])
