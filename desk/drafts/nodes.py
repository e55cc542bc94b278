"""A part of a draft as the pieces that its page draws: one builder for every rule."""

from dataclasses import dataclass, field, is_dataclass
from typing import Any, Literal, get_args, get_origin

from django.utils.translation import gettext as _

from desk.charters import Speaker, own_name
from desk.drafts.names import Names
from desk.drafts.types import (
    default_of,
    fields_of,
    is_plain,
    is_required,
    is_row,
    refers_to,
    without_none,
)
from desk.labels import field_label, part_label, value_label
from desk.meanings import field_meaning, gate_meaning, part_meaning, value_meaning
from institutions.charter import PARTS, Basis
from institutions.reading import Problem, read
from jointmeeting.workflow import GATES

LONG = 40  # characters; a longer text has several lines
MANY = 90  # pieces on a page; of more, only the rules that are opened are drawn
FEW = 20  # pieces of a list that is drawn beside them
LONG_FIELDS = {"why", "says"}


@dataclass
class Node:
    """One piece of a form: an input, or a group or list of pieces."""

    kind: str
    path: str
    label: str = ""
    meaning: str = ""
    required: bool = False
    value: Any = None
    errors: list[str] = field(default_factory=list)
    below: list["Node"] = field(default_factory=list)
    choices: list[tuple[str, str, str]] = field(
        default_factory=list
    )  # key, name, meaning
    heads: list["Node"] = field(default_factory=list)  # the columns of a table
    says: str = ""
    is_last: bool = False
    is_optional: bool = False
    is_open: bool = False
    is_away: bool = False  # not drawn until it is asked for; its content is kept

    @property
    def html_id(self) -> str:
        return id_of(self.path)

    @property
    def hint_id(self) -> str:
        return f"{self.html_id}-h"

    @property
    def number(self) -> int:
        """How many pieces of it there are."""
        return len(self.below)

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """Of several to choose from, those that are chosen, in their order."""
        known = {key: (key, name, meaning) for key, name, meaning in self.choices}
        wrong = _("%(key)s (there is none)")
        return [
            known.get(key, (key, wrong % {"key": key}, ""))
            for key in (self.value if isinstance(self.value, list) else [])
            if isinstance(key, str)
        ]

    @property
    def others(self) -> list[tuple[str, str, str]]:
        """Those that are not chosen."""
        chosen = {key for key, _name, _meaning in self.chosen}
        return [each for each in self.choices if each[0] not in chosen]

    @property
    def is_of_step(self) -> bool:
        """Whether it stands on a route, where mostly one is chosen from many."""
        return "steps[" in self.path

    @property
    def is_folded(self) -> bool:
        """Whether it is a rule of its own on the page, or one of a list of such."""
        return self.kind == "group" and self.path.count(".") + self.path.count("[") == 1

    @property
    def weight(self) -> int:
        """How many pieces there are to draw."""
        return 1 + sum(each.weight for each in self.below) + len(self.choices) // 4

    @property
    def is_line(self) -> bool:
        """Whether its pieces are so short that they stand side by side."""
        return all(each.kind in {"number", "choice", "basis"} for each in self.below)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(each.has_errors for each in self.below)


def id_of(path: str) -> str:
    return "f-" + path.replace("[", "-").replace("]", "").replace(".", "-")


