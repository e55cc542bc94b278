"""The versions of a charter: each is kept, and what one changed is told in words."""

from copy import deepcopy

import pytest
from django.urls import reverse
from django.utils import translation

from desk.versions import changes_between
from institutions.loading import load_charter
from institutions.models import Charter
from jointmeeting import clock
from tests.houses import House, house, lively


@pytest.fixture
def h(db):
    with translation.override("en"):
        yield house()


def second(h: House, change, moves=None) -> Charter:
    """The next version: the first, changed so."""
    data = deepcopy(h.body.charter.data)
    change(data)
    body = load_charter(data, h.body.key, in_force_from=clock.today(), moves=moves)
    return body.rules_in_force


def told(charter: Charter) -> list[tuple[str, str, str]]:
    """What it changed: the rule, what it said, what it says."""
    return [
        (
            line.name,
            line.before.says if line.before else "",
            line.after.says if line.after else "",
        )
        for part in changes_between(charter.replaces, charter)
        for line in part.lines
    ]


def test_a_changed_rule_is_told_before_and_after(h):
    def change(data):
        data["topics"]["consult"]["term"]["value"] = 15

    [(name, before, after)] = told(second(h, change))
    assert "within 10 working days" in before
    assert after == before.replace("10", "15")
    assert name


def test_a_unit_that_joins_is_new_and_one_that_goes_is_left_out(h):
    def change(data):
        data["units"][1]["units"] = [
            *[unit for unit in data["units"][1]["units"] if unit["key"] != "ferry"],
            {"key": "bridge", "name": "桥梁所"},
        ]

    gone = {"units": {"ferry": {"how": "ended", "to": "bridge"}}}
    changes = told(second(h, change, gone))
    assert any(
        "桥梁所" in after and "渡口" not in after for _name, _before, after in changes
    )
    assert any("渡口" in before for _name, before, _after in changes)


def test_only_another_basis_is_said_to_be_that(h):
    def change(data):
        rule = data["topics"]["consult"]
        rule["basis"] = {"kind": "clause", "clause": "约定第九条"}

    charter = second(h, change)
    lines = [
        line for part in changes_between(charter.replaces, charter) for line in part.lines
    ]
    assert lines
    assert all(line.is_of_basis for line in lines)
    page = h.client("rights").get(changes_url(h, 2)).content.decode()
    assert "only what it rests on" in page
    assert "约定第九条" in page


def changes_url(h: House, version: int) -> str:
    return reverse("desk:charter_changes", args=[h.body.pk, version])


def test_rules_of_one_name_are_told_apart(h):
    """The same charter differs in nothing, however many of its rules are called alike."""
    data = lively()
    charter = Charter(
        joint_body=h.body, version=9, data=data, in_force_from=clock.today()
    )
    assert changes_between(h.body.charter, charter) == []


def test_the_page_of_the_charter_leads_to_its_versions_once_there_are_two(h):
    client = h.client("ferry")
    url = reverse("desk:charter_detail", args=[h.body.pk])
    assert "Versions" not in client.get(url).content.decode()
    assert client.get(changes_url(h, 1)).status_code == 404
    second(h, lambda data: data["body"].update(short="新会"))
    page = client.get(url).content.decode()
    assert changes_url(h, 2) in page
    first = reverse("desk:charter_detail", args=[h.body.pk, 1])
    assert first in page
    old = client.get(first).content.decode()
    assert "Superseded" in old
    assert reverse("desk:charter_file", args=[h.body.pk, 1]) in old
    assert client.get(changes_url(h, 2)).status_code == 200
    assert (
        client.get(reverse("desk:charter_detail", args=[h.body.pk, 3])).status_code == 404
    )


def test_a_draft_is_not_told(h):
    draft = Charter(
        joint_body=h.body,
        version=2,
        state=Charter.State.DRAFT,
        in_force_from=clock.today(),
        replaces=h.body.charter,
        data=lively(),
    )
    draft.save()
    client = h.client("ferry")
    assert (
        client.get(reverse("desk:charter_detail", args=[h.body.pk, 2])).status_code == 404
    )
    assert client.get(changes_url(h, 2)).status_code == 404
