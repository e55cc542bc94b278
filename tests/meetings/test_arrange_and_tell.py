"""An agreed meeting is arranged, told to all, put off, called off: on the screens."""

import re
from datetime import datetime, timedelta
from io import BytesIO

import pypdf
import pytest
from django.utils.timezone import make_aware

from agenda.models import Agenda
from deadlines.models import Duty
from documents.models import IssuedDocument
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Attendance, Meeting
from tests import charters, sittings
from tests.houses import house, lively

DAY = make_aware(datetime(2026, 3, 20, 9, 30))
TYPED = {"starts_at": "2026-03-20T09:30", "place": "磨坊", "chair": ""}


def text(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str = "seen") -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', text(answer))
    assert found
    return found[1]


@pytest.fixture
def agreed(valley) -> Meeting:
    return sittings.agreed(valley)


@pytest.fixture
def notified(valley) -> Meeting:
    return sittings.notified(valley)


@pytest.fixture
def office(valley):
    return valley.client("mill-office")


def url(meeting, step: str) -> str:
    return f"{meeting.get_absolute_url()}{step}/"


def typed(valley, **changes) -> dict:
    return TYPED | {"chair": valley.post("miller").pk} | changes


def arrange(valley, meeting) -> None:
    meeting.arrange(
        by=valley.person("mill-office"),
        starts_at=DAY,
        place="磨坊",
        chair=valley.post("miller"),
    )


# Day, place, chair


def test_the_form_names_the_posts_that_may_chair_and_who_holds_them(
    valley, agreed, office
):
    page = text(office.get(url(agreed, "arrange")))
    assert f"磨坊主 ({valley.person('miller').name})" in page
    assert "农场主" in page
    assert "看闸人" not in page


def test_what_follows_from_the_day_is_shown_with_how_it_is_computed(
    valley, agreed, office
):
    assert "as soon as there is a day" in text(office.get(url(agreed, "arrange")))
    arrange(valley, agreed)
    page = text(office.get(url(agreed, "arrange")))
    for said in ("The notice leaves", "Units say who comes", "The agenda is frozen"):
        assert said in page
    assert "3 working days before 03-20" in page
    assert "03-17" in page


def test_the_meeting_is_arranged_and_its_notice_is_owed_before_the_day(
    valley, agreed, office
):
    done = office.post(url(agreed, "arrange"), typed(valley))
    assert done.url == agreed.get_absolute_url()
    agreed.refresh_from_db()
    assert (agreed.starts_at, agreed.place) == (DAY, "磨坊")
    [duty] = Duty.objects.open().of(agreed)
    assert (duty.kind, str(duty.due_on)) == ("notify", "2026-03-17")


def test_dates_in_a_year_without_calendar_are_said_to_be_provisional(
    valley, agreed, office
):
    page = text(office.get(url(agreed, "arrange")))
    assert "provisional" not in page
    far = typed(valley, starts_at="2027-03-19T09:00", place="")
    assert "provisional" in text(office.post(url(agreed, "arrange"), far))


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"starts_at": "2026-03-01T09:00"}, "starts_at", "This day is past."),
        ({"starts_at": "soon"}, "starts_at", "Enter a valid date/time."),
        ({"place": ""}, "place", "Enter Place"),
        ({"chair": ""}, "chair", "Choose Chair"),
        ({"chair": "farmer"}, "delegated_by", "Say who delegates it to this post."),
        ({"delegated_by": "miller"}, "delegated_by", "in its own right"),
        ({"place": "谷" * 201}, "place", "201 characters now; remove 1"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    valley, agreed, office, changes, field, said
):
    changes = {
        name: valley.post(value).pk if value in ("farmer", "miller") else value
        for name, value in changes.items()
    }
    answer = office.post(url(agreed, "arrange"), typed(valley, **changes))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert said in text(answer)
    agreed.refresh_from_db()
    assert agreed.starts_at is None


