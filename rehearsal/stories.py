"""What happens in a played year: topics and requests as data, which know no charter."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from institutions.reading import Problem, read

FOLDER = Path(__file__).parent / "stories"
NEUTRAL = "neutral"


@dataclass(frozen=True, kw_only=True)
class Study:
    """A field study as it will be recorded."""

    place: str
    took_part: str
    findings: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How a unit that is asked behaves, and what it says; the next in turn if not named.

    `instead` is the unit asked when this one has returned the question.
    """

    unit: str = ""
    instead: str = ""
    how: Literal["given", "entered", "late", "silent", "returned"] = "given"
    opinion: str = ""
    differs: bool = False
    stays: bool = False  # silent for good; entered, and never confirmed


@dataclass(frozen=True, kw_only=True)
class Finding:
    """An inspection as it will be kept; with a demand the unit has something to mend."""

    place: str
    took_part: str
    finding: str
    demand: str = ""
    answer: str = ""
    after: int = 20  # working days since the unit accepted the task


@dataclass(frozen=True, kw_only=True)
class Resolve:
    """A decision, and how the unit that leads it fares; what is not told is as usual.

    `returned` is why the first unit returns it, `instead` the one it is given to then.
    `undone` is why it is not done when the next meeting asks; it is done after that one.
    """

    text: str = ""  # else the measure of the topic
    leads: tuple[str, ...] = ()  # else the units that were asked
    assisting: tuple[str, ...] = ()
    days: int = 80  # from the meeting to the date
    standing: bool = False
    done_when: str = ""
    returned: str = ""
    instead: str = ""
    reports: tuple[str, ...] = ()
    reports_after: tuple[int, ...] = ()  # working days after it was accepted, unasked
    late: bool = False
    undone: str = ""
    explanation: str = ""  # to a meeting before the date
    explains_late: bool = False
    opinion: str = ""  # of the offices on that
    evidence: str = ""
    sent_back: str = ""  # what the verifying office finds wanting, once
    result: str = ""
    stays: Literal["", "issued", "returned", "claimed"] = ""  # nobody goes on with it
    inspections: tuple[Finding, ...] = ()  # at most one
    contact: str = ""  # what was said when the unit was phoned


@dataclass(frozen=True, kw_only=True)
class Point:
    """An item of an agenda that is no topic, with what is decided on it."""

    title: str
    presenter: str = ""
    discussion: str = ""
    decisions: tuple[Resolve, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A meeting held before the body kept its meetings here, with its decisions."""

    held_on: date
    place: str
    reason: str
    decisions: tuple[Resolve, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A topic, begun at a part of the year or so many days before its end, and what
    becomes of it.

    `sent_back` and `refused` are what a signatory says, `mended` and `changed` the
    measure as it is then; a topic without any of these is settled as it stands.
    """

    title: str
    problem: str
    evidence: str
    measure: str
    at: float = 0.0
    days_ago: int = 0
    years_ago: int = 0
    topic_class: str = ""
    proposer: str = ""
    studies: tuple[Study, ...] = ()
    replies: tuple[Reply, ...] = ()
    sent_back: str = ""
    mended: str = ""
    refused: str = ""
    withdrawn: str = ""
    withdrawn_after: int = 1  # working days since it was submitted
    changed: str = ""
    reported: bool = False  # another side's office enters the first answer
    stays: bool = False  # nobody confirms what was reported
    outcome: str = ""  # of the meeting: a key of the charter's, or what follows from it
    discussion: str = ""
    decisions: tuple[Resolve, ...] = ()  # else one, on its measure

    @property
    def measures(self) -> list[str]:
        """The measure as it may be when a meeting decides."""
        return list(filter(None, [self.measure, self.mended, self.changed]))


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A meeting: why it is asked for, and what happens on the way to its minutes.

    `sent_back` is what a signatory wants changed in the request, `changes` in the minutes.
    """

    reason: str
    at: float = 0.5
    days_ago: int = 0  # before the last day told; else a regular one is asked by its term
    years_ago: int = 0
    held_after: int = 25  # working days after it is asked for
    sent_back: str = ""
    mended: str = ""
    place: str = ""
    points: tuple[Point, ...] = ()
    excused: str = ""  # why the first unit does not come
    substituted: str = ""  # why the second one sends another
    absent: str = ""  # why one who attends by his post does not come
    changes: str = ""
    reworded: str = ""  # the closing paragraph after that
    correction: str = ""  # why a date is corrected after the issue
    unread: str = ""  # the unit that never acknowledges the minutes


@dataclass(frozen=True, kw_only=True)
class Story:
    """The years of a body: this one, and those before it."""

    regular: tuple[Wish, ...]
    study: Study  # where a topic needs one and tells none
    reply: Reply  # where more units are asked than the topic tells of
    task: Resolve  # where a decision tells none
    place: str
    representative: str  # what those who come for a unit are
    deputy: str
    discussion: str
    report: str
    reassigned: str  # why another unit gets a task
    goes_on: str  # why a standing task is still needed after a year
    topics: tuple[Matter, ...]
    ad_hoc: tuple[Wish, ...] = ()
    earlier: tuple[Earlier, ...] = ()  # at most one

    def matter(self, title: str) -> Matter | None:
        return {each.title: each for each in self.topics}.get(title)

    def resolves(self) -> Iterator[tuple[str, Resolve]]:
        """Every decision told, by its text."""
        for matter in self.topics:
            for resolve in matter.decisions:
                texts = [resolve.text] if resolve.text else matter.measures
                yield from ((text, resolve) for text in texts)
        points = [point for wish in self.regular + self.ad_hoc for point in wish.points]
        given = [each for point in points for each in point.decisions]
        given += [each for meeting in self.earlier for each in meeting.decisions]
        yield from ((each.text, each) for each in given)


def story_of(key: str) -> Story:
    """The story told for this body, else the one that fits any."""
    path = FOLDER / f"{key}.toml"
    if not path.exists():
        path = FOLDER / f"{NEUTRAL}.toml"
    problems: list[Problem] = []
    story = read(Story, tomllib.loads(path.read_text(encoding="utf-8")), key, problems)
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return story
