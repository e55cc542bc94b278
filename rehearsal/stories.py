"""What happens in a played year: topics and requests as data, which know no charter."""

import tomllib
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Why a meeting is asked for; `sent_back` is what a signatory wants changed."""

    reason: str
    at: float = 0.5
    years_ago: int = 0
    sent_back: str = ""
    mended: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """The years of a body: this one, and those before it."""

    regular: Wish
    study: Study  # where a topic needs one and tells none
    reply: Reply  # where more units are asked than the topic tells of
    topics: tuple[Matter, ...]
    ad_hoc: tuple[Wish, ...] = ()

    def matter(self, title: str) -> Matter | None:
        return {each.title: each for each in self.topics}.get(title)


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