@pytest.mark.changes("ChairRules.posts")
def test_a_post_that_does_not_chair_is_no_choice(valley, agreed, office):
    wrong = typed(valley, chair=valley.post("steward").pk)
    assert "chair" in office.post(url(agreed, "arrange"), wrong).context["form"].errors


@pytest.mark.changes("ChairRules.delegates")
def test_a_delegated_chair_is_named_with_who_delegates(valley, agreed, office):
    given = {"chair": valley.post("farmer").pk, "delegated_by": valley.post("miller").pk}
    assert office.post(url(agreed, "arrange"), typed(valley, **given)).status_code == 302
    agreed.refresh_from_db()
    assert str(agreed.delegated_by) == "磨坊主"


def test_without_delegates_nobody_is_asked_on_whose_behalf(db):
    data = lively()
    data["meetings"]["chair"].pop("delegates")
    other = house(data, key="hill")
    meeting = sittings.agreed(other)
    page = other.client("mill-office").get(url(meeting, "arrange"))
    assert "delegated_by" not in page.context["form"].fields


def test_what_another_arranged_meanwhile_is_shown_and_not_lost(valley, agreed, office):
    seen = hidden(office.get(url(agreed, "arrange")))
    arrange(valley, agreed)
    mine = typed(valley, place="谷仓", seen=seen)
    answer = office.post(url(agreed, "arrange"), mine)
    assert answer.status_code == 409
    assert "was changed since you opened this" in text(answer)
    assert "Place：磨坊" in text(answer)
    assert 'value="谷仓"' in text(answer)
    agreed.refresh_from_db()
    assert agreed.place == "磨坊"
    again = typed(valley, place="谷仓", seen=hidden(answer))
    assert office.post(url(agreed, "arrange"), again).status_code == 302


def test_only_who_organises_arranges(valley, agreed):
    for who in ("farm-office", "miller", "sluice"):
        assert valley.client(who).get(url(agreed, "arrange")).status_code == 403


# The notice


def test_the_notice_waits_for_day_and_attendance(valley, agreed, office):
    page = text(office.get(url(agreed, "notify")))
    assert "Set day, place and chair first." in page
    assert "Say first who attends." in page
    refused = office.post(url(agreed, "notify"), {"number": ""})
    assert refused.status_code == 409
    assert not Meeting.objects.get().notice


def test_the_notice_is_seen_then_issued_and_the_units_are_asked(valley, agreed, office):
    arrange(valley, agreed)
    by = valley.person("mill-office")
    Agenda.objects.begin(agreed, by=by).gather(by=by)
    unit = valley.unit("sluice")
    Attendance.objects.give(agreed, by=by, unit=unit, capacity="in attendance")
    preview = office.get(url(agreed, "notice"))
    assert preview["Content-Type"] == "application/pdf"
    page = text(office.get(url(agreed, "notify")))
    for said in ("磨坊主", "水闸站", "2 units", "notice/"):
        assert said in page
    issued = office.post(url(agreed, "notify"), {"number": ""}, follow=True)
    assert "磨告〔2026〕1号" in text(issued)
    agreed.refresh_from_db()
    assert [str(each) for each in agreed.notice.sent_to] == ["农场账房", "水闸站"]
    [place] = agreed.attendances.exclude(unit=None)
    assert valley.owed(place) == {("reply", "sluice")}
    assert Duty.objects.open().of(place).get().told_on == clock.today()


def test_a_typed_number_is_kept_and_one_in_use_is_refused(valley, agreed, office):
    arrange(valley, agreed)
    by = valley.person("mill-office")
    Agenda.objects.begin(agreed, by=by).gather(by=by)
    used = office.post(url(agreed, "notify"), {"number": agreed.letter.number})
    assert used.context["form"].errors == {"number": ["This number is in use."]}
    assert (
        office.post(url(agreed, "notify"), {"number": "磨发[2026]7号"}).status_code == 302
    )
    agreed.refresh_from_db()
    assert agreed.notice.number == "磨发〔2026〕7号"


