"""The record of a meeting, its decisions, its minutes."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def minutes_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def minutes_answer(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
