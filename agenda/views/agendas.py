"""The agenda of a meeting."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def agenda_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
