"""Inspections and notes of contact."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def inspection_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def inspection_answer(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
