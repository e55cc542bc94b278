"""A body's page and its charter's: who holds what, and what each rule rests on."""

from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk import labels
from desk.charters import HIDDEN, three_lists
from institutions.charter import PARTS, Basis
from tests import charters

PAGES = ["desk:body_detail", "desk:charter_detail"]


def get(client, person, name, body):
    client.force_login(person)
    return client.get(reverse(name, args=[body.pk]))


@pytest.mark.parametrize("name", PAGES)
def test_whoever_has_a_post_on_the_body_may_read_it(client, valley, hill, name):
    for person in (valley.miller, valley.clerk, valley.sluice, valley.keeper):
        assert get(client, person, name, valley.body).status_code == 200
        assert get(client, person, name, hill).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_log_in(client, valley, name):
    assert client.get(reverse(name, args=[valley.body.pk])).status_code == 302


def test_the_page_says_who_holds_what_and_what_is_vacant(client, valley):
    html = get(client, valley.clerk, "desk:body_detail", valley.body).content.decode()
    for words in ("磨坊方", "农场主", "farmer", "看闸人", "sluice", "准备议题"):
        assert words in html
    assert html.count("空缺") == 3  # the steward, and two administrators


def test_the_page_of_a_body_costs_the_same_however_many_it_has(client, valley):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(client, valley.clerk, "desk:body_detail", valley.body)
        return len(captured)

    queries()
    few = queries()
    for number in range(5):
        charters.put(valley.body, "unit-sluice", f"sluice{number}")
    assert queries() == few


def rules_of(body) -> dict[str, list[tuple[str, str]]]:
    return {
        kind: [(line.name, line.says) for lines in parts for line in lines.lines]
        for kind, parts in three_lists(body.rules_in_force).items()
    }


@pytest.mark.changes("Basis.kind=clause", "Basis.kind=local", "Basis.kind=reading")
def test_every_rule_stands_in_the_list_of_what_it_rests_on(db):
    read_so = {"kind": "reading", "clause": "第七条", "why": "原文漏字"}
    units = charters.small()["units"]
    units[1]["basis"] = read_so
    rules = rules_of(charters.load(data=charters.small(units=units)))
    assert ("磨坊主", "一方：磨坊方") in rules["clause"]
    assert ("管家", "由谁的办公室代录：磨坊方") in rules["local"]
    assert any(name == "成员" for name, _says in rules["reading"])
    assert ("管理账号", "由谁承担：账号管理员") in rules["local"]


def test_kinds_of_opinion_go_by_their_names_and_members_by_theirs(db):
    rules = rules_of(charters.load())
    said = dict(rules["clause"] + rules["local"])
    assert said["征求单位意见 · 意见种类 · 同意"] == ""
    assert said["征求单位意见 · 意见种类 · 不同意"] == "须说明理由"
    assert said["成员"] == "成员单位：水闸站（经办人称谓：看闸人）"


def test_terms_and_routes_are_said_in_words(db):
    rules = rules_of(charters.load())
    said = dict(rules["clause"] + rules["local"])
    assert said["到期前提醒"] == "3 个工作日前"
    assert said["征求单位意见 · 答复期限"].endswith("个工作日内")
    assert said["商定议题"] == "商定：磨坊主和农场主"


def test_a_route_without_steps_has_no_term_of_a_step(db):
    data, name = charters.small(), "商定议题 · 每一步的期限"
    assert name in dict(rules_of(charters.load(data=data))["local"])
    data["topics"]["settle"]["steps"] = []
    without = rules_of(charters.load("hill", data=data))
    assert not [rules for rules in without.values() if name in dict(rules)]


@pytest.mark.changes("Basis.clause", "Basis.why", "Other.clause", "Other.says")
def test_other_clauses_and_the_reason_of_a_reading_are_printed(client, valley):
    also = [{"clause": "附约第四条", "says": "由一家说了算"}, {"clause": "附约第五条"}]
    reading = {"kind": "reading", "clause": "第三条", "why": "原文漏字", "also": also}
    offices = charters.small()["offices"]
    offices[0]["basis"] = reading
    body = charters.load(data=charters.small(offices=offices))
    html = get(client, valley.clerk, "desk:charter_detail", body).content.decode()
    for words in ("原文漏字", "另见附约第四条：由一家说了算", "另见附约第五条：规定相同"):
        assert words in html
    for words in ("出自文本", "本地商定", "对文本的理解", "约字第1号"):
        assert words in html


# Said in sentences of their own, or not at all.
SENTENCES = {"Term.value", "Term.unit", "Term.when", "Slot.any_of", "Slot.each"}
SENTENCES |= {"Route.verb", "Route.steps", "Rhythm.every", "Rhythm.day"}
UNSAID = {"", "days", "working days", "after", "before", "clause", "local", "reading"}
UNSAID |= {"month", "quarter", "half-year", "year"}


def kinds(kind: Any) -> set:
    """Every dataclass and every choice that a charter's part can hold."""
    if get_origin(kind) is Literal:
        return set(get_args(kind)) - UNSAID
    found = set().union(*map(kinds, get_args(kind)))
    if is_dataclass(kind) and kind is not Basis:
        found = {kind}.union(*map(kinds, get_type_hints(kind).values()))
    return found


@pytest.mark.parametrize("key", PARTS)
def test_every_part_rule_field_and_choice_has_a_name(key):
    assert labels.part_label(key)
    for each in kinds(PARTS[key]):
        if isinstance(each, str):
            assert labels.value_label(each) != each
            continue
        for field in fields(each):
            if (
                field.name not in HIDDEN
                and f"{each.__name__}.{field.name}" not in SENTENCES
            ):
                assert labels.field_label(each, field.name)
