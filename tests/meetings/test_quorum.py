"""How many come, who may come instead, and whether enough were there."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings import documents
from meetings.models import Attendance
from meetings.quorum import count_of
from rehearsal.papers import scan
from tests.houses import acts, house, lively
from tests.meetings.rules import under
from tests.sittings import notified

OFFICE = "mill-office"
REPLY = {"name": "甲", "title": "管账"}
INSTEAD = {"substitute": "乙", "substitute_title": "伙计", "reason": "甲在外"}

pytestmark = pytest.mark.django_db


def place_of(meeting, unit: str) -> Attendance:
    return meeting.attendances.get(unit__key=unit)


def ticked(h, meeting, *, away: tuple[str, ...] = ()) -> None:
    """Everybody was there but these posts and units; the meeting has begun."""
    rows = meeting.attendances.select_related("post", "unit")
    there = [
        each.pk
        for each in rows
        if str(getattr(each.post or each.unit, "key", "")) not in away
    ]
    Attendance.objects.tick(meeting, there, by=h.person(OFFICE))
    meeting.refresh_from_db()


# A number of people


@pytest.mark.changes("AttendanceRules.per_side")
def test_each_side_names_as_many_as_the_charter_says():
    h = under(attendance={"attending": [], "per_side": 2})
    meeting = notified(h)
    place = place_of(meeting, "farm-office")
    assert place.capacity == "attending"
    notice = documents.notice_context(meeting, h.person(OFFICE))
    assert "农场账房2人" in notice["seats"][0]["people"]
    farm = h.person("farm-office")
    with pytest.raises(ValidationError, match="2 come; you named 1"):
        place.reply(by=farm, **REPLY)
    with pytest.raises(ValidationError, match="2 come at most; you named 3"):
        place.reply(by=farm, companions="乙 账房\n丙 账房", **REPLY)
    place.reply(by=farm, companions="乙，账房", **REPLY)
    assert place.who == "甲、乙"
    sheet = documents.attendance_context(meeting, farm)
    names = [row["name"] for group in sheet["groups"] for row in group["rows"]]
    assert names[-2:] == ["甲", "乙"]


@pytest.mark.changes("AttendanceRules.per_unit")
def test_a_unit_sends_so_many_or_says_why_fewer_come():
    h = under(attendance={"per_unit": 3, "units": ["sluice"]})
    meeting = notified(h)
    place = place_of(meeting, "sluice")
    client = h.client("sluice")
    page = client.get(place.get_absolute_url())
    assert "3 come by the charter" in page.content.decode()
    url = reverse("meetings:attendance_answer", args=[place.pk, "reply"])
    page = client.post(url, REPLY)
    assert "companions" in page.context["forms"]["reply"].errors
    assert client.post(url, REPLY | {"reason": "只有一人"}).status_code == 302
    place.refresh_from_db()
    assert (place.status, place.reason) == ("coming", "只有一人")


def test_without_a_number_one_comes():
    h = under(attendance={"units": ["sluice"]})
    place = place_of(notified(h), "sluice")
    assert "companions" not in str(
        h.client("sluice").get(place.get_absolute_url()).content
    )
    with pytest.raises(ValidationError, match="1 come at most"):
        place.reply(by=h.person("sluice"), companions="乙 账房", **REPLY)


# Substitutes


def replace(h, place, **given) -> None:
    place.replace(by=h.person("sluice"), **INSTEAD | given)


@pytest.mark.changes("AttendanceRules.substitutes=with consent")
def test_a_substitute_waits_for_the_office():
    h = under(attendance={"units": ["sluice"], "substitutes": "with consent"})
    meeting = notified(h)
    place = place_of(meeting, "sluice")
    replace(h, place)
    assert (place.status, h.owed(place)) == ("proposed", {("substitute", OFFICE)})
    assert h.duties_agree()
    page = h.client(OFFICE).get(place.get_absolute_url()).content.decode()
    assert "Agree to the substitute" in page
    place.disallow(by=h.person(OFFICE), reason="请正职来")
    assert (place.status, h.owed(place)) == ("asked", {("reply", "sluice")})
    replace(h, place)
    url = reverse("meetings:attendance_answer", args=[place.pk, "allow"])
    assert h.client("sluice").post(url).status_code == 403
    assert h.client(OFFICE).post(url).status_code == 302
    place.refresh_from_db()
    assert (place.status, place.who, h.owed(place)) == ("substituted", "乙", set())
    assert acts(place)[-1] == "Agree to the substitute"


def test_what_the_office_enters_it_agrees_to():
    h = under(attendance={"units": ["sluice"], "substitutes": "with consent"})
    place = place_of(notified(h), "sluice")
    place.replace(by=h.person(OFFICE), **INSTEAD)
    assert place.status == "substituted"


@pytest.mark.changes("AttendanceRules.substitutes=with letter")
def test_a_substitute_needs_a_letter(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    h = under(attendance={"units": ["sluice"], "substitutes": "with letter"})
    meeting = notified(h)
    place = place_of(meeting, "sluice")
    with pytest.raises(ValidationError, match="Attach the letter"):
        replace(h, place)
    client = h.client("sluice")
    assert 'type="file"' in client.get(place.get_absolute_url()).content.decode()
    url = reverse("meetings:attendance_answer", args=[place.pk, "replace"])
    assert client.post(url, INSTEAD | {"letter": scan("委托书")}).status_code == 302
    place.refresh_from_db()
    for who, status in ((OFFICE, 200), ("sluice", 200), ("ferry", 404)):
        assert h.client(who).get(place.letter.get_absolute_url()).status_code == status


@pytest.mark.changes(
    "AttendanceRules.substitutes=allowed", "AttendanceRules.substitutes=refused"
)
@pytest.mark.parametrize(("rule", "is_free"), [("allowed", True), ("refused", False)])
def test_a_substitute_is_free_or_refused(rule, is_free):
    h = under(attendance={"units": ["sluice"], "substitutes": rule})
    meeting = notified(h)
    place = place_of(meeting, "sluice")
    page = h.client("sluice").get(place.get_absolute_url()).content.decode()
    assert ("Somebody else comes instead" in page) is is_free
    notice = documents.notice_context(meeting, h.person(OFFICE))
    assert notice["may_be_replaced"] is is_free
    if not is_free:
        with pytest.raises(StepRefused, match="nobody sits in"):
            replace(h, place)


# Enough of them

COUNTS = [
    ({"of": "members", "at_least": 2, "out_of": 3}, (), True),
    ({"of": "members", "at_least": 2, "out_of": 3}, ("miller", "farm-office"), False),
    ({"of": "members", "at_least": 5}, ("miller",), True),
    ({"of": "members", "at_least": 6}, ("miller",), False),
    ({"of": "sides", "at_least": 2}, ("miller",), True),
    ({"of": "sides", "at_least": 2}, ("miller", "mill-office"), False),
    ({"of": "posts", "at_least": 1, "out_of": 2}, ("miller", "farm-office"), True),
    ({"of": "posts", "at_least": 2, "out_of": 2}, ("miller",), False),
]


@pytest.mark.changes(
    "AttendanceRules.quorum",
    "Quorum.of=members",
    "Quorum.of=sides",
    "Quorum.of=posts",
    "Quorum.at_least",
    "Quorum.out_of",
)
@pytest.mark.parametrize(("quorum", "away", "is_met"), COUNTS)
def test_a_meeting_is_held_with_as_many_as_the_charter_wants(quorum, away, is_met):
    h = under(attendance={"per_side": 2, "quorum": quorum})
    meeting = notified(h)
    for key in (OFFICE, "farm-office"):
        names = {"companions": "乙 账房"} | REPLY
        place_of(meeting, key).reply(by=h.person(key), **names)
    meeting.refresh_from_db()
    with clock.at(meeting.starts_at + timedelta(hours=3)):
        with pytest.raises(StepRefused, match="Tick first"):
            meeting.hold(by=h.person(OFFICE))
        ticked(h, meeting, away=away)
        count = count_of(meeting)
        assert count.is_met is is_met
        url = reverse("meetings:attendance_list", args=[meeting.pk])
        assert str(count) in h.client(OFFICE).get(url).content.decode()
        if is_met:
            meeting.hold(by=h.person(OFFICE))
            sheet = documents.attendance_context(meeting, h.person(OFFICE))
            with translation.override("zh-hans"):
                assert sheet["counted"] == str(count)
            said = h.client(OFFICE).get(meeting.get_absolute_url()).content.decode()
            assert str(count) in said
        else:
            with pytest.raises(StepRefused, match="not reached"):
                meeting.hold(by=h.person(OFFICE))


@pytest.mark.changes("Quorum.counting_substitutes")
@pytest.mark.parametrize("counts", [True, False])
def test_a_substitute_counts_or_not(counts):
    quorum = {"of": "members", "at_least": 2, "counting_substitutes": counts}
    h = under(attendance={"quorum": quorum})
    meeting = notified(h)
    meeting.attendances.get(post__key="miller").replace(by=h.person(OFFICE), **INSTEAD)
    meeting.refresh_from_db()
    with clock.at(meeting.starts_at + timedelta(hours=3)):
        ticked(h, meeting)
        assert count_of(meeting).is_met is counts


@pytest.mark.parametrize(
    "quorum",
    [
        {"of": "members", "at_least": 0},
        {"of": "members", "at_least": 3, "out_of": 2},
        {"of": "people", "at_least": 1},
    ],
)
def test_a_quorum_that_cannot_be_is_refused(quorum):
    with pytest.raises(Exception, match="meetings.attendance.quorum"):
        under(attendance={"quorum": quorum})


@pytest.mark.parametrize("keys", [{"per_side": -1}, {"per_unit": 51}, {"attending": []}])
def test_a_number_that_cannot_be_is_refused(keys):
    with pytest.raises(Exception, match=f"meetings.attendance.{next(iter(keys))}"):
        under(attendance=keys)


# Nobody is asked who comes


@pytest.mark.changes("NoticeRules.reply")
def test_with_a_term_units_are_asked_who_comes():
    h = under(attendance={"units": ["sluice"]})
    asked = notified(h)
    assert ("reply", "sluice") in h.owed(*asked.attendances.all())


@pytest.mark.changes("NoticeRules.reply")
def test_without_one_they_are_only_told():
    data = lively()
    del data["meetings"]["notice"]["reply"]
    data["meetings"]["attendance"]["units"] = ["sluice"]
    h = house(data)
    meeting = notified(h)
    assert h.owed(*meeting.attendances.all()) == set()
    assert {place.status for place in meeting.attendances.all()} == {"listed"}
    notice = documents.notice_context(meeting, h.person(OFFICE))
    paper = render_to_string("documents/meeting_notice.html", notice)
    assert "回执" not in paper
    assert h.client("sluice").get(meeting.get_absolute_url()).status_code == 200
    url = reverse("meetings:attendance_list", args=[meeting.pk])
    assert "No reply yet" not in h.client(OFFICE).get(url).content.decode()
