"""The home page: who waits for whom, for each kind of person, at a constant price."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.models import Topic
from deadlines.models import Duty, chase
from desk.duties import SHOWN, Who
from documents.models import Addressee, IssuedDocument
from jointmeeting import clock
from meetings.models import Meeting, open_year
from tests import charters

HOME = "desk:home"


def make_topic(valley, unit: str, title: str) -> Topic:
    """A topic submitted by this unit, which both leaders are now to settle."""
    member = valley.body.members.select_related("liaison").get(key=unit)
    [appointment] = member.liaison.appointments.today()
    topic = Topic.objects.create(
        joint_body=valley.body,
        proposed_by=member,
        topic_class="water",
        title=title,
        problem="干涸",
        evidence="水尺",
        measure="轮灌",
    )
    topic.submit(by=appointment.person)
    return topic


def sections(client, person, **query) -> dict:
    client.force_login(person)
    found = client.get(reverse(HOME), query).context["sections"]
    return {
        who: [(duty.post.key, duty.row) for duty in section.duties]
        for who, section in found.items()
    }


def page(client, person, **query) -> str:
    client.force_login(person)
    return client.get(reverse(HOME), query).content.decode()


@pytest.fixture
def topic(valley) -> Topic:
    return make_topic(valley, "mill-office", "水渠清淤")


def test_a_leader_sees_what_is_to_be_signed(client, valley, topic):
    assert sections(client, valley.miller) == {
        "me": [("miller", topic)],
        "others": [],
        "awaited": [],
    }


def test_the_office_of_the_leaders_side_may_enter_it_for_him(client, valley, topic):
    found = sections(client, valley.bailiff)
    assert found["others"] == [("farmer", topic)]
    assert found["awaited"] == []


def test_who_proposed_waits_for_the_other_side_and_enters_for_the_own(
    client, valley, topic
):
    found = sections(client, valley.clerk)
    assert found["others"] == [("miller", topic)]
    assert found["awaited"] == [("farmer", topic)]


def test_what_one_of_two_posts_may_sign_is_entered_once(client, valley):
    settle = {"any_of": ["miller", "second_miller"]}
    topics = charters.small()["topics"]
    topics["settle"]["steps"] = [[settle]]
    posts = charters.small()["posts"]
    posts.append(posts[0] | {"key": "second_miller", "title": "二掌柜"})
    charters.load(data=charters.small(topics=topics, posts=posts))
    charters.put(valley.body, "second_miller", "second")
    valley.body.refresh_from_db()
    topic = make_topic(valley, "mill-office", "水渠清淤")
    client.force_login(valley.clerk)
    others = client.get(reverse(HOME)).context["sections"]["others"]
    [(duty, either)] = others.by_place
    assert duty.row == topic
    assert [post.title for post in either] == ["磨坊主", "二掌柜"]
    html = page(client, valley.clerk)
    assert "磨坊主或二掌柜" in html
    assert '<span class="sec-note">共 1 件</span>' in html


def test_only_who_enters_for_others_has_a_place_for_it(client, valley, topic):
    assert 'id="h-others"' in page(client, valley.clerk)
    assert 'id="h-others"' not in page(client, valley.sluice)


def test_an_office_owes_the_request_of_the_year(client, valley):
    year = open_year(valley.body)
    assert sections(client, valley.clerk)["me"] == [("unit-mill-office", year)]
    assert sections(client, valley.bailiff)["me"] == []


def test_who_has_nothing_to_do_is_told_so_and_why(client, valley, topic):
    html = page(client, valley.sluice)
    assert "没有等你办的事" in html
    assert "没有在等的事" in html
    assert "水渠清淤" not in html


def test_each_date_says_how_it_was_computed(client, valley, topic):
    html = page(client, valley.miller)
    assert "水渠清淤" in html
    assert 'aria-describedby="how-me-' in html
    assert "起算" in html or "当日不计" in html


def test_a_reminder_is_sent_and_a_call_noted_from_the_row(client, valley, topic):
    duty = Duty.objects.open().of(topic).get(post__key="farmer")
    note = f'action="{reverse("deadlines:duty_note", args=[duty.pk])}"'
    html = page(client, valley.clerk)
    assert f'action="{reverse("deadlines:duty_chase", args=[duty.pk])}"' in html
    assert f'href="?note={duty.pk}#note-{duty.pk}"' in html
    assert note not in html
    html = page(client, valley.clerk, note=duty.pk)
    assert note in html
    assert 'name="whom" value="farmer"' in html


@pytest.mark.parametrize("note", ["x", "0", ""])
def test_no_form_is_drawn_for_a_duty_not_waited_for(client, valley, topic, note):
    client.force_login(valley.clerk)
    assert client.get(reverse(HOME), {"note": note}).context["form"] is None


def test_the_last_call_and_reminder_stand_beside_the_row(client, valley, topic):
    duty = Duty.objects.open().of(topic).get(post__key="farmer")
    duty.note(by=valley.clerk, channel="phone", whom="农场主", said="下周就签")
    chase(duty, by=valley.clerk)
    html = page(client, valley.clerk)
    assert "下周就签" in html
    assert "03-02 催办过" in html
    assert f'action="{reverse("deadlines:duty_chase", args=[duty.pk])}"' not in html
    assert "今天已经催办过" in html
    assert "下周就签" not in page(client, valley.bailiff)


def test_who_acts_for_no_unit_keeps_no_notes(client, valley, topic):
    Duty.objects.of(topic).update(waiting=valley.posts["farmer"])
    client.force_login(valley.farmer)
    [duty] = client.get(reverse(HOME)).context["sections"]["awaited"].duties
    assert not duty.may_note
    assert client.get(reverse(HOME), {"note": duty.pk}).context["form"] is None


def test_what_is_overdue_is_counted(client, valley, topic):
    later = timezone.make_aware(datetime(2026, 4, 20, 9))
    with clock.at(later):
        client.force_login(valley.miller)
        section = client.get(reverse(HOME)).context["sections"]["me"]
        assert (len(section.duties), section.late) == (1, 1)


def test_only_the_most_urgent_are_drawn_and_the_list_has_the_rest(client, valley):
    for number in range(SHOWN[Who.ME] + 1):
        make_topic(valley, "mill-office", f"议题{number}号")
    client.force_login(valley.miller)
    answer = client.get(reverse(HOME))
    section = answer.context["sections"]["me"]
    assert len(section.duties) == SHOWN[Who.ME]
    assert section.has_more
    assert answer.context["frame"].waiting == SHOWN[Who.ME] + 1
    assert f"议题{SHOWN[Who.ME]}号" not in answer.content.decode()


def test_one_body_of_several_can_be_looked_at_alone(client, valley, hill):
    charters.appointed(valley.clerk, hill, "unit-mill-office")
    open_year(valley.body)
    open_year(hill)
    assert len(sections(client, valley.clerk)["me"]) == 2
    [(_post, year)] = sections(client, valley.clerk, body=hill.pk)["me"]
    assert year.joint_body == hill


@pytest.mark.parametrize("body", ["x", "0", "999", ""])
def test_a_body_that_is_none_of_mine_is_no_filter(client, valley, topic, body):
    assert sections(client, valley.miller, body=body)["me"] == [("miller", topic)]


def test_the_year_of_each_body_is_drawn(client, valley):
    open_year(valley.body)
    client.force_login(valley.sluice)
    [line] = client.get(reverse(HOME)).context["years"]
    assert (line["label"], line["look"]) == ("尚未同意召开", "")
    with clock.at(timezone.make_aware(datetime(2026, 12, 1, 9))):
        [line] = client.get(reverse(HOME)).context["years"]
    assert line["look"] == "is-late"


def test_an_agreed_meeting_whose_proposed_day_is_past_is_not_called_prepared(
    client, valley
):
    Meeting.objects.create(
        joint_body=valley.body,
        requested_by=valley.body.members.get(key="mill-office"),
        year=2026,
        reason="年度会议",
        proposed_on=date(2026, 4, 10),
        status=Meeting.Status.AGREED,
        requested_on=date(2026, 3, 2),
        letter=issued_letter(valley),
    )
    client.force_login(valley.sluice)
    for day, state in (
        (10, ("已同意召开，正在筹备", "is-go")),
        (11, ("会议日期已过，尚未召开", "is-near")),
    ):
        with clock.at(timezone.make_aware(datetime(2026, 4, day, 9))):
            [line] = client.get(reverse(HOME)).context["years"]
        assert (line["label"], line["look"]) == state


def issued_letter(valley) -> IssuedDocument:
    return IssuedDocument.objects.create(
        joint_body=valley.body,
        issuer=valley.body.members.get(key="mill-office"),
        issued_by=valley.clerk,
        issued_on="2026-03-02",
        data={},
    )


def test_the_latest_documents_are_those_of_my_bodies_or_sent_to_my_unit(
    client, valley, hill
):
    units = {unit.key: unit for unit in valley.body.members.all()}
    letter = {"joint_body": valley.body, "issuer": units["mill-office"]}
    letter |= {"issued_by": valley.clerk, "issued_on": "2026-03-01", "data": {}}
    for number in range(6):
        sent = IssuedDocument.objects.create(
            title=f"第{number}封信", number=f"磨函〔2026〕{number}号", **letter
        )
    Addressee.objects.create(document=sent, member=units["sluice"])

    def shown(person) -> list[str]:
        client.force_login(person)
        return [each.title for each in client.get(reverse(HOME)).context["documents"]]

    assert shown(valley.clerk) == [f"第{number}封信" for number in (5, 4, 3, 2, 1)]
    assert shown(valley.sluice) == ["第5封信"]
    assert shown(valley.keeper) == []


def queries(client, person) -> int:
    client.force_login(person)
    client.get(reverse(HOME))  # the first page of a day brings the rights up to date
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(reverse(HOME)).status_code == 200
    return len(captured)


def test_it_costs_the_same_with_one_duty_and_with_fifty(client, valley, hill):
    charters.appointed(valley.clerk, hill, "unit-mill-office")
    open_year(valley.body)
    make_topic(valley, "mill-office", "议题")
    make_topic(valley, "farm-office", "议题")
    few = queries(client, valley.clerk)
    for number in range(25):
        make_topic(valley, "mill-office", f"议题{number}号")
        make_topic(valley, "farm-office", f"议题{number}号")
    assert queries(client, valley.clerk) == few
    assert few <= 15
