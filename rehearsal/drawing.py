"""A played year as a picture and as a list: who acts, when, on which document."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

LEFT, STEP, HIGH = 210, 62, 30  # of the column of names, a month, a row
TOP = 26


@dataclass(frozen=True)
class Cell:
    """What a unit does in a month: how many acts, how many of them with a document."""

    x: int
    y: int
    acts: int
    documents: int
    is_late: bool

    @property
    def at(self) -> int:
        return self.x + STEP // 2


@dataclass(frozen=True)
class Row:
    unit: str
    y: int
    cells: list[Cell]


@dataclass(frozen=True)
class Picture:
    """Units by months, in the order in which they first act."""

    rows: list[Row]
    months: list[tuple[int, int]]  # the middle of its column, and which it is

    @property
    def width(self) -> int:
        return LEFT + 12 * STEP

    @property
    def height(self) -> int:
        return TOP + len(self.rows) * HIGH

    @property
    def left(self) -> int:
        return LEFT


@dataclass(frozen=True)
class Act:
    """One act as the list has it, with the last day on which it was due, if it was."""

    on: date
    by: str
    unit: str
    act: str
    document: str
    due_on: date | None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.on > self.due_on


@dataclass(frozen=True)
class Month:
    first: date
    acts: list[Act]


def acts_of(entries: Iterable[dict[str, Any]]) -> list[Act]:
    found = []
    for each in entries:
        days = [w["due_on"] for w in each["waited_for"] if w["due_on"]]
        due_on = date.fromisoformat(max(days)) if days else None
        on = date.fromisoformat(each["on"])
        unit = each["unit"] or each["by"]
        found.append(Act(on, each["by"], unit, each["act"], each["document"], due_on))
    return found


def by_month(entries: list[dict[str, Any]]) -> list[Month]:
    acts = acts_of(entries)
    return [
        Month(first, list(group))
        for first, group in groupby(acts, lambda act: act.on.replace(day=1))
    ]


def picture(entries: list[dict[str, Any]]) -> Picture:
    acts = acts_of(entries)
    units = list(dict.fromkeys(act.unit for act in acts))
    rows = []
    for number, unit in enumerate(units):
        y = TOP + number * HIGH
        cells = []
        for month in range(1, 13):
            here = [act for act in acts if act.unit == unit and act.on.month == month]
            if here:
                documents = len({act.document for act in here if act.document})
                is_late = any(act.is_late for act in here)
                x = LEFT + (month - 1) * STEP
                cells.append(Cell(x, y, len(here), documents, is_late))
        rows.append(Row(unit, y, cells))
    months = [(LEFT + (month - 1) * STEP + STEP // 2, month) for month in range(1, 13)]
    return Picture(rows, months)
