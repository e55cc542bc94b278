"""An inspection: kept from the task's page, signed off by the sides, mended, closed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from followups.models import Inspection
from jointmeeting import clock
from tests.followups.pages import page, url
from tests.houses import reason

pytestmark = pytest.mark.django_db
LIST = reverse("followups:inspection_list")


@pytest.fixture
def found(task) -> dict:
    return {
        "inspected_on": str(clock.today()),
        "place": "水闸",
        "took_part": "磨账房、田管处",
        "finding": "闸锈，启闭不灵。",
        "demand": "上油。",
        "due_on": str(clock.today() + timedelta(days=9)),
    }


@pytest.fixture
def inspection(h, task, found) -> Inspection:
    return Inspection.objects.begin(
        task,
        by=h.person("mill-office"),
        **found
        | {
            "inspected_on": clock.today(),
            "due_on": clock.today() + timedelta(days=9),
        },
    )


@pytest.fixture
def signed(h, inspection) -> Inspection:
    inspection.ask_to_sign(by=h.person("mill-office"))
    h.sign(inspection, "sign_off")
    return inspection


def test_an_inspection_is_kept_from_the_page_of_the_task(h, task, found):
    client = h.client("mill-office")
    assert url("inspection_begin", task) in page(client.get(task.get_absolute_url()))
    response = client.post(url("inspection_begin", task), found)
    [kept] = Inspection.objects.all()
    assert response.url == kept.get_absolute_url()
    assert kept.unit == h.unit("mill-office")
    assert h.owed(kept) == {("sign", "mill-office")}
    [kept_by] = client.get(response.url).context["log"]
    assert (kept_by.label, kept_by.who) == (
        "Keep an inspection",
        str(h.person("mill-office")),
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"inspected_on": "2026-04-30"}, "This day has not come yet."),
        ({"due_on": "2026-03-01"}, "This day lies before the inspection."),
        ({"demand": ""}, "Say what is to be done by that day."),
        ({"due_on": ""}, "Say until when it is to be done."),
        ({"place": "闸" * 201}, "201 characters now; remove 1"),
        ({"due_on": "明天"}, "Enter a valid date."),
    ],
)
def test_what_does_not_fit_is_said_beside_it_and_the_rest_is_kept(
    h, task, found, wrong, said
):
    response = h.client("mill-office").post(url("inspection_begin", task), found | wrong)
    html = page(response)
    assert said in html
    assert "闸锈，启闭不灵。" in html
    assert not Inspection.objects.exists()


def test_a_place_of_two_hundred_characters_is_kept_whole(h, task, found):
    place = "闸" * 200
    client = h.client("mill-office")
    client.post(url("inspection_begin", task), found | {"place": place})
    [kept] = Inspection.objects.all()
    assert place in page(client.get(kept.get_absolute_url()))


def test_only_who_inspects_keeps_one(h, task, found):
    response = h.client("sluice").post(url("inspection_begin", task), found)
    assert response.status_code == 403
    assert "inspection_begin" not in page(h.client("sluice").get(task.get_absolute_url()))


def test_a_draft_is_changed_unless_somebody_else_did(h, inspection, found):
    client, address = h.client("mill-office"), url("inspection_amend", inspection)
    seen = inspection.seen()
    data = found | {"seen": seen, "finding": "闸锈。"}
    assert client.post(address, data).status_code == 302
    response = client.post(address, found | {"seen": seen, "finding": "闸漏。"})
    assert response.status_code == 409
    assert "The text has changed since you opened it." in page(response)
    assert "闸漏。" in page(response)


@pytest.mark.changes("Route.verb")
def test_the_sides_sign_it_off_on_the_one_page_for_answers(h, inspection):
    h.client("mill-office").post(url("inspection_ask_to_sign", inspection))
    miller = h.client("miller")
    html = page(miller.get(url("inspection_answer", inspection, "sign_off")))
    assert "闸锈，启闭不灵。" in html
    h.sign(inspection, "sign_off")
    assert inspection.status == "signed"
    assert h.owed(inspection) == {("mend", "sluice")}


def test_the_unit_reads_it_only_once_it_is_signed_off(h, inspection):
    address = inspection.get_absolute_url()
    assert h.client("sluice").get(address).status_code == 404
    inspection.ask_to_sign(by=h.person("mill-office"))
    assert h.client("sluice").get(address).status_code == 404
    h.sign(inspection, "sign_off")
    response = h.client("sluice").get(address)
    assert response.status_code == 200
    assert "Ask to sign it off" not in page(response)
    sheet = h.client("sluice").get(url("inspection_sheet", inspection, "sign_off"))
    assert sheet.status_code == 404


def test_the_unit_mends_and_the_office_looks_at_it(h, signed):
    sluice, mill = h.client("sluice"), h.client("mill-office")
    answer = {"answer_text": "上过油了。"}
    assert sluice.post(url("inspection_mend", signed), answer).status_code == 302
    still = {"reason": "铰链没有上。"}
    assert mill.post(url("inspection_reject", signed), still).status_code == 302
    signed.refresh_from_db()
    assert (signed.status, reason(signed)) == ("signed", "铰链没有上。")
    html = page(sluice.get(url("inspection_mend", signed)))
    assert "上过油了。" in html
    sluice.post(url("inspection_mend", signed), {"answer_text": "都上了。"})
    assert mill.post(url("inspection_close", signed)).status_code == 302
    signed.refresh_from_db()
    assert signed.status == "closed"
    assert not h.owed(signed)


def test_what_was_mended_is_not_mended_twice(h, signed):
    signed.mend(by=h.person("sluice"), answer_text="上过油了。")
    client, address = h.client("sluice"), url("inspection_mend", signed)
    response = client.post(address, {"answer_text": "再说一遍。"})
    assert response.status_code == 409
    assert "再说一遍。" in page(response)


@pytest.mark.changes("InspectRules.name")
def test_the_record_is_a_paper_at_every_stage(h, inspection):
    client, address = h.client("mill-office"), url("inspection_record", inspection)
    draft = client.get(address)
    inspection.ask_to_sign(by=h.person("mill-office"))
    h.sign(inspection, "sign_off")
    final = client.get(address)
    for response in (draft, final):
        assert response["Content-Type"] == "application/pdf"
    sheet = client.get(url("inspection_sheet", inspection, "sign_off"))
    assert sheet["Content-Type"] == "application/pdf"


def test_a_task_that_ended_is_not_inspected(h, task):
    task.cancel(by=h.person("mill-office"), reason="另有决定。")
    response = h.client("mill-office").get(url("inspection_begin", task))
    assert response.url == task.get_absolute_url()


def test_the_list_shows_each_what_he_may_read(h, inspection):
    seen = {
        who: "启闭不灵" in page(h.client(who).get(LIST))
        for who in ("farm-office", "sluice")
    }
    assert seen == {"farm-office": True, "sluice": False}
