"""The first password is an administrator's; the second is the person's own."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.urls import reverse

from institutions.models import User
from tests import charters

GIVEN, OWN = "Given-to-you-1", "Known-to-me-2"
CHANGE = reverse("password_change")
NEW = {"old_password": GIVEN, "new_password1": OWN, "new_password2": OWN}


@pytest.fixture
def person(body) -> User:
    """Somebody whose password an administrator has set."""
    person = charters.put(body, "unit-sluice", "newcomer")
    person.set_password(GIVEN)
    person.must_change_password = True
    person.save()
    return person


@pytest.fixture
def browser(client, person):
    client.post(reverse("login"), {"username": "newcomer", "password": GIVEN})
    return client


def test_every_page_leads_to_the_change_of_the_password(browser):
    for name in ("desk:home", "desk:inbox", "agenda:topic_list", "admin:index"):
        assert browser.get(reverse(name)).url == CHANGE
        assert browser.post(reverse(name)).url == CHANGE
    page = browser.get(CHANGE)
    assert page.status_code == 200
    assert "管理员设置" in page.content.decode()


def test_with_a_password_of_ones_own_all_is_open(browser, person):
    assert browser.post(CHANGE, NEW).url == reverse("password_change_done")
    assert authenticate(username="newcomer", password=OWN) == person
    assert browser.get(reverse("desk:home")).status_code == 200
    assert "管理员设置" not in browser.get(CHANGE).content.decode()


def test_the_given_password_is_not_kept(browser):
    same = NEW | {"new_password1": GIVEN, "new_password2": GIVEN}
    page = browser.post(CHANGE, same)
    assert list(page.context["form"].errors) == ["new_password1"]
    assert browser.get(reverse("desk:home")).url == CHANGE


def test_one_may_log_out_without_a_new_password(browser):
    assert browser.post(reverse("logout")).url == reverse("login")


def test_what_an_administrator_sets_is_for_one_log_in(client, body):
    keeper = charters.put(body, "accounts", "keeper")
    client.force_login(keeper)
    typed = {"username": "second", "name": "乙", "password1": GIVEN, "password2": GIVEN}
    client.post(reverse("admin:institutions_user_add"), typed)
    second = User.objects.get(username="second")
    assert second.must_change_password
    User.objects.update(must_change_password=False)
    again = {"password1": OWN, "password2": OWN}
    client.post(reverse("admin:auth_user_password_change", args=[second.pk]), again)
    second.refresh_from_db()
    assert second.must_change_password
    assert not User.objects.get(pk=keeper.pk).must_change_password


def test_what_the_command_sets_is_for_one_log_in(body):
    words = ["appoint", "valley", "miller", "--username", "first", "--name", "甲"]
    call_command(*words, stdout=StringIO())
    assert User.objects.get(username="first").must_change_password
