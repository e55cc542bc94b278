"""What a charter says of minutes, and what that changes for those who make and get them."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from deadlines.models import Duty
from institutions.models.charters import problems_of
from jointmeeting import clock
from minutes.forms import RecordForm
from minutes.models import Minutes
from tests import charters
from tests.houses import House, house, lively
from tests.minutes.conftest import AFTER
from tests.sittings import approved, held, minuted

OFFICE = "mill-office"
BY_THE_5TH = {"value": 5, "unit": "day of month"}


def ruled(**minutes: Any) -> House:
    """The house under a charter whose minutes are made otherwise in these points."""
    data = lively()
    data["minutes"] |= minutes
    return house(data)


@pytest.fixture
def h(db):
    """Each story makes a house of its own; its duties agree in the end."""
    houses: list[House] = []

    def of(**minutes: Any) -> House:
        houses.append(ruled(**minutes))
        return houses[-1]

    yield of
    assert all(each.duties_agree() for each in houses)


@pytest.mark.changes("MinutesRules.draft", "MinutesRules.issue", "MinutesRules.receipt")
@pytest.mark.parametrize(
    ("field", "kind", "term", "due"),
    [
        ("draft", "draft", BY_THE_5TH, date(2026, 4, 5)),
        (
            "draft",
            "draft",
            {"value": 9, "unit": "days", "of": "meeting"},
            date(2026, 3, 31),
        ),
        ("issue", "issue", {"value": 1, "unit": "months"}, date(2026, 4, 22)),
        (
            "issue",
            "issue",
            {"value": 12, "unit": "days", "of": "meeting"},
            date(2026, 4, 3),
        ),
        ("receipt", "receipt", BY_THE_5TH, date(2026, 4, 5)),
    ],
)
def test_terms_of_minutes(h, field, kind, term, due):
    body = h(**{field: term})
    stage = {"draft": held, "issue": approved, "receipt": minuted}[field]
    stage(body, body.topic("answered"))
    duties = Duty.objects.open().filter(kind=kind)
    assert {duty.due_on for duty in duties} == {due}
    assert {duty.how.get("of", "") for duty in duties} == {term.get("of", "")}


OUTCOMES = [
    {"key": "passed", "name": "原则通过", "then": "decided", "says": "原则同意该议题"},
    {"key": "later", "name": "再议", "then": "stays", "of": ["topic", "other"]},
    {
        "key": "heard",
        "name": "听取",
        "then": "stays",
        "of": ["report", "progress"],
        "says": "听取了报告",
    },
]
OUTCOMES[0]["of"] = ["topic", "other"]


@pytest.mark.changes(
    "ItemOutcome.of=topic", "ItemOutcome.of=report", "ItemOutcome.of=progress"
)
def test_an_outcome_is_offered_for_its_kinds_of_item_only(h):
    body = h(outcomes=OUTCOMES)
    minutes = Minutes.objects.get(meeting=held(body, body.topic("answered")))
    offered = {}
    for record in minutes.records.all():
        field: Any = RecordForm(instance=record).fields["outcome"]
        offered[record.item.kind] = [key for key, _name in field.choices]
    assert offered == {
        "topic": ["passed", "later"],
        "report": ["heard"],
        "progress": ["heard"],
    }
    report = minutes.records.get(item__kind="report")
    words = {"item": report, "seen": report.seen(), "discussion": ""}
    with clock.at(AFTER), pytest.raises(ValidationError) as wrong:
        minutes.record(by=body.person(OFFICE), outcome="passed", **words)
    assert "outcome" in wrong.value.message_dict


@pytest.mark.changes("ItemOutcome.of=other")
def test_an_outcome_for_other_kinds_is_not_offered(h):
    body = h(outcomes=[*OUTCOMES[:2], OUTCOMES[2] | {"of": ["report", "progress"]}])
    minutes = Minutes.objects.get(meeting=held(body, body.topic("answered")))
    assert [each.key for each in minutes.rules.outcomes_of("other")] == [
        "passed",
        "later",
    ]


@pytest.mark.changes("ItemOutcome.says")
def test_minutes_say_it_in_the_charters_words(h):
    body = h(outcomes=OUTCOMES)
    minutes = minuted(body)
    assert minutes.document
    text = render_to_string("documents/minutes.html", minutes.document.data)
    assert "会议原则同意该议题：每日六时开闸。" in text
    assert "会议听取了报告。" in text
    assert "会议结论" not in text
    [sheet] = minutes.consents.all()
    said = dict(minutes.text_of(sheet))
    assert said["一、上回议定的事"].startswith("会议听取了报告\n")


@pytest.mark.parametrize(
    ("outcomes", "path", "expected"),
    [
        (
            OUTCOMES[:2] + [OUTCOMES[2] | {"of": ["report"]}],
            "minutes.outcomes",
            "each kind of item: progress",
        ),
        (
            [
                *OUTCOMES,
                {"key": "x", "name": "通过", "then": "stays", "of": ["topic"] * 2},
            ],
            "minutes.outcomes[3].of",
            "topic once only",
        ),
        (
            [*OUTCOMES, {"key": "x", "name": "通过", "then": "stays", "of": ["vote"]}],
            "minutes.outcomes[3].of[0]",
            "topic | progress | report | other",
        ),
    ],
)
@pytest.mark.django_db
def test_wrong_outcomes_are_refused_at_their_path(outcomes, path, expected):
    data = charters.small()
    data["minutes"] |= {"outcomes": outcomes}
    found = [each for each in problems_of(data) if each.path == path]
    assert [expected in each.expected for each in found] == [True]


# The form in which they leave

JOINT = {"form": "joint", "jointly": ["farm-office"]}


@pytest.mark.changes(
    "MinutesRules.form=minutes",
    "MinutesRules.form=body",
    "MinutesRules.form=notice",
    "MinutesRules.form=joint",
    "MinutesRules.jointly",
)
@pytest.mark.parametrize(
    ("rules", "template", "there", "absent"),
    [
        ({"form": "minutes"}, "minutes", "<span>磨坊账房</span><span>2026", "文件</div>"),
        (
            {"form": "body"},
            "minutes",
            "<span>磨坊与农场协商会</span><span>2026",
            "文件</div>",
        ),
        (
            {"form": "notice"},
            "minutes_notice",
            "现将《磨坊与农场协商会",
            "农场账房</div>",
        ),
        (JOINT, "minutes_notice", "农场账房</div>", "抄送"),
    ],
)
def test_minutes_leave_in_the_form_of_the_charter(h, rules, template, there, absent):
    body = h(**rules)
    document = minuted(body).document
    assert document
    assert document.template == template
    assert document.number == "磨纪〔2026〕1号"
    text = render_to_string(f"documents/{template}.html", document.data)
    assert there in text
    assert absent not in text
    assert "每日六时开闸。" in text
    told = {each.member.key for each in document.addressees.all()}
    assert ("farm-office" in told) == ("jointly" not in rules)


@pytest.mark.django_db
def test_the_page_of_the_issue_says_who_issues_it():
    data = lively()
    del data["minutes"]["receipt"]
    data["minutes"] |= JOINT
    body = house(data)
    minutes = approved(body)
    with clock.at(AFTER):
        client = body.client(OFFICE)
        html = client.get(f"/minutes/{minutes.pk}/issue/").content.decode()
    assert "磨坊账房, 农场账房" in html
    assert "关于印发磨坊与农场协商会第1次会议纪要的通知" in html
    assert "Receipt due" not in html


@pytest.mark.django_db
@pytest.mark.changes("MinutesRules.receipt")
def test_without_a_term_no_receipt_is_asked_for():
    data = lively()
    del data["minutes"]["receipt"]
    minutes = minuted(house(data))
    assert minutes.document
    assert minutes.document.addressees.filter(status="sent").exists()
    assert not Duty.objects.filter(kind="receipt").exists()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"form": "joint"}, "at least one unit"),
        ({"jointly": ["farm-office"]}, "nothing: they are not issued jointly"),
        ({"form": "joint", "jointly": [OFFICE]}, "mill-office once only"),
        ({"form": "joint", "jointly": ["mouse"]}, "a unit of this charter: mouse"),
    ],
)
def test_who_issues_jointly_is_checked(rules, expected):
    data = charters.small()
    data["minutes"] |= rules
    found = [str(each) for each in problems_of(data)]
    assert found == [f"minutes.jointly: expected {expected}"]
