"""The pages of topics: what they say, to whom, and in how many queries."""

import csv
from datetime import datetime
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.models import Topic
from deadlines.models import Duty
from documents.models import IssuedDocument
from institutions.appointing import appoint
from jointmeeting import clock
from tests.houses import SINCE, TEXT, acts, house, lively

pytestmark = pytest.mark.django_db
LIST = reverse("agenda:topic_list")


def url(name, row, *args) -> str:
    return reverse(f"agenda:{name}", args=[row.pk, *args])


def page(response) -> str:
    return response.content.decode()


# The list


def test_the_list_says_who_is_waited_for_and_until_when(h):
    h.topic("submitted")
    html = page(h.client("mill-office").get(LIST))
    assert "春灌用水" in html
    assert "磨坊主、农场主" in html
    assert "by 03-09" in html
    assert "5 working days left" in html


def test_the_list_says_what_is_overdue(h):
    h.topic("submitted")
    with clock.at(timezone.make_aware(datetime(2026, 3, 11, 9))):
        html = page(h.client("mill-office").get(LIST))
    assert 'is-late">was due on 03-09 · 2 working days overdue' in html


def test_the_list_waits_for_the_units_that_were_asked(h):
    h.topic("asked")
    html = page(h.client("mill-office").get(LIST))
    assert "水闸站看闸人、渡口联络人" in html
    assert "and 1 more" in html


def test_the_list_takes_as_many_queries_for_one_row_as_for_fifty(h):
    client = h.client("mill-office")
    h.topic("asked")
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(49):
        h.topic("submitted" if number % 2 else "draft", title=f"议题{number}")
    with CaptureQueriesContext(connection) as fifty:
        response = client.get(LIST)
    assert len(fifty) == len(one) <= 15
    assert page(response).count("<tr>") == 51
    assert len(response.content) <= 60_000


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=水", ["春灌用水"]),
        ("text=闸", []),
        ("status=draft", ["道路"]),
        ("year=2026", ["道路", "春灌用水"]),
        ("year=2025", ["道路", "春灌用水"]),  # no such year on file: left out
        ("topic_class=water", ["道路", "春灌用水"]),
        ("status=nonsense", ["道路", "春灌用水"]),
    ],
)
def test_the_list_is_queried_by_the_address(h, query, found):
    h.topic("submitted")
    h.topic("draft", title="道路", problem="桥坏了。")
    response = h.client("mill-office").get(f"{LIST}?{query}")
    assert [str(row["topic"]) for row in response.context["rows"]] == found


def test_topics_are_queried_by_who_proposed_them(h):
    h.topic("submitted")
    h.topic("submitted", by="farm-office", title="道路")
    unit = h.unit("farm-office").pk
    response = h.client("mill-office").get(f"{LIST}?proposed_by={unit}")
    assert [str(row["topic"]) for row in response.context["rows"]] == ["道路"]


def test_an_empty_list_says_what_would_be_there(h):
    client = h.client("mill-office")
    assert "No topics yet" in page(client.get(LIST))
    assert "Nothing matches" in page(client.get(f"{LIST}?status=draft"))


def test_the_list_goes_into_a_spreadsheet(h):
    h.topic("submitted", title="=1+1")
    response = h.client("mill-office").get(reverse("agenda:topic_export"))
    rows = list(csv.reader(StringIO(page(response).removeprefix("\ufeff"))))
    assert rows[1][1] == "'=1+1"
    assert rows[1][-2:] == ["磨坊主、农场主", "2026-03-09"]


# Proposing


def test_who_may_propose_begins_a_draft(h):
    client = h.client("farm-office")
    html = page(client.get(reverse("agenda:topic_create")))
    assert "农场账房" in html
    response = client.post(
        reverse("agenda:topic_create"), TEXT | {"topic_class": "water"}
    )
    topic = Topic.objects.get()
    assert response.url == topic.get_absolute_url()
    assert topic.proposed_by == h.unit("farm-office")
    assert acts(topic) == ["Begin a draft"]


def test_who_may_not_propose_reads_who_may(h):
    response = h.client("sluice").get(reverse("agenda:topic_create"))
    assert response.status_code == 403
    assert "磨账房、农场账房" in page(response)


def test_who_acts_for_several_units_chooses_one(h):
    appoint(h.person("mill-office"), h.post("farm-office"), since=SINCE)
    client = h.client("mill-office")
    html = page(client.get(reverse("agenda:topic_create")))
    unit = h.unit("farm-office")
    assert f'href="?unit={unit.pk}"' in html
    assert client.get(f"{reverse('agenda:topic_create')}?unit=0").status_code == 404
    client.post(
        f"{reverse('agenda:topic_create')}?unit={unit.pk}",
        TEXT | {"topic_class": "water"},
    )
    assert Topic.objects.get().proposed_by == unit


