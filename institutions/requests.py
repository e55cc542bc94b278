from django.http import HttpRequest

from institutions.models import User


class SignedIn(HttpRequest):
    """What every view is given: LoginRequiredMiddleware lets nobody else in."""

    user: User
