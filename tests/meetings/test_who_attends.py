"""The list of who attends: added, taken off, replied for, ticked; the reply of a unit."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agenda.models import Agenda
from institutions.models import MemberUnit
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from meetings.boxes import attendance_box
from meetings.models import Attendance, Meeting, ticks_seen
from tests import sittings
from tests.houses import house, lively

REPLY = {"name": "吴某", "title": "渡口管事", "phone": "8001"}


def text(answer) -> str:
    return answer.content.decode()


def hidden(answer, name: str = "seen") -> str:
    found = re.search(rf'name="{name}" value="(\w+)"', text(answer))
    assert found
    return found[1]


@pytest.fixture
def agreed(valley) -> Meeting:
    meeting, by = sittings.agreed(valley), valley.person("mill-office")
    Agenda.objects.begin(meeting, by=by).gather(by=by)
    return meeting


@pytest.fixture
def meeting(valley) -> Meeting:
    """Told to all; the ferry owes its reply."""
    notified = sittings.notified(valley)
    give(valley, notified, unit=valley.unit("ferry"))
    return notified


@pytest.fixture
def place(valley, meeting) -> Attendance:
    return meeting.attendances.get(unit__key="ferry")


@pytest.fixture
def office(valley):
    return valley.client("mill-office")


def give(valley, meeting, **given) -> Attendance:
    given = {"capacity": "in attendance"} | given
    return Attendance.objects.give(meeting, by=valley.person("mill-office"), **given)


def page_of(meeting) -> str:
    return reverse("meetings:attendance_list", args=[meeting.pk])


def adding(meeting, what: str) -> str:
    return reverse("meetings:attendance_add", args=[meeting.pk, what])


# The list


def test_the_list_says_who_in_which_capacity_and_why(valley, agreed, office):
    topic_unit = valley.unit("sluice")
    give(valley, agreed, unit=topic_unit, why="春灌用水")
    give(valley, agreed, capacity="invited", name="老农甲", title="下游村", why="老农")
    page = office.get(page_of(agreed))
    groups = page.context["groups"]
    assert [group["label"] for group in groups] == [
        "Attending",
        "In attendance",
        "Invited",
    ]
    assert [row["whose"] for row in groups[0]["rows"]] == ["磨坊主", "农场主"]
    for said in ("by the charter", "春灌用水", "老农甲", valley.person("miller").name):
        assert said in text(page)


def test_the_list_is_not_told_before_the_notice(valley, agreed):
    unit, office = valley.client("sluice"), valley.client("farm-office")
    assert "named with the notice" in text(unit.get(page_of(agreed)))
    assert "农场主" in text(office.get(page_of(agreed)))
    [place, *_more] = agreed.attendances.all()
    assert unit.get(place.get_absolute_url()).status_code == 404


def test_an_empty_list_leads_to_the_agenda(valley, office):
    meeting = sittings.agreed(valley)
    page = text(office.get(page_of(meeting)))
    assert "Nobody has a place yet" in page
    assert "propose there who attends" in page


def test_a_phone_number_is_for_the_office_and_the_unit_itself(valley, meeting, place):
    place.reply(by=valley.person("ferry"), **REPLY)
    for who, sees in (("mill-office", True), ("ferry", True), ("sluice", False)):
        assert ("8001" in text(valley.client(who).get(page_of(meeting)))) is sees


def test_the_list_is_printed(valley, meeting, office):
    url = reverse("meetings:attendance_list_pdf", args=[meeting.pk])
    assert office.get(url)["Content-Type"] == "application/pdf"


# Added, taken off


def test_a_unit_is_added_once(valley, agreed, office):
    given = {"unit": valley.unit("ferry").pk, "capacity": "in attendance", "why": "旁听"}
    assert office.post(adding(agreed, "unit"), given).url == page_of(agreed)
    place = agreed.attendances.get(unit__key="ferry")
    assert (place.status, place.why) == ("listed", "旁听")
    again = office.post(adding(agreed, "unit"), given)
    assert again.status_code == 200
    assert "unit" in again.context["form"].errors
    with pytest.raises(Exception, match="has a place in this meeting already"):
        give(valley, agreed, unit=valley.unit("ferry"))


def test_a_post_is_added_with_who_holds_it(valley, agreed, office):
    given = {"post": valley.post("steward").pk, "capacity": "attending", "why": ""}
    assert office.post(adding(agreed, "post"), given).status_code == 302
    place = agreed.attendances.get(post__key="steward")
    assert place.name == valley.person("steward").name


def test_a_person_without_account_is_invited_as_what_the_charter_names(
    valley, agreed, office
):
    form = text(office.get(adding(agreed, "person")))
    assert 'value="老农"' in form
    given = {"why": "老农", "name": "田老汉", "title": "下游村", "phone": ""}
    assert office.post(adding(agreed, "person"), given).status_code == 302
    place = agreed.attendances.get(capacity="invited")
    assert (place.why, place.name, place.post, place.unit) == (
        "老农",
        "田老汉",
        None,
        None,
    )
    wrong = office.post(adding(agreed, "person"), given | {"why": "贵客", "name": ""})
    assert set(wrong.context["form"].errors) == {"why", "name"}


def test_a_hostile_name_is_text(valley, agreed, office):
    given = {"why": "老农", "name": "<script>x()</script>", "title": "", "phone": ""}
    office.post(adding(agreed, "person"), given)
    page = text(office.get(page_of(agreed)))
    assert "<script>x()" not in page
    assert "&lt;script&gt;x()" in page


def test_who_was_told_nothing_yet_is_taken_off(valley, agreed, office):
    place = give(valley, agreed, unit=valley.unit("ferry"))
    url = reverse("meetings:attendance_remove", args=[place.pk])
    assert "Take “渡口” off the list?" in text(office.get(url))
    assert office.post(url).url == page_of(agreed)
    assert not agreed.attendances.filter(unit__key="ferry").exists()


def test_who_was_told_is_excused_and_not_taken_off(valley, meeting, place):
    post = meeting.attendances.filter(unit=None).first()
    with pytest.raises(StepRefused, match="is excused"):
        post.remove(by=valley.person("mill-office"))
    with pytest.raises(StepRefused):
        place.remove(by=valley.person("mill-office"))
    assert meeting.attendances.filter(pk=place.pk).exists()


def test_only_who_organises_adds_and_takes_off(valley, agreed):
    [place, *_more] = agreed.attendances.all()
    other = valley.client("farm-office")
    assert other.get(adding(agreed, "unit")).status_code == 403
    remove = reverse("meetings:attendance_remove", args=[place.pk])
    assert other.post(remove).status_code == 403
    person = valley.person("farm-office")
    with pytest.raises(PermissionDenied):
        Attendance.objects.give(agreed, by=person, capacity="invited", name="某")


def test_after_the_minutes_nobody_is_added(valley):
    minutes = sittings.minuted(valley)
    with pytest.raises(StepRefused, match="closed with the minutes"):
        give(valley, minutes.meeting, capacity="invited", name="某")


def test_somebody_who_came_uncalled_is_added_after_the_meeting(valley):
    meeting = sittings.held(valley)
    late = give(valley, meeting, unit=valley.unit("smithy"))
    assert late.status == "listed"
    assert not valley.owed(late)


# The reply


def test_a_unit_replies_on_one_page_with_what_is_known_filled_in(valley, meeting, place):
    unit = valley.client("ferry")
    page = text(unit.get(place.get_absolute_url()))
    assert f'value="{valley.person("ferry").name}"' in page
    assert meeting.notice.number in page
    assert "working days left" in page
    given = REPLY | {"seen": hidden(unit.get(place.get_absolute_url()))}
    answer = unit.post(f"{place.get_absolute_url()}reply/", given, follow=True)
    assert "The reply of" in text(answer)
    place.refresh_from_db()
    assert (place.status, place.who) == ("coming", "吴某")
    assert not valley.owed(place)


def test_who_came_the_last_time_is_proposed(valley, place):
    place.reply(by=valley.person("ferry"), **REPLY)
    other = sittings.notified(valley, kind="ad hoc")
    there = give(valley, other, unit=valley.unit("ferry"))
    page = text(valley.client("ferry").get(there.get_absolute_url()))
    assert 'value="渡口管事"' in page


@pytest.mark.parametrize("field", ["name", "title"])
def test_a_reply_names_who_and_as_what(valley, place, field):
    unit, url = valley.client("ferry"), f"{place.get_absolute_url()}reply/"
    answer = unit.post(url, REPLY | {field: ""})
    assert list(answer.context["forms"]["reply"].errors) == [field]
    assert 'value="8001"' in text(answer)


def test_a_unit_is_excused_with_its_reason_and_may_still_come(valley, place):
    unit, url = valley.client("ferry"), place.get_absolute_url()
    assert "Enter Reason" in text(unit.post(f"{url}excuse/", {"reason": ""}))
    unit.post(f"{url}excuse/", {"reason": "渡船检修。"})
    place.refresh_from_db()
    assert (place.status, place.reason) == ("excused", "渡船检修。")
    unit.post(f"{url}reply/", REPLY)
    place.refresh_from_db()
    assert (place.status, place.reason) == ("coming", "")


@pytest.mark.changes("AttendanceRules.substitutes=allowed")
def test_a_substitute_comes_with_name_position_and_reason(valley, meeting, place, office):
    unit, url = valley.client("ferry"), place.get_absolute_url()
    given = {"substitute": "郑某", "substitute_title": "副管事", "reason": "出差。"}
    unit.post(f"{url}replace/", given)
    place.refresh_from_db()
    assert (place.status, place.who) == ("substituted", "郑某")
    assert "郑某" in text(office.get(page_of(meeting)))


@pytest.mark.changes("AttendanceRules.substitutes=refused")
def test_where_the_charter_refuses_substitutes_none_is_offered(db):
    data = lively()
    data["meetings"]["attendance"]["substitutes"] = "refused"
    other = house(data, key="hill")
    meeting = sittings.notified(other)
    place = give(other, meeting, unit=other.unit("ferry"))
    page = other.client("ferry").get(place.get_absolute_url())
    assert "Somebody else comes instead" not in text(page)
    given = {"substitute": "郑某", "substitute_title": "副管事", "reason": "出差。"}
    refused = other.client("ferry").post(f"{place.get_absolute_url()}replace/", given)
    assert refused.status_code == 409
    assert "nobody sits in for another" in text(refused)


def test_the_office_enters_a_reply_that_came_by_phone(valley, meeting, place, office):
    page = text(office.get(page_of(meeting)))
    assert "Enter a reply" in page
    answer = office.post(f"{place.get_absolute_url()}reply/", REPLY)
    assert answer.url == page_of(meeting)
    assert place.history.latest().history_user == valley.person("mill-office")


def test_the_office_excuses_a_post(valley, meeting, office):
    post = meeting.attendances.get(post__key="farmer")
    office.post(f"{post.get_absolute_url()}excuse/", {"reason": "抱病。"})
    post.refresh_from_db()
    assert post.status == "excused"


def test_another_unit_does_not_reply(valley, place):
    other = valley.client("sluice")
    assert "Say who comes" not in text(other.get(place.get_absolute_url()))
    assert other.post(f"{place.get_absolute_url()}reply/", REPLY).status_code == 403


def test_a_reply_that_crosses_another_is_shown_and_not_lost(valley, place):
    unit, url = valley.client("ferry"), place.get_absolute_url()
    seen = hidden(unit.get(url))
    place.reply(by=valley.person("mill-office"), name="钱某", title="舵手")
    answer = unit.post(f"{url}reply/", REPLY | {"seen": seen})
    assert answer.status_code == 409
    assert "The reply was changed since you opened it." in text(answer)
    assert "钱某 舵手" in text(answer)
    assert 'value="吴某"' in text(answer)
    again = REPLY | {"seen": hidden(answer)}
    assert unit.post(f"{url}reply/", again).status_code == 302


# Who was there


def tick(client, meeting, there, **more):
    url = reverse("meetings:attendance_tick", args=[meeting.pk])
    return client.post(url, {"there": [each.pk for each in there]} | more)


@pytest.fixture
def after(meeting):
    """The meeting has begun."""
    with clock.at(meeting.starts_at + timedelta(hours=3)):
        yield meeting


def test_nobody_is_ticked_before_the_day(valley, meeting, office):
    assert 'name="there"' not in text(office.get(page_of(meeting)))
    with pytest.raises(Exception, match="has not been held yet"):
        Attendance.objects.tick(meeting, [], by=valley.person("mill-office"))


def test_once_it_was_held_nobody_waits_for_a_reply(valley, after, office):
    meeting, address = after, reverse("meetings:attendance_list", args=[after.pk])
    assert "Asked who comes" in text(office.get(address))
    meeting.hold(by=valley.person("mill-office"))
    page = text(office.get(address))
    assert "No reply" in page
    assert "Asked who comes" not in page


def test_all_are_ticked_in_one_form(valley, after, office):
    miller, *others = after.attendances.order_by("pk")
    page = text(office.get(page_of(after)))
    assert page.count('name="there"') == 3
    assert page.count(" checked") == 2  # the ferry has not said that it comes
    assert tick(office, after, [miller]).url == page_of(after)
    ticked = dict(after.attendances.values_list("pk", "was_there"))
    assert ticked == {miller.pk: True} | {each.pk: False for each in others}
    assert "Were there" in text(office.get(page_of(after)))


def test_of_two_who_tick_the_second_sees_what_the_first_kept(valley, after, office):
    miller, farmer, *_more = after.attendances.order_by("pk")
    seen = hidden(office.get(page_of(after)))
    assert tick(office, after, [miller], seen=seen).status_code == 302
    answer = tick(office, after, [farmer], seen=seen)
    assert answer.status_code == 409
    assert "The list was ticked since you opened it." in text(answer)
    assert "Kept by another: was there" in text(answer)
    again = tick(office, after, [farmer], seen=hidden(answer))
    assert again.status_code == 302
    assert after.attendances.get(pk=farmer.pk).was_there is True


def test_only_who_organises_ticks(valley, after):
    assert tick(valley.client("farm-office"), after, []).status_code == 403
    assert 'name="there"' not in text(valley.client("farm-office").get(page_of(after)))


def test_the_ticks_have_one_digest_whoever_reads_them(valley, after):
    first = ticks_seen(after)
    Attendance.objects.tick(after, [], by=valley.person("mill-office"), seen=first)
    assert ticks_seen(after) != first


# How much it costs


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def invite(valley, meeting, number: int) -> None:
    for n in range(number):
        give(valley, meeting, capacity="invited", name=f"老农{n}", why="老农")


def test_sixty_places_cost_the_queries_of_two(valley, meeting, office):
    few = queries(office, page_of(meeting))
    invite(valley, meeting, 57)
    assert meeting.attendances.count() == 60
    assert queries(office, page_of(meeting)) == few


def test_the_box_of_a_meetings_page_costs_two_queries_at_most(valley, meeting):
    person = valley.person("ferry")
    found = Meeting.objects.select_related("joint_body").get(pk=meeting.pk)
    assert person.posts_held
    with CaptureQueriesContext(connection) as captured:
        box = attendance_box(found, person)
    assert len(captured) <= 2
    assert [group["label"] for group in box["groups"]] == ["Attending", "In attendance"]
    assert box["counts"]["waiting"] == 1
    assert MemberUnit.objects.filter(pk=box["own"][0].unit_id, key="ferry").exists()


def test_the_box_is_on_the_meetings_page_with_the_way_to_reply(valley, place):
    page = valley.client("ferry").get(place.meeting.get_absolute_url())
    assert page.status_code == 200
    assert place.get_absolute_url() in text(page)


def test_whom_the_charter_calls_and_the_list_has_not_is_named(valley, agreed, office):
    farmer = agreed.attendances.get(post__key="farmer")
    assert "are not on the list" not in text(office.get(page_of(agreed)))
    farmer.remove(by=valley.person("mill-office"))
    notify = f"{agreed.get_absolute_url()}notify/"
    for url in (page_of(agreed), notify):
        assert "attend and are not on the list: 农场主." in text(office.get(url))
