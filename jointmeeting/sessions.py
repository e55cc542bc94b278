"""Sessions that end when nobody works, without a write per request."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from jointmeeting import clock

STEP = 300  # seconds


class KeepAwakeMiddleware:
    """Renew the session of who is at work, at most once in five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            now = int(clock.now().timestamp())
            if now - request.session.get("awake", 0) >= STEP:
                request.session["awake"] = now
        return self.get_response(request)
