"""The yearly duty: opened with the year, done by asking, owed again when that fails."""

from datetime import date, datetime

from django.core.management import call_command
from django.utils import timezone

from deadlines.models import Duty
from institutions.models import JointBody
from jointmeeting import clock
from meetings.models import BodyYear, open_year
from meetings.tasks import open_years
from tests import charters


def year_duties(valley) -> list[Duty]:
    year = BodyYear.objects.get(joint_body=valley.body, year=2026)
    return list(Duty.objects.open().of(year))


def test_the_first_asker_owes_it_before_the_year_ends(valley):
    [duty] = year_duties(valley)
    assert duty.post == valley.post("mill-office")
    assert duty.due_on == date(2026, 11, 1)  # 60 days before the 31st of December
    assert duty.text == "提请召开2026年定期会议"


def test_opening_a_year_again_changes_nothing(valley):
    open_year(valley.body)
    assert BodyYear.objects.count() == 1
    assert len(year_duties(valley)) == 1


def test_asking_is_done_and_declining_makes_it_owed_again(valley, asked):
    meeting = asked()
    assert year_duties(valley) == []
    valley.sign(meeting, "convene", "disagree")
    [again] = year_duties(valley)
    assert again.due_on == date(2026, 11, 1)


def test_cancelling_makes_it_owed_again(valley, asked):
    meeting = asked()
    valley.sign(meeting, "convene")
    assert year_duties(valley) == []
    meeting.cancel(by=valley.person("mill-office"), reason="改期")
    assert len(year_duties(valley)) == 1


def test_a_returned_request_is_still_on_its_way(valley, asked):
    valley.sign(asked(), "convene", "changes")
    assert year_duties(valley) == []


def test_an_ad_hoc_meeting_does_not_count(valley, asked):
    asked(kind="ad hoc")
    assert len(year_duties(valley)) == 1


def test_a_draft_does_not_count(valley, begin):
    begin()
    assert len(year_duties(valley)) == 1


def test_each_day_the_years_of_all_bodies_are_opened(valley):
    charters.load("hill")
    without = JointBody.objects.create(key="bare", name="无制度", short="无")
    assert open_years(limit=1) == 1
    with clock.at(timezone.make_aware(datetime(2027, 1, 1, 7))):
        open_years()
    opened = BodyYear.objects.filter(year=2027).values_list("joint_body__key", flat=True)
    assert set(opened) == {"valley", "hill"}
    assert not without.years.exists()
    call_command("check_duties")


def test_what_was_not_asked_for_is_still_owed_in_the_next_year(valley):
    with clock.at(timezone.make_aware(datetime(2027, 1, 4, 7))):
        open_year(valley.body)
        [duty] = year_duties(valley)
        assert duty.state == "late"