class Builder:
    """Draws the parts of one draft, with what is wrong beside each piece."""

    def __init__(self, data: dict, problems: list[Problem], at: str = "") -> None:
        """`at` is the path of what was changed last: what is above it is drawn open."""
        self.at = at
        self.names = Names(data)
        self.speaker = Speaker(self.names.of)
        self.problems = problems
        self.told: set[int] = set()

    def part(self, key: str, data: Any) -> Node:
        """A whole part; what is wrong in no piece of it is told at its head."""
        kind = PARTS[key]
        node = self._gates(data) if key == "gates" else self.node(kind, data, key)
        node.label, node.meaning = part_label(key), part_meaning(key)
        node.errors += [
            str(problem)
            for number, problem in enumerate(self.problems)
            if number not in self.told and _is_below(problem.path, key)
        ]
        if node.weight > MANY:
            for each in node.below:
                is_list = each.kind in ("list", "table") and each.weight > FEW
                each.is_away = (each.is_folded or is_list) and not each.is_open
        return node

    def node(self, kind: Any, data: Any, path: str) -> Node:
        kind, may_be_left_out = without_none(kind)
        if may_be_left_out and data is None and not is_plain(kind):
            return Node("absent", path)
        if is_dataclass(kind):
            node = self._group(kind, data, path)  # type: ignore[arg-type]
        elif get_origin(kind) is tuple:
            node = self._list(get_args(kind)[0], data, path)
        elif get_origin(kind) is dict:
            node = self._words(data, path)
        else:
            node = self._input(kind, data, path)
        if may_be_left_out and not is_plain(kind):
            node.is_optional = True
        node.errors = self._errors(path, is_leaf=not node.below) + node.errors
        node.is_open = _is_below(self.at, path) or node.has_errors
        return node

    def _errors(self, path: str, *, is_leaf: bool) -> list[str]:
        found = []
        for number, problem in enumerate(self.problems):
            if number in self.told:
                continue
            if problem.path == path or is_leaf and _is_below(problem.path, path):
                self.told.add(number)
                found.append(problem.expected)
        return found

    def _group(self, kind: type, data: Any, path: str) -> Node:
        table = data if isinstance(data, dict) else {}
        below = [
            self._field(kind, own, hint, table, f"{path}.{own.name}")
            for own, hint in fields_of(kind)
        ]
        name = "basis" if kind is Basis else "group"
        node = Node(name, path, below=below)
        node.says = self._sentence(kind, data, path)
        if kind is Basis:
            chosen = table.get("kind", "local")
            clause = table.get("clause", "")
            node.says = " ".join(filter(None, [value_label(str(chosen)), str(clause)]))
        node.value = own_name(_Attributes(self.names.speak(table)))
        return node

    def _field(self, kind: type, own: Any, hint: Any, table: dict, path: str) -> Node:
        data = table.get(own.name)
        if data is None:
            data = default_of(own)
        refers = refers_to(kind, own.name)
        if refers:
            node = self._keys(refers, hint, data, path)
        else:
            node = self.node(hint, data, path)
            self._explain(node, kind, own.name)
        if node.kind == "text" and own.name in LONG_FIELDS:
            node.kind = "long"
        node.label = field_label(kind, own.name)
        node.meaning = field_meaning(kind, own.name)
        node.required = is_required(own)
        return node

    def _explain(self, node: Node, kind: type, name: str) -> None:
        """Give the choices of a field what they mean."""
        holder = f"{kind.__name__}.{name}"
        node.choices = [
            (key, label, value_meaning(holder, key) if key else "")
            for key, label, _meaning in node.choices
        ]

    def _keys(self, refers: str, hint: Any, data: Any, path: str) -> Node:
        kind, _may_be_left_out = without_none(hint)
        node = Node("ref" if kind is str else "refs", path, value=data)
        node.choices = [
            (key, name, "") for key, name in self.names.of.get(refers, {}).items()
        ]
        if kind is str and data and data not in self.names.of.get(refers, {}):
            wrong = _("%(key)s (there is none)") % {"key": data}
            node.choices.append((str(data), wrong, ""))
        node.errors = self._errors(path, is_leaf=True)
        return node

    def _list(self, kind: Any, data: Any, path: str) -> Node:
        items = data if isinstance(data, list) else []
        if kind is str:
            return Node("lines", path, value="\n".join(map(str, items)))
        if get_origin(kind) is Literal:
            node = self._input(kind, data, path)
            node.kind, node.value = "choices", items
            return node
        below = [self.node(kind, each, f"{path}[{i}]") for i, each in enumerate(items)]
        for number, each in enumerate(below):
            each.label = str(each.value or _("No. %(n)s") % {"n": number + 1})
        if below:
            below[-1].is_last = True
        node = Node("list", path, below=below)
        if get_origin(kind) is tuple:
            node.kind = "steps"
        elif is_dataclass(kind) and is_row(kind):
            node.kind = "table"
            node.heads = [
                Node(
                    "head",
                    f"{path}.{own.name}",
                    label=field_label(kind, own.name),  # type: ignore[arg-type]
                    meaning=field_meaning(kind, own.name),  # type: ignore[arg-type]
                    required=is_required(own),
                )
                for own, hint in fields_of(kind)  # type: ignore[arg-type]
                if hint is not Basis
            ]
        return node

    def _input(self, kind: Any, data: Any, path: str) -> Node:
        if get_origin(kind) is Literal:
            choices = [(each, value_label(each), "") for each in get_args(kind) if each]
            return Node("choice", path, value=data, choices=choices)
        names = {bool: "tick", int: "number"}
        node = Node(names.get(kind, "text"), path, value="" if data is None else data)
        if kind is str and len(str(node.value)) > LONG:
            node.kind = "long"
        return node

    def _words(self, data: Any, path: str) -> Node:
        table = data if isinstance(data, dict) else {}
        below = []
        for number, (key, value) in enumerate(table.items()):
            pair = [
                Node("text", f"{path}[{number}].key", value=key),
                Node("text", f"{path}[{number}].value", value=value),
            ]
            pair[1].errors = self._errors(f"{path}.{key}", is_leaf=True)
            below.append(Node("pair", f"{path}[{number}]", below=pair))
        node = Node("words", path, below=below)
        node.heads = [
            Node("head", "", label=_("Key")),
            Node("head", "", label=_("What is said here")),
        ]
        return node

    def _gates(self, data: Any) -> Node:
        table = data if isinstance(data, dict) else {}
        modes = get_args(get_args(PARTS["gates"])[1])
        choices = [(m, value_label(m), value_meaning("gates", m)) for m in modes]
        below = []
        for name in [*sorted(GATES), *sorted(table.keys() - GATES.keys())]:
            path = f"gates.{name}"
            node = Node("choice", path, value=table.get(name, modes[0]), choices=choices)
            node.label = gate_meaning(name) if name in GATES else name
            node.errors = self._errors(path, is_leaf=True)
            below.append(node)
        return Node("gates", "gates", below=below)

    def _sentence(self, kind: type, data: Any, path: str) -> str:
        """What a rule says in words, if it can be read as it stands."""
        problems: list[Problem] = []
        value = read(kind, self.names.speak(data), path, problems)
        return "" if problems or value is None else self.speaker.says(value)


class _Attributes:
    """A table whose keys are read as attributes, for what a rule calls itself."""

    def __init__(self, table: Any) -> None:
        if isinstance(table, dict):
            self.__dict__ |= {k: v for k, v in table.items() if isinstance(v, str)}


def _is_below(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))


def counted(problems: list[Problem]) -> dict[str, int]:
    """How many mistakes each part has."""
    counts = dict.fromkeys(PARTS, 0)
    for each in problems:
        key = next((key for key in PARTS if _is_below(each.path, key)), "")
        if key:
            counts[key] += 1
    return counts
