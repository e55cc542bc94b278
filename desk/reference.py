"""The reference of docs/charter.md, written from the types that read a charter."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from desk.labels import field_label, part_label
from desk.meanings import field_meaning, gate_meaning, part_meaning, value_meaning
from institutions.charter import PARTS
from jointmeeting.workflow import GATES

BEGIN = "<!-- reference: written by manage.py charter_reference -->\n"
END = "<!-- end of the reference -->\n"
COMMON = "Basis", "Other", "Term", "Route", "Slot", "Paper"


@dataclass(frozen=True)
class Told:
    """A rule of the reference: its type, and where in a file it first stands."""

    kind: type
    part: str
    path: str
    label: str


def written_anew(text: str) -> str:
    """The text of docs/charter.md with its reference as the code is now."""
    before, _sep, rest = text.partition(BEGIN)
    _old, _sep, after = rest.partition(END)
    return f"{before}{BEGIN}\n{reference()}\n{END}{after}"


def reference() -> str:
    """Every part, rule, field, choice and gate, as Markdown."""
    told = rules_told()
    shared = [each for name in COMMON for each in told if each.kind.__name__ == name]
    pieces = [_parts(), "### " + _("Used in several parts"), *map(_rule, shared)]
    for key in PARTS:
        pieces.append(f"### `{key}` {part_label(key)}\n\n{part_meaning(key)}")
        own = [each for each in told if each.part == key and each not in shared]
        pieces += map(_rule, own)
        if key == "gates":
            pieces.append(_gates())
    return "\n\n".join(pieces) + "\n"


def rules_told() -> list[Told]:
    """Every type of rule that a charter may hold, once, in the order of the file."""
    found: dict[type, Told] = {}
    for key, part in PARTS.items():
        for each in _below(part, key, f"[{key}]", part_label(key)):
            found.setdefault(each.kind, each)
    return list(found.values())


def _below(kind: Any, part: str, path: str, label: str) -> Iterator[Told]:
    if is_dataclass(kind):
        assert isinstance(kind, type)
        yield Told(kind, part, path, label)
        hints = get_type_hints(kind)
        inner = path.strip("[]")
        for field in fields(kind):
            named = hints[field.name]
            if any(is_dataclass(each) for each in types_in(named)):
                below = field_label(kind, field.name) if field.name != "basis" else ""
                yield from _below(named, part, f"[{inner}.{field.name}]", below)
    elif get_origin(kind) is tuple:
        yield from _below(get_args(kind)[0], part, f"[{path}]", label)
    else:
        for each in get_args(kind) if get_origin(kind) is not Literal else ():
            yield from _below(each, part, path, label)


def types_in(kind: Any) -> Iterator[Any]:
    """The type, and those its lists and choices are made of; not the fields of a rule."""
    yield kind
    if get_origin(kind) is not Literal:
        for each in get_args(kind):
            yield from types_in(each)


def choices_of(kind: Any) -> list[str]:
    """The values to choose from, if the type is such or a list of such."""
    literals = [each for each in types_in(kind) if get_origin(each) is Literal]
    return [choice for each in literals for choice in get_args(each) if choice]


def is_required(field: Field) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _parts() -> str:
    rows = [f"| `{key}` | {part_label(key)} | {part_meaning(key)} |" for key in PARTS]
    return _table(_("Part"), _("Name"), _("What stands there"), rows=rows)


def _table(*heads: str, rows: list[str]) -> str:
    head = "| " + " | ".join(heads) + " |"
    return "\n".join([head, "|" + "---|" * len(heads), *rows])


def _rule(told: Told) -> str:
    name = told.kind.__name__
    hints = get_type_hints(told.kind)
    rows = [_row(told.kind, field, hints[field.name]) for field in fields(told.kind)]
    where = "" if name in COMMON else f"`{told.path}` {told.label}\n\n"
    heads = (_("Key"), _("Written as"), _("If left out"), _("Meaning"))
    return f"#### {name}\n\n{where}{_table(*heads, rows=rows)}"


def _row(kind: type, field: Field, hint: Any) -> str:
    meaning = field_meaning(kind, field.name)
    holder = f"{kind.__name__}.{field.name}"
    choices = [f"`{c}` {value_meaning(holder, c)}" for c in choices_of(hint)]
    said = "<br>".join([meaning, *choices])
    return f"| `{field.name}` | {_written(hint)} | {_default(field)} | {said} |"


def _written(kind: Any) -> str:
    """How a value of the type is written in a file."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _written(next(each for each in args if each is not NoneType))
    if origin is tuple:
        return _("list of %(what)s") % {"what": _written(args[0])}
    if is_dataclass(kind):
        assert isinstance(kind, type)
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    if origin is Literal:
        return _("a choice")
    if origin is dict:
        return _("a table")
    return {str: _("text"), int: _("a whole number"), bool: _("true or false")}[kind]


def _default(field: Field) -> str:
    """What holds where the field is left out; a rule's own word for it where it is one."""
    if is_required(field):
        return "**" + _("must be there") + "**"
    if field.default is None:
        return _("it does not apply")
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if field.default in ("", ()):
        return _("none")
    return _plain(field.default)


def _plain(value: Any) -> str:
    if is_dataclass(value):
        told = [
            f"{f.name} = {_quoted(getattr(value, f.name))}"
            for f in fields(value)
            if f.name != "basis" and getattr(value, f.name) not in ("", ())
        ]
        return f"`{{ {', '.join(told)} }}`"
    return f"`{_quoted(value)}`"


def _quoted(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _gates() -> str:
    modes = [
        f"- `{mode}` {value_meaning('gates', mode)}"
        for mode in choices_of(PARTS["gates"])
    ]
    rows = [f"| `{name}` | {gate_meaning(name)} |" for name in sorted(GATES)]
    return "\n".join(modes) + "\n\n" + _table(_("Condition"), _("Meaning"), rows=rows)
