"""The administration: who may open, change and find what, and what comes of it."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.models import (
    Appointment,
    CalendarDay,
    JointBody,
    MemberUnit,
    Post,
    Side,
    Unit,
    User,
)
from institutions.renaming import rename_unit
from jointmeeting import clock
from tests import charters
from tests.institutions.conftest import MORNING

TODAY = MORNING.date()
ROLES = ("accounts", "rights", "auditor")
MODELS = {
    "user": (User, {"accounts": "change", "auditor": "view"}),
    "unit": (Unit, {"accounts": "change", "rights": "view", "auditor": "view"}),
    "appointment": (Appointment, {"accounts": "change", "auditor": "view"}),
    "jointbody": (JointBody, {"rights": "change", "auditor": "view"}),
    "side": (Side, {"rights": "change", "auditor": "view"}),
    "post": (Post, {"accounts": "view", "rights": "change", "auditor": "view"}),
    "memberunit": (MemberUnit, {"rights": "change", "auditor": "view"}),
    "charter": (None, {"rights": "view", "auditor": "view"}),
    "calendarday": (CalendarDay, {"rights": "change", "auditor": "view"}),
}
NEVER_ADDED = {"jointbody", "side", "charter"}
CELLS = [(name, role) for name in MODELS for role in ROLES]


def url(name: str, act: str, *args) -> str:
    return reverse(f"admin:institutions_{name}_{act}", args=args)


@pytest.fixture
def cast(body, other) -> dict[str, User]:
    """The three administrators and a clerk of the valley; a clerk of the hill."""
    people = {role: charters.put(body, role, role) for role in ROLES}
    people["clerk"] = charters.put(body, "unit-sluice", "clerk")
    people["stranger"] = charters.put(other, "unit-sluice", "stranger")
    CalendarDay.objects.create(day=TODAY, is_working=False)
    return people


@pytest.fixture
def as_(client, cast):
    """The browser of the holder of that post."""

    def browser(name: str):
        client.force_login(cast[name])
        return client

    return browser


def row_of(name: str, body: JointBody):
    """One row of the body."""
    return {
        "user": lambda: User.objects.of([body]).get(username__in=["clerk", "stranger"]),
        "unit": lambda: body.members.get(key="sluice").unit,
        "appointment": lambda: Appointment.objects.filter(post__joint_body=body).last(),
        "jointbody": lambda: body,
        "side": lambda: body.sides.get(key="mill"),
        "post": lambda: body.posts.get(key="steward"),
        "memberunit": lambda: body.members.get(key="sluice"),
        "charter": lambda: body.charter,
        "calendarday": lambda: CalendarDay.objects.get(),
    }[name]()


@pytest.mark.parametrize(("name", "role"), CELLS)
def test_a_page_is_for_the_roles_that_have_to_do_with_it(as_, body, name, role):
    may = MODELS[name][1].get(role)
    row = row_of(name, body)
    browser = as_(role)
    expected = {
        "changelist": 200 if may else 403,
        "add": 200 if may == "change" and name not in NEVER_ADDED else 403,
        "change": 200 if may else 404,
        "history": 200 if may else 404,
        "delete": 403 if may else 404,
    }
    if name == "calendarday":  # which is of all bodies
        expected["delete"] = 200 if role == "rights" else 403
        expected["change"] = expected["history"] = expected["changelist"]
    for act, status in expected.items():
        args = () if act in ("changelist", "add") else (row.pk,)
        assert browser.get(url(name, act, *args)).status_code == status, act


@pytest.mark.parametrize(("name", "role"), CELLS)
def test_a_row_is_changed_by_its_own_role_only(as_, body, name, role):
    may = MODELS[name][1].get(role)
    row = row_of(name, body)
    status = as_(role).post(url(name, "change", row.pk), {}).status_code
    if may == "change":
        assert status in (200, 302)
    else:
        assert status in (403, 404)


@pytest.mark.parametrize(("name", "role"), CELLS)
def test_a_row_of_another_body_does_not_exist(as_, other, name, role):
    row, browser = row_of(name, other), as_(role)
    status = 404
    if name == "calendarday":  # which is of all bodies
        status = 200 if role in MODELS[name][1] else 403
    assert browser.get(url(name, "change", row.pk)).status_code == status
    assert browser.get(url(name, "history", row.pk)).status_code == status
    if status == 404:
        assert browser.post(url(name, "change", row.pk), {}).status_code == 404


@pytest.mark.parametrize("name", MODELS)
def test_a_list_shows_no_row_of_another_body(as_, body, other, name):
    page = as_("auditor").get(url(name, "changelist"))
    shown = set(page.context["cl"].result_list)
    assert row_of(name, body) in shown
    if name != "calendarday":
        assert row_of(name, other) not in shown


@pytest.mark.parametrize("address", ["index", "institutions_user_changelist"])
def test_who_administers_nothing_is_told_so(as_, address):
    answer = as_("clerk").get(reverse(f"admin:{address}"))
    assert answer.status_code == 403
    assert "管理员" in answer.content.decode()


def test_staff_and_superusers_administer_nothing_by_that(client, cast):
    root = User.objects.create_superuser("root", is_staff=True)
    client.force_login(root)
    assert client.get(reverse("admin:index")).status_code == 403


def test_who_is_not_logged_in_goes_to_the_one_log_in(client, db):
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_groups_are_nobodys_to_change(as_):
    assert as_("rights").get("/admin/auth/group/").status_code == 404


def test_the_index_names_what_one_has_to_do_with(as_):
    page = as_("accounts").get(reverse("admin:index"))
    (app,) = page.context["app_list"]
    names = {model["object_name"] for model in app["models"]}
    assert names == {"User", "Unit", "Appointment", "Post"}


# People


PERSON = {
    "username": "newcomer",
    "name": "新来的",
    "phone": "",
    "email": "new@example.org",
    "password1": "Sluice-and-mill-8",
    "password2": "Sluice-and-mill-8",
}


def test_a_person_is_entered_with_a_first_password(as_, cast):
    answer = as_("accounts").post(url("user", "add"), PERSON)
    person = User.objects.get(username="newcomer")
    assert answer.url == url("user", "change", person.pk)
    assert authenticate(username="newcomer", password="Sluice-and-mill-8") == person
    assert person.history.get().history_user == cast["accounts"]
    assert not person.is_staff


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"password2": "Another-one-8"}, "password2"),
        ({"name": ""}, "name"),
        ({"username": "clerk"}, "username"),
        ({"username": "no good"}, "username"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(as_, change, field):
    page = as_("accounts").post(url("user", "add"), PERSON | change)
    form = page.context["adminform"].form
    assert list(form.errors) == [field]
    assert form["email"].value() == "new@example.org"
    assert not User.objects.filter(username="newcomer").exists()


def test_a_person_without_a_post_is_there_for_every_administrator(as_):
    person = User.objects.create_user("nobody", name="无职")
    assert as_("accounts").get(url("user", "change", person.pk)).status_code == 200


def test_a_person_who_left_for_another_body_is_only_read(as_, body, other):
    person = charters.put(body, "miller", "gone", until=TODAY - timedelta(days=1))
    charters.appointed(person, other, "miller")
    page = as_("accounts").get(url("user", "change", person.pk))
    assert not page.context["has_change_permission"]
    password = reverse("admin:auth_user_password_change", args=[person.pk])
    assert password not in page.content.decode()
    assert as_("accounts").get(password).status_code == 403


@pytest.fixture
def new_password(cast) -> str:
    return reverse("admin:auth_user_password_change", args=[cast["clerk"].pk])


def test_a_lost_password_is_set_anew(as_, cast, new_password):
    typed = {"password1": "Sluice-and-mill-9", "password2": "Sluice-and-mill-9"}
    assert as_("accounts").get(new_password).status_code == 200
    assert as_("accounts").post(new_password, typed).status_code == 302
    assert authenticate(username="clerk", password="Sluice-and-mill-9") == cast["clerk"]
    entry = cast["clerk"].history.first()
    assert entry.history_user == cast["accounts"]
    assert entry.history_change_reason == "Set a new password"


@pytest.mark.parametrize("password", ["", "short", "clerk-clerk"])
def test_a_weak_password_is_refused(as_, new_password, password):
    typed = {"password1": password, "password2": password}
    page = as_("accounts").post(new_password, typed)
    assert page.context["form"].errors
    assert authenticate(username="clerk", password="Sluice-and-mill-7")


def test_a_password_is_set_by_the_accounts_administrator_only(as_, new_password):
    assert as_("auditor").get(new_password).status_code == 403
    assert as_("rights").get(new_password).status_code == 404


# Appointments


def appointment_of(person: User, post: Post, **days) -> dict:
    return {"person": person.pk, "post": post.pk, "since": TODAY, "until": ""} | days


def test_an_appointment_brings_its_rights_at_once(as_, cast, body):
    post = body.posts.get(key="unit-mill-office")
    typed = appointment_of(cast["clerk"], post)
    assert as_("accounts").post(url("appointment", "add"), typed).status_code == 302
    assert cast["clerk"].groups.filter(post=post).exists()
    entry = Appointment.objects.get(post=post).history.get()
    assert entry.history_user == cast["accounts"]


def test_an_appointment_ended_yesterday_takes_its_rights_at_once(as_, cast):
    held = cast["rights"].appointments.get()
    typed = {"since": held.since, "until": TODAY - timedelta(days=1)}
    as_("accounts").post(url("appointment", "change", held.pk), typed)
    assert not cast["rights"].groups.exists()


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"since": TODAY}, "since"),
        ({"since": TODAY, "until": charters.DAY}, "until"),
        ({"since": "soon"}, "since"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_the_field(as_, cast, body, days, field):
    typed = appointment_of(cast["clerk"], body.posts.get(key="unit-sluice"), **days)
    page = as_("accounts").post(url("appointment", "add"), typed)
    assert list(page.context["adminform"].form.errors) == [field]


def test_nobody_is_put_in_a_post_of_another_body(as_, cast, other):
    typed = appointment_of(cast["clerk"], other.posts.get(key="miller"))
    page = as_("accounts").post(url("appointment", "add"), typed)
    assert list(page.context["adminform"].form.errors) == ["post"]


def test_nobody_of_another_body_is_put_in_a_post(as_, cast, body):
    typed = appointment_of(cast["stranger"], body.posts.get(key="miller"))
    page = as_("accounts").post(url("appointment", "add"), typed)
    assert list(page.context["adminform"].form.errors) == ["person"]


def test_only_an_appointment_to_come_is_deleted(as_, cast, body):
    later = charters.put(body, "miller", "later", since=TODAY + timedelta(days=1))
    to_come, begun = later.appointments.get(), cast["clerk"].appointments.get()
    browser = as_("accounts")
    assert (
        browser.post(url("appointment", "delete", begun.pk), {"post": "yes"}).status_code
        == 403
    )
    assert (
        browser.post(
            url("appointment", "delete", to_come.pk), {"post": "yes"}
        ).status_code
        == 302
    )
    assert list(Appointment.objects.filter(pk__in=[to_come.pk, begun.pk])) == [begun]


def test_person_and_post_of_an_appointment_stay(as_, cast, body):
    held = cast["clerk"].appointments.get()
    typed = appointment_of(cast["rights"], body.posts.get(key="miller"), since=held.since)
    as_("accounts").post(url("appointment", "change", held.pk), typed)
    held.refresh_from_db()
    assert (held.person, held.post.key) == (cast["clerk"], "unit-sluice")


# Bodies, posts, units, the calendar


def test_a_unit_that_joins_gets_its_liaison(as_, body):
    unit = Unit.objects.create(name="磨刀铺")
    typed = {
        "joint_body": body.pk,
        "unit": unit.pk,
        "key": "grinder",
        "is_member": "on",
        "position": 9,
        "liaison_title": "磨刀铺联络人",
    }
    browser = as_("rights")
    assert browser.post(url("memberunit", "add"), typed).status_code == 302
    assert body.members.get(key="grinder").liaison.title == "磨刀铺联络人"
    again = browser.post(url("memberunit", "add"), typed)
    assert "key" in again.context["adminform"].form.errors


def test_a_post_names_only_sides_of_its_body(as_, body, other):
    typed = {"joint_body": body.pk, "key": "ferryman", "title": "渡工", "position": 9}
    typed["side"] = other.sides.get(key="mill").pk
    page = as_("rights").post(url("post", "add"), typed)
    assert list(page.context["adminform"].form.errors) == ["side"]


HREF = re.compile(r'href="(/admin/institutions/[a-z]+/\d+/change/)')


@pytest.mark.parametrize(("name", "role"), CELLS)
def test_no_page_links_to_one_that_may_not_be_opened(as_, body, other, name, role):
    body.parent = other
    body.save()
    row, browser = row_of(name, body), as_(role)
    page = browser.get(url(name, "change", row.pk))
    linked = HREF.findall(page.content.decode())
    assert {browser.get(address).status_code for address in linked} <= {200}


def test_a_post_names_its_body_and_side_without_links_to_who_may_not_open_them(as_, body):
    post = body.posts.get(key="steward")
    page = as_("accounts").get(url("post", "change", post.pk)).content.decode()
    assert HREF.findall(page) == []
    assert str(body) in page
    assert str(post.entered_by) in page
    page = as_("auditor").get(url("post", "change", post.pk)).content.decode()
    assert url("side", "change", post.entered_by_id) in page


def test_a_body_is_not_put_above_itself(as_, body, cast):
    below = charters.load("brook", parent=body)
    charters.appointed(cast["rights"], below, "rights")
    page = as_("rights").post(url("jointbody", "change", body.pk), {"parent": below.pk})
    assert list(page.context["adminform"].form.errors) == ["parent"]


def test_a_body_stays_under_one_that_others_administer(as_, body, other):
    body.parent = other
    body.save()
    as_("rights").post(url("jointbody", "change", body.pk), {"parent": ""})
    body.refresh_from_db()
    assert body.parent == other


def test_the_page_of_a_body_says_which_posts_have_which_right(as_, body):
    page = as_("auditor").get(url("jointbody", "change", body.pk)).content.decode()
    assert "账号管理员" in page


def test_a_unit_on_a_body_is_renamed_there_and_not_here(as_, body):
    unit = body.members.get(key="sluice").unit
    browser = as_("accounts")
    typed = {"name": "新水闸", "short": "闸"}
    browser.post(url("unit", "change", unit.pk), typed)
    unit.refresh_from_db()
    assert str(unit) == "水闸站"
    charters.load("brook")
    assert browser.post(url("unit", "change", unit.pk), typed).status_code == 403
    assert browser.get(url("unit", "change", unit.pk)).status_code == 200


def test_the_calendar_is_kept_from_a_body_with_none_above(as_, body, other):
    body.parent = other
    body.save()
    browser = as_("rights")
    assert browser.get(url("calendarday", "changelist")).status_code == 200
    assert browser.get(url("calendarday", "add")).status_code == 403


def test_a_day_of_the_calendar_is_entered_and_taken_out(as_):
    browser = as_("rights")
    typed = {"day": "2027-10-01", "is_working": "", "name": "丰收日"}
    assert browser.post(url("calendarday", "add"), typed).status_code == 302
    day = CalendarDay.objects.get(day=date(2027, 10, 1))
    browser.post(url("calendarday", "delete", day.pk), {"post": "yes"})
    assert not CalendarDay.objects.filter(pk=day.pk).exists()


def test_the_history_says_who_changed_what(as_, cast, body):
    unit = body.members.get(key="sluice").unit
    words = {"name": "新水闸", "since": clock.today(), "basis": "更名通知"}
    rename_unit(unit, by=cast["rights"], **words)
    page = as_("auditor").get(url("unit", "history", unit.pk)).content.decode()
    assert "水闸站 → 新水闸" in page
    assert str(cast["rights"]) in page


# Finding


def found(browser, field: str, model: str, term: str = "") -> list[str]:
    """What a searching field offers."""
    names = {"app_label": "institutions", "model_name": model, "field_name": field}
    answer = browser.get(reverse("admin:autocomplete"), names | {"term": term})
    assert answer.status_code == 200
    return [each["text"] for each in answer.json()["results"]]


def test_a_searching_field_offers_no_row_of_another_body(as_, body, other):
    posts = found(as_("accounts"), "post", "appointment", "主")
    assert sorted(posts) == ["农场主 协商会", "磨坊主 协商会"]
    people = found(as_("accounts"), "person", "appointment")
    assert people == [
        "accounts accounts",
        "auditor auditor",
        "clerk clerk",
        "rights rights",
    ]
    assert found(as_("rights"), "parent", "jointbody") == [body.name]
    assert "渡口" not in found(as_("rights"), "unit", "memberunit")
    assert len(found(as_("rights"), "leader", "side", "磨坊")) == 1


def test_a_searching_field_is_for_who_may_read_the_rows(as_):
    names = {
        "app_label": "institutions",
        "model_name": "appointment",
        "field_name": "person",
    }
    answer = as_("rights").get(reverse("admin:autocomplete"), names)
    assert answer.status_code == 403


def test_rows_are_searched_and_filtered_by_body(as_, cast, other):
    charters.appointed(cast["auditor"], other, "auditor")
    browser = as_("auditor")
    page = browser.get(url("user", "changelist"), {"body": other.pk})
    assert set(page.context["cl"].result_list) == {cast["stranger"], cast["auditor"]}
    page = browser.get(url("user", "changelist"), {"q": "stranger"})
    assert list(page.context["cl"].result_list) == [cast["stranger"]]


@pytest.mark.parametrize("value", ["none", "999", ""])
def test_a_filter_for_no_body_of_ones_own_is_passed_over(as_, cast, body, value):
    page = as_("auditor").get(url("user", "changelist"), {"body": value})
    assert cast["clerk"] in page.context["cl"].result_list


def test_passwords_cannot_be_guessed_by_filtering(as_):
    answer = as_("auditor").get(
        url("user", "changelist"), {"password__startswith": "md5"}
    )
    assert answer.status_code == 400


# Constant cost


def fill(body: JointBody, number: int) -> None:
    """So many more rows of every kind on the body."""
    for _each in range(number):
        key = f"more-{body.posts.count()}"
        person = User.objects.create_user(key, name=key)
        side = body.sides.get(key="mill")
        post = Post.objects.create(joint_body=body, key=key, title=key, side=side)
        Appointment.objects.create(person=person, post=post, since=charters.DAY)
        Appointment.objects.create(person=person, post=side.leader, since=charters.DAY)
        unit = Unit.objects.create(name=key)
        MemberUnit.objects.create(joint_body=body, unit=unit, key=key, liaison=post)
        Side.objects.create(
            joint_body=body, key=key, name=key, leader=post, office=side.office
        )
        day = TODAY + timedelta(days=body.posts.count())
        CalendarDay.objects.create(day=day, is_working=False)


@pytest.mark.parametrize(
    "name", ["user", "unit", "appointment", "side", "post", "memberunit", "calendarday"]
)
def test_a_list_costs_the_same_for_one_row_and_fifty(as_, body, name):
    browser = as_("auditor")
    fill(body, 1)
    browser.get(url(name, "changelist"))
    with CaptureQueriesContext(connection) as few:
        browser.get(url(name, "changelist"))
    fill(body, 50)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(url(name, "changelist"))
    assert len(page.context["cl"].result_list) == 50
    assert len(many) == len(few)


@pytest.mark.parametrize("name", ["jointbody", "charter"])
def test_a_list_of_bodies_costs_the_same_for_two_and_twenty(as_, cast, name):
    def load(first: int, last: int) -> None:
        for number in range(first, last):
            below = charters.load(f"brook-{number}")
            charters.appointed(cast["auditor"], below, "auditor")

    browser = as_("auditor")
    load(0, 2)
    browser.get(url(name, "changelist"))
    with CaptureQueriesContext(connection) as few:
        browser.get(url(name, "changelist"))
    load(2, 20)
    with CaptureQueriesContext(connection) as many:
        browser.get(url(name, "changelist"))
    assert len(many) == len(few)


def test_the_page_of_a_person_costs_the_same_for_one_post_and_twenty(as_, cast, body):
    browser = as_("auditor")
    page = url("user", "change", cast["clerk"].pk)
    browser.get(page)
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    for number in range(20):
        post = Post.objects.create(joint_body=body, key=f"more-{number}", title="更多")
        Appointment.objects.create(person=cast["clerk"], post=post, since=charters.DAY)
    with CaptureQueriesContext(connection) as many:
        browser.get(page)
    assert len(many) == len(few)
