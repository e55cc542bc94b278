"""The charters of the two source regulations: they load, and say only what is written there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from agenda.charter import TopicRules
from deadlines.charter import Term
from desk.charters import three_lists
from institutions.charter import Basis
from institutions.loading import charter_from, load_charter
from institutions.models import Charter, JointBody, JointBodyGroupPermission
from institutions.models.charters import problems_of, read_parts
from institutions.reading import walk
from meetings.charter import MeetingRules
from tests import charters

SOURCES = Path(settings.BASE_DIR) / "charters"
NAMES = ("liubei", "yijinhuoluo")
L, N, A = "《联席会议制度（试行）》", "《通知》", "附件《联席会议制度》"

# Each clause of the texts that a charter may cite, and what it says, in our words.
SAYS = {
    "liubei": {
        f"{L}第二部分": "six contents: mutual reports … what became of decisions, other",
        f"{L}第三部分（一）": "the union asks the government; once a year in principle; "
        "ad hoc once city government and city union have agreed",
        f"{L}第三部分（二）": "vice head and chair or Party secretary settle; both offices "
        "prepare; the union studies and proposes; the government office consults",
        f"{L}第三部分（三）": "head, vice heads, union leaders attend; head or vice head chairs",
        f"{L}第二部分（一）": "the government reports, the union reports to it",
        f"{L}第二部分（五）": "what became of the last decisions; what is not done is explained, "
        "with an opinion",
        f"{L}第三部分（四）": "minutes of what was decided; both offices supervise together",
        f"{L}第三部分（五）": "units carry out and report to government and union",
    },
    "yijinhuoluo": {
        f"{N}第二部分": "two conveners, two deputies, nine members, office in the union",
        f"{N}第三部分": "eight contents, what became of the last decisions first",
        f"{N}第四部分（一）": "once a year in principle; ad hoc whenever needed",
        f"{N}第四部分（二）": "topics are proposed upon field study and argument",
        f"{N}第四部分（三）": "the office puts topics to the leaders, then consults in writing "
        "or at a meeting; units answer formally; a draft with measures comes of it",
        f"{N}第四部分（四）": "the office prepares; leaders and departments attend",
        f"{A}第四条": "six contents, what became of the last decisions fifth",
        f"{A}第五条": "the union asks the government; once a year in principle; ad hoc with "
        "consent of both",
        f"{A}第五条第1项": "vice head and chair settle; both prepare; the union studies what "
        "was settled; the government office consults",
        f"{A}第五条第2项": "head, vice heads, union leaders attend; head or vice head chairs; "
        "workers, model workers, grassroots cadres may be asked in",
        f"{N}第三部分（一）": "what became of the last decisions, listed first",
        f"{N}第三部分（二）": "development of the banner, then the work of the union",
        f"{N}第四部分（五）": "minutes, approved by leader and deputies, issued by the office",
        f"{N}第四部分（六）": "units carry out and report in time; a joint group supervises; "
        "the next meeting is told",
        f"{A}第四条第1项": "the government reports, the union reports to it",
        f"{A}第四条第5项": "what became of the last decisions; what is not done is explained, "
        "with an opinion",
        f"{A}第五条第3项": "minutes of what was decided; both offices supervise together",
    },
}
# Where the notice and its annex differ: the rule in force, and the clause kept beside it.
DIFFERENCES = {
    "body": f"{A}第五条第1项",
    "topics.classes": f"{A}第四条",
    "topics.settle": f"{N}第四部分（三）",
    "topics.to_submit": f"{A}第五条第1项",
    "topics.to_consult": f"{A}第五条第1项",
    "topics.prepare": f"{A}第五条第1项",
    "topics.consult": f"{A}第五条第1项",
    "offices[0]": f"{A}第五条第1项",
    "offices[1]": f"{A}第五条第1项",
    "meetings.regular": f"{N}第四部分（一）",
    "meetings.ad_hoc.agree": f"{N}第四部分（一）",
    "meetings.organise": f"{A}第五条第1项",
    "meetings.chair": f"{N}第四部分（一）",
    "meetings.attendance": f"{N}第四部分（四）",
    "agenda.standing[0]": f"{A}第四条第5项",
    "minutes": f"{A}第五条第3项",
    "followups.inspect": f"{A}第五条第3项",
    "followups.progress": f"{N}第四部分（六）",
}


def source(name: str) -> dict:
    return charter_from(SOURCES / f"{name}.toml")


def rules(name: str) -> dict[str, Any]:
    parts, problems = read_parts(source(name))
    assert problems == []
    return parts


def everything(name: str) -> Iterator[tuple[str, Any]]:
    for key, part in rules(name).items():
        yield from walk(part, key)


def bases(name: str) -> dict[str, Basis]:
    """What every rule rests on, by the rule's path."""
    found = ((path, getattr(each, "basis", None)) for path, each in everything(name))
    return {path: basis for path, basis in found if basis}


