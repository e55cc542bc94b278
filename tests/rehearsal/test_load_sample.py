"""The sample: both source bodies with their years, loaded once, whatever comes between."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Max

from agenda.models import Consultation, Topic
from consents.models import Signature
from deadlines.models import Duty, Reminder
from documents.models import IssuedDocument
from followups.models import Assignment, Inspection
from institutions.models import JointBody, User
from jointmeeting import clock, fonts
from meetings.models import BodyYear, Meeting
from minutes.models import Correction, Decision
from rehearsal import accounts, sample
from rehearsal.stories import story_of
from tests.rehearsal.conftest import MORNING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "folder")]
TABLES = (
    Assignment,
    BodyYear,
    Consultation,
    Decision,
    Duty,
    IssuedDocument,
    JointBody,
    Meeting,
    Reminder,
    Topic,
    User,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The lists of accounts of this test."""
    monkeypatch.setattr(accounts, "FOR_PAGE", tmp_path / "accounts.json")
    monkeypatch.setattr(accounts, "FOR_PEOPLE", tmp_path / "accounts.txt")
    return tmp_path


def load() -> str:
    said = StringIO()
    call_command("load_sample", stdout=said)
    return said.getvalue()


def everything() -> dict:
    return {
        each: (each.objects.count(), each.objects.aggregate(m=Max("pk")))
        for each in TABLES
    }


@pytest.fixture
def short(monkeypatch):
    """Years of one topic each, which are told in some seconds."""

    def few(key: str):
        story = story_of(key)
        first = {
            matter.years_ago: matter for matter in reversed(story.topics) if matter.at
        }
        return replace(story, topics=tuple(first.values()), ad_hoc=())

    monkeypatch.setattr(sample, "story_of", few)


@pytest.fixture
def loaded(folder):
    load()
    return {body.key: body for body in JointBody.objects.all()}


def test_the_sample(loaded):
    """One load serves all that is asked of it, as it takes seconds."""
    call_command("check_duties")

    # as many years as lie under the charters, and the one under way
    years = {key: {y.year for y in body.years.all()} for key, body in loaded.items()}
    assert years == {"liubei": {2025, 2026}, "yijinhuoluo": {2024, 2025, 2026}}
    for key, now in {"liubei": "notified", "yijinhuoluo": "held"}.items():
        regular = loaded[key].meetings.filter(kind="regular").order_by("year")
        states = [meeting.status for meeting in regular]
        assert states == ["minuted"] * (len(states) - 1) + [now]

    # where too few years lie behind, a meeting before them is on file, with its decisions
    [imported] = Meeting.objects.filter(is_imported=True)
    assert imported.joint_body == loaded["liubei"]
    assert imported.held_on < imported.joint_body.rules_in_force.in_force_from
    assert {d.status for d in imported.decisions.all()} == {"closed"}

    # this year has one of everything that may happen, and something to do
    for body in loaded.values():
        topics = Topic.objects.filter(joint_body=body, created_on__year=2026)
        states = set(topics.values_list("status", flat=True))
        assert states >= {"submitted", "settled", "not adopted", "withdrawn"}
        asked = Consultation.objects.filter(topic__in=topics)
        states = set(asked.values_list("status", flat=True))
        assert states >= {"sent", "entered", "answered", "returned", "void"}
        assert asked.filter(is_late=True).exists()
        overdue = Duty.objects.open().filter(joint_body=body, kind="opinion")
        assert overdue.filter(due_on__lt=clock.today(), notes__said__gt="").exists()
        reported = Signature.objects.filter(is_reported=True, consent__joint_body=body)
        assert reported.count() == 1
        assert body.meetings.filter(kind="ad hoc", status="minuted").exists()
        tasks = Assignment.objects.filter(joint_body=body)
        states = set(tasks.values_list("status", flat=True))
        assert states >= {"returned", "reassigned", "claimed", "under way", "closed"}
        assert tasks.filter(due_on__lt=clock.today(), claimed_on=None).exists()
        assert tasks.filter(decision__is_standing=True).exists()
        assert Inspection.objects.filter(joint_body=body).exists()
        assert Correction.objects.filter(joint_body=body, status="applied").exists()
    owed = Duty.objects.open().filter(joint_body=loaded["liubei"])
    assert owed.filter(target__startswith="meetings.attendance:", kind="reply").exists()
    assert owed.filter(target__startswith="followups.progressline:").exists()
    owed = Duty.objects.open().filter(joint_body=loaded["yijinhuoluo"])
    assert owed.filter(kind__startswith="approve:").exists()

    # nobody is mailed about what lies behind; what is to be done waits in the inbox
    assert {each.state for each in Reminder.objects.all()} == {"inbox"}
    assert not Reminder.objects.unseen().exclude(duty__closed_at=None).exists()
    assert Reminder.objects.unseen().filter(stage="overdue").exists()

    # nothing lies in the future, nor on a day before the charter
    for topic in Topic.objects.select_related("joint_body"):
        since = topic.joint_body.rules_in_force.in_force_from
        assert since <= topic.created_on < clock.today()
    assert Signature.objects.filter(answered_at__gt=clock.now()).count() == 0
    assert not IssuedDocument.objects.filter(issued_on__gte=clock.today()).exists()
    assert not Duty.objects.filter(since__gte=clock.today()).exists()

    # the log-in page lists an account for every post, and nobody is more than that
    kept = json.loads(accounts.FOR_PAGE.read_text())
    assert [group["body"] for group in kept["bodies"]] == [
        body.name for key, body in sorted(loaded.items())
    ]
    listed = [each for group in kept["bodies"] for each in group["accounts"]]
    assert all(each["person"] and each["title"] and each["does"] for each in listed), (
        listed
    )
    names = {each["username"] for each in listed}
    assert names == set(User.objects.values_list("username", flat=True))
    assert {"liubei-union", "liubei-vice_head", "liubei-auditor"} <= names
    for body in loaded.values():
        assert body.posts.filter(appointments=None).count() == 0
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(is_staff=True).exists()
    assert authenticate(username="liubei-union", password=kept["password"])
    assert kept["password"] in accounts.FOR_PEOPLE.read_text()

    # again changes nothing, a year later neither, nor where no account is written down
    before = everything()
    load()
    accounts.FOR_PAGE.unlink()
    load()
    assert accounts.is_whole()
    with clock.at(MORNING + timedelta(days=365)):
        load()
    assert everything() == before