def test_a_draft_that_lacks_something_keeps_what_was_typed(h):
    response = h.client("mill-office").post(
        reverse("agenda:topic_create"), {"title": "水" * 101, "problem": "四月。"}
    )
    html = page(response)
    assert "101 characters now; remove 1" in html
    assert "Choose Class" in html
    assert "四月。" in html
    assert not Topic.objects.exists()


def test_the_form_says_what_submitting_will_need(db):
    data = lively()
    data["topics"]["to_submit"]["what"] = ["evidence", "field_study"]
    html = page(house(data).client("mill-office").get(reverse("agenda:topic_create")))
    assert "Needed to submit the topic." in html
    assert "Needed: facts and basis、a field study." in html


# One topic


def test_a_topics_page_tells_all_to_an_office(h):
    topic = h.topic("asked")
    h.study(topic)
    h.opinion(topic.consultations.get(unit__key="sluice"))
    html = page(h.client("farm-office").get(url("topic_detail", topic)))
    for text in [
        TEXT["problem"],
        "下游五村",
        "1 of 3 answered",
        "同意",
        "磨函〔2026〕1号",
    ]:
        assert text in html
    assert "Waiting for 2, first: 渡口联络人" in html
    assert "Submit" in html


def test_a_unit_that_is_asked_reads_the_text_only(h):
    topic = h.topic("asked")
    h.study(topic)
    h.opinion(topic.consultations.get(unit__key="ferry"), opinion="渡口的话。")
    html = page(h.client("sluice").get(url("topic_detail", topic)))
    assert TEXT["measure"] in html
    for text in ["下游五村", "渡口", "磨坊主", "What happened"]:
        assert text not in html
    assert "/amend/" not in html
    assert h.client("sluice").get(url("topic_sheet", topic, "settle")).status_code == 404


def test_who_signs_reads_no_opinions(h):
    topic = h.topic("asked")
    h.opinion(topic.consultations.get(unit__key="ferry"), opinion="渡口的话。")
    html = page(h.client("miller").get(url("topic_detail", topic)))
    assert "1 of 3 answered" in html
    assert "渡口的话。" not in html
    assert reverse("agenda:consultation_detail", args=[1]) not in html


def test_what_a_draft_was_before_is_its_units_own(h):
    topic = h.topic("draft")
    text = topic.values(*topic.WORDS) | {"problem": "改过的问题。"}
    topic.amend(by=h.person("mill-office"), seen=topic.seen(), **text)
    h.submit(topic)
    here = url("topic_detail", topic)
    assert TEXT["problem"] in page(h.client("mill-office").get(here))
    assert TEXT["problem"] not in page(h.client("farm-office").get(here))


def test_earlier_rounds_are_shown_with_what_was_changed(h):
    topic = h.topic("submitted")
    h.sign(topic, answer="changes")
    text = topic.values(*topic.WORDS) | {"problem": "三月至五月。"}
    topic.amend(by=h.person("mill-office"), seen=topic.seen(), **text)
    h.submit(topic)
    html = page(h.client("farm-office").get(url("topic_detail", topic)))
    assert "asked anew; 1 earlier rounds below" in html
    assert "The round of 03-02: Changes asked" in html
    assert "Compare with the last text" in html


def test_a_topics_page_takes_no_more_queries_for_more_units(h):
    topic = h.topic("settled")
    client = h.client("mill-office")
    h.ask(topic, "sluice")
    client.get(url("topic_detail", topic))
    with CaptureQueriesContext(connection) as one:
        client.get(url("topic_detail", topic))
    h.ask(topic, "ferry", "smithy", "farm-office")
    with CaptureQueriesContext(connection) as four:
        client.get(url("topic_detail", topic))
    assert len(four) == len(one)


def test_asking_more_units_is_not_the_main_thing_to_do(h):
    asked, settled = h.topic("asked"), h.topic("settled")
    office = h.client("mill-office")
    assert "btn-main" in page(office.get(url("topic_detail", settled)))
    html = page(office.get(url("topic_detail", asked)))
    assert url("topic_detail", asked) + "consult/" in html
    assert "btn-main" not in html


def test_steps_of_others_are_drawn_with_whose_they_are(h):
    topic = h.topic("submitted", by="farm-office")
    html = page(h.client("miller").get(url("topic_detail", topic)))
    assert '<li class="steps-other">' in html
    assert "For: 农场账房账房" in html
    assert "disabled" not in html


# Changing


def changed(topic, **fields) -> dict:
    return topic.values(*topic.WORDS) | {"seen": topic.seen()} | fields


def test_a_draft_is_changed(h):
    topic = h.topic("draft")
    client = h.client("mill-office")
    assert TEXT["problem"] in page(client.get(url("topic_amend", topic)))
    response = client.post(url("topic_amend", topic), changed(topic, problem="四月。"))
    assert response.status_code == 302
    assert Topic.objects.get().problem == "四月。"


