"""How a sheet is answered: step by step, slot by slot, by whom and how often."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consents.models import Consent, Signature
from deadlines.models import Duty
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.models import Meeting
from tests import charters
from tests.consents.conftest import any_of, ask, make_house

PDF = b"%PDF-1.7 signed"


def owing(asked) -> list[str]:
    duties = Duty.objects.open().of(asked.row)
    return sorted(duties.values_list("post__key", flat=True))


@pytest.mark.changes("Route.term")
def test_a_step_is_asked_once_the_one_before_is_done(routed):
    asked = routed([any_of("miller")], [any_of("farmer"), any_of("steward")])
    assert asked.waiting == ["miller"]
    with pytest.raises(PermissionDenied, match="not among those asked now"):
        asked.answer("farmer")
    with clock.at(timezone.make_aware(datetime(2026, 3, 4, 9))):
        asked.answer("miller")
        assert asked.sheet.step_since == date(2026, 3, 4)
        assert owing(asked) == ["farmer", "steward"]
        asked.answer("steward")
        assert asked.row.status == "requested"
        asked.answer("farmer")
    assert asked.row.status == "agreed"
    assert asked.sheet.outcome == "agreed"


def test_any_one_of_a_slot_is_enough(routed):
    asked = routed([any_of("miller", "steward"), any_of("farmer")])
    assert owing(asked) == ["farmer", "miller", "steward"]
    asked.answer("steward")
    assert owing(asked) == ["farmer"]
    with pytest.raises(StepRefused, match="already been answered"):
        asked.answer("miller")
    asked.answer("farmer")
    assert asked.row.status == "agreed"


def test_each_side_answers_by_its_leader(routed):
    assert routed([{"each": "side"}]).waiting == ["miller", "farmer"]


@pytest.mark.changes("UnitGroup.is_member")
def test_each_member_answers_by_its_liaison(routed):
    asked = routed([{"each": "member"}])
    units = asked.house.body.members.filter(is_member=True)
    assert asked.waiting == [f"unit-{unit.key}" for unit in units.order_by("position")]
    for unit in units:
        asked.answer(unit.key)
    assert asked.row.status == "agreed"


def test_a_route_without_steps_is_agreed_at_once(routed):
    asked = routed()
    assert asked.row.status == "agreed"
    assert not asked.sheet.signatures.exists()


def test_a_post_answers_once(routed):
    asked = routed([any_of("miller"), any_of("farmer")])
    asked.answer("miller")
    with pytest.raises(StepRefused, match="already been answered"):
        asked.answer("miller", "disagree", opinion="改主意了")
    assert asked.sheet.signatures.get(post__key="miller").answer == "agree"


@pytest.mark.parametrize("who", ["sluice", "auditor", "accounts"])
def test_who_is_not_asked_does_not_answer(routed, who):
    asked = routed([any_of("miller")])
    with pytest.raises(PermissionDenied):
        asked.answer(who)


@pytest.mark.parametrize("answer", ["changes", "disagree"])
@pytest.mark.parametrize("opinion", ["", "  "])
def test_who_does_not_agree_says_why(routed, answer, opinion):
    asked = routed([any_of("miller")])
    with pytest.raises(ValidationError, match="Say why"):
        asked.answer("miller", answer, opinion=opinion)
    assert asked.waiting == ["miller"]


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [("changes", "returned", "changes"), ("disagree", "declined", "refused")],
)
def test_one_who_does_not_agree_decides_for_all(routed, answer, status, outcome):
    asked = routed([any_of("miller"), any_of("farmer")])
    asked.answer("farmer", answer, opinion="先修闸。")
    assert (asked.row.status, asked.sheet.outcome) == (status, outcome)
    assert asked.sheet.objections() == "农场主：先修闸。"
    with pytest.raises(StepRefused, match="already been decided"):
        asked.answer("miller")


def test_who_saw_another_text_is_refused(routed):
    asked = routed([any_of("miller")])
    with pytest.raises(StepRefused, match="changed since you opened it"):
        asked.answer("miller", digest="0" * 64)
    Meeting.objects.filter(pk=asked.pk).update(reason="绕过了修改")
    with pytest.raises(StepRefused, match="changed since you opened it"):
        asked.answer("miller")
    Meeting.objects.filter(pk=asked.pk).update(reason="春灌在即。")


def test_a_successor_answers_and_the_predecessor_does_not(routed):
    asked = routed([any_of("miller")])
    before = asked.house.replace("miller")
    with pytest.raises(PermissionDenied):
        asked.answer(before)
    asked.answer("miller")
    assert asked.row.status == "agreed"


def test_asking_anew_leaves_the_earlier_sheet_as_it_was(routed):
    asked = routed([any_of("miller")])
    first = asked.sheet
    asked.answer("miller", "changes", opinion="写明日期。")
    asked.row.request(by=asked.house.person("mill-office"))
    assert asked.sheet.earlier == first
    first.refresh_from_db()
    assert first.outcome == "changes"
    assert asked.waiting == ["miller"]


# Entered for others


def test_one_person_in_two_slots_answers_once(routed):
    h = make_house([any_of("miller"), any_of("steward"), any_of("farmer")])
    h.leave("steward")
    charters.appointed(h.person("miller"), h.body, "steward", since=clock.today())
    asked = ask(h)
    asked.answer("miller")
    assert asked.waiting == ["farmer"]
    posts = asked.sheet.signatures.answered().values_list("post__key", flat=True)
    assert sorted(posts) == ["miller", "steward"]


def test_what_such_a_person_signed_on_paper_is_entered_once(routed):
    h = make_house([any_of("miller"), any_of("steward"), any_of("farmer")])
    h.leave("steward")
    charters.appointed(h.person("miller"), h.body, "steward", since=clock.today())
    asked = ask(h)
    asked.on_behalf("mill-office", "steward")
    assert asked.waiting == ["farmer"]


def test_for_a_post_with_two_holders_only_that_post_is_entered(routed):
    h = make_house([any_of("miller"), any_of("steward")])
    charters.appointed(h.person("miller"), h.body, "steward")
    asked = ask(h)
    asked.on_behalf("mill-office", "steward")
    assert asked.waiting == ["miller"]


def test_the_own_side_enters_and_it_counts(routed):
    asked = routed([any_of("farmer")])
    asked.on_behalf("farm-office", "farmer", opinion="可以。")
    [slot] = asked.sheet.signatures.all()
    assert (slot.is_on_behalf, slot.is_reported) == (True, False)
    assert slot.entered_by == asked.house.person("farm-office")
    assert asked.row.status == "agreed"


def test_another_side_only_reports_until_the_own_side_confirms(routed):
    asked = routed([any_of("farmer")])
    asked.on_behalf("mill-office", "farmer", answer="disagree", opinion="听说不行。")
    assert asked.row.status == "requested"
    assert owing(asked) == ["farmer"]
    assert asked.sheet.objections() == ""
    asked.on_behalf("farm-office", "farmer")
    assert asked.row.status == "agreed"
    answers = Signature.history.filter(history_type="~").order_by("history_id")
    told = [each.history_change_reason.partition("\n")[0] for each in answers]
    assert told == ["Reported: disagree", "Agree"]


def test_the_signatory_overrules_a_report(routed):
    asked = routed([any_of("farmer")])
    asked.on_behalf("mill-office", "farmer")
    asked.answer("farmer", "changes", opinion="没有说过同意。")
    assert asked.row.status == "returned"


@pytest.mark.parametrize("who", ["sluice", "miller", "accounts", "rights"])
def test_nobody_else_enters_for_a_signatory(routed, who):
    asked = routed([any_of("farmer")])
    with pytest.raises(PermissionDenied, match="Only the office"):
        asked.on_behalf(who, "farmer")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "online"}, "channel"),
        ({"channel": "paper"}, "scan"),
        ({"given_on": None}, "given_on"),
        ({"given_on": date(2026, 3, 1)}, "given_on"),
        ({"given_on": date(2026, 3, 3)}, "given_on"),
    ],
)
def test_what_is_entered_says_how_and_when_it_was_given(routed, wrong, field):
    asked = routed([any_of("farmer")])
    with pytest.raises(ValidationError) as refusal:
        asked.on_behalf("farm-office", "farmer", **wrong)
    assert refusal.value.message_dict.keys() == {field}


def test_the_signed_paper_is_kept(routed):
    asked = routed([any_of("farmer")])
    scan = SimpleUploadedFile("批件.pdf", PDF)
    asked.on_behalf("farm-office", "farmer", channel="paper", scan=scan)
    kept = asked.sheet.signatures.get().scan
    assert (kept.name, kept.kind, kept.size) == ("批件.pdf", "pdf", len(PDF))
    assert kept.file.read() == PDF


def test_nothing_is_entered_for_a_vacant_post(routed):
    asked = routed([any_of("farmer")])
    asked.house.leave("farmer")
    with pytest.raises(StepRefused, match="“农场主” is vacant"):
        asked.on_behalf("farm-office", "farmer")


def test_a_sheet_lies_before_its_signatories_from_their_step_on(routed):
    asked = routed([any_of("miller")], [any_of("farmer")])
    posts = [asked.house.post("farmer").pk]
    assert not Consent.objects.before(posts).exists()
    asked.answer("miller")
    assert Consent.objects.before(posts).get() == asked.sheet
    with clock.at(clock.now() + timedelta(days=1)):
        asked.answer("farmer")
    assert Consent.objects.before(posts).exists()
