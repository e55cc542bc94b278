"""Addresses known by heart are those of Django, under whatever path the product lies."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from jointmeeting.addresses import address, below


@pytest.fixture
def elsewhere():
    set_script_prefix("/joint/")
    yield
    set_script_prefix("/")


def test_an_address_is_that_of_its_page():
    assert address("desk:home") == reverse("desk:home")
    for pk in (7, 8):
        page = reverse("deadlines:duty_detail", args=[pk])
        assert address("deadlines:duty_detail", pk) == page
        assert f"{below('deadlines:duty_detail')}{pk}/" == page


def test_below_another_path_it_is_another(elsewhere):
    assert address("desk:inbox").startswith("/joint/")
    set_script_prefix("/")
    assert not address("desk:inbox").startswith("/joint/")


def test_a_page_that_is_not_there_has_none():
    with pytest.raises(NoReverseMatch):
        address("desk:nowhere")