def test_a_change_that_voids_is_asked_about_first_by_name(h):
    topic = h.topic("asked")
    h.opinion(topic.consultations.get(unit__key="sluice"))
    client, fields = h.client("mill-office"), changed(topic, problem="四月。")
    html = page(client.post(url("topic_amend", topic), fields))
    assert "Change topic “春灌用水” all the same?" in html
    assert "becomes a draft again" in html
    assert "水闸站 (has answered)、渡口、铁匠铺" in html
    assert 'value="四月。"' in html
    assert Topic.objects.get().problem == TEXT["problem"]
    client.post(url("topic_amend", topic), fields | {"confirmed": "1"})
    topic.refresh_from_db()
    assert (topic.problem, topic.status) == ("四月。", "draft")
    assert h.duties_agree()


def test_a_stale_change_keeps_what_was_typed_and_shows_what_was_changed(h):
    topic = h.topic("draft")
    client, mine = h.client("mill-office"), changed(topic, measure="五时开闸。")
    client.post(url("topic_amend", topic), changed(topic, problem="四月。"))
    response = client.post(url("topic_amend", topic), mine)
    html = page(response)
    assert response.status_code == 409
    assert "The text has changed since you opened it." in html
    assert "五时开闸。" in html
    assert "What was changed since you opened it" in html
    assert "“四月。”" in html
    topic.refresh_from_db()
    assert f'value="{topic.seen()}"' in html
    assert topic.measure == TEXT["measure"]


def test_who_may_not_change_the_text_is_told_whose_it_is(h):
    topic = h.topic("submitted", by="farm-office")
    response = h.client("miller").get(url("topic_amend", topic))
    assert response.status_code == 403
    assert "农场账房账房 or 磨账房" in page(response)


def test_an_office_that_proposed_the_topic_itself_is_named_once(h):
    response = h.client("miller").get(url("topic_amend", h.topic("submitted")))
    assert "This step is for 磨账房." in page(response)


# Steps


def test_submitting_from_the_page(h):
    topic = h.topic("draft")
    client = h.client("mill-office")
    assert client.get(url("topic_submit", topic)).status_code == 405
    html = page(client.post(url("topic_submit", topic), follow=True))
    assert "is submitted" in html
    html = page(client.post(url("topic_submit", topic), follow=True))
    assert "Already done: Submit" in html


def test_a_step_of_another_is_forbidden_with_its_reason(h):
    topic = h.topic("submitted", by="farm-office")
    for name in ["topic_submit", "topic_withdraw", "topic_consult", "topic_record_study"]:
        response = h.client("miller").post(url(name, topic))
        assert response.status_code == 403
        assert "This step is for" in page(response)


def test_what_one_may_not_see_is_not_there(h):
    topic = h.topic("submitted")
    names = ["detail", "amend", "submit", "withdraw", "return_it", "record_study"]
    for name in [*names, "ask_to_withdraw", "consult", "letter_preview"]:
        assert h.client("sluice").post(url(f"topic_{name}", topic)).status_code == 404


@pytest.mark.parametrize(
    ("stage", "name", "status"),
    [
        ("submitted", "topic_withdraw", "withdrawn"),
        ("submitted", "topic_return_it", "draft"),
        ("settled", "topic_ask_to_withdraw", "settled"),
    ],
)
def test_steps_with_a_reason_ask_for_it_and_keep_it(h, stage, name, status):
    topic, client = h.topic(stage), h.client("mill-office")
    assert "“春灌用水”" in page(client.get(url(name, topic)))
    assert "Enter Reason" in page(client.post(url(name, topic), {"reason": " "}))
    assert client.post(url(name, topic), {"reason": "已解决。"}).status_code == 302
    topic.refresh_from_db()
    assert topic.status == status
    assert "已解决。" in topic.history.first().history_change_reason


def test_a_step_that_is_too_late_keeps_the_reason_that_was_typed(h):
    topic, client = h.topic("submitted"), h.client("mill-office")
    h.sign(topic)
    response = client.post(url("topic_withdraw", topic), {"reason": "已解决。"})
    assert response.status_code == 409
    assert "Already done: Settle" in page(response)
    assert "已解决。" in page(response)
    assert client.get(url("topic_withdraw", topic)).status_code == 302


def test_a_study_is_recorded_on_its_page(h):
    topic, client = h.topic("draft"), h.client("mill-office")
    here = url("topic_record_study", topic)
    study = {"place": "下游", "took_part": "两家", "findings": "缺水。"}
    days = {"began_on": "2026-02-03", "ended_on": "2026-02-02"}
    html = page(client.post(here, study | days))
    assert "A study ends after it begins." in html
    assert "缺水。" in html
    client.post(here, study | {"began_on": "2026-02-01", "ended_on": "2026-02-02"})
    assert topic.studies.get().place == "下游"


