"""Decisions and their tasks: given, reported, verified."""

from typing import Any

from django.http import Http404, HttpResponse

from institutions.requests import SignedIn


def decision_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def assign(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def assignment_detail(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def assignment_report(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def assignment_claim(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404


def assignment_reassign(request: SignedIn, **named: Any) -> HttpResponse:
    raise Http404
