"""A password that an administrator has set is for one log-in: then the person sets their own."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class OwnPasswordForm(PasswordChangeForm):
    """One's own new password, which nobody else knows."""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is the password you have now."))
        return password

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = False
        return super().save(commit)


class OwnPasswordFirst:
    """Middleware: who must change the password does that before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request.user, "must_change_password", False):
            change = reverse("password_change")
            if request.path not in (change, reverse("logout")):
                return redirect(change)
        return self.get_response(request)
