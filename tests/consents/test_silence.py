"""Where silence is consent: what the day after a term brings, and what it does not."""

from datetime import date, datetime

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from consents.models import Consent, Signature
from consents.sheets import paper_of, sheet_of
from consents.tasks import count_silences
from deadlines.models import Duty
from institutions.models.charters import problems_of
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.documents import request_context
from meetings.models import Meeting
from tests.consents.conftest import Asked, any_of, ask
from tests.consents.test_sheets import printed
from tests.houses import acts, house, lively
from tests.meetings.test_meeting_pages import text

STEPS = [[any_of("miller"), any_of("farmer")]]
LAST_DAY, DAY_AFTER = (2026, 3, 9), (2026, 3, 10)  # five working days after the second


def on(day: tuple[int, int, int], hour: int = 8):
    return clock.at(timezone.make_aware(datetime(*day, hour)))


def silently(*steps: list[dict], silence: str = "consent", **route) -> dict:
    data = lively()
    ad_hoc = data["meetings"]["ad_hoc"]
    own = {"verb": "会签", "steps": list(steps or STEPS), "silence": silence} | route
    data["meetings"]["ad_hoc"] = ad_hoc | {"agree": ad_hoc["agree"] | own}
    return data


@pytest.fixture
def asked(db) -> Asked:
    return ask(house(silently()))


@pytest.mark.changes("Route.silence", "Route.silence=consent", "Route.silence=nothing")
@pytest.mark.parametrize(
    ("silence", "status", "answers"),
    [("consent", "agreed", ["agree", "agree"]), ("nothing", "requested", ["agree", ""])],
)
def test_who_is_silent_until_the_term_ends_has_agreed(db, silence, status, answers):
    asked = ask(house(silently(silence=silence)))
    asked.answer("miller")
    for day in (LAST_DAY, DAY_AFTER, DAY_AFTER):
        with on(day):
            count_silences()
            assert asked.row.status == (status if day == DAY_AFTER else "requested")
    slots = asked.sheet.signatures.order_by("pk")
    assert list(slots.values_list("answer", flat=True)) == answers
    assert asked.house.duties_agree()


def test_it_is_nobodys_signature_and_nobodys_act(asked):
    with on(DAY_AFTER):
        count_silences()
    for slot in asked.sheet.signatures.all():
        assert (slot.by_silence, slot.post, slot.entered_by) == (True, None, None)
        assert (slot.given_on, slot.channel) == (date(*DAY_AFTER), "")
    entries = Signature.history.filter(history_type="~")
    assert {each.history_user for each in entries} == {None}
    assert acts(asked.row)[-1] == "Agree to the meeting"
    assert asked.row.history.latest("history_id").history_user is None
    duties = Duty.objects.of(asked.row).filter(kind__startswith="convene:")
    assert {each.void_because for each in duties} == {
        "no answer in time, counted as agreed by the charter"
    }
    assert not duties.filter(closed_at=None).exists()


def test_then_the_next_step_is_asked_from_that_day_on(db):
    asked = ask(house(silently([any_of("miller")], [any_of("farmer")])))
    with on(DAY_AFTER):
        count_silences()
        assert asked.waiting == ["farmer"]
        assert asked.sheet.step_since == date(*DAY_AFTER)
        count_silences()
        assert asked.row.status == "requested"


def test_an_answer_against_it_in_time_stands(asked):
    with on(LAST_DAY, 17):
        asked.answer("farmer", "disagree", opinion="水位太低。")
    with on(DAY_AFTER):
        count_silences()
    assert asked.row.status == "declined"
    assert not asked.sheet.signatures.filter(by_silence=True).exists()


def test_an_answer_that_comes_before_the_clock_is_one_and_one_after_it_is_refused(asked):
    with on(DAY_AFTER, 7):
        asked.answer("miller")
    with on(DAY_AFTER, 8):
        count_silences()
    assert asked.sheet.signatures.filter(by_silence=True).count() == 1
    with on(DAY_AFTER, 9), pytest.raises(StepRefused, match="already been decided"):
        asked.answer("farmer", "disagree", opinion="太迟了。")


def test_a_vacant_post_is_not_silent(asked):
    asked.house.leave("farmer")
    with on(DAY_AFTER):
        count_silences()
    assert asked.waiting == ["farmer"]
    assert asked.row.status == "requested"


def test_what_is_only_reported_waits_to_be_confirmed(asked):
    asked.on_behalf("mill-office", "farmer", answer="disagree", opinion="听说不行。")
    with on(DAY_AFTER):
        count_silences()
    assert asked.waiting == ["farmer"]


def test_a_text_that_was_changed_counts_for_nobody(asked):
    Meeting.objects.filter(pk=asked.pk).update(reason="绕过了修改")
    with on(DAY_AFTER):
        count_silences()
    assert not asked.sheet.signatures.answered().exists()


