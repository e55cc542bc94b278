"""Two versions of a charter side by side: which rules were changed, added, left out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from desk.charters import Line, lines_of
from institutions.models import Charter

Key = tuple[str, str, int]  # part, name, and which of several of that name


@dataclass(frozen=True)
class Change:
    """One rule before and after; none where it is new, or stands there no more."""

    part: str
    name: str
    before: Line | None
    after: Line | None

    @property
    def is_of_basis(self) -> bool:
        """Whether it says the same and only rests on something else."""
        return bool(self.before and self.after and self.before.says == self.after.says)


@dataclass(frozen=True)
class Changes:
    """What was changed in one part of the charter."""

    part: str
    lines: list[Change]


def changes_between(old: Charter, new: Charter) -> list[Changes]:
    """What differs, part by part, in the order of the newer; empty where nothing does."""
    before, after = dict(_keyed(lines_of(old))), dict(_keyed(lines_of(new)))
    order = list(after) + [key for key in before if key not in after]
    parts = list(dict.fromkeys(part for part, *_rest in order))
    order.sort(key=lambda key: parts.index(key[0]))
    changed = [
        Change(key[0], key[1], before.get(key), after.get(key))
        for key in order
        if before.get(key) != after.get(key)
    ]
    return [
        Changes(part, list(group))
        for part, group in groupby(changed, lambda each: each.part)
    ]


def _keyed(lines: Iterable[Line]) -> Iterator[tuple[Key, Line]]:
    """Each line by its part and name; of several alike, the first by the first."""
    seen: Counter[tuple[str, str]] = Counter()
    for line in lines:
        yield (line.part, line.name, seen[line.part, line.name]), line
        seen[line.part, line.name] += 1
