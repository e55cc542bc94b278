"""Who acts or enters for a post: by delegation, or standing in by the charter's succession."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from agenda.models import Topic
from deadlines.models import Duty, Reminder, plan_reminders
from documents.delegating import end_mandate, pass_on
from documents.models import Mandate
from institutions.appointing import appoint, end_appointment
from institutions.models import Delegation, Post, User, charter_by_pk
from institutions.models.charters import problems_of
from institutions.rights import sync_rights
from institutions.succession import fill_vacancies
from jointmeeting import clock
from tests.houses import House, house, lively

MORNING = timezone.make_aware(datetime(2026, 3, 2, 9))
TODAY = MORNING.date()
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    charter_by_pk.cache_clear()
    with clock.at(MORNING):
        yield


def with_rules(post: str = "miller", **rules: Any) -> House:
    """A body where that post may be delegated, or stood in for, as given."""
    data = lively()
    number = [each["key"] for each in data["posts"]].index(post)
    data["posts"][number] |= rules
    return house(data)


def delegated(how: str) -> House:
    return with_rules(delegation={"how": how, "posts": ["steward", "ferry"]})


def standing_in(how: str, **more: str) -> House:
    return with_rules(succession={"how": how, "posts": ["steward", "ferry"]} | more)


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("w.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)


def given(h: House, by: str = "miller", **changed: Any) -> Mandate:
    values = {
        "ground": "delegated",
        "to": h.post("steward"),
        "since": TODAY,
        "until": TODAY + 9 * DAY,
        "reason": "出差",
    }
    return pass_on(h.post("miller"), by=h.person(by), **values | changed)


def titles(person: User) -> list[str]:
    person.look_again()
    return [post.key for post in person.posts_held]


def home(h: House, key: str) -> str:
    html = h.client(key).get(reverse("desk:home")).content.decode()
    return " ".join(strip_tags(html).split())


@pytest.mark.changes("DelegationRules.how=acts", "PostRules.delegation")
def test_who_acts_instead_finds_the_duties_and_signs_as_such():
    h = delegated("acts")
    topic = h.topic("submitted")
    steward = h.person("steward")
    assert "代磨坊主" not in home(h, "steward")
    given(h)
    assert titles(steward) == ["steward", "miller"]
    assert "代磨坊主：" in home(h, "steward")
    sheet = topic.consent("settle")
    topic.answer("settle", by=steward, digest=sheet.digest, answer="agree")
    slot = sheet.signatures.get(post=h.post("miller"))
    assert slot.delegation.post == h.post("miller")
    assert slot.entered_by == steward
    page = h.client("mill-office").get(topic.get_absolute_url()).content.decode()
    assert f"管家{steward.name}（受委托，代磨坊主，2026-03-02 起）" in page
    assert h.duties_agree()


@pytest.mark.changes("DelegationRules.how=acts")
def test_who_acts_has_the_rights_of_the_post_and_is_reminded():
    data = lively()
    data["posts"][0] |= {"delegation": {"how": "acts", "posts": ["steward"]}}
    data["offices"].append(
        {"rights": ["inspect"], "holders": ["miller"], "basis": {"kind": "local"}}
    )
    h = house(data)
    steward = h.person("steward")
    mandate = given(h)
    steward.look_again()
    assert steward.may("inspect", h.body)
    topic = h.topic("submitted")
    [duty] = Duty.objects.open().of(topic).filter(post=h.post("miller"))
    assert set(duty.holders) == {steward, h.person("miller")}
    with clock.at(MORNING + 6 * DAY):
        plan_reminders()
        told = Reminder.objects.filter(duty=duty)
        assert set(told.values_list("recipient", flat=True)) == {
            steward.pk,
            h.person("miller").pk,
        }
    with clock.at(MORNING + 10 * DAY):  # the day after its last
        sync_rights()
        steward.look_again()
        assert not steward.may("inspect", h.body)
        assert titles(steward) == ["steward"]
    end_mandate(mandate, by=h.person("miller"), last_day=TODAY - DAY, reason="回来了")
    assert titles(steward) == ["steward"]


def test_one_that_ends_on_a_coming_day_is_in_force_until_then():
    h = delegated("acts")
    mandate = given(h)
    last_day = TODAY + DAY
    end_mandate(mandate, by=h.person("miller"), last_day=last_day, reason="早回来")
    client = h.client("miller")
    with clock.at(MORNING + DAY):
        assert titles(h.person("steward")) == ["steward", "miller"]
        assert (
            f'st-l">{mandate.Status.IN_FORCE.label}<'
            in client.get(mandate.get_absolute_url()).content.decode()
        )
    with clock.at(MORNING + 2 * DAY):
        assert titles(h.person("steward")) == ["steward"]
        assert (
            f'st-l">{mandate.Status.ENDED.label}<'
            in client.get(mandate.get_absolute_url()).content.decode()
        )


@pytest.mark.changes("DelegationRules.how=enters")
def test_who_only_enters_does_that_and_signs_nothing():
    h = delegated("enters")
    topic, ferry = h.topic("submitted"), h.person("ferry")
    given(h, to=h.post("ferry"))
    assert titles(ferry) == ["unit-ferry"]
    assert h.post("miller").pk in ferry.posts_entered
    assert "磨坊主" in home(h, "ferry")
    url = topic.consent("settle")
    own = {"digest": url.digest, "answer": "agree"}
    with pytest.raises(PermissionDenied):
        topic.answer("settle", by=ferry, **own)
    entered = {"on_behalf_of": h.post("miller"), "channel": "phone", "given_on": TODAY}
    seen = Topic.objects.visible_to(ferry).get(pk=topic.pk)
    seen.answer("settle", by=ferry, **own | entered)
    slot = topic.consent("settle").signatures.get(post=h.post("miller"))
    assert (slot.is_on_behalf, slot.is_reported) == (True, False)
    assert slot.delegation.how == "enters"
    assert h.duties_agree()


@pytest.mark.changes("DelegationRules.posts")
def test_only_where_the_charter_says_and_only_by_who_may():
    h = delegated("acts")
    with pytest.raises(ValidationError) as refused:
        given(h, to=h.post("smithy"))
    assert list(refused.value.message_dict) == ["to"]
    with pytest.raises(PermissionDenied):
        given(h, by="sluice")
    with pytest.raises(ValidationError) as refused:
        given(h, by="mill-office")
    assert list(refused.value.message_dict) == ["letter"]
    assert given(h, by="mill-office", letter=paper()).letter
    with pytest.raises(ValidationError) as refused:
        given(h)
    assert list(refused.value.message_dict) == ["since"]


def test_a_delegation_ends_with_its_giver_and_never_comes_back_to_itself():
    data = lively()
    for number, other in ((0, "steward"), (2, "miller")):
        data["posts"][number] |= {"delegation": {"how": "acts", "posts": [other]}}
    h = house(data)
    given(h)
    back = {"ground": "delegated", "to": h.post("miller"), "since": TODAY, "reason": "忙"}
    with pytest.raises(ValidationError) as refused:
        pass_on(h.post("steward"), by=h.person("steward"), **back)
    assert list(refused.value.message_dict) == ["to"]
    steward = h.person("steward")
    end_appointment(h.post("miller").appointments.get(), TODAY - DAY)
    assert titles(steward) == ["steward"]


@pytest.mark.changes("SuccessionRules.how=automatic", "PostRules.succession")
def test_a_vacant_post_is_acted_in_at_once_and_until_it_is_held_again():
    h = standing_in("automatic")
    topic, steward = h.topic("submitted"), h.person("steward")
    end_appointment(h.post("miller").appointments.get(), TODAY - DAY)
    fill_vacancies(h.body)
    assert titles(steward) == ["steward", "miller"]
    assert topic.vacancy("settle") is None
    said = h.client("rights").get(reverse("desk:people_list", args=[h.body.pk]))
    assert "由管家代行" in said.content.decode()
    newcomer = User.objects.create_user("newcomer", name="新人")
    appoint(newcomer, h.post("miller"), since=TODAY)
    assert titles(steward) == ["steward"]
    assert titles(newcomer) == ["miller"]


@pytest.mark.changes("SuccessionRules.posts")
def test_the_first_that_somebody_holds_steps_in():
    h = standing_in("automatic")
    h.leave("steward")
    appointment = h.post("miller").appointments.get()
    with clock.at(MORNING + 5 * DAY):
        end_appointment(appointment, TODAY)
        fill_vacancies(h.body)
        assert titles(h.person("ferry")) == ["unit-ferry", "miller"]


@pytest.mark.changes("SuccessionRules.how=automatic")
def test_a_day_that_comes_brings_the_succession():
    h = standing_in("automatic")
    steward, client = h.person("steward"), h.client("steward")
    client.get(reverse("desk:home"))
    end_appointment(h.post("miller").appointments.get(), TODAY)
    assert titles(steward) == ["steward"]
    with clock.at(MORNING + DAY):
        client.get(reverse("desk:home"))
        assert titles(steward) == ["steward", "miller"]


@pytest.mark.changes("SuccessionRules.how=with consent", "SuccessionRules.consent_of")
@pytest.mark.parametrize(
    ("more", "asked"), [({}, "steward"), ({"consent_of": "farmer"}, "farmer")]
)
def test_with_consent_nobody_acts_before_it(more, asked):
    h = standing_in("with consent", **more)
    steward = h.person("steward")
    mandate = given(h, by="mill-office", ground="away")
    assert titles(steward) == ["steward"]
    assert h.owed(mandate) == {("accept", asked)}
    assert "是否同意管家代行磨坊主" in home(h, asked)
    url = reverse("documents:mandate_accept", args=[mandate.pk])
    assert h.client("mill-office").post(url).status_code == 403
    assert h.client(asked).post(url).status_code == 302
    assert titles(steward) == ["steward", "miller"]
    assert h.duties_agree()


def test_nobody_is_asked_twice_for_the_same_days():
    h = standing_in("with consent")
    given(h, by="mill-office", ground="away")
    with pytest.raises(ValidationError) as refused:
        given(h, by="mill-office", ground="away")
    assert set(refused.value.message_dict) == {"since"}
    assert Mandate.objects.count() == 1


def test_what_is_declined_with_a_reason_holds_for_nobody():
    h = standing_in("with consent")
    mandate = given(h, by="mill-office", ground="away")
    url = reverse("documents:mandate_decline", args=[mandate.pk])
    assert h.client("steward").post(url, {}).status_code == 200
    assert h.client("steward").post(url, {"reason": "也出差"}).status_code == 302
    assert titles(h.person("steward")) == ["steward"]
    assert h.owed(mandate) == set()
    page = h.client("steward").get(mandate.get_absolute_url()).content.decode()
    assert "也出差" in page


@pytest.mark.changes("SuccessionRules.how=by letter", "SuccessionRules.how=for a time")
@pytest.mark.parametrize(
    ("how", "without", "field"),
    [("by letter", {}, "letter"), ("for a time", {"until": None}, "until")],
)
def test_a_letter_or_a_last_day_is_asked_for(how, without, field):
    h = standing_in(how)
    client = h.client("mill-office")
    url = reverse("documents:post_pass_on", args=[h.post("miller").pk])
    typed = {
        "ground": "away",
        "to": h.post("steward").pk,
        "since": TODAY,
        "until": TODAY + 9 * DAY,
        "reason": "出差",
    }
    typed |= dict.fromkeys(without, "")
    answer = client.post(url, typed)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Delegation.objects.exists()
    full = typed | {"until": TODAY + 9 * DAY, "letter": paper()}
    assert client.post(url, full).status_code == 302
    assert titles(h.person("steward")) == ["steward", "miller"]
    with clock.at(MORNING + 10 * DAY):
        assert titles(h.person("steward")) == ["steward"]


PROBLEMS = [
    ({"succession": {"posts": []}}, "succession.posts"),
    ({"succession": {"posts": ["nobody"]}}, "succession.posts"),
    ({"succession": {"posts": ["miller"]}}, "succession.posts"),
    ({"succession": {"posts": ["steward"], "consent_of": "farmer"}}, "consent_of"),
    ({"delegation": {"how": "acts", "posts": []}}, "delegation.posts"),
    ({"delegation": {"how": "signs", "posts": ["steward"]}}, "delegation.how"),
    ({"delegation": {"posts": ["steward"]}}, "delegation.how"),
    ({"holders": 0}, "holders"),
]


@pytest.mark.parametrize(("rules", "path"), PROBLEMS)
def test_what_cannot_be_is_refused_at_its_place(rules, path):
    data = lively()
    data["posts"][0] |= rules
    [problem] = problems_of(data)
    assert problem.path.startswith("posts[0].")
    assert problem.path.endswith(path)


def test_a_succession_that_comes_back_is_refused():
    data = lively()
    for number, after in ((0, "steward"), (2, "farmer"), (1, "miller")):
        data["posts"][number]["succession"] = {"posts": [after]}
    paths = [problem.path for problem in problems_of(data)]
    assert paths == [f"posts[{number}].succession.posts" for number in (0, 1, 2)]


def test_the_posts_held_are_one_query(django_assert_num_queries):
    h = delegated("acts")
    given(h)
    steward = h.person("steward")
    with django_assert_num_queries(1):
        assert len(steward.posts_held) == 2
    assert Post.objects.held_by(steward).count() == 2
    assert date(2026, 3, 2) == TODAY
