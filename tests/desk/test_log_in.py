"""Logging in, and the accounts that a sample set-up lists there."""

import json

import pytest
from django.urls import reverse

from desk import sample

KEPT = {
    "password": "Sluice-and-mill-7",
    "bodies": [
        {
            "body": "磨坊与农场协商会",
            "accounts": [
                {
                    "username": "clerk",
                    "person": "示例一",
                    "title": "磨账房账房",
                    "does": "提出议题",
                }
            ],
        }
    ],
}


@pytest.fixture
def kept(settings, tmp_path, monkeypatch):
    """A sample set-up that has been filled."""
    file = tmp_path / "sample-accounts.json"
    file.write_text(json.dumps(KEPT), encoding="utf-8")
    monkeypatch.setattr(sample, "FILE", file)
    settings.SAMPLE = True
    return file


def log_in_page(client) -> str:
    return client.get(reverse("login")).content.decode()


def test_a_sample_lists_its_accounts_and_their_password(client, db, kept):
    html = log_in_page(client)
    for words in ("clerk", "示例一", "磨账房账房", "提出议题", "Sluice-and-mill-7"):
        assert words in html


def test_in_real_use_no_account_is_listed(client, db, kept, settings):
    settings.SAMPLE = False
    html = log_in_page(client)
    assert "clerk" not in html
    assert "Sluice-and-mill-7" not in html


def test_a_sample_that_is_not_filled_yet_lists_none(client, db, kept):
    kept.unlink()
    assert "示例一" not in log_in_page(client)


def test_one_click_logs_in_and_goes_where_one_wanted(client, valley, kept):
    data = {"username": "clerk", "password": KEPT["password"], "next": "/inbox/"}
    assert client.post(reverse("login"), data).url == "/inbox/"


def test_a_wrong_password_is_said_and_what_was_typed_is_kept(client, valley):
    data = {"username": "clerk", "password": "wrong"}
    html = client.post(reverse("login"), data).content.decode()
    assert 'role="alert"' in html
    assert 'value="clerk"' in html
    assert 'value="wrong"' not in html


def test_the_password_is_changed_on_a_page_of_its_own(client, valley):
    client.force_login(valley.clerk)
    data = {
        "old_password": "Sluice-and-mill-7",
        "new_password1": "Weir-and-wheel-8",
        "new_password2": "Weir-and-wheel-8",
    }
    answer = client.post(reverse("password_change"), data)
    assert answer.url == reverse("password_change_done")
    assert client.get(answer.url).status_code == 200
    valley.clerk.refresh_from_db()
    assert valley.clerk.check_password("Weir-and-wheel-8")


def test_leaving_shows_the_log_in_page(client, valley):
    client.force_login(valley.clerk)
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get(reverse("desk:home")).status_code == 302
