"""The page of an agenda: its order, what is put on and taken off, and who is told what."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agenda.boxes import agenda_box
from agenda.models import Agenda, AgendaItem, Topic
from jointmeeting import clock
from meetings.models import Attendance, Meeting
from tests.houses import acts, house, lively, reason
from tests.sittings import agreed, held, notified

pytestmark = pytest.mark.django_db
OFFICE = "mill-office"


def url(name, *args) -> str:
    return reverse(f"agenda:agenda_{name}", args=args)


def page(response) -> str:
    return response.content.decode()


@pytest.fixture
def agenda(h) -> Agenda:
    """An agenda just begun: what became of the decisions, and a report."""
    return Agenda.objects.begin(agreed(h), by=h.person(OFFICE))


@pytest.fixture
def office(h):
    return h.client(OFFICE)


def titles(agenda) -> list[str]:
    return [item.title for item in Agenda.objects.get(pk=agenda.pk).items.all()]


def keys(agenda) -> list[int]:
    return list(agenda.items.values_list("pk", flat=True))


def sorting(agenda, order, **more) -> dict:
    return {"order": order, "seen": agenda.seen(), "since": "0-0"} | more


def explaining() -> dict:
    """A charter under which a topic may be put on before all units have answered."""
    return lively() | {"gates": {"agenda.units_have_answered": "explain"}}


# It is begun


def test_an_agenda_is_begun_with_what_the_charter_puts_on_every_one(h, office):
    meeting = agreed(h)
    answer = office.post(url("begin", meeting.pk))
    agenda = Agenda.objects.get(meeting=meeting)
    assert answer.url == agenda.get_absolute_url()
    assert titles(agenda) == ["上回议定的事", "农场通报"]
    assert office.post(url("begin", meeting.pk)).url == answer.url
    assert Agenda.objects.count() == 1


def test_no_agenda_is_begun_before_the_meeting_is_agreed_to(h, office):
    by = h.person(OFFICE)
    words = {"kind": "regular", "year": 2026, "reason": "开闸"}
    meeting = Meeting.objects.begin(h.unit(OFFICE), by=by, **words)
    answer = office.post(url("begin", meeting.pk), follow=True)
    assert "An agenda is begun once the meeting is agreed to." in page(answer)
    assert not Agenda.objects.exists()


def test_only_the_organiser_begins_it(h):
    meeting = agreed(h)
    answer = h.client("farm-office").post(url("begin", meeting.pk))
    assert answer.status_code == 403


# What the page says


def test_the_page_tells_each_item_and_how_long_all_take(h, agenda, office):
    unit = h.unit("ferry")
    agenda.add(
        by=h.person(OFFICE), kind="other", title="渡口", presenter=unit, minutes=15
    )
    [first, *_more] = agenda.items.all()
    agenda.change(by=h.person(OFFICE), item=first, seen=first.seen(), minutes=10)
    html = page(office.get(agenda.get_absolute_url()))
    assert "3 items, 25 minutes" in html
    assert "1 items do not say how long they take." in html
    assert re.search(r'data-l="Presented by">渡口<', html)
    assert "Waiting for: 磨账房账房" in html


def test_the_page_says_until_when_it_is_to_be_frozen_and_how_that_is_counted(h, office):
    meeting = notified(h)
    html = page(office.get(meeting.agenda.get_absolute_url()))
    assert "Freeze by" in html
    assert "3 working days before 03-22, which does not count: 03-18." in html


def test_an_empty_agenda_says_what_to_do(h, agenda, office):
    AgendaItem.objects.all().update(taken_off_on=clock.today())
    html = page(office.get(agenda.get_absolute_url()))
    assert "Put on topics that are ready, or add an item of your own." in html
    assert "There is nothing on the agenda yet." in html  # why it is not frozen


def test_the_page_takes_as_many_queries_for_one_item_as_for_fifty(h, agenda, office):
    by, topic = h.person(OFFICE), h.topic("answered", title="首个")
    agenda.take_up(by=by, topic=topic)
    h.topic("asked", title="在征求")
    office.get(agenda.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        office.get(agenda.get_absolute_url())
    for number in range(48):
        units = [h.unit("ferry"), h.unit("smithy")]
        title, presenter = f"事项{number}", h.unit("sluice")
        agenda.add(by=by, kind="other", title=title, presenter=presenter, units=units)
    for number in range(12):
        h.topic("asked", title=f"议题{number}")
    with CaptureQueriesContext(connection) as many:
        answer = office.get(agenda.get_absolute_url())
    assert len(answer.context["rows"]) == 51
    assert len(answer.context["candidates"]) == 13
    assert len(many) == len(few) <= 45


def test_the_box_of_the_meeting_takes_two_queries(h, agenda):
    meeting = Meeting.objects.select_related("joint_body").get(pk=agenda.meeting_id)
    user = h.person(OFFICE)
    user.may("read_topics", meeting.joint_body)
    with CaptureQueriesContext(connection) as asked:
        box = agenda_box(meeting, user)
    assert len(asked) == 2
    assert [item.title for item in box["items"]] == ["上回议定的事", "农场通报"]
    assert box["may_sort"]


def test_the_box_of_a_draft_is_empty_for_who_may_not_read_it(h, agenda):
    assert agenda_box(agenda.meeting, h.person("ferry")) == {}


def test_the_box_offers_to_begin_an_agenda_to_who_may(h):
    meeting = agreed(h)
    assert agenda_box(meeting, h.person(OFFICE)) == {"may_begin": True}
    assert agenda_box(meeting, h.person("farm-office")) == {}


# Who sees what


def test_a_draft_is_the_offices_own_and_a_frozen_agenda_is_read_plainly(h):
    meeting = notified(h, h.topic("answered"))
    where, ferry = meeting.agenda.get_absolute_url(), h.client("ferry")
    assert ferry.get(where).status_code == 404
    meeting.agenda.freeze(by=h.person(OFFICE))
    html = page(ferry.get(where))
    assert "春灌用水" in html
    for word in ("Move up", "Take off", "Topics that wait", "What happened", "grip"):
        assert word not in html


def test_an_agenda_never_frozen_is_read_once_the_meeting_was_held(h):
    meeting = held(h, h.topic("answered"))
    answer = h.client("ferry").get(meeting.agenda.get_absolute_url())
    assert "春灌用水" in page(answer)


def test_the_other_side_reads_the_draft_and_changes_nothing(h, agenda):
    farm = h.client("farm-office")
    assert "Move up" not in page(farm.get(agenda.get_absolute_url()))
    answer = farm.post(url("sort", agenda.pk), sorting(agenda, keys(agenda)))
    assert answer.status_code == 403
    for name in ("add", "gather"):
        assert farm.get(url(name, agenda.pk)).status_code == 403


# The order


def test_an_order_sent_whole_is_kept(agenda, office):
    order = keys(agenda)[::-1]
    office.post(url("sort", agenda.pk), sorting(agenda, order))
    assert titles(agenda) == ["农场通报", "上回议定的事"]


def test_a_button_moves_an_item_a_place_and_comes_back_to_it(h, agenda, office):
    agenda.add(by=h.person(OFFICE), kind="other", title="渡口", presenter=h.unit("ferry"))
    order = keys(agenda)
    move = {"move": f"up {order[2]}"}
    answer = office.post(url("sort", agenda.pk), sorting(agenda, order, **move))
    assert titles(agenda) == ["上回议定的事", "渡口", "农场通报"]
    assert answer.url.endswith(f"#up-{order[2]}")
    order = keys(agenda)
    move = {"move": f"up {order[1]}"}
    answer = office.post(url("sort", agenda.pk), sorting(agenda, order, **move))
    assert titles(agenda)[0] == "渡口"
    assert answer.url.endswith(f"#down-{order[1]}")  # it cannot go further up
    assert "“渡口” is item 1 now." in page(office.get(agenda.get_absolute_url()))


def test_of_two_who_move_items_the_second_is_told_and_loses_nothing(h, agenda, office):
    before, since = agenda.seen(), office.get(agenda.get_absolute_url()).context["since"]
    order = keys(agenda)
    agenda.add(by=h.person(OFFICE), kind="other", title="渡口", presenter=h.unit("ferry"))
    sent = {"order": order[::-1], "seen": before, "since": since}
    answer = office.post(url("sort", agenda.pk), sent)
    html = page(answer)
    assert answer.status_code == 409
    assert "The order has changed since you opened it." in html
    assert "Put on the agenda: 渡口" in html  # what the other did
    assert "Begin the agenda" not in html.partition("Items in order")[0]
    drawn = [row["item"].title for row in answer.context["rows"]]
    assert drawn == ["农场通报", "上回议定的事", "渡口"]  # his order, not kept
    assert titles(agenda) == ["上回议定的事", "农场通报", "渡口"]
    shown = [row["item"].pk for row in answer.context["rows"]]
    again = {"order": shown, "seen": answer.context["seen"], "since": "0-0"}
    office.post(url("sort", agenda.pk), again)
    assert titles(agenda) == ["农场通报", "上回议定的事", "渡口"]


@pytest.mark.parametrize("order", [[], ["x"], ["1", "1"], ["999999"]])
def test_an_order_that_is_none_is_refused(agenda, office, order):
    answer = office.post(url("sort", agenda.pk), sorting(agenda, order))
    assert answer.status_code == 409
    assert "The order must name each item once." in page(answer)


@pytest.mark.parametrize("since", ["", "-", "x-1", "1-x", "1", "-1-2", "9" * 30 + "-1"])
def test_a_forged_stamp_shows_no_changes(agenda, office, since):
    sent = {"order": [], "seen": "", "since": since}
    answer = office.post(url("sort", agenda.pk), sent)
    assert answer.status_code == 409


def test_a_frozen_order_is_not_changed(h, agenda, office):
    agenda.freeze(by=h.person(OFFICE))
    answer = office.post(url("sort", agenda.pk), sorting(agenda, keys(agenda)[::-1]))
    assert answer.status_code == 409
    assert "Keep this order" not in page(answer)
    assert titles(agenda) == ["上回议定的事", "农场通报"]


# Topics


def test_a_topic_that_is_ready_is_put_on_by_one_button(h, agenda, office):
    topic = h.topic("answered")
    html = page(office.get(agenda.get_absolute_url()))
    assert "Put on the agenda：春灌用水" in html
    assert ">Ready<" in html
    office.post(url("take_up", agenda.pk, topic.pk))
    assert titles(agenda)[-1] == "春灌用水"
    item = agenda.items.get(topic=topic)
    assert {str(unit) for unit in item.units.all()} == {"水闸站", "渡口", "铁匠铺"}


def test_a_topic_that_is_not_ready_says_why_and_leads_to_it(h, agenda, office):
    topic = h.topic("asked", measure="")
    html = page(office.get(agenda.get_absolute_url()))
    assert "Still missing: proposed measure." in html
    assert "Waiting for the opinion of: 水闸站, 渡口, 铁匠铺." in html
    assert topic.get_absolute_url() in html
    answer = office.post(url("take_up", agenda.pk, topic.pk))
    assert answer.status_code == 409
    assert "春灌用水" not in titles(agenda)


def test_a_topic_not_yet_settled_is_listed_with_its_state(h, agenda, office):
    h.topic("submitted")
    html = page(office.get(agenda.get_absolute_url()))
    assert "Not settled: Submitted." in html


def test_where_the_charter_lets_one_go_on_a_reason_is_asked_and_kept():
    h = house(explaining())
    agenda = Agenda.objects.begin(agreed(h), by=h.person(OFFICE))
    topic, office = h.topic("asked"), h.client(OFFICE)
    assert "Put on with a reason" in page(office.get(agenda.get_absolute_url()))
    where = url("take_up", agenda.pk, topic.pk)
    assert "Waiting for the opinion of" in page(office.get(where))
    assert "Enter Reason for going on" in page(office.post(where, {"despite": ""}))
    assert len(titles(agenda)) == 2
    assert office.post(where, {"despite": "汛期将到。"}).status_code == 302
    topic.refresh_from_db()
    assert reason(topic) == "汛期将到。"
    assert reason(agenda.items.get(topic=topic)) == "汛期将到。"


def test_a_topic_whose_withdrawal_is_asked_is_not_put_on(h, agenda, office):
    topic = h.topic("answered")
    topic.ask_to_withdraw(by=h.person(OFFICE), reason="另案办理。")
    answer = office.post(url("take_up", agenda.pk, topic.pk))
    assert "The withdrawal has been asked for" in page(answer)
    assert len(titles(agenda)) == 2


def test_a_topic_withdrawn_from_an_agenda_is_named_and_stands_against_freezing(
    h, agenda, office
):
    topic = h.topic("answered")
    agenda.take_up(by=h.person(OFFICE), topic=topic)
    topic.ask_to_withdraw(by=h.person(OFFICE), reason="另案办理。")
    h.sign(topic, "withdraw")
    html = page(office.get(agenda.get_absolute_url()))
    assert 'is-late">Withdrawn<' in html
    answer = office.post(url("freeze", agenda.pk), follow=True)
    assert "No longer settled, to be taken off: 春灌用水." in page(answer)
    agenda.refresh_from_db()
    assert agenda.status == "draft"
    item = agenda.items.get(topic=topic)
    office.post(url("take_off", agenda.pk, item.pk), {"sure": "1"})
    office.post(url("freeze", agenda.pk))
    agenda.refresh_from_db()
    assert agenda.status == "frozen"


def test_a_topic_stands_on_one_agenda_at_a_time_and_later_on_another(h, agenda, office):
    topic, by = h.topic("answered"), h.person(OFFICE)
    agenda.take_up(by=by, topic=topic)
    other = Agenda.objects.begin(agreed(h, kind="ad hoc"), by=by)
    answer = office.post(url("take_up", other.pk, topic.pk))
    assert "This topic is on an agenda already." in page(answer)
    assert answer.status_code == 409
    meeting = Meeting.objects.get(pk=agenda.meeting_id)
    meeting.cancel(by=by, reason="改期。")
    office.post(url("take_up", other.pk, topic.pk), {"sure": "1"})
    assert titles(other)[-1] == "春灌用水"


def test_a_topic_of_another_body_is_not_there(h, agenda, office):
    there = house(key="hill").topic("answered")
    assert office.get(url("take_up", agenda.pk, there.pk)).status_code == 404


def test_a_topic_added_to_a_frozen_agenda_is_marked_and_its_reason_kept(
    h, agenda, office
):
    topic = h.topic("answered")
    agenda.freeze(by=h.person(OFFICE))
    where = url("supplement", agenda.pk, topic.pk)
    assert where in page(office.get(agenda.get_absolute_url()))
    assert "Enter Reason" in page(office.post(where, {"reason": ""}))
    office.post(where, {"reason": "汛情紧急。"})
    item = agenda.items.get(topic=topic)
    assert item.is_supplement
    html = page(office.get(agenda.get_absolute_url()))
    assert "added later" in html
    assert "汛情紧急。" in html


# Items of one's own


def test_an_item_of_ones_own_is_added_with_its_units(h, agenda, office):
    sent = {"kind": "other", "title": " 渡口\n夜航 ", "presenter": h.unit("ferry").pk}
    sent |= {"minutes": "20", "units": [h.unit("sluice").pk, h.unit("smithy").pk]}
    office.post(url("add", agenda.pk), sent)
    item = agenda.items.get(title="渡口 夜航")
    assert (item.kind, item.minutes, item.units.count()) == ("other", 20, 2)
    assert h.duties_agree()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Enter Item"),
        ({"title": "长" * 201}, "201 characters now; remove 1"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"minutes": "99999"}, "less than or equal to 600"),
        ({"kind": "progress"}, "not one of the available choices"),
        ({"presenter": "0"}, "not one of the available choices"),
    ],
)
def test_a_wrong_item_is_refused_beside_its_field_and_what_was_typed_stays(
    h, agenda, office, wrong, said
):
    sent = {"kind": "other", "title": "夜航灯", "presenter": h.unit("ferry").pk}
    html = page(office.post(url("add", agenda.pk), sent | wrong))
    assert said in html
    assert wrong.get("title", "夜航灯") in html
    assert len(titles(agenda)) == 2


def test_a_title_of_200_characters_and_hostile_words_stand_as_text(h, agenda, office):
    title = ("<script>alert(1)</script>" + "长" * 200)[:200]
    sent = {"kind": "report", "title": title, "presenter": h.unit("ferry").pk}
    office.post(url("add", agenda.pk), sent)
    html = page(office.get(agenda.get_absolute_url()))
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_what_was_changed_of_an_item_is_in_the_log(h, agenda, office):
    item = agenda.items.get(kind="report")
    where = url("change", agenda.pk, item.pk)
    seen = office.get(where).context["seen"]
    sent = {"title": item.title, "presenter": h.unit("sluice").pk, "minutes": "8"}
    sent |= {"seen": seen, "units": [h.unit("ferry").pk]}
    assert office.post(where, sent).url.endswith(f"#item-{item.pk}")
    html = page(office.get(agenda.get_absolute_url()))
    assert "Change an item: 农场通报" in html
    assert "Changed “presented by” from “农场账房” to “水闸站”" in html
    assert "Units concerned: 渡口." in html


def test_of_two_who_change_one_item_the_second_is_shown_what_the_first_made_of_it(
    h, agenda, office
):
    item = agenda.items.get(kind="report")
    seen = item.seen()
    agenda.change(by=h.person(OFFICE), item=item, seen=seen, minutes=30)
    sent = {"title": "农场通报", "presenter": item.presenter_id, "minutes": "5"}
    answer = office.post(url("change", agenda.pk, item.pk), sent | {"seen": seen})
    assert answer.status_code == 409
    assert answer.context["stored"] == [("Length in minutes", 30)]
    assert 'value="5"' in page(answer)
    assert answer.context["seen"] != seen


# Off and on again


def test_an_item_is_taken_off_after_asking_and_put_on_again_as_it_was(h, agenda, office):
    item = agenda.items.get(kind="report")
    item.units.set([h.unit("ferry")])
    where = url("take_off", agenda.pk, item.pk)
    assert "Take “农场通报” off the agenda?" in page(office.get(where))
    office.post(where, {"sure": "1"})
    assert titles(agenda) == ["上回议定的事"]
    assert "Put on again：农场通报" in page(office.get(agenda.get_absolute_url()))
    office.post(url("put_back", agenda.pk, item.pk))
    assert titles(agenda) == ["上回议定的事", "农场通报"]
    assert agenda.items.get(pk=item.pk).units.count() == 1
    last = acts(agenda.items.get(pk=item.pk))[-2:]
    assert last == ["Take off the agenda", "Put on the agenda again"]


def test_a_topic_taken_off_waits_again_and_comes_back_as_it_was(h, agenda, office):
    topic, by = h.topic("answered"), h.person(OFFICE)
    agenda.take_up(by=by, topic=topic)
    item = agenda.items.get(topic=topic)
    agenda.change(by=by, item=item, seen=item.seen(), minutes=25)
    office.post(url("take_off", agenda.pk, item.pk), {"sure": "1"})
    assert topic in agenda.candidates()
    office.post(url("take_up", agenda.pk, topic.pk), {"sure": "1"})
    assert agenda.items.get(topic=topic).minutes == 25
    assert AgendaItem.all_time.filter(topic=topic).count() == 1


def test_what_became_of_the_decisions_is_not_taken_off(agenda, office):
    item = agenda.items.get(kind="progress")
    answer = office.post(url("take_off", agenda.pk, item.pk), {"sure": "1"})
    assert "By the charter this item stands on every agenda." in page(answer)
    assert answer.status_code == 409
    assert len(titles(agenda)) == 2


def test_an_item_gone_meanwhile_is_not_there(agenda, office):
    item = agenda.items.get(kind="report")
    office.post(url("take_off", agenda.pk, item.pk), {"sure": "1"})
    for name in ("change", "take_off"):
        assert office.get(url(name, agenda.pk, item.pk)).status_code == 404


# Who attends


def test_whom_the_agenda_calls_is_shown_before_they_get_a_place(h, agenda, office):
    agenda.take_up(by=h.person(OFFICE), topic=h.topic("answered"))
    html = page(office.get(url("gather", agenda.pk)))
    assert "6 places would be added" in html
    for who in ("磨坊主", "农场主", "管家", "水闸站", "渡口", "铁匠铺"):
        assert who in html
    assert not Attendance.objects.exists()
    answer = office.post(url("gather", agenda.pk), follow=True)
    assert "6 places are added to the list." in page(answer)
    assert Attendance.objects.count() == 6
    assert "All have their place" in page(office.get(url("gather", agenda.pk)))


def test_who_presents_another_matter_is_called_as_well(h, agenda):
    ferry = h.unit("ferry")
    agenda.add(by=h.person(OFFICE), kind="other", title="夜航", presenter=ferry)
    called = [place.get("unit") for place in agenda.places_missing()]
    assert ferry in called


# It stands, and is opened again


def test_a_frozen_agenda_is_opened_again_with_a_reason(h, agenda, office):
    office.post(url("freeze", agenda.pk))
    where = url("reopen", agenda.pk)
    assert "Open the agenda of Regular meeting of 2026 again?" in page(office.get(where))
    assert "Enter Reason" in page(office.post(where, {"reason": ""}))
    office.post(where, {"reason": "议题有变。"})
    agenda.refresh_from_db()
    assert (agenda.status, agenda.frozen_on) == ("draft", None)
    assert "议题有变。" in page(office.get(agenda.get_absolute_url()))
    assert h.duties_agree()


def test_nothing_is_changed_once_the_meeting_was_held(h, office):
    meeting = held(h, h.topic("answered"))
    agenda = Agenda.objects.get(meeting=meeting)
    html = page(office.get(agenda.get_absolute_url()))
    assert "Move up" not in html
    answer = office.post(url("freeze", agenda.pk), follow=True)
    assert "The meeting is over, or will not be held." in page(answer)


def test_the_agenda_is_printed_and_a_draft_says_that_it_is_one(agenda, office):
    answer = office.get(url("pdf", agenda.pk))
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


# The topic's own page


def test_a_topic_says_on_which_agenda_it_is(h, agenda, office):
    topic = h.topic("answered")
    html = page(office.get(topic.get_absolute_url()))
    assert url("take_up", agenda.pk, topic.pk) in html
    agenda.take_up(by=h.person(OFFICE), topic=topic)
    html = page(office.get(topic.get_absolute_url()))
    assert f'href="{agenda.get_absolute_url()}#item-' in html
    assert "item 3 of 3" in html
    assert url("take_up", agenda.pk, topic.pk) not in html


def test_a_topic_that_is_not_ready_says_so_beside_the_step(h, agenda, office):
    topic = h.topic("asked")
    html = page(office.get(topic.get_absolute_url()))
    assert "Put on the agenda of Regular meeting of 2026" in html
    assert "Waiting for the opinion of" in html


def test_who_does_not_organise_is_not_offered_the_step(h, agenda):
    topic = h.topic("answered", by="farm-office")
    html = page(h.client("farm-office").get(topic.get_absolute_url()))
    assert url("take_up", agenda.pk, topic.pk) not in html


def test_a_topic_put_off_by_the_meeting_is_carried_over_and_queried_so(h, office):
    topic, other = h.topic("answered"), h.topic("answered", title="道路")
    meeting = held(h, topic)
    listed = reverse("agenda:topic_list")
    for status in ("on an agenda", "carried over"):
        found = office.get(f"{listed}?status={status}").context["rows"]
        expected = ["春灌用水"] if status == "on an agenda" else []
        assert [row["title"] for row in found] == expected
    Meeting.objects.filter(pk=meeting.pk).update(status="minuted")
    found = office.get(f"{listed}?status=carried over").context["rows"]
    assert [(row["title"], row["state"]) for row in found] == [
        ("春灌用水", "Carried over")
    ]
    assert 'is-carry">Carried over<' in page(office.get(topic.get_absolute_url()))
    assert "Carried over" not in page(office.get(other.get_absolute_url()))
    assert topic in Topic.objects.carried_over()
