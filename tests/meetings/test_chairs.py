"""Who chairs: by the charter's list, in turn, or another with a reason."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import make_aware

from jointmeeting import clock
from meetings import documents
from tests.houses import appointed_too, house, lively, reason
from tests.meetings.rules import under
from tests.sittings import agreed, held

OFFICE = "mill-office"
DAY = make_aware(datetime(2026, 3, 20, 9))
TURNS = {"posts": ["miller", "farmer"], "delegates": [], "in_turn": True}
WITH_REASON = {"posts": ["miller"], "delegates": [], "others": "with reason"}

pytestmark = pytest.mark.django_db


def arrange(h, meeting, chair: str, **words) -> None:
    words = {"starts_at": DAY, "place": "磨坊", "chair": h.post(chair)} | words
    meeting.arrange(by=h.person(OFFICE), **words)


def refused(h, meeting, chair: str, **words) -> dict[str, list[str]]:
    """What stands beside the fields of a refused choice."""
    with pytest.raises(ValidationError) as refusal:
        arrange(h, meeting, chair, **words)
    return refusal.value.message_dict


@pytest.mark.changes("ChairRules.in_turn")
def test_in_turn_the_next_is_proposed_and_another_refused():
    h = under(chair=TURNS)
    first = agreed(h)
    assert first.proposed_chair() == h.post("miller")
    assert "turn of 磨坊主" in str(refused(h, first, "farmer"))
    arrange(h, first, "miller")
    client = h.client(OFFICE)
    page = client.get(reverse("meetings:meeting_arrange", args=[agreed(h).pk]))
    assert page.context["form"].initial["chair"] == h.post("miller")
    assert "turn of 磨坊主" in page.content.decode()


@pytest.mark.changes("ChairRules.in_turn")
def test_after_a_meeting_held_the_next_one_of_the_list_chairs():
    h = under(chair=TURNS)
    held(h)
    with clock.at(clock.now() + timedelta(days=30)):
        second = agreed(h)
        assert second.proposed_chair() == h.post("farmer")
        assert "chair" in refused(
            h, second, "miller", starts_at=clock.now() + timedelta(days=20)
        )


@pytest.mark.changes("ChairRules.others=with reason")
def test_another_post_chairs_with_a_reason_that_the_papers_say():
    h = under(chair=WITH_REASON)
    meeting = agreed(h)
    assert "why another post" in str(refused(h, meeting, "steward"))
    arrange(h, meeting, "steward", chair_reason="磨坊主在外。")
    assert documents.chair_of(meeting) == "管家（磨坊主在外）"
    notice = documents.notice_context(meeting, h.person(OFFICE))
    assert notice["chair"] == "管家（磨坊主在外）"
    page = h.client(OFFICE).get(meeting.get_absolute_url()).content.decode()
    assert "磨坊主在外" in page
    arrange(h, meeting, "miller", chair_reason="多余的话")
    assert meeting.chair_reason == ""


@pytest.mark.changes("ChairRules.others=with reason")
def test_the_form_asks_for_the_reason():
    h = under(chair=WITH_REASON)
    meeting, client = agreed(h), h.client(OFFICE)
    url = reverse("meetings:meeting_arrange", args=[meeting.pk])
    typed = {
        "starts_at": "2026-03-20T09:00",
        "place": "磨坊",
        "chair": h.post("steward").pk,
    }
    page = client.post(url, typed)
    assert "chair_reason" in page.context["form"].errors
    assert client.post(url, typed | {"chair_reason": "磨坊主在外"}).status_code == 302


@pytest.mark.changes("ChairRules.others=refused")
def test_no_other_chairs_where_the_charter_refuses_it():
    h = under(chair={"posts": ["miller"], "delegates": []})
    meeting = agreed(h)
    assert "does not chair" in str(refused(h, meeting, "steward", chair_reason="在外"))
    page = h.client(OFFICE).get(reverse("meetings:meeting_arrange", args=[meeting.pk]))
    assert "chair_reason" not in page.context["form"].fields


def test_turns_need_two_posts():
    with pytest.raises(Exception, match="take turns"):
        under(chair={"posts": ["miller"], "in_turn": True})


def test_the_one_whose_turn_it_is_may_delegate_it():
    h = under(chair=TURNS | {"delegates": ["steward"]})
    meeting = agreed(h)
    farmer, miller = h.post("farmer"), h.post("miller")
    assert "delegated_by" in refused(h, meeting, "steward", delegated_by=farmer)
    arrange(h, meeting, "steward", delegated_by=miller)
    assert documents.chair_of(meeting) == "管家（受磨坊主委托）"


def test_of_two_equal_holders_one_is_named():
    data = lively()
    data["posts"][0]["holders"] = 2
    data["meetings"]["chair"] = {"posts": ["miller"], "basis": {"kind": "local"}}
    h = house(data)
    meeting = agreed(h)
    second = appointed_too(h, "miller", "乙磨主")
    assert "say who chairs" in str(refused(h, meeting, "miller"))
    page = h.client(OFFICE).get(reverse("meetings:meeting_arrange", args=[meeting.pk]))
    assert "乙磨主" in page.content.decode()
    arrange(h, meeting, "miller", chair_person=second)
    assert documents.chair_of(meeting) == "磨坊主乙磨主"
    stranger = h.person("farmer")
    assert "chair_person" in refused(h, meeting, "miller", chair_person=stranger)


def test_another_chair_after_the_notice_keeps_the_reason():
    h = under(chair=WITH_REASON)
    meeting = held(h)
    meeting.name_chair(by=h.person(OFFICE), reason="临时有事", chair=h.post("farmer"))
    assert (meeting.chair_reason, reason(meeting)) == ("临时有事", "临时有事")
    with translation.override("zh-hans"):
        assert documents.chair_of(meeting).endswith("（临时有事）")


def test_a_post_that_has_ended_is_not_offered_with_a_reason():
    h = under(chair=WITH_REASON)
    meeting, steward = agreed(h), h.post("steward")
    assert steward in meeting.eligible_chairs()
    steward.ended_on = clock.today() - timedelta(days=1)
    steward.save()
    assert steward not in meeting.eligible_chairs()
