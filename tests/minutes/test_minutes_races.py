"""Many at once over minutes: one number and no gap, one text, one correction at a time."""

from collections import Counter
from datetime import timedelta

import pytest

from documents.models import IssuedDocument
from institutions.models import User
from jointmeeting import clock
from minutes.models import Correction, Minutes
from tests.houses import house
from tests.racing import race, step
from tests.sittings import approved, decision, held, minuted, recorded

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OFFICE = "mill-office"


@pytest.fixture
def h():
    body = house()
    yield body
    assert body.duties_agree()


def test_ten_minutes_issued_at_once_have_ten_numbers_without_a_gap(h):
    rows = [approved(h, h.topic("answered"), kind="ad hoc") for _each in range(10)]
    by = h.person(OFFICE)
    with clock.at(rows[0].meeting.starts_at + timedelta(hours=6)):
        done = race(*[step(each, "issue", by) for each in rows])
    assert done == ["issue"] * 10
    documents = IssuedDocument.objects.filter(template="minutes")
    numbers = set(documents.values_list("number", flat=True))
    assert numbers == {f"磨纪〔2026〕{n}号" for n in range(1, 11)}


def test_decisions_written_down_at_once_are_all_there_in_order(h):
    meeting = held(h, h.topic("answered"))
    with clock.at(meeting.starts_at + timedelta(hours=4)):
        minutes, by = Minutes.objects.get(meeting=meeting), h.person(OFFICE)
        item, words = minutes.records.last().item, decision(h)
        done = race(*[step(minutes, "decide", by, item=item, **words)] * 8)
    assert done == ["decide"] * 8
    positions = minutes.decisions().values_list("position", flat=True)
    assert list(positions) == list(range(1, 9))


def test_sent_while_another_strikes_out_the_text_signed_is_the_one_there(h):
    meeting = held(h, h.topic("answered"))
    with clock.at(meeting.starts_at + timedelta(hours=4)):
        minutes, by = recorded(h, meeting), h.person(OFFICE)
        [row] = minutes.decisions()
        done = race(step(minutes, "send", by), step(minutes, "strike", by, decision=row))
        assert "send" in done
        signed = minutes.consent("approve").snapshot["items"]
        said = [each["text"] for item in signed for each in item["decisions"]]
        assert said == [each.text for each in minutes.decisions()]


def test_of_two_corrections_at_once_one_waits_until_the_other_is_applied(h):
    minutes, by = minuted(h), h.person(OFFICE)
    [row] = minutes.decisions()

    def correct() -> str:
        Correction.objects.issue(
            Minutes.objects.get(pk=minutes.pk),
            by=User.objects.get(pk=by.pk),
            reason="写错",
            lines=[{"decision": row, "change": "wording", "text": "每日七时开闸。"}],
        )
        return "issued"

    with clock.at(minutes.meeting.starts_at + timedelta(days=1)):
        done = Counter(race(*[correct] * 4))
        assert done == {"issued": 1, "StepRefused": 3}
        correction = Correction.objects.get()
        done = Counter(race(*[step(correction, "apply", by)] * 4))
        assert done == {"apply": 1, "StepRefused": 3}
    row.refresh_from_db()
    assert row.text == "每日七时开闸。"
    assert row.history.filter(history_change_reason__startswith="Corrected").count() == 1
