"""Minutes from the record to the issue: who may, what is missing, what is owed then."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agenda.models import AgendaItem
from deadlines.models import Duty
from documents.models import Addressee, IssuedDocument
from institutions.models import User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from minutes.models import Decision, Minutes
from tests.houses import acts, house, lively, reason
from tests.sittings import approved, decision, held, minuted, recorded

OFFICE = "mill-office"
AFTER = timedelta(hours=4)


@pytest.fixture
def draft(h):
    """Minutes with outcomes and a decision, on the afternoon of their meeting."""
    topic = h.topic("answered")
    meeting = held(h, topic)
    with clock.at(meeting.starts_at + AFTER):
        yield recorded(h, meeting)


@pytest.fixture
def done(h):
    """Approved minutes, on the evening of their meeting."""
    minutes = approved(h)
    with clock.at(minutes.meeting.starts_at + AFTER):
        yield minutes


# The record


def test_every_item_of_the_agenda_has_a_record(h):
    meeting = held(h, h.topic("answered"))
    minutes = Minutes.objects.get(meeting=meeting)
    items = AgendaItem.objects.filter(agenda__meeting=meeting)
    assert list(minutes.records.values_list("item", flat=True)) == [i.pk for i in items]
    assert meeting.joint_body.name in minutes.opening
    assert h.owed(minutes) == {("draft", OFFICE)}


@pytest.mark.changes("ItemOutcome.name")
def test_an_outcome_is_one_of_the_charter(h, draft):
    record = draft.records.first()
    with pytest.raises(ValidationError) as wrong:
        draft.record(
            by=h.person(OFFICE),
            item=record,
            seen=record.seen(),
            outcome="maybe",
            discussion="",
        )
    assert list(wrong.value.message_dict) == ["outcome"]


def test_a_record_that_another_has_changed_is_not_overwritten(h, draft):
    record, by = draft.records.first(), h.person(OFFICE)
    words = {"item": record, "seen": record.seen(), "outcome": "later"}
    draft.record(by=by, discussion="甲说", **words)
    with pytest.raises(StepRefused, match="changed since"):
        draft.record(by=by, discussion="乙说", **words)
    record.refresh_from_db()
    assert record.discussion == "甲说"


def test_only_who_records_meetings_writes_in_the_draft(h, draft):
    record, [row] = draft.records.first(), draft.decisions()
    words = {"outcome": "later", "discussion": ""}
    for key in ("farm-office", "miller", "sluice"):
        by = h.person(key)
        with pytest.raises(PermissionDenied):
            draft.record(by=by, item=record, seen=record.seen(), **words)
        with pytest.raises(PermissionDenied):
            draft.decide(by=by, item=record.item, **decision(h))
        with pytest.raises(PermissionDenied):
            draft.strike(by=by, decision=row)
        with pytest.raises(PermissionDenied):
            draft.send(by=by)


# Decisions


def test_a_decision_belongs_to_an_item_of_its_meeting(h, draft):
    by = h.person(OFFICE)
    other = held(h, kind="ad hoc")
    foreign = AgendaItem.objects.filter(agenda__meeting=other).first()
    for item in (None, foreign):
        with pytest.raises(ValidationError) as wrong:
            draft.decide(by=by, item=item, **decision(h))
        assert list(wrong.value.message_dict) == ["item"]
    assert draft.decisions().count() == 1


BAD = [
    ({"text": ""}, "text"),
    ({"due_on": date(2026, 3, 1)}, "due_on"),
    ({"due_on": date(2101, 1, 1)}, "due_on"),
    ({"is_standing": True}, "__all__"),
]


@pytest.mark.parametrize(("words", "field"), BAD)
def test_what_a_decision_cannot_be_is_told_beside_its_field(h, draft, words, field):
    item = draft.records.last().item
    with pytest.raises(ValidationError) as wrong:
        draft.decide(by=h.person(OFFICE), item=item, **decision(h, **words))
    assert list(wrong.value.message_dict) == [field]
    assert draft.decisions().count() == 1


def test_a_unit_leads_or_assists_and_is_of_this_body(h, draft):
    item, sluice = draft.records.last().item, h.unit("sluice")
    with pytest.raises(ValidationError, match="not both"):
        draft.decide(by=h.person(OFFICE), item=item, **decision(h, assisting=[sluice]))
    stranger = house(key="hill").unit("sluice")
    with pytest.raises(ValidationError, match="this body"):
        draft.decide(by=h.person(OFFICE), item=item, **decision(h, leads=[stranger]))
    assert draft.decisions().count() == 1


def test_the_database_keeps_a_standing_decision_without_date(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.decisions().update(is_standing=True)


def test_a_decision_struck_out_is_kept_in_the_log(h, draft):
    [row] = draft.decisions()
    draft.strike(by=h.person(OFFICE), decision=row)
    assert not draft.decisions().exists()
    last = Decision.history.filter(id=row.pk).latest("history_id")
    assert (last.history_type, last.history_user) == ("-", h.person(OFFICE))
    with pytest.raises(StepRefused, match="struck out"):
        draft.strike(by=h.person(OFFICE), decision=row)


def test_a_draft_is_for_the_offices_a_decision_for_its_units_once_issued(h, draft):
    [row] = draft.decisions()
    seen = {
        key: Decision.objects.visible_to(h.person(key)).exists()
        for key in ("farm-office", "sluice", "ferry")
    }
    assert seen == {"farm-office": True, "sluice": False, "ferry": False}
    draft.send(by=h.person(OFFICE))
    h.sign(draft, "approve")
    draft.issue(by=h.person(OFFICE))
    assert row in Decision.objects.visible_to(h.person("sluice"))
    assert row not in Decision.objects.visible_to(h.person("smithy"))


# Approval


def test_gaps_are_named_and_refuse_the_sending(h, draft):
    row, record = draft.decisions()[0], draft.records.first()
    Decision.objects.filter(pk=row.pk).update(done_when="", due_on=None)
    record.outcome = ""
    record.save()
    with pytest.raises(StepRefused) as refused:
        draft.send(by=h.person(OFFICE))
    for words in ("上回议定的事", "the outcome", "a date", "what counts as done"):
        assert words in str(refused.value)
    assert draft.consent("approve") is None


def test_where_the_charter_lets_one_a_gap_is_left_with_its_reason(db):
    h = house(lively() | {"gates": {"minutes.has_no_gaps": "explain"}})
    meeting = held(h, h.topic("answered"))
    with clock.at(meeting.starts_at + AFTER):
        minutes = Minutes.objects.get(meeting=meeting)
        with pytest.raises(StepRefused):
            minutes.send(by=h.person(OFFICE))
        minutes.send(by=h.person(OFFICE), despite="只通报")
        assert (minutes.status, reason(minutes)) == ("in approval", "只通报")
    assert h.duties_agree()


def test_nothing_is_sent_before_everybody_is_ticked(h, draft):
    draft.meeting.attendances.filter(pk=draft.meeting.attendances.first().pk).update(
        was_there=None
    )
    with pytest.raises(StepRefused, match="who was there"):
        draft.send(by=h.person(OFFICE))


def test_a_vacant_post_on_the_route_is_said_before_anybody_is_asked(h, draft):
    h.leave("farmer")
    with pytest.raises(StepRefused, match="农场主"):
        draft.send(by=h.person(OFFICE))
    assert h.owed(draft) == {("draft", OFFICE)}


def test_a_post_vacated_meanwhile_waits_for_who_comes_next(h, draft):
    draft.send(by=h.person(OFFICE))
    h.replace("farmer")
    assert h.owed(draft) == {("approve", "miller"), ("approve", "farmer")}
    h.sign(draft, "approve")
    assert draft.status == "approved"
    assert h.owed(draft) == {("issue", OFFICE)}


def test_the_signatories_see_the_text_and_nothing_is_changed_meanwhile(h, draft):
    draft.send(by=h.person(OFFICE))
    assert draft in Minutes.objects.visible_to(h.person("miller"))
    record = draft.records.first()
    words = {"item": record, "seen": record.seen(), "outcome": "no", "discussion": ""}
    with pytest.raises(StepRefused):
        draft.record(by=h.person(OFFICE), **words)
    with pytest.raises(StepRefused):
        draft.amend(by=h.person(OFFICE), seen=draft.seen(), opening="别的")


@pytest.mark.parametrize(
    ("answer", "act"),
    [
        ("changes", "Changes to the minutes are asked for"),
        ("disagree", "A signatory disagrees with the minutes"),
    ],
)
def test_who_asks_for_changes_and_who_disagrees_are_told_apart(h, draft, answer, act):
    draft.send(by=h.person(OFFICE))
    h.sign(draft, "approve", answer)
    assert draft.status == "draft"
    assert acts(draft)[-1] == act
    assert h.owed(draft) == {("mend", OFFICE)}
    assert "请写明时间" in reason(draft)


def test_after_changes_a_fresh_sheet_is_asked(h, draft):
    draft.send(by=h.person(OFFICE))
    h.sign(draft, "approve", "changes")
    draft.amend(by=h.person(OFFICE), seen=draft.seen(), closing="会后补记。")
    draft.send(by=h.person(OFFICE))
    assert draft.consents.count() == 2
    h.sign(draft, "approve")
    assert draft.status == "approved"
    assert draft.consent("approve").snapshot["closing"] == "会后补记。"


def test_taken_back_nobody_owes_a_signature(h, draft):
    draft.send(by=h.person(OFFICE))
    draft.take_back(by=h.person(OFFICE), reason="漏了一条")
    assert (draft.status, draft.consent("approve").outcome) == ("draft", "void")
    assert h.owed(draft) == {("mend", OFFICE)}
    voided = Duty.objects.of(draft).filter(kind__startswith="approve")
    assert {duty.void_because for duty in voided} == {"漏了一条"}


# Issue


def test_issued_they_are_numbered_frozen_sent_and_take_effect(h, done):
    by = h.person(OFFICE)
    done.issue(by=by)
    document = done.document
    assert (done.status, document.number) == ("issued", "磨纪〔2026〕1号")
    assert document.file.read().startswith(b"%PDF")
    done.meeting.refresh_from_db()
    [row] = done.decisions()
    topic = row.item.topic
    assert (done.meeting.status, row.status, topic.status) == (
        "minuted",
        "in force",
        "decided",
    )
    assert h.owed(row) == {("assign", OFFICE)}
    assert h.owed(done, done.meeting, topic) == set()
    asked = document.addressees.all()
    assert {each.status for each in asked} == {"asked"}
    assert h.owed(*asked) == {("receipt", each.member.key) for each in asked}


@pytest.mark.changes("MinutesRules.receipt")
def test_a_receipt_is_given_once_by_the_unit_that_got_them(h, done):
    done.issue(by=h.person(OFFICE))
    receipt = Addressee.objects.get(document=done.document, member__key="sluice")
    with pytest.raises(PermissionDenied):
        receipt.receive(by=h.person("ferry"))
    receipt.receive(by=h.person("sluice"))
    assert h.owed(receipt) == set()
    with pytest.raises(StepRefused):
        receipt.receive(by=h.person("sluice"))


def test_only_approved_minutes_are_issued_and_only_once(h, draft):
    with pytest.raises(StepRefused):
        draft.issue(by=h.person(OFFICE))
    draft.send(by=h.person(OFFICE))
    h.sign(draft, "approve")
    with pytest.raises(PermissionDenied):
        draft.issue(by=h.person("farm-office"))
    draft.issue(by=h.person(OFFICE))
    with pytest.raises(StepRefused, match="Already done"):
        draft.issue(by=h.person(OFFICE))
    assert IssuedDocument.objects.filter(template="minutes").count() == 1


def test_what_was_not_signed_is_not_issued(h, done):
    place = done.meeting.attendances.first()
    place.tick(by=h.person(OFFICE), was_there=False)
    with pytest.raises(StepRefused, match="changed since they were approved"):
        done.issue(by=h.person(OFFICE))
    place.tick(by=h.person(OFFICE), was_there=True)
    done.issue(by=h.person(OFFICE))
    assert done.status == "issued"


def test_a_number_in_use_leaves_everything_as_it_was(h, done):
    taken = IssuedDocument.objects.first().number
    with pytest.raises(ValidationError, match="in use"):
        done.issue(by=h.person(OFFICE), number=taken)
    done.refresh_from_db()
    assert (done.status, done.document) == ("approved", None)
    assert h.owed(done) == {("issue", OFFICE)}


@pytest.mark.changes("ItemOutcome.then=stays")
def test_a_topic_that_is_to_be_taken_up_again_stays_settled(h):
    topic, other = h.topic("answered"), h.topic("answered", title="修闸")
    meeting = held(h, topic, other)
    with clock.at(meeting.starts_at + AFTER):
        minutes = recorded(h, meeting)
        by = h.person(OFFICE)
        outcomes = {topic.pk: "later", other.pk: "no"}
        for record in minutes.records.exclude(item__topic=None):
            outcome = outcomes[record.item.topic_id]
            minutes.record(
                by=by,
                item=record,
                seen=record.seen(),
                outcome=outcome,
                discussion="再看",
            )
        minutes.send(by=by)
        h.sign(minutes, "approve")
        minutes.issue(by=h.person(OFFICE))
    topic.refresh_from_db()
    other.refresh_from_db()
    assert (topic.status, other.status) == ("settled", "not adopted")
    assert reason(other) == "再看"
    assert topic.not_ready() == []


def test_four_hundred_decisions_are_signed_and_issued(h, draft):
    item, by = draft.records.last().item, h.person(OFFICE)
    lead = h.unit("sluice")
    rows = [
        Decision(
            meeting=draft.meeting,
            joint_body=draft.joint_body,
            item=item,
            position=number,
            text=f"第{number}件事。",
            done_when="办完",
            due_on=date(2026, 9, 1),
        )
        for number in range(2, 401)
    ]
    Decision.objects.bulk_create(rows)
    leads = Decision.leads.through
    leads.objects.bulk_create(
        leads(decision_id=row.pk, memberunit_id=lead.pk) for row in draft.decisions()[1:]
    )
    draft.send(by=by)
    h.sign(draft, "approve")
    draft.issue(by=User.objects.get(pk=by.pk))
    assert draft.decisions().filter(status="in force").count() == 400
    assert Duty.objects.open().filter(kind="assign").count() == 400


def test_issued_minutes_are_read_by_those_who_got_them(h):
    minutes = minuted(h)
    seen = {
        key: minutes in Minutes.objects.visible_to(h.person(key))
        for key in ("miller", "farm-office", "sluice", "ferry")
    }
    assert seen == {"miller": True, "farm-office": True, "sluice": True, "ferry": True}
    stranger = house(key="hill").person("sluice")
    assert not Minutes.objects.visible_to(stranger).exists()
