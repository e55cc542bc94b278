"""What the rules of a charter say was so in the years played under it.

Each of these asks the rows that a play left, not the charter's page: a key that is read and
ignored fails in whichever charter says otherwise than the code would. `@changes` names the
keys that one proves; tests/charter_coverage.py reads them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agenda.models import AgendaItem, Consultation, Topic
from deadlines.models import Duty
from documents.models import Addressee
from followups.models import Assignment, Inspection, ProgressLine
from institutions.models import JointBody, JointBodyGroupPermission, Post
from meetings.models import Attendance, Meeting
from minutes.models import ItemRecord, Minutes

CHECKS: list[Callable[["Played"], None]] = []


def changes(*keys: str) -> Callable[[Callable], Callable]:
    """A check that proves these keys of a charter."""

    def listed(check: Callable[["Played"], None]) -> Callable:
        CHECKS.append(check)
        return check

    return listed


@dataclass
class Played:
    """A body after its played years, and what its charter says."""

    body: JointBody

    @cached_property
    def parts(self) -> dict[str, Any]:
        return self.body.rules_in_force.parts

    def owing(self, target: str, kind: str) -> set[str]:
        """The keys of the posts or units that owed this at any time."""
        duties = Duty.objects.filter(
            joint_body=self.body, target__startswith=f"{target}:", kind__startswith=kind
        )
        return {bare(key) for key in duties.values_list("post__key", flat=True)}

    def meetings(self, kind: str) -> Any:
        return Meeting.objects.filter(joint_body=self.body, kind=kind, is_imported=False)


def bare(key: str) -> str:
    """A unit's key as the charter has it; its liaison's post has one of its own."""
    return key.removeprefix("unit-")


def leads(rows: Any, path: str) -> set[str]:
    return set(rows.values_list(path, flat=True)) - {None}


@changes("SideRules.office", "SideRules.leader", "PostRules.side", "PostRules.entered_by")
def sides_have_their_office_leader_and_posts(played: Played) -> None:
    for rule in played.parts["sides"]:
        side = played.body.sides.get(key=rule.key)
        assert (side.office.key, side.leader.key) == (rule.office, rule.leader)
        entered = played.body.sides.get(key=rule.key).office.liaison
        assert entered.side == side
    for rule in played.parts["posts"]:
        post = played.body.posts.get(key=rule.key)
        own = post.own_side
        assert (own.key if own else "") == (rule.side or rule.entered_by)


@changes(
    "OfficeDuty.holders",
    "OfficeDuty.rights=read_topics",
    "OfficeDuty.rights=read_opinions",
    "OfficeDuty.rights=request_meetings",
    "OfficeDuty.rights=prepare_topics",
    "OfficeDuty.rights=run_consultations",
    "OfficeDuty.rights=issue_documents",
    "OfficeDuty.rights=organise_meetings",
    "OfficeDuty.rights=record_meetings",
    "OfficeDuty.rights=assign_tasks",
    "OfficeDuty.rights=verify_results",
    "OfficeDuty.rights=inspect",
    "OfficeDuty.rights=administer_accounts",
    "OfficeDuty.rights=administer_rights",
    "OfficeDuty.rights=read_audit",
)
def rights_are_held_by_whom_the_tasks_name(played: Played) -> None:
    given = JointBodyGroupPermission.objects.filter(content_object=played.body)
    held = {
        (codename, bare(key))
        for codename, key in given.values_list("permission__codename", "group__post__key")
    }
    assert held == {
        (right, holder)
        for duty in played.parts["offices"]
        for right in duty.rights
        for holder in duty.holders
    }
    for codename, key in held:
        posts = Post.objects.filter(joint_body=played.body, key__in=[key, f"unit-{key}"])
        for appointment in posts.get().appointments.all():
            assert appointment.person.may(codename, played.body)


@changes("RequestRules.asked_by", "RequestRules.addressed_to", "RequestRules.copies")
def meetings_are_asked_for_by_whom_and_of_whom_the_charter_says(played: Played) -> None:
    rules = played.parts["meetings"]
    for kind, asking in (("regular", rules.regular), ("ad hoc", rules.ad_hoc)):
        for meeting in played.meetings(kind).exclude(letter=None) if asking else []:
            assert meeting.requested_by.key in asking.asked_by
            addressees = meeting.letter.addressees.exclude(member=None)
            told = addressees.values_list("member__key", "is_copy")
            assert {key for key, is_copy in told if not is_copy} == set(
                asking.addressed_to
            )
            assert {key for key, is_copy in told if is_copy} == set(asking.copies)


@changes("OrganiseRules.office")
def who_arranges_meetings_owes_it(played: Played) -> None:
    office = {played.parts["meetings"].organise.office}
    assert played.owing("meetings.meeting", "notify") <= office
    assert played.owing("meetings.meeting", "hold") == office


@changes("AttendanceRules.attending", "AttendanceRules.units")
def whom_the_charter_names_sits_in_every_meeting(played: Played) -> None:
    rules = played.parts["meetings"].attendance
    for meeting in Meeting.objects.filter(joint_body=played.body, is_imported=False):
        if meeting.held_on:
            assert set(rules.attending) <= leads(meeting.attendances, "post__key")
            assert set(rules.units) <= leads(meeting.attendances, "unit__key")


@changes("Portfolio.post", "Portfolio.classes")
def a_portfolio_calls_for_its_classes_alone(played: Played) -> None:
    rules = played.parts["meetings"].attendance
    for portfolio in rules.by_portfolio:
        for meeting in Meeting.objects.filter(joint_body=played.body, is_imported=False):
            if not meeting.held_on or portfolio.post in rules.attending:
                continue
            classes = leads(
                AgendaItem.objects.filter(agenda__meeting=meeting), "topic__topic_class"
            )
            sits = portfolio.post in leads(meeting.attendances, "post__key")
            others = [
                each
                for each in rules.by_portfolio
                if each.post == portfolio.post and classes & set(each.classes)
            ]
            assert sits == bool(others)


@changes("AttendanceRules.by_topic")
def units_of_a_topic_sit_in_where_the_charter_says_so(played: Played) -> None:
    rules = played.parts["meetings"].attendance
    called = Attendance.objects.filter(joint_body=played.body).exclude(unit=None)
    assert rules.by_topic or leads(called, "unit__key") <= set(rules.units)


@changes("Proposers.units")
def topics_come_from_whom_the_charter_lets_propose(played: Played) -> None:
    proposers = leads(Topic.objects.filter(joint_body=played.body), "proposed_by__key")
    assert proposers <= set(played.parts["topics"].proposers.units)


@changes("Preparation.office", "ConsultationRules.office")
def who_prepares_and_asks_owes_it(played: Played) -> None:
    rules = played.parts["topics"]
    preparing = {rules.prepare.office} if rules.prepare else set()
    asking = {rules.consult.office} if rules.consult else set()
    assert played.owing("agenda.topic", "prepare") <= preparing
    assert played.owing("agenda.topic", "consult") <= asking
    if not rules.consult:
        assert not Consultation.objects.filter(joint_body=played.body).exists()


@changes(
    "StandingItem.kind=progress", "StandingItem.kind=report", "StandingItem.presenter"
)
def standing_items_are_on_every_agenda(played: Played) -> None:
    told = [(each.kind, each.presenter) for each in played.parts["agenda"].standing]
    for meeting in Meeting.objects.filter(joint_body=played.body, is_imported=False):
        if meeting.held_on:
            items = AgendaItem.objects.filter(agenda__meeting=meeting)
            items = items.filter(kind__in=["progress", "report"]).order_by("position")
            found = list(items.values_list("kind", "presenter__key"))
            assert set(found) <= set(told)
            progress = {each for each in told if each[0] == "progress"}
            assert progress <= set(found)


@changes("MinutesRules.recorder", "MinutesRules.copies")
def minutes_are_drafted_and_sent_as_the_charter_says(played: Played) -> None:
    rules = played.parts["minutes"]
    assert played.owing("minutes.minutes", "draft") == {rules.recorder}
    issued = Minutes.objects.filter(joint_body=played.body).exclude(document=None)
    for document in leads(issued, "document"):
        copies = Addressee.objects.filter(document=document, is_copy=True)
        assert set(rules.copies) <= leads(copies, "member__key")


@changes("AssignRules.office")
def decisions_are_given_out_by_whom_the_charter_says(played: Played) -> None:
    office = played.parts["followups"].assign.office
    assert played.owing("minutes.decision", "assign") == {office}
    assert played.owing("followups.assignment", "reassign") <= {office}


@changes("VerifyRules.offices")
def tasks_are_verified_by_another_than_who_did_them(played: Played) -> None:
    offices = played.parts["followups"].verify.offices
    assert played.owing("followups.assignment", "verify") <= set(offices)
    closed = Assignment.objects.filter(joint_body=played.body, status="closed")
    for task in closed.exclude(verified_by=None):
        assert task.verified_by_id != task.unit_id


@changes("InspectRules.units")
def inspections_are_made_by_whom_the_charter_says(played: Played) -> None:
    rules = played.parts["followups"].inspect
    units = set(rules.units) if rules else set()
    found = Inspection.objects.filter(joint_body=played.body)
    assert leads(found, "unit__key") <= units


@changes("ProgressRules.offices")
def each_office_says_its_opinion_of_what_is_not_done(played: Played) -> None:
    offices = set(played.parts["followups"].progress.offices)
    for line in ProgressLine.objects.filter(joint_body=played.body):
        assert leads(line.opinions, "unit__key") <= offices
    assert played.owing("followups.progressline", "opinion") <= offices


@changes("Rhythm.day")
def reports_fall_due_on_the_days_of_the_rhythms(played: Played) -> None:
    days = {rhythm.day for rhythm in played.parts["followups"].report.rhythms}
    reports = Duty.objects.filter(
        joint_body=played.body, target__startswith="followups.assignment", kind="report"
    )
    for due in leads(reports, "due_on"):
        assert due.day in days


@changes("ItemOutcome.then=decided", "ItemOutcome.then=not adopted")
def a_topic_becomes_what_its_outcome_says(played: Played) -> None:
    then = {each.key: each.then for each in played.parts["minutes"].outcomes}
    issued = Minutes.objects.filter(joint_body=played.body).exclude(document=None)
    records = ItemRecord.objects.filter(minutes__in=issued).exclude(item__topic=None)
    for outcome, status in records.values_list("outcome", "item__topic__status"):
        if then[outcome] != "stays":
            assert status == then[outcome]


@changes("Paper.issuer")
def papers_are_issued_by_whom_the_charter_says(played: Played) -> None:
    issuers = {
        paper.issuer
        for paper in (
            played.parts["meetings"].regular.letter,
            played.parts["meetings"].notice.paper,
            played.parts["minutes"].paper,
            played.parts["followups"].assign.paper,
            played.parts["followups"].progress.paper,
        )
    }
    assert issuers <= leads(played.body.documents, "issuer__key")
