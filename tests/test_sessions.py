from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory

from jointmeeting import clock
from jointmeeting.sessions import KeepAwakeMiddleware


@pytest.fixture
def request_of_someone(db):
    session = SessionStore()
    session[SESSION_KEY] = "1"
    session.save()
    request = RequestFactory().get("/")
    request.session = SessionStore(session.session_key)
    return request


def ask(request) -> bool:
    """Whether the session is written at the end of a request."""
    request.session.modified = False
    KeepAwakeMiddleware(lambda _request: HttpResponse())(request)
    return request.session.modified


def test_a_session_is_renewed_once_in_five_minutes(request_of_someone):
    start = clock.now()
    with clock.at(start):
        assert ask(request_of_someone)
    with clock.at(start + timedelta(minutes=4)):
        assert not ask(request_of_someone)
    with clock.at(start + timedelta(minutes=5)):
        assert ask(request_of_someone)


def test_who_is_not_logged_in_gets_no_session(db):
    request = RequestFactory().get("/")
    request.session = SessionStore("the-key-of-one-that-ended")
    assert not ask(request)
    assert Session.objects.count() == 0
