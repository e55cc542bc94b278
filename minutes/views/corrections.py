"""Numbered corrections of issued minutes."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def correction_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
