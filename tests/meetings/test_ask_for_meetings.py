"""How a meeting is begun, asked for, answered, mended and called off."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from deadlines.models import Duty
from documents.models import IssuedDocument, NumberSeries
from jointmeeting.fonts import FontsMissing
from jointmeeting.workflow import StepRefused
from meetings.documents import request_context
from meetings.models import Meeting
from tests.houses import house, lively
from tests.meetings.conftest import WORDS

RARE = chr(0xE000)  # of private use: no font has it


def owed(meeting) -> list[str]:
    duties = Duty.objects.open().of(meeting).select_related("post")
    return sorted(duty.post.key for duty in duties)


def test_only_a_unit_that_the_charter_names_asks(valley):
    unit, person = valley.unit("farm-office"), valley.person("farm-office")
    with pytest.raises(ValidationError, match="asked for by 磨账房") as refusal:
        Meeting.objects.begin(unit, by=person, **WORDS)
    assert refusal.value.message_dict.keys() == {"kind"}
    assert not Meeting.objects.exists()


def test_a_draft_is_begun_by_who_acts_for_the_unit(valley):
    unit, stranger = valley.unit("mill-office"), valley.person("farm-office")
    with pytest.raises(PermissionDenied):
        Meeting.objects.begin(unit, by=stranger, **WORDS)


def test_a_day_that_is_past_is_not_proposed(begin):
    with pytest.raises(ValidationError, match="past"):
        begin(proposed_on=date(2026, 3, 1))


def test_asking_issues_the_letter_and_asks_the_signatories(valley, begin):
    meeting = begin()
    meeting.request(by=valley.person("mill-office"))
    assert meeting.status == Meeting.Status.REQUESTED
    assert meeting.letter.number == "磨函〔2026〕1号"
    assert [str(unit) for unit in meeting.letter.sent_to] == ["农场账房"]
    assert owed(meeting) == ["farmer", "miller"]
    duty = Duty.objects.open().of(meeting).first()
    assert duty.told_on == date(2026, 3, 2)
    assert duty.waiting == meeting.requested_by.liaison


@pytest.mark.parametrize(
    ("clause", "cited"),
    [
        ("附件《联席会议制度》第五条", "《联席会议制度》第五条"),
        ("附件第五条", "附件第五条"),
    ],
)
def test_the_letter_cites_an_annex_by_its_title(db, clause, cited):
    data = lively()
    data["meetings"]["regular"]["basis"] = {"kind": "clause", "clause": clause}
    valley = house(data)
    office, unit = valley.person("mill-office"), valley.unit("mill-office")
    meeting = Meeting.objects.begin(unit, by=office, **WORDS)
    assert request_context(meeting, office)["basis"] == cited


def test_the_letter_is_frozen(valley, asked):
    meeting = asked()
    content = meeting.letter.file.read()
    assert content.startswith(b"%PDF-")
    assert meeting.letter.data["title"].endswith("2026年定期会议的函")
    valley.body.name = "另一个名称"
    valley.body.save()
    letter = IssuedDocument.objects.get()
    assert letter.file.read() == content
    assert "另一个名称" not in letter.title


def test_both_agree(valley, asked):
    meeting = asked()
    valley.sign(meeting, "convene")
    assert meeting.status == Meeting.Status.AGREED
    assert meeting.decided_on == date(2026, 3, 2)
    assert owed(meeting) == ["unit-mill-office"]
    assert valley.owed(meeting) == {("notify", "mill-office")}


def test_a_returned_request_is_mended_and_asked_anew(valley, asked):
    meeting, office = asked(), valley.person("mill-office")
    valley.sign(meeting, "convene", "changes")
    assert meeting.status == Meeting.Status.RETURNED
    assert owed(meeting) == ["unit-mill-office"]
    meeting.amend(by=office, seen=meeting.seen(), reason="旱情已报，四月初要开闸。")
    meeting.request(by=office)
    first, second = meeting.consents.order_by("pk")
    assert second.earlier == first
    assert second.is_open
    assert meeting.letter.number == "磨函〔2026〕2号"
    assert owed(meeting) == ["farmer", "miller"]
    assert IssuedDocument.objects.count() == 2


def test_a_declined_request_ends_with_its_reason(valley, asked):
    meeting = asked()
    valley.sign(meeting, "convene", "disagree")
    assert meeting.status == Meeting.Status.DECLINED
    assert "请写明时间。" in meeting.history.first().history_change_reason
    with pytest.raises(StepRefused, match="Already done: Decline the meeting by"):
        meeting.request(by=valley.person("mill-office"))


@pytest.mark.parametrize("stage", ["draft", "asked", "agreed", "returned"])
def test_the_asker_cancels_with_a_reason(valley, begin, stage):
    meeting, office = begin(), valley.person("mill-office")
    if stage != "draft":
        meeting.request(by=office)
    if stage in ("agreed", "returned"):
        valley.sign(meeting, "convene", "agree" if stage == "agreed" else "changes")
    meeting.cancel(by=office, reason="雨水充足。")
    assert meeting.status == Meeting.Status.CANCELLED
    assert owed(meeting) == []
    assert "雨水充足。" in meeting.history.first().history_change_reason
    assert not meeting.consents.filter(outcome="open").exists()


def test_nobody_else_cancels_or_asks(valley, begin):
    meeting = begin()
    for step, given in ((meeting.cancel, {"reason": "不要了"}), (meeting.request, {})):
        with pytest.raises(PermissionDenied, match="This step is for 磨账房"):
            step(by=valley.person("farm-office"), **given)


def test_a_vacant_post_on_the_route_blocks_and_says_so(valley, begin):
    meeting = begin()
    valley.leave("farmer")
    with pytest.raises(StepRefused, match="Vacant: 农场主"):
        meeting.request(by=valley.person("mill-office"))
    assert not IssuedDocument.objects.exists()


def test_text_that_lies_before_signatories_is_not_changed(valley, asked):
    meeting = asked()
    with pytest.raises(StepRefused, match="no longer be changed"):
        meeting.amend(by=valley.person("mill-office"), seen=meeting.seen(), reason="别的")


def test_a_change_by_somebody_else_is_not_overwritten(valley, begin):
    meeting, office = begin(), valley.person("mill-office")
    seen = meeting.seen()
    meeting.amend(by=office, seen=seen, reason="先改的")
    with pytest.raises(StepRefused, match="changed since you opened it"):
        meeting.amend(by=office, seen=seen, reason="后改的")
    assert Meeting.objects.get().reason == "先改的"


def test_a_failed_rendering_gives_the_number_back(valley, begin):
    meeting, office = begin(reason=f"缺字{RARE}"), valley.person("mill-office")
    with pytest.raises(FontsMissing, match=RARE):
        meeting.request(by=office)
    assert Meeting.objects.get().status == Meeting.Status.DRAFT
    assert not NumberSeries.objects.filter(last__gt=0).exists()
    meeting.refresh_from_db()
    meeting.amend(by=office, seen=meeting.seen(), reason="字已改")
    meeting.request(by=office)
    assert meeting.letter.number == "磨函〔2026〕1号"


def test_a_number_of_ones_own_is_taken_as_it_is(valley, begin):
    begin().request(by=valley.person("mill-office"), number="磨账发〔2026〕17号")
    assert IssuedDocument.objects.get().number == "磨账发〔2026〕17号"
    assert not NumberSeries.objects.exists()


def test_a_number_typed_once_is_skipped_by_the_series(valley, begin):
    office = valley.person("mill-office")
    for number in ("磨函〔2026〕2号", "", ""):
        begin(kind="ad hoc").request(by=office, number=number)
    issued = IssuedDocument.objects.order_by("pk").values_list("number", flat=True)
    assert [each[8:-1] for each in issued] == ["2", "1", "3"]


def test_a_number_in_use_is_refused(valley, begin):
    office = valley.person("mill-office")
    begin(kind="ad hoc").request(by=office)
    second = begin(kind="ad hoc")
    with pytest.raises(ValidationError, match="in use"):
        second.request(by=office, number="磨函〔2026〕1号")
    assert Meeting.objects.get(pk=second.pk).status == Meeting.Status.DRAFT


def test_an_agreed_meeting_is_read_by_who_takes_part_and_not_by_who_administers(
    valley, asked
):
    meeting = asked()
    valley.sign(meeting, "convene")
    assert meeting.status == Meeting.Status.AGREED
    readers = {
        key: Meeting.objects.visible_to(valley.person(key)).exists()
        for key in ("ferry", "steward", "miller", "accounts", "rights", "auditor")
    }
    who_takes_part = {"ferry", "steward", "miller"}
    assert {key for key, reads in readers.items() if reads} == who_takes_part
