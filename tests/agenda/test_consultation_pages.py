"""The page on which a unit replies, and what else is done there."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from agenda.models import Consultation
from jointmeeting import clock
from tests.houses import TEXT

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def asked(h) -> Consultation:
    return h.topic("asked").consultations.get(unit__key="sluice")


def url(asked, step="") -> str:
    name = f"consultation_{step or 'detail'}"
    return reverse(f"agenda:{name}", args=[asked.pk])


def page(response) -> str:
    return response.content.decode()


def reply(asked, **fields) -> dict:
    return {"kind": "agree", "digest": asked.digest} | fields


def test_the_liaison_reads_the_text_and_replies_on_one_page(h, asked):
    client = h.client("sluice")
    html = page(client.get(url(asked)))
    for text in [TEXT["measure"], "磨函〔2026〕1号", "10", "03-16 Mon", 'name="kind"']:
        assert text in html
    response = client.post(
        url(asked, "answer"), reply(asked, kind="differ", opinion="先修闸门。")
    )
    assert response.url == url(asked)
    html = page(client.get(url(asked)))
    assert "先修闸门。" in html
    assert 'name="kind"' not in html


def test_a_reply_that_must_say_why_keeps_what_was_typed(h, asked):
    response = h.client("sluice").post(
        url(asked, "answer"), reply(asked, kind="differ", signer="周站长")
    )
    assert response.status_code == 409
    assert "Say why, so that it can be acted upon." in page(response)
    assert "周站长" in page(response)
    asked.refresh_from_db()
    assert asked.status == "sent"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("reply.exe", b"MZ", "exe"),
        ("reply.pdf", b"MZ no pdf at all", "is none of these"),
        ("reply.png", PDF, "is named wrongly: by its content it is PDF"),
        ("reply.pdf", b"", "empty"),
        ("reply.pdf", PDF + b" " * 1024 * 1024, "is larger than 1 MB"),
    ],
)
@override_settings(MAX_UPLOAD_MB=1)
def test_a_wrong_file_is_told_in_words(h, asked, name, content, says):
    for step, key in [("answer", "sluice"), ("enter", "mill-office")]:
        upload = SimpleUploadedFile(name, content)
        response = h.client(key).post(
            url(asked, step), reply(asked, opinion="写好的意见。", scan=upload)
        )
        assert says in page(response)
        assert "写好的意见。" in page(response)
        asked.refresh_from_db()
        assert asked.status == "sent"


def test_the_number_of_a_reply_is_kept_as_it_must_stand_in_print(h, asked):
    scan = SimpleUploadedFile("复函.pdf", PDF)
    letter = {"number": "闸函[2026]03号", "scan": scan}
    h.client("sluice").post(url(asked, "answer"), reply(asked, **letter))
    asked.refresh_from_db()
    assert asked.number == "闸函〔2026〕3号"


def test_the_office_enters_a_reply_and_the_unit_corrects_it(h, asked):
    office, unit = h.client("mill-office"), h.client("sluice")
    html = page(office.post(url(asked, "enter"), reply(asked)))
    assert "Enter Received by way of" in html
    office.post(url(asked, "enter"), reply(asked, source="电话", signer="周站长"))
    html = page(unit.get(url(asked)))
    assert "Entered by 磨账房 on behalf, from: 电话" in html
    html = page(unit.get(url(asked, "correct")))
    assert 'value="周站长"' in html
    assert 'value="agree"' in html
    assert "checked" in html
    unit.post(url(asked, "correct"), reply(asked, kind="differ", opinion="先修闸门。"))
    asked.refresh_from_db()
    assert (asked.status, asked.kind) == ("answered", "differ")


def test_the_unit_confirms_with_one_click(h, asked):
    h.client("mill-office").post(url(asked, "enter"), reply(asked, source="电话"))
    html = page(h.client("sluice").post(url(asked, "confirm"), follow=True))
    assert "is confirmed" in html


def test_a_reply_about_a_text_that_changed_is_refused_with_what_was_typed(h, asked):
    client = h.client("sluice")
    topic = asked.topic
    text = topic.values(*topic.WORDS) | {"measure": "五时开闸。"}
    topic.amend(by=h.person("mill-office"), seen=topic.seen(), **text)
    response = client.post(url(asked, "answer"), reply(asked, opinion="写好的意见。"))
    assert response.status_code == 409
    assert "写好的意见。" in page(response)
    assert "Already done: Void" in page(response)


def test_who_was_replaced_while_replying_finds_it_gone(h, asked):
    client = h.client("sluice")
    assert client.get(url(asked)).status_code == 200
    h.replace("sluice")
    response = client.post(url(asked, "answer"), reply(asked, opinion="写好的意见。"))
    assert response.status_code == 404
    asked.refresh_from_db()
    assert asked.status == "sent"
    assert h.client("sluice").get(url(asked)).status_code == 200


def test_others_units_and_signatories_do_not_find_it(h, asked):
    for key in ["ferry", "miller", "accounts"]:
        for step in ["", "answer", "enter", "correct", "give_back", "lapse", "let_rest"]:
            assert h.client(key).get(url(asked, step)).status_code == 404
        assert h.client(key).post(url(asked, "confirm")).status_code == 404


def test_who_reads_opinions_but_does_not_act_is_told_so(h, asked):
    client = h.client("farm-office")
    assert client.get(url(asked)).status_code == 200
    for step in ["answer", "enter", "correct", "give_back", "lapse", "let_rest"]:
        response = client.get(url(asked, step))
        assert response.status_code == 403
        assert "This step is for" in page(response)


def test_not_our_remit(h, asked):
    client = h.client("sluice")
    assert "not your unit" in page(client.get(url(asked, "give_back")))
    assert "Enter Reason" in page(client.post(url(asked, "give_back"), {"reason": ""}))
    client.post(url(asked, "give_back"), {"reason": "属渡口职责。"})
    assert "属渡口职责。" in page(client.get(url(asked)))
    office = h.client("mill-office")
    topic = page(office.get(asked.topic.get_absolute_url()))
    assert "属渡口职责。" in topic
    ask = page(office.get(reverse("agenda:topic_consult", args=[asked.topic_id])))
    assert "水闸站 has returned the letter" in ask
    office.post(url(asked, "let_rest"), {"reason": "已征求渡口。"})
    asked.refresh_from_db()
    assert asked.followed_on is not None


def test_lapsing_is_refused_before_the_term_and_keeps_the_reason(h, asked):
    client = h.client("mill-office")
    response = client.post(url(asked, "lapse"), {"reason": "没有回复。"})
    assert response.status_code == 409
    assert "has time until" in page(response)
    assert "没有回复。" in page(response)
    with clock.at(timezone.make_aware(datetime(2026, 3, 17, 9))):
        html = page(client.get(asked.topic.get_absolute_url()))
        assert "No answer, overdue" in html
        response = client.post(url(asked, "lapse"), {"reason": "没有回复。"}, follow=True)
    assert "Lapsed" in page(response)


def test_a_late_reply_is_shown_as_late(h, asked):
    with clock.at(timezone.make_aware(datetime(2026, 3, 17, 9))):
        h.opinion(asked)
        html = page(h.client("mill-office").get(asked.topic.get_absolute_url()))
    assert "Answered late" in html
