"""What became of earlier decisions, told to a meeting."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def progress_begin(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def progress_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def progress_line(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