def route(name: str, *path: str) -> list[list[tuple[str, ...]]]:
    """A route as lists of the posts that fill each place."""
    part: Any = rules(name)[path[0]]
    for step in path[1:]:
        part = getattr(part, step)
    return [[slot.any_of or (slot.each,) for slot in slots] for slots in part.steps]


def units(name: str, *, members: bool) -> list[str]:
    groups = rules(name)["units"]
    return [u.name for group in groups if group.is_member == members for u in group.units]


@pytest.fixture
def bodies(db) -> dict[str, JointBody]:
    """The two bodies under their charters."""
    day = charters.DAY
    return {name: load_charter(source(name), name, in_force_from=day) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_mistake(name):
    assert problems_of(source(name)) == []


def test_loaded_twice_it_changes_nothing(bodies):
    grants = JointBodyGroupPermission.objects.order_by("pk")
    before = list(grants.values_list("pk", flat=True))
    for name in NAMES:
        call_command("charter_load", str(SOURCES / f"{name}.toml"), verbosity=0)
    assert Charter.objects.count() == JointBody.objects.count() == len(NAMES)
    assert list(grants.values_list("pk", flat=True)) == before


def test_which_text_is_on_trial_is_known(bodies):
    assert bodies["liubei"].charter.is_trial
    assert not bodies["yijinhuoluo"].charter.is_trial
    (text,) = rules("liubei")["body"].texts
    assert (text.number, text.from_issue) == ("柳北政发〔2025〕2号", True)
    assert rules("yijinhuoluo")["body"].texts[0].number == "伊政办发〔2023〕21号"


@pytest.mark.parametrize("name", NAMES)
def test_the_three_lists_are_filled(bodies, name):
    lists = three_lists(bodies[name].charter)
    assert set(lists) == {"clause", "local", "reading"}
    assert all(lists.values())


@pytest.mark.parametrize("name", NAMES)
def test_only_clauses_are_cited_that_are_known_to_say_it(name):
    cited = {basis.clause for basis in bases(name).values() if basis.clause}
    cited |= {other.clause for basis in bases(name).values() for other in basis.also}
    assert cited <= SAYS[name].keys()


@pytest.mark.parametrize("name", NAMES)
def test_no_term_is_said_to_be_in_the_text(name):
    terms = [each for _path, each in everything(name) if isinstance(each, Term)]
    assert terms
    assert {term.basis.kind for term in terms} == {"local"}


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_beside_a_rule_says_something(name):
    kept = [other for basis in bases(name).values() for other in basis.also]
    assert kept
    assert all(other.says for other in kept)


@pytest.mark.parametrize(("path", "clause"), DIFFERENCES.items())
def test_where_notice_and_annex_differ_both_are_kept(path, clause):
    basis = bases("yijinhuoluo")[path]
    assert clause in {other.clause for other in basis.also}
    assert basis.clause != clause


@pytest.mark.parametrize("name", NAMES)
def test_words_of_the_place_stand_once(name):
    data = source(name)
    words = {word for word in data.pop("words").values() if len(word) > 1}
    del data["body"]["texts"]  # the rule texts are called what they are called
    texts = [text for _path, text in leaves(data) if isinstance(text, str)]
    assert [text for text in texts if any(word in text for word in words)] == []


def leaves(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from leaves(value, f"{path}[{number}]")
    else:
        yield path, data


@pytest.mark.parametrize("name", NAMES)
def test_a_place_of_another_name_changes_one_table(name):
    data = source(name)
    data["words"] = dict.fromkeys(data["words"], "某")
    parts, problems = read_parts(data)
    assert problems == []
    assert parts["body"].name == "某与某联席会议"


def test_liubei_shares_the_work_and_lets_chair_or_secretary_settle():
    assert rules("liubei")["body"].secretariat == ""
    assert route("liubei", "topics", "settle") == [
        [("vice_head",), ("union_chair", "party_secretary")]
    ]
    assert bases("liubei")["topics.settle"].kind == "reading"


def test_liubei_asks_the_city_before_it_meets_ad_hoc():
    city, own = route("liubei", "meetings", "ad_hoc", "agree")
    assert city == [("upper_government",), ("upper_union",)]
    assert own == [("side",)]
    posts = {post.key: post for post in rules("liubei")["posts"]}
    assert posts["upper_government"].entered_by == "government_side"
    assert posts["upper_union"].entered_by == "union_side"


def test_liubei_studies_what_was_settled_and_then_asks():
    topics: TopicRules = rules("liubei")["topics"]
    assert topics.to_submit.what == ()
    assert topics.to_consult.what == ("field_study", "measure")
    assert (topics.prepare.office, topics.consult.office) == (
        "union",
        "government_office",
    )


def test_yijinhuoluo_has_nine_members_and_its_office_in_the_union():
    assert len(units("yijinhuoluo", members=True)) == 9
    assert "旗人社局" in units("yijinhuoluo", members=True)
    assert rules("yijinhuoluo")["body"].secretariat == "union"


def test_yijinhuoluo_studies_first_and_its_conveners_settle():
    topics: TopicRules = rules("yijinhuoluo")["topics"]
    assert "field_study" in topics.to_submit.what
    assert route("yijinhuoluo", "topics", "settle") == [
        [("vice_head",), ("union_chair",)]
    ]
    assert topics.prepare.office == topics.consult.office == "union"
    assert len(topics.classes.items) == 8
    assert topics.classes.items[0].key == "progress"


def test_yijinhuoluo_meets_ad_hoc_when_both_sides_agree():
    assert route("yijinhuoluo", "meetings", "ad_hoc", "agree") == [[("side",)]]


@pytest.mark.parametrize("name", NAMES)
def test_once_a_year_in_principle_when_the_union_asks(name):
    meetings: MeetingRules = rules(name)["meetings"]
    assert (meetings.least, meetings.binding) == (1, "in principle")
    assert meetings.regular.asked_by == ("union",)
    assert meetings.regular.addressed_to == ("government",)


def broken(name: str, path: list, change: Callable[[Any], Any]) -> dict:
    """A source charter with what stands at this path changed."""
    data = source(name)
    at: Any = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = change(at[path[-1]])
    return data


MISTAKES = [
    (
        ["topics", "settle", "steps"],
        lambda steps: [[*steps[0], {"any_of": ["mayor"]}]],
        "topics.settle.steps[0][2].any_of",
    ),
    (
        ["meetings", "regular", "agree", "steps"],
        lambda steps: [[{"any_of": []}]],
        "meetings.regular.agree.steps[0][0]",
    ),
    (
        ["meetings", "regular", "agree", "steps"],
        lambda steps: [*steps, []],
        "meetings.regular.agree.steps[1]",
    ),
    (
        ["topics", "consult", "term"],
        lambda term: {"value": 5},
        "topics.consult.term.unit",
    ),
    (
        ["topics", "consult", "term", "unit"],
        lambda unit: "月",
        "topics.consult.term.unit",
    ),
    (["topics", "settle"], lambda settle: settle | {"quorum": 2}, "topics.settle.quorum"),
    (["topics", "prepare", "office"], lambda key: "nobody", "topics.prepare.office"),
    (["meetings", "least"], lambda least: 0, "meetings.least"),
    (["topics", "consult", "kinds"], lambda kinds: kinds * 2, "topics.consult.kinds"),
    (
        ["meetings", "ad_hoc", "letter", "mark"],
        lambda mark: "",
        "meetings.ad_hoc.letter.mark",
    ),
]


@pytest.mark.parametrize(("path", "change", "place"), MISTAKES)
@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_with_its_place(name, path, change, place):
    problems = problems_of(broken(name, path, change))
    assert {problem.path for problem in problems} == {place}
    assert all(problem.expected for problem in problems)


def test_the_command_refuses_a_file_with_a_mistake_and_names_the_place(db, tmp_path):
    text = (SOURCES / "liubei.toml").read_text(encoding="utf-8")
    file = tmp_path / "liubei.toml"
    file.write_text(text.replace('"party_secretary"]', '"bishop"]'), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("charter_load", str(file))
    assert "topics.settle.steps[0][1].any_of" in str(refused.value)
    assert "bishop" in str(refused.value)
    assert not JointBody.objects.exists()
