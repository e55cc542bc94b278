"""Two at once over one meeting: it is held once, and a reply is kept or refused, never lost."""

from collections import Counter
from datetime import timedelta

import pytest

from documents.models import IssuedDocument
from institutions.models import User
from jointmeeting import clock
from meetings.models import Attendance, Meeting
from tests.houses import house
from tests.racing import race, step
from tests.sittings import agreed, notified

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OFFICE = "mill-office"


@pytest.fixture
def h():
    body = house()
    yield body
    assert body.duties_agree()


def test_a_meeting_is_held_once_by_eight(h):
    meeting, by = notified(h), h.person(OFFICE)
    with clock.at(meeting.starts_at + timedelta(hours=1)):
        done = Counter(race(*[step(meeting, "hold", by)] * 8))
    assert done == {"hold": 1, "StepRefused": 7}
    meeting.refresh_from_db()
    assert meeting.ordinal == 1
    assert (
        meeting.history.filter(history_change_reason="Record that it was held").count()
        == 1
    )


def test_eight_meetings_held_at_once_have_eight_numbers(h):
    meetings, by = [notified(h, kind="ad hoc") for _each in range(8)], h.person(OFFICE)
    with clock.at(meetings[0].starts_at + timedelta(hours=1)):
        done = race(*[step(each, "hold", by) for each in meetings])
    assert done == ["hold"] * 8
    ordinals = Meeting.objects.values_list("ordinal", flat=True)
    assert sorted(ordinals) == list(range(1, 9))


def test_one_notice_by_eight(h):
    meeting, by = notified(h), h.person(OFFICE)
    other = agreed(h, kind="ad hoc")
    other.arrange(
        by=by, starts_at=meeting.starts_at, place="磨坊", chair=h.post("miller")
    )
    Attendance.objects.give(
        other, by=by, capacity=Attendance.Capacity.ATTENDING, post=h.post("miller")
    )
    done = Counter(race(*[step(other, "notify", by)] * 8))
    assert done == {"notify": 1, "StepRefused": 7}
    numbers = IssuedDocument.objects.filter(template="meeting_notice")
    assert set(numbers.values_list("number", flat=True)) == {
        "磨告〔2026〕1号",
        "磨告〔2026〕2号",
    }


def test_cancelled_while_a_unit_replies_nothing_is_owed_afterwards(h):
    for number in range(3):
        meeting = notified(h, h.topic("answered"), kind="ad hoc")
        place = meeting.attendances.get(unit__key="sluice")
        reply = {"name": "吴", "title": "站长"}
        done = race(
            step(meeting, "cancel", h.person(OFFICE), reason=f"水退{number}"),
            step(place, "reply", h.person("sluice"), **reply),
        )
        assert "cancel" in done
        place.refresh_from_db()
        replied = "reply" in done
        assert (place.status == "coming") is replied
        assert replied or "StepRefused" in done
        assert h.owed(meeting, *meeting.attendances.all()) == set()


def test_postponed_while_a_unit_replies_the_day_is_one_and_no_duty_is_lost(h):
    meeting = notified(h, h.topic("answered"))
    place = meeting.attendances.get(unit__key="sluice")
    reply = {"name": "吴", "title": "站长"}
    later = {"starts_at": meeting.starts_at + timedelta(days=7), "place": "农场"}
    done = race(
        step(meeting, "postpone", h.person(OFFICE), reason="水大", **later),
        step(place, "reply", h.person("sluice"), **reply),
    )
    assert sorted(done) == ["postpone", "reply"]
    place.refresh_from_db()
    is_asked = ("reply", "sluice") in h.owed(place)
    assert is_asked is (place.status == "asked")  # asked anew if the reply came first


def test_two_who_postpone_at_once_tell_one_day(h):
    meeting, by = notified(h), h.person(OFFICE)
    seen = meeting.seen_arranged()
    acts = [
        step(
            meeting,
            "postpone",
            by,
            reason="水大",
            place="磨坊",
            starts_at=meeting.starts_at + timedelta(days=days),
            seen=seen,
        )
        for days in (1, 2, 3, 4)
    ]
    done = Counter(race(*acts))
    assert done == {"postpone": 1, "StepRefused": 3}
    assert IssuedDocument.objects.filter(template="meeting_change").count() == 1


def test_a_unit_and_its_office_reply_at_once_on_what_both_have_read(h):
    meeting = notified(h, h.topic("answered"))
    place = meeting.attendances.get(unit__key="sluice")
    seen = {"seen": place.seen()}
    done = Counter(
        race(
            step(place, "excuse", h.person("sluice"), reason="忙", **seen),
            step(
                place,
                "reply",
                h.person(OFFICE),
                name="吴",
                title="站长",
                **seen,
            ),
        )
    )
    assert done["StepRefused"] == 1
    assert done["excuse"] + done["reply"] == 1


def test_a_unit_gets_one_place_from_eight(h):
    meeting, by, unit = notified(h), h.person(OFFICE), h.unit("smithy")

    def give() -> str:
        Attendance.objects.give(
            Meeting.objects.get(pk=meeting.pk),
            by=User.objects.get(pk=by.pk),
            capacity=Attendance.Capacity.IN_ATTENDANCE,
            unit=unit,
        )
        return "given"

    done = Counter(race(*[give] * 8))
    assert done == {"given": 1, "ValidationError": 7}