def test_the_notice_is_read_by_a_unit_that_came_later(valley, notified):
    unit, by = valley.unit("ferry"), valley.person("mill-office")
    Attendance.objects.give(notified, by=by, unit=unit, capacity="in attendance")
    notice = valley.client("ferry").get(notified.notice.get_absolute_url())
    assert notice.status_code == 200


def test_a_second_click_on_issue_is_told_who_did_it(valley, notified, office):
    answer = office.post(url(notified, "notify"), {"number": ""})
    assert answer.status_code == 409
    assert "Already done: Issue the notice by" in text(answer)
    assert IssuedDocument.objects.filter(template="meeting_notice").count() == 1


# Put off


@pytest.fixture
def with_unit(valley, notified) -> Attendance:
    unit, by = valley.unit("ferry"), valley.person("mill-office")
    return Attendance.objects.give(notified, by=by, unit=unit, capacity="in attendance")


def put_off(valley, meeting, **changes) -> dict:
    day = {"starts_at": "2026-04-10T14:00", "place": "磨坊", "reason": "春汛。"}
    return day | {"number": ""} | changes


def test_a_change_is_told_once_and_asks_anew_by_a_new_date(
    valley, notified, with_unit, office
):
    with_unit.reply(by=valley.person("ferry"), name="吴", title="掌柜")
    first = notified.notice
    form = office.get(url(notified, "postpone"))
    given = put_off(valley, notified, seen=hidden(form))
    assert "units get a notice of the change" in text(form)
    assert office.post(url(notified, "postpone"), given).status_code == 302
    notified.refresh_from_db()
    assert notified.notice != first
    assert IssuedDocument.objects.filter(template="meeting_change").count() == 1
    with_unit.refresh_from_db()
    assert with_unit.status == "asked"
    [reply] = Duty.objects.open().of(with_unit)
    assert str(reply.due_on) == "2026-04-08"
    [hold] = Duty.objects.open().of(notified)
    assert str(hold.due_on) == "2026-04-13"


def said_in(answer) -> str:
    pages = pypdf.PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_notice_of_a_change_is_seen_first_and_nothing_is_kept(
    valley, notified, office
):
    preview = url(notified, "postpone/notice")
    assert preview in text(office.get(url(notified, "postpone")))
    said = said_in(office.post(preview, put_off(valley, notified)))
    assert "春汛" in said
    assert "4月10日" in said
    assert not IssuedDocument.objects.filter(template="meeting_change").exists()
    kept = Meeting.objects.get(pk=notified.pk)
    assert (kept.starts_at, kept.notice) == (notified.starts_at, notified.notice)
    wrong = office.post(preview, put_off(valley, notified, reason=""))
    assert "Enter Reason" in text(wrong)
    assert "2026-04-10T14:00" in text(wrong)


def test_the_notice_of_a_cancellation_is_seen_first(valley, notified, office):
    preview = url(notified, "cancel/notice")
    assert preview in text(office.get(url(notified, "cancel")))
    said = said_in(office.post(preview, {"reason": "洪水。", "number": ""}))
    assert "取消" in said
    assert "洪水" in said
    assert Meeting.objects.get(pk=notified.pk).status == "notified"
    wrong = text(office.post(preview, {"reason": "", "number": ""}))
    assert "Enter Reason" in wrong
    assert f'action="{url(notified, "cancel")}"' in wrong


def test_before_the_notice_no_notice_of_a_cancellation_is_seen(valley, agreed, office):
    assert "cancel/notice/" not in text(office.get(url(agreed, "cancel")))
    assert office.get(url(agreed, "cancel/notice")).url == agreed.get_absolute_url()


