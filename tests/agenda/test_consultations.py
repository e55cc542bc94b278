"""Units are asked, and answer: themselves, through the office, late, or not at all."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agenda.models import Consultation
from deadlines.models import Duty
from documents.models import Attachment, IssuedDocument
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests.houses import acts, house, lively, reason

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
AFTER = timezone.make_aware(datetime(2026, 3, 17, 9))  # the day after the term


def scan(name="reply.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def topic(h):
    return h.topic("asked")


@pytest.fixture
def asked(topic) -> Consultation:
    return topic.consultations.get(unit__key="sluice")


def enter(h, asked, **fields) -> None:
    given = {"kind": "agree", "source": "电话"} | fields
    asked.enter(by=h.person("mill-office"), digest=asked.digest, **given)


# Asking


@pytest.mark.changes("ConsultationRules.term", "ConsultationRules.letter")
def test_asking_issues_one_letter_and_tells_each_unit_its_term(h, topic):
    letter = IssuedDocument.objects.get()
    assert letter.number == "磨函〔2026〕1号"
    keys = set(letter.addressees.values_list("member__key", flat=True))
    assert keys == {"sluice", "ferry", "smithy"}
    consultations = topic.consultations.all()
    assert {each.letter for each in consultations} == {letter}
    duties = Duty.objects.open().of(*consultations)
    assert {duty.due_on for duty in duties} == {date(2026, 3, 16)}
    assert {duty.told_on for duty in duties} == {date(2026, 3, 2)}
    assert {duty.waiting for duty in duties} == {h.post("mill-office")}
    assert h.owed(topic) == set()
    assert h.duties_agree()


@pytest.mark.parametrize("key", ["miller", "farm-office", "sluice", "accounts"])
def test_only_the_consulting_office_asks(h, key):
    topic = h.topic("settled")
    with pytest.raises(PermissionDenied):
        topic.consult(by=h.person(key), units=[h.unit("ferry")])


@pytest.mark.parametrize("stage", ["draft", "submitted"])
def test_units_are_asked_about_settled_topics_only(h, stage):
    topic = h.topic(stage)
    with pytest.raises(StepRefused):
        topic.consult(by=h.person("mill-office"), units=[h.unit("ferry")])


def test_what_is_not_prepared_is_not_asked_about(db):
    data = lively()
    data["topics"]["to_consult"]["what"] = ["field_study"]
    h = house(data)
    topic = h.topic("settled")
    with pytest.raises(StepRefused, match="Still missing: a field study"):
        topic.consult(by=h.person("mill-office"), units=[h.unit("ferry")])
    assert not IssuedDocument.objects.exists()


def test_a_unit_is_asked_once(h, topic):
    with pytest.raises(StepRefused, match="Asked already: 水闸站"):
        h.ask(topic, "sluice", "farm-office")
    assert topic.consultations.count() == 3
    assert IssuedDocument.objects.count() == 1


def test_at_least_one_unit_is_asked(h):
    topic = h.topic("settled")
    with pytest.raises(ValidationError, match="at least one unit"):
        topic.consult(by=h.person("mill-office"), units=[])


def test_a_number_in_use_is_refused_and_nobody_is_asked(h, topic):
    with pytest.raises(ValidationError, match="in use"):
        topic.consult(
            by=h.person("mill-office"),
            units=[h.unit("farm-office")],
            number="磨函〔2026〕1号",
        )
    assert topic.consultations.count() == 3


# Answering


def test_the_liaison_answers_formally_with_number_and_scan(h, asked):
    h.opinion(
        asked,
        kind="differ",
        opinion="先修闸门。",
        signer="周站长",
        number="水字〔2026〕3号",
        given_on=date(2026, 3, 2),
        scan=scan(),
    )
    asked.refresh_from_db()
    assert (asked.status, asked.is_late) == ("answered", False)
    assert asked.entered_by == h.person("sluice")
    assert asked.scan.name == "reply.pdf"
    assert acts(asked) == ["Ask for an opinion", "Reply"]
    assert h.owed(asked) == set()
    assert Duty.objects.of(asked).get().void_because == ""
    assert h.duties_agree()


@pytest.mark.parametrize("key", ["mill-office", "ferry", "farm-office", "miller"])
def test_nobody_else_answers_as_the_unit(h, asked, key):
    with pytest.raises(PermissionDenied):
        asked.answer(by=h.person(key), digest=asked.digest, kind="agree")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "perhaps"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"kind": "differ", "opinion": "  "}, "opinion"),
        ({"number": "水字1号"}, "scan"),
        ({"given_on": date(2026, 3, 3)}, "given_on"),
        ({"given_on": date(2026, 2, 27)}, "given_on"),
    ],
)
@pytest.mark.changes("ConsultationRules.kinds", "OpinionKind.differs")
def test_what_is_missing_or_cannot_be_is_told_by_field(h, asked, given, field):
    with pytest.raises(ValidationError) as refused:
        h.opinion(asked, **given)
    assert list(refused.value.message_dict) == [field]
    asked.refresh_from_db()
    assert (asked.status, acts(asked)) == ("sent", ["Ask for an opinion"])


def test_a_late_answer_is_taken_and_marked(h, asked):
    with clock.at(AFTER):
        h.opinion(asked)
    asked.refresh_from_db()
    assert (asked.status, asked.is_late) == ("answered", True)


def test_an_answer_on_the_last_day_is_in_time(h, asked):
    with clock.at(timezone.make_aware(datetime(2026, 3, 16, 23, 59))):
        h.opinion(asked)
    asked.refresh_from_db()
    assert asked.is_late is False


def test_a_second_answer_is_refused(h, asked):
    h.opinion(asked)
    with pytest.raises(StepRefused, match="Already done: Reply"):
        h.opinion(asked)


def test_an_answer_to_another_text_is_refused(h, asked):
    with pytest.raises(StepRefused, match="text has changed"):
        asked.answer(by=h.person("sluice"), digest="0" * 64, kind="agree")


def test_who_was_replaced_does_not_answer(h, asked):
    before = h.replace("sluice")
    before.look_again()
    with pytest.raises(PermissionDenied):
        asked.answer(by=before, digest=asked.digest, kind="agree")
    h.opinion(asked)
    assert asked.entered_by == h.person("sluice") != before


# Entered by the office


def test_an_entered_answer_waits_for_the_unit_to_confirm_it(h, asked):
    enter(h, asked, opinion="", signer="周站长")
    assert asked.status == "entered"
    assert h.owed(asked) == {("confirm", "sluice")}
    with pytest.raises(PermissionDenied):
        asked.confirm(by=h.person("mill-office"))
    asked.confirm(by=h.person("sluice"))
    assert asked.status == "answered"
    assert (asked.source, asked.entered_by) == ("电话", h.person("mill-office"))
    assert h.owed(asked) == set()
    assert h.duties_agree()


def test_the_unit_corrects_what_was_entered_and_both_stay_on_record(h, asked):
    enter(h, asked)
    asked.correct(
        by=h.person("sluice"), digest=asked.digest, kind="differ", opinion="先修闸门。"
    )
    assert (asked.status, asked.kind, asked.source) == ("answered", "differ", "")
    assert asked.entered_by == h.person("sluice")
    kinds = asked.history.order_by("history_id").values_list("kind", flat=True)
    assert list(kinds) == ["", "agree", "differ"]
    assert h.duties_agree()


def test_an_entered_answer_names_its_source(h, asked):
    with pytest.raises(ValidationError) as refused:
        enter(h, asked, source="")
    assert list(refused.value.message_dict) == ["source"]


@pytest.mark.parametrize("key", ["farm-office", "farmer", "ferry", "sluice"])
def test_only_the_consulting_office_enters_for_a_unit(h, asked, key):
    with pytest.raises(PermissionDenied):
        asked.enter(by=h.person(key), digest=asked.digest, kind="agree", source="电话")


def test_a_paper_of_the_last_day_that_is_entered_later_is_not_late(h, asked):
    with clock.at(AFTER):
        enter(h, asked, given_on=date(2026, 3, 16))
    assert asked.is_late is False


def test_a_call_after_the_term_is_entered_as_late(h, asked):
    with clock.at(AFTER):
        enter(h, asked)
    assert asked.is_late is True


# Given back, silent


def test_what_is_returned_is_the_offices_to_see_to(h, topic, asked):
    asked.give_back(by=h.person("sluice"), reason="属渡口职责。")
    assert (asked.status, reason(asked)) == ("returned", "属渡口职责。")
    assert h.owed(asked) == set()
    assert h.owed(topic) == {("consult", "mill-office")}
    assert Duty.objects.of(asked).get().void_because == "属渡口职责。"
    assert h.duties_agree()
    h.ask(topic, "farm-office")
    assert h.owed(topic) == set()
    assert h.duties_agree()


def test_the_office_asks_no_other_unit_and_says_why(h, topic, asked):
    asked.give_back(by=h.person("sluice"), reason="属渡口职责。")
    with pytest.raises(PermissionDenied):
        asked.let_rest(by=h.person("sluice"), reason="已征求渡口。")
    asked.let_rest(by=h.person("mill-office"), reason="已征求渡口。")
    assert (asked.status, asked.followed_on) == ("returned", date(2026, 3, 2))
    assert h.owed(topic) == set()
    with pytest.raises(StepRefused, match="seen to"):
        asked.let_rest(by=h.person("mill-office"), reason="再一次。")
    assert h.duties_agree()


def test_if_all_return_it_units_are_still_to_be_asked(h, topic):
    for each in topic.consultations.all():
        each.give_back(by=h.person(each.unit.key), reason="不属本单位。")
    each.let_rest(by=h.person("mill-office"), reason="不再改送。")
    assert h.owed(topic) == {("consult", "mill-office")}
    assert h.duties_agree()


def test_a_unit_that_returned_it_may_be_asked_again(h, topic, asked):
    asked.give_back(by=h.person("sluice"), reason="属渡口职责。")
    h.ask(topic, "sluice")
    states = topic.consultations.filter(unit__key="sluice").values_list("status")
    assert list(states) == [("returned",), ("sent",)]


def test_a_term_that_runs_does_not_lapse(h, asked):
    with pytest.raises(StepRefused, match="has time until 2026-03-16"):
        asked.lapse(by=h.person("mill-office"), reason="没有回复。")
    with (
        clock.at(timezone.make_aware(datetime(2026, 3, 16, 18))),
        pytest.raises(StepRefused),
    ):
        asked.lapse(by=h.person("mill-office"), reason="没有回复。")


def test_a_silent_unit_lapses_after_its_term(h, topic, asked):
    with clock.at(AFTER):
        with pytest.raises(PermissionDenied):
            asked.lapse(by=h.person("sluice"), reason="没有回复。")
        asked.lapse(by=h.person("mill-office"), reason="没有回复。")
        assert (asked.status, reason(asked)) == ("lapsed", "没有回复。")
        assert h.owed(topic, asked) == set()
        assert h.duties_agree()


# Who reads it


def test_opinions_are_read_by_their_unit_and_who_may_read_opinions(h, topic, asked):
    h.opinion(asked, scan=scan())

    def seen(key):
        return list(Consultation.objects.visible_to(h.person(key)))

    assert seen("sluice") == [asked]
    assert [each.unit.key for each in seen("ferry")] == ["ferry"]
    assert len(seen("mill-office")) == len(seen("farm-office")) == 3
    assert seen("miller") == seen("accounts") == []
    for key, is_seen in [("mill-office", True), ("sluice", True), ("ferry", False)]:
        scans = Attachment.objects.visible_to(h.person(key))
        assert scans.exists() is is_seen