class Killed(BaseException):
    pass


def test_a_load_that_was_cut_short_goes_on(short, monkeypatch):
    play, played = sample.Play.run, []

    def cut_short(self):
        played.append((self.body.key, self.first.year))
        if len(played) == 3:
            self.end = self.first + timedelta(days=90)
            play(self)
            raise Killed
        return play(self)

    monkeypatch.setattr(sample.Play, "run", cut_short)
    with pytest.raises(Killed):
        load()
    assert not accounts.FOR_PAGE.exists()
    load()
    assert played == [
        ("liubei", 2025),
        ("liubei", 2026),
        ("yijinhuoluo", 2024),
        ("yijinhuoluo", 2024),
        ("yijinhuoluo", 2025),
        ("yijinhuoluo", 2026),
    ]
    titles = list(Topic.objects.values_list("joint_body", "title"))
    assert len(titles) == len(set(titles))
    call_command("check_duties")


@pytest.mark.plays
def test_without_fonts_it_starts_and_goes_on_once_they_are_there(short, monkeypatch):
    with monkeypatch.context() as without:
        without.setattr(fonts, "files", dict)
        assert load().count("\n") == 1
        assert JointBody.objects.count() == 2
        assert authenticate(username="liubei-union", password=accounts.PASSWORD)
        assert Topic.objects.count() == 0
        assert accounts.FOR_PAGE.exists()
    load()
    assert Topic.objects.count() == 5


@pytest.mark.plays
def test_at_the_beginning_of_a_year_little_lies_behind(short):
    with clock.at(MORNING.replace(year=2027, month=1, day=11)):
        load()
        call_command("check_duties")
        body = JointBody.objects.get(key="liubei")
        assert set(body.years.values_list("year", flat=True)) == {2025, 2026, 2027}
        assert Topic.objects.filter(created_on__year=2027).exists()


@pytest.mark.plays
def test_on_new_years_day_nothing_has_begun(short):
    with clock.at(MORNING.replace(year=2027, month=1, day=1)):
        load()
        assert BodyYear.objects.filter(year=2027).count() == 0
        assert Topic.objects.filter(created_on__year=2026).exists()
