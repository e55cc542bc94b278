"""The request as views know it."""

from django.http import HttpRequest

from institutions.models import User


class SignedIn(HttpRequest):
    """A request of a person: LoginRequiredMiddleware lets nobody else in."""

    user: User