def test_a_date_that_is_not_sure_yet_decides_nothing(db):
    with on((2026, 12, 30)):
        asked = ask(house(silently()))
        assert Duty.objects.open().of(asked.row).first().how["provisional"]
    with on((2027, 1, 20)):
        count_silences()
        assert asked.row.status == "requested"


def test_only_sheets_that_said_so_from_the_start_are_looked_at(db):
    ask(house(silently(silence="nothing")))
    with on(DAY_AFTER):
        assert not Consent.objects.silence_may_decide().exists()
    silent = ask(house(silently(), key="other"))
    assert not Consent.objects.silence_may_decide().exists()
    with on(DAY_AFTER):
        assert Consent.objects.silence_may_decide().get() == silent.sheet
        assert count_silences() == 1


# What a person sees

LOCALLY = "by the charter (agreed locally; no clause says it)."
BY_CLAUSE = "by the charter (basis: 约定第二条)."


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ({"kind": "local"}, LOCALLY),
        ({"kind": "clause", "clause": "约定第二条"}, BY_CLAUSE),
    ],
)
def test_the_sheet_and_the_charter_say_what_silence_means_and_why(db, basis, said):
    asked = ask(house(silently(basis=basis)))
    browser = asked.house.client("mill-office")
    assert said in text(browser.get(asked.row.get_absolute_url()))
    charter = browser.get(f"/bodies/{asked.house.body.pk}/charter/")
    assert said in text(charter)


def test_the_page_on_which_it_is_answered_says_it_above_the_answer(asked):
    page = asked.house.client("miller").get(asked.row.url("answer", "convene"))
    before, _head, _after = text(page).partition("Put it on the sheet")
    assert BY_CLAUSE in before


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ({}, "根据约定第二条，逾期未复的，按制度视为同意。"),
        ({"basis": {"kind": "local"}}, "函复。逾期未复的，按制度视为同意。"),
        ({"silence": "nothing"}, ""),
    ],
)
def test_the_letter_says_it_to_those_it_asks(db, route, said):
    asked = ask(house(silently(**route)))
    context = request_context(asked.row, asked.house.person("mill-office"))
    letter = "".join(render_to_string("documents/convene_request.html", context).split())
    assert (said or "函复。</p>") in letter
    assert ("逾期未复" in letter) is bool(said)


def test_the_letter_page_says_it_before_anybody_is_asked(db):
    h = house(silently())
    words = {"kind": "ad hoc", "year": 2026, "reason": "春灌在即。"}
    office = h.person("mill-office")
    draft = Meeting.objects.begin(h.unit("mill-office"), by=office, **words)
    page = h.client("mill-office").get(
        reverse("meetings:meeting_request", args=[draft.pk])
    )
    assert BY_CLAUSE in text(page)


def test_such_an_answer_is_told_from_one_that_was_given(db):
    asked = ask(house(silently(*STEPS, [any_of("steward")])))
    asked.answer("miller")
    with on(DAY_AFTER):
        count_silences()
        drawn = sheet_of(asked.row, asked.sheet, asked.house.person("mill-office"))
        page = text(asked.house.client("mill-office").get(asked.row.get_absolute_url()))
    slots = [slot for side in drawn["sides"] for slot in side["slots"]]
    assert [slot["by_silence"] for slot in slots] == [False, True, False]
    assert [slot["answer_label"] for slot in slots] == ["Agree", "Counts as agreeing", ""]
    assert [slot["places"] for slot in slots] == [1, 0, 0]
    assert "Did not answer in time; by the charter that counts as agreeing." in page
    assert "No answer in time: counted as agreed by the charter" in page
    assert "the system" in page


@pytest.mark.draws
def test_the_paper_says_it_too(asked):
    asked.answer("miller")
    with on(DAY_AFTER):
        count_silences()
        with translation.override("zh-hans"):
            rows = paper_of(asked.row, asked.sheet)["rows"]
        assert [row["answer"] for row in rows] == ["同意", "视为同意"]
        paper = printed(asked)
    assert "视为同意逾期未答复，按制度视为同意" in paper
    assert "逾期未答复的，按制度视为同意（依据：约定第二条）" in paper


# What is refused

READING = {"kind": "reading", "clause": "约定第二条", "why": "没有写明。"}


@pytest.mark.parametrize("route", [{"steps": []}, {"basis": READING}])
def test_silence_needs_somebody_who_is_asked_and_more_than_a_reading(route):
    data = silently()
    agree = data["meetings"]["ad_hoc"]["agree"]
    data["meetings"]["ad_hoc"]["agree"] = agree | route
    paths = [problem.path for problem in problems_of(data)]
    assert paths == ["meetings.ad_hoc.agree.silence"]