# Asking units


def test_units_are_ticked_and_asked(h):
    topic, client = h.topic("settled"), h.client("mill-office")
    html = page(client.get(url("topic_consult", topic)))
    assert "by 03-16 Mon, 10 working days" in html
    assert "磨账房</span></label>" not in html
    assert "Choose at least one unit." in page(
        client.post(url("topic_consult", topic), {"number": ""})
    )
    units = [h.unit("sluice").pk, h.unit("ferry").pk]
    client.post(
        url("topic_consult", topic), {"units": units, "number": "磨函〔2026〕9号"}
    )
    assert topic.consultations.count() == 2
    assert IssuedDocument.objects.get().number == "磨函〔2026〕9号"


def test_a_unit_asked_meanwhile_is_named(h):
    topic, client = h.topic("settled"), h.client("mill-office")
    h.ask(topic, "sluice")
    units = [h.unit("sluice").pk, h.unit("ferry").pk]
    response = client.post(url("topic_consult", topic), {"units": units})
    assert response.status_code == 409
    assert "Asked already: 水闸站." in page(response)
    assert f'value="{h.unit("ferry").pk}" checked' in page(response).replace(
        ' class="in"', ""
    ).replace(' id="id_units_2"', "").replace(' id="id_units_1"', "")


def test_a_closed_gate_is_told_on_the_form(db):
    data = lively()
    data["topics"]["to_consult"]["what"] = ["field_study"]
    h = house(data)
    topic, client = h.topic("settled"), h.client("mill-office")
    assert "Still missing: a field study." in page(
        client.get(url("topic_consult", topic))
    )
    response = client.post(url("topic_consult", topic), {"units": [h.unit("ferry").pk]})
    assert response.status_code == 409
    assert "Still missing: a field study." in page(response)


def test_a_gate_that_may_be_explained_asks_for_the_reason(db):
    data = lively()
    data["topics"]["to_consult"]["what"] = ["field_study"]
    data["gates"] = {"agenda.has_what_consulting_needs": "explain"}
    h = house(data)
    topic, client = h.topic("settled"), h.client("mill-office")
    units = {"units": [h.unit("ferry").pk]}
    html = page(client.post(url("topic_consult", topic), units))
    assert "Enter Reason for going on all the same" in html
    client.post(url("topic_consult", topic), units | {"despite": "来不及调研。"})
    assert topic.consultations.count() == 1
    assert "来不及调研。" in topic.history.first().history_change_reason


def test_the_letter_is_seen_before_it_leaves(h):
    topic, client = h.topic("settled"), h.client("mill-office")
    units = {"units": [h.unit("ferry").pk]}
    response = client.post(url("topic_letter_preview", topic), units)
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert not IssuedDocument.objects.exists()
    assert (
        h.client("farm-office").get(url("topic_letter_preview", topic)).status_code == 403
    )


def test_the_way_to_the_sheet_says_who_answers(h):
    topic = h.topic("submitted")
    verb, at = topic.rules.settle.verb, f'href="{url("topic_answer", topic, "settle")}">'
    shown = page(h.client("miller").get(url("topic_detail", topic)))
    assert f'"btn btn-main" {at}Answer: {verb}<' in shown
    told = {"digest": topic.consent("settle").digest, "answer": "agree"}
    topic.answer("settle", by=h.person("miller"), **told)
    for office, words in [("farm-office", "Enter"), ("mill-office", "Report")]:
        shown = page(h.client(office).get(url("topic_detail", topic)))
        assert f'"btn" {at}{words} an answer: {verb}<' in shown


def test_the_sheet_is_answered_and_printed(h):
    topic = h.topic("submitted")
    client = h.client("miller")
    html = page(client.get(url("topic_answer", topic, "settle")))
    digest = topic.consent("settle").digest
    assert digest in html
    client.post(
        url("topic_answer", topic, "settle"), {"answer": "agree", "digest": digest}
    )
    assert topic.consent("settle").signatures.answered().count() == 1
    sheet = client.get(url("topic_sheet", topic, "settle"))
    assert b"".join(sheet.streaming_content).startswith(b"%PDF")


def test_a_duty_of_another_leads_to_what_its_reader_may_open(h):
    topic = h.topic("submitted")
    duty = Duty.objects.open().get(post=h.post("farmer"))
    assert duty.url_for(h.person("farmer")) == url("topic_answer", topic, "settle")
    assert duty.url_for(h.person("farm-office")) == url("topic_answer", topic, "settle")
    assert duty.url_for(h.person("mill-office")) == topic.get_absolute_url()
    assert duty.url_for(h.person("ferry")) == ""
