"""Who sits in a meeting: asked, replied, ticked."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def attendance_reply(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
