"""Giving the decisions of a meeting to units: one screen, one submit, one list."""

from datetime import timedelta

import pytest

from deadlines.models import Duty
from documents.models import IssuedDocument
from followups.models import Assignment
from jointmeeting import clock
from minutes.models import Decision
from tests.followups.pages import page, url
from tests.houses import acts
from tests.sittings import minuted

pytestmark = pytest.mark.django_db


def ticked(*decisions: Decision, **more) -> dict:
    """What the page sends when these are given to the sluice, as its minutes say."""
    data: dict = {"number": ""}
    for each in decisions:
        data |= {f"now_{each.pk}": "on", f"units_{each.pk}": ["水闸站"]}
        data |= {f"further_{each.pk}": "", f"task_{each.pk}": ""}
    return data | more


def assign(h, minutes, data, by="mill-office"):
    return h.client(by).post(url("assign", minutes.meeting), data)


def test_the_screen_shows_the_sentence_and_ticks_who_leads(h, issued):
    html = page(h.client("mill-office").get(url("assign", issued.meeting)))
    assert "每日六时开闸。" in html
    assert 'value="水闸站" id="id_units_' in html
    assert "checked" in html


def test_one_submit_gives_all_that_are_ticked_by_one_list(h):
    topics = [h.topic("answered", title=f"议题{number}") for number in range(3)]
    minutes = minuted(h, *topics)
    with clock.at(minutes.meeting.starts_at + timedelta(days=3)):
        first, second, _third = Decision.objects.order_by("pk")
        assert assign(h, minutes, ticked(first, second)).status_code == 302
        tasks = Assignment.objects.all()
        assert {each.decision for each in tasks} == {first, second}
        [document] = IssuedDocument.objects.filter(template="assignment_list")
        assert {each.document for each in tasks} == {document}
        assert document.number == "磨办〔2026〕1号"
        statuses = [each.status for each in Decision.objects.order_by("pk")]
        assert statuses == ["assigned", "assigned", "in force"]


def test_giving_all_at_once_does_what_giving_one_does(h, issued):
    [decision] = Decision.objects.all()
    assign(h, issued, ticked(decision))
    [task] = Assignment.objects.all()
    assert acts(task) == ["Assign"]
    assert h.owed(task) == {("accept", "sluice")}
    assert Duty.objects.of(task).get().told_on == clock.today()
    assert not h.owed(decision)


def test_further_units_are_typed_by_name(h, issued):
    [decision] = Decision.objects.all()
    data = ticked(decision) | {f"further_{decision.pk}": "渡口、铁匠铺"}
    assert assign(h, issued, data).status_code == 302
    units = {str(each.unit) for each in Assignment.objects.all()}
    assert units == {"水闸站", "渡口", "铁匠铺"}


def test_a_name_that_no_unit_has_is_refused_and_what_was_typed_is_kept(h, issued):
    [decision] = Decision.objects.all()
    more = {f"further_{decision.pk}": "水族馆", f"task_{decision.pk}": "先清淤。"}
    response = assign(h, issued, ticked(decision) | more)
    html = page(response)
    assert "No unit of this body has this name: 水族馆." in html
    assert 'value="水族馆"' in html
    assert "先清淤。" in html
    assert not Assignment.objects.exists()


def test_a_decision_that_is_ticked_needs_a_unit(h, issued):
    [decision] = Decision.objects.all()
    response = assign(h, issued, ticked(decision) | {f"units_{decision.pk}": []})
    assert "Choose at least one unit." in page(response)
    assert not Assignment.objects.exists()


def test_nothing_ticked_gives_nothing(h, issued):
    response = assign(h, issued, {"number": "磨办〔2026〕8号"})
    assert "Choose at least one decision." in page(response)
    assert "磨办〔2026〕8号" in page(response)


def test_a_number_in_use_gives_nothing(h, issued):
    [decision] = Decision.objects.all()
    number = IssuedDocument.objects.earliest("pk").number
    response = assign(h, issued, ticked(decision, number=number))
    assert response.status_code == 409
    assert "This number is in use." in page(response)
    assert not Assignment.objects.exists()
    decision.refresh_from_db()
    assert decision.status == "in force"


def test_what_a_colleague_has_given_meanwhile_is_not_given_twice(h, issued):
    [decision] = Decision.objects.all()
    data = ticked(decision)
    assign(h, issued, data)
    again = page(assign(h, issued, data))
    assert "Nothing of this meeting waits for being assigned" in again
    assert Assignment.objects.count() == 1


def test_the_preview_is_the_list_of_what_is_ticked_and_keeps_nothing(h, issued):
    [decision] = Decision.objects.all()
    client, address = h.client("mill-office"), url("assign_preview", issued.meeting)
    response = client.post(address, ticked(decision))
    assert response["Content-Type"] == "application/pdf"
    assert not Assignment.objects.exists()
    decision.refresh_from_db()
    assert decision.status == "in force"


def test_only_who_assigns_tasks_opens_the_screen(h, issued):
    response = h.client("ferry").get(url("assign", issued.meeting))
    assert response.status_code in (403, 404)
    assert h.client("farm-office").get(url("assign", issued.meeting)).status_code == 403


def test_units_for_which_nobody_acts_are_named_and_may_be_given_tasks(h, issued):
    h.leave("sluice")
    [decision] = Decision.objects.all()
    html = page(h.client("mill-office").get(url("assign", issued.meeting)))
    assert "Nobody acts for these units today" in html
    assert "水闸站" in html
    assert assign(h, issued, ticked(decision)).status_code == 302
    [task] = Assignment.objects.all()
    detail = page(h.client("mill-office").get(task.get_absolute_url()))
    assert "Nobody acts for 水闸站 today." in detail


def test_the_page_of_a_decision_names_its_meeting_and_minutes(h, issued, task):
    html = page(h.client("mill-office").get(task.decision.get_absolute_url()))
    assert issued.document.number in html
    assert str(issued.meeting) in html
    assert "每日六时开闸。" in html
    assert "水闸站" in html


def test_a_unit_to_which_a_task_was_given_on_reads_its_decision(h, task):
    ferry = h.client("ferry")
    assert ferry.get(task.decision.get_absolute_url()).status_code == 404
    mill = h.person("mill-office")
    task.reassign(by=mill, unit=h.unit("ferry"), reason="归渡口。")
    assert ferry.get(task.decision.get_absolute_url()).status_code == 200
