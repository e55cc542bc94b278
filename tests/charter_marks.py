"""Marks in the words of a charter: every free text and term carries one of its own.

Whoever reads a page can tell from a mark which key of the charter it comes from. A mark that
nobody ever sees belongs to a key that is read and ignored.
"""

import re
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from deadlines.charter import Term
from institutions.charter import PARTS, Basis
from institutions.models.charters import problems_of

LAST = re.compile(r"\[\d+\]$")  # what is wrong with one of a list may come from another
MARK = re.compile(r"№(\d+)№")
# Names by which the rows of a charter refer to each other: every play goes by them.
NAMES = {"key", "basis"}


def marked(data: dict) -> tuple[dict, dict[int, str]]:
    """The charter with a mark in each free text, and where each mark stands.

    A text that names a row of the charter, which would be a mistake then, stays as it is.
    """
    keep: set[str] = set()
    while True:
        places: dict[int, str] = {}
        changed = {
            name: part
            if name == "words"  # seen wherever a text that names one of them is
            else _marked(PARTS[name], part, name, name, places, keep)
            for name, part in data.items()
        }
        problems = [LAST.sub("", each.path) for each in problems_of(changed)]
        if not problems:
            return changed, {number: key for number, (_path, key) in places.items()}
        before = len(keep)
        keep |= {
            path
            for path, _key in places.values()
            for problem in problems
            if path.startswith(problem) or problem.startswith(path)
        }
        assert len(keep) > before, problems


def _marked(kind: Any, data: Any, path: str, key: str, places: dict, keep: set) -> Any:
    if get_origin(kind) is UnionType:
        [kind] = [each for each in get_args(kind) if each is not NoneType]
    args = get_args(kind)
    if kind is Basis:  # printed on the charter's page; of a term, with each of its dates
        return data
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        if kind is Term:
            number = len(places) + 1
            places[number] = f"{path}.basis", key
            basis = data.get("basis", {"kind": "local"})
            clause = f"{basis.get('clause', '')}№{number}№"
            kinds = basis | {"clause": clause}
            kinds["kind"] = "clause" if basis["kind"] == "local" else basis["kind"]
            return data | {"basis": kinds}
        return {
            name: value
            if name in NAMES - {"basis"}
            else _marked(
                hints[name], value, f"{path}.{name}", _own(kind, name), places, keep
            )
            for name, value in data.items()
        }
    if get_origin(kind) is tuple:
        return [
            _marked(args[0], each, f"{path}[{i}]", key, places, keep)
            for i, each in enumerate(data)
        ]
    if get_origin(kind) is dict:
        return {
            name: _marked(args[1], value, f"{path}.{name}", key, places, keep)
            for name, value in data.items()
        }
    if kind is not str or not data or path in keep:
        return data
    number = len(places) + 1
    places[number] = path, key
    return f"{data}№{number}№"


def _own(kind: type, name: str) -> str:
    return f"{kind.__name__}.{name}"