def test_who_had_not_replied_owes_by_the_new_date_too(
    valley, notified, with_unit, office
):
    office.post(url(notified, "postpone"), put_off(valley, notified))
    [reply] = Duty.objects.open().of(with_unit)
    assert (str(reply.due_on), reply.told_on) == ("2026-04-08", clock.today())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Enter Reason"),
        ({"starts_at": "2026-01-10T14:00"}, "This day is past."),
        ({"starts_at": "2026-03-22T09:00"}, "Neither day nor place is changed."),
    ],
)
def test_a_change_without_sense_is_refused(valley, notified, office, changes, said):
    answer = office.post(url(notified, "postpone"), put_off(valley, notified, **changes))
    assert said in text(answer)
    assert not IssuedDocument.objects.filter(template="meeting_change").exists()


def test_of_two_changes_the_second_sees_the_first(valley, notified, office):
    seen = hidden(office.get(url(notified, "postpone")))
    assert office.post(
        url(notified, "postpone"), put_off(valley, notified, seen=seen)
    ).url
    other = put_off(valley, notified, seen=seen, place="谷仓")
    answer = office.post(url(notified, "postpone"), other)
    assert answer.status_code == 409
    assert "Begins at：04-10 14:00" not in text(answer)
    assert "Place：磨坊" in text(answer)
    assert IssuedDocument.objects.filter(template="meeting_change").count() == 1


# Another chair


def test_another_chair_is_named_after_the_notice_with_a_reason(valley, notified, office):
    farmer, miller = valley.post("farmer"), valley.post("miller")
    given = {"chair": farmer.pk, "delegated_by": miller.pk, "reason": "磨坊主出差。"}
    page = office.get(url(notified, "name_chair"))
    given |= {"seen": hidden(page)}
    unsaid = office.post(url(notified, "name_chair"), given | {"reason": ""})
    assert "Enter Reason" in text(unsaid)
    assert office.post(url(notified, "name_chair"), given).status_code == 302
    notified.refresh_from_db()
    assert (notified.chair, notified.delegated_by) == (farmer, miller)
    assert "磨坊主出差。" in text(office.get(notified.get_absolute_url()))
    late = office.post(url(notified, "name_chair"), given)
    assert late.status_code == 409
    same = office.post(url(notified, "name_chair"), given | {"seen": ""})
    assert "The chair is not changed." in text(same)


# Called off


def test_cancelling_after_the_notice_says_who_is_told_and_what_becomes_of_topics(
    valley, office
):
    topic = valley.topic("answered")
    meeting = sittings.notified(valley, topic)
    asks = text(office.get(url(meeting, "cancel")))
    assert "Cancel “Regular meeting of 2026”? The 4 units notified will be told." in asks
    assert "Topics on its agenda stay settled" in asks
    office.post(url(meeting, "cancel"), {"reason": "洪水。", "number": ""})
    meeting.refresh_from_db()
    assert meeting.status == "cancelled"
    assert meeting.notice.template == "meeting_cancelled"
    assert len(meeting.notice.sent_to) == 4
    topic.refresh_from_db()
    assert topic.status == "settled"
    other = sittings.agreed(valley, kind="ad hoc")
    agenda = Agenda.objects.begin(other, by=valley.person("mill-office"))
    assert topic in agenda.candidates()
    assert not valley.owed(meeting, *meeting.attendances.all())


def test_a_reply_after_cancelling_is_refused(valley, notified, with_unit):
    notified.refresh_from_db()
    notified.cancel(by=valley.person("mill-office"), reason="洪水。")
    with pytest.raises(StepRefused, match="will not be held"):
        with_unit.reply(by=valley.person("ferry"), name="吴", title="掌柜")


# Held


