"""Addresses of the pages of tasks, and what their answers say."""

from django.http import HttpResponse
from django.urls import reverse

LEDGER = reverse("followups:ledger")


def url(name: str, row, *more) -> str:
    return reverse(f"followups:{name}", args=[row.pk, *more])


def page(response: HttpResponse) -> str:
    return response.content.decode()


def said(response) -> list[str]:
    """The messages of the page that is shown next."""
    return [str(each) for each in response.wsgi_request._messages]
