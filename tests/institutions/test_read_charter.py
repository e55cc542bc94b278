"""Each mistake in a charter is one message, which names its place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from institutions.loading import CharterRefused, charter_from
from institutions.models.charters import problems_of, read_parts
from institutions.reading import Problem, read
from institutions.writing import ordered
from tests.charters import small


def put(*path, to) -> Callable[[dict], None]:
    """A change of what stands at this path."""

    def change(data: dict) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return change


def leave_out(*path) -> Callable[[dict], None]:
    def change(data: dict) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def twice(*path) -> Callable[[dict], None]:
    """The first of the list at this path stands there once more."""

    def change(data: dict) -> None:
        for step in path:
            data = data[step]
        data.append(data[0])

    return change


def problems_with(change: Callable[[dict], None]) -> list[Problem]:
    data = small()
    change(data)
    return problems_of(data)


def test_the_small_charter_has_no_mistake():
    assert problems_of(small()) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (put("weather", to={}), "weather"),
        (put("posts", 1, "colour", to="red"), "posts[1].colour"),
        (put("units", 0, "units", 1, "phone", to="1"), "units[0].units[1].phone"),
        (put("sides", 0, "leader", to="nobody"), "sides[0].leader"),
        (put("sides", 1, "office", to="nowhere"), "sides[1].office"),
        (put("body", "secretariat", to="nowhere"), "body.secretariat"),
        (put("posts", 0, "side", to="sky"), "posts[0].side"),
        (put("posts", 2, "entered_by", to="sky"), "posts[2].entered_by"),
        (put("posts", 0, "entered_by", to="farm"), "posts[0].entered_by"),
        (put("offices", 1, "holders", to=["nobody"]), "offices[1].holders"),
        (put("offices", 1, "rights", to=["rule"]), "offices[1].rights[0]"),
        (leave_out("reminders", "before", "unit"), "reminders.before.unit"),
        (put("reminders", "before", "unit", to="weeks"), "reminders.before.unit"),
        (put("reminders", "before", "value", to="3"), "reminders.before.value"),
        (put("reminders", "before", "value", to=-1), "reminders.before.value"),
        (put("reminders", "before", "when", to="after"), "reminders.before.when"),
        (leave_out("posts", 0, "title"), "posts[0].title"),
        (leave_out("posts", 0, "basis"), "posts[0].basis"),
        (put("posts", 0, to="miller"), "posts[0]"),
        (put("posts", to={"key": "miller"}), "posts"),
        (put("words", to=["mill"]), "words"),
        (put("words", "mill", to=3), "words.mill"),
        (put("body", "name", to="{river}"), "body.name"),
        (put("body", "name", to="{mill"), "body.name"),
        (put("units", 0, "is_member", to="yes"), "units[0].is_member"),
        (twice("posts"), "posts"),
        (twice("sides"), "sides"),
        (twice("units", 1, "units"), "units"),
        (put("gates", to={"agenda.is_full_moon": "off"}), "gates.agenda.is_full_moon"),
        (
            put("meetings", "attendance", "by_portfolio", 0, "classes", to=["sky"]),
            "meetings.attendance.by_portfolio[0].classes",
        ),
        (put("posts", 0, "basis", "kind", to="custom"), "posts[0].basis.kind"),
        (put("posts", 3, "basis", "clause", to="三"), "posts[3].basis.clause"),
        (leave_out("posts", 0, "basis", "clause"), "posts[0].basis.clause"),
        (put("posts", 0, "basis", "kind", to="reading"), "posts[0].basis.why"),
        (put("posts", 0, "basis", "also", to=[{}]), "posts[0].basis.also[0].clause"),
    ],
)
def test_a_mistake_is_one_message_at_its_place(change, path):
    assert [each.path for each in problems_with(change)] == [path]


def test_a_message_says_what_was_expected():
    (problem,) = problems_with(put("posts", 1, "colour", to="red"))
    assert "entered_by" in str(problem)
    assert "posts[1].colour" in str(problem)


def test_what_is_unknown_is_named():
    (problem,) = problems_with(put("sides", 0, "leader", to="nobody"))
    assert "nobody" in problem.expected


def test_all_mistakes_are_told_at_once():
    data = small()
    data["posts"][0]["colour"] = data["sides"][0]["colour"] = "red"
    paths = {each.path for each in problems_of(data)}
    assert paths == {"posts[0].colour", "sides[0].colour"}


def test_a_word_of_the_place_stands_wherever_it_is_named():
    parts, _problems = read_parts(small(words={"mill": "油坊", "farm": "果园"}))
    assert parts["body"].name == "油坊与果园协商会"
    assert parts["units"][0].units[1].name == "果园账房"


def test_a_rule_that_says_otherwise_is_kept_beside_the_one_in_force():
    data = small()
    data["posts"][0]["basis"]["also"] = [{"clause": "附件三", "says": "轮流"}]
    parts, problems = read_parts(data)
    assert problems == []
    assert parts["posts"][0].basis.also[0].says == "轮流"


@pytest.mark.parametrize(
    "content", [b"posts = [", "words = {a = '谷'}".encode("gb18030")]
)
def test_a_file_that_is_no_charter_is_refused_by_name(tmp_path, content):
    file = tmp_path / "valley.toml"
    file.write_bytes(content)
    with pytest.raises(CharterRefused) as refused:
        charter_from(file)
    assert "valley.toml" in str(refused.value)


def test_a_file_that_is_not_there_is_refused_by_name():
    with pytest.raises(CharterRefused) as refused:
        charter_from(Path("nowhere.toml"))
    assert "nowhere.toml" in str(refused.value)


@dataclass(frozen=True)
class Inner:
    first: int
    second: int = 2


@dataclass(frozen=True)
class Outer:
    maybe: Inner | None = None


def test_a_part_may_be_left_out_but_not_wrong():
    problems: list[Problem] = []
    assert read(Outer, {}, "outer", problems) == Outer()
    assert read(Outer, {"maybe": {"first": 1}}, "outer", problems) == Outer(Inner(1))
    assert problems == []
    assert read(Outer, {"maybe": {"third": 1}}, "outer", problems) is None
    assert {each.path for each in problems} == {"outer.maybe.third", "outer.maybe.first"}


def test_a_part_that_may_be_left_out_is_written_in_order():
    data = {"maybe": {"second": 2, "first": 1}}
    assert list(ordered(Outer, data)["maybe"]) == ["first", "second"]