def test_it_is_held_on_its_day_and_gets_its_number(valley, notified, office):
    early = text(office.get(url(notified, "hold")))
    assert "The meeting has not begun yet." in early
    assert office.post(url(notified, "hold"), {"ordinal": "1"}).status_code == 409
    with clock.at(notified.starts_at + timedelta(hours=2)):
        page = office.get(url(notified, "hold"))
        assert "磨坊与农场协商会: it will be meeting no. 1." in text(page)
        assert office.post(url(notified, "hold"), {"ordinal": "1"}).status_code == 302
        notified.refresh_from_db()
        assert (notified.status, notified.ordinal) == ("held", 1)
        assert str(notified) == "meeting no. 1 (Regular meeting)"


def test_a_number_that_was_taken_meanwhile_is_said(valley, notified, office):
    with clock.at(notified.starts_at + timedelta(hours=2)):
        answer = office.post(url(notified, "hold"), {"ordinal": "3"})
        assert answer.status_code == 409
        assert "this one would be no. 1" in text(answer)


# Before this product

EARLIER = {
    "kind": "regular",
    "year": "2025",
    "reason": "去年的会。",
    "held_on": "2025-05-06",
    "place": "谷仓",
    "ordinal": "7",
}


def test_an_earlier_meeting_is_put_on_file_and_the_next_number_follows(valley, office):
    given = EARLIER | {"unit": valley.unit("mill-office").pk}
    page = office.get("/meetings/earlier/")
    assert page.status_code == 200
    done = office.post("/meetings/earlier/", given)
    meeting = Meeting.objects.get(is_imported=True)
    assert done.url == meeting.get_absolute_url()
    assert (meeting.status, meeting.ordinal, meeting.next_ordinal) == ("minuted", 7, 8)
    shown = text(office.get(done.url))
    assert "meeting no. 7 (Regular meeting)" in shown
    again = office.post("/meetings/earlier/", given)
    assert "The body has a meeting of this number." in text(again)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"held_on": "2026-05-06"}, "Give a day that is past."),
        ({"held_on": ""}, "Enter Held on"),
        ({"ordinal": "0"}, "Say which meeting of the body it was."),
        ({"ordinal": "-1"}, "greater than or equal to 0"),
        ({"year": "1900"}, "2000"),
        ({"unit": ""}, "Choose Asked for by"),
    ],
)
def test_what_is_wrong_with_an_earlier_meeting_is_said(valley, office, changes, said):
    given = EARLIER | {"unit": valley.unit("mill-office").pk} | changes
    assert said in text(office.post("/meetings/earlier/", given))
    assert not Meeting.objects.exists()


def test_only_an_office_that_records_puts_meetings_on_file(valley):
    for who in ("farm-office", "sluice"):
        assert valley.client(who).get("/meetings/earlier/").status_code == 403


# The page and the list


def test_the_next_step_is_the_first_button(valley, agreed, office):
    page = office.get(agreed.get_absolute_url())
    assert [step.name for step in page.context["steps"]][0] == "arrange"
    arrange(valley, agreed)
    page = office.get(agreed.get_absolute_url())
    assert [step.name for step in page.context["steps"]][0] == "notify"


def test_no_way_out_of_a_meeting_is_its_main_button(valley, notified, office):
    page = text(office.get(notified.get_absolute_url()))
    assert f'class="btn" href="{url(notified, "postpone")}"' in page
    with clock.at(notified.starts_at + timedelta(hours=2)):
        page = text(office.get(notified.get_absolute_url()))
    assert page.index(url(notified, "hold")) < page.index(url(notified, "postpone"))


def test_the_list_names_the_day_and_is_narrowed_to_the_new_states(
    valley, notified, office
):
    page = text(office.get("/meetings/", {"status": "notified"}))
    assert "03-22 09:00" in page
    assert "Notified" in page
    assert "Nothing matches" in text(office.get("/meetings/", {"status": "held"}))


def test_an_unknown_body_has_no_earlier_meetings_form(valley):
    hill = charters.load("hill")
    stranger = charters.put(hill, "miller", "陌生人")
    valley.body.refresh_from_db()
    client = valley.client("miller")
    client.force_login(stranger)
    assert client.get("/meetings/earlier/").status_code == 403
