"""The administration: who may enter it, and the addresses it has."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ROLES = ("administer_accounts", "administer_rights", "read_audit")
# One logs in and out, and changes one's password, in one place only.
NOT_HERE = {"login", "logout", "password_change", "password_change_done", "view_on_site"}


class AdminConfig(DjangoAdminConfig):
    default_site = "institutions.admin_site.AdminSite"


class Suggestions(AutocompleteJsonView):
    """What a field that searches offers, told apart where two have the same name."""

    model_admin: Any

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(obj.pk), "text": self.model_admin.told_apart(obj)}


class AdminSite(admin.AdminSite):
    """For the administrators of accounts, of rights, and for auditors; is_staff is nothing."""

    site_title = site_header = settings.PRODUCT_NAME
    index_title = gettext_lazy("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.is_active and bool(user.bodies_allowing(*ROLES))

    def admin_view(self, view: Callable, cacheable: bool = False) -> Any:
        """The view for whom it is for; to everyone else the reason why not."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if not self.has_permission(request):
                raise PermissionDenied(
                    _("This is for the administrators of a joint body.")
                )
            try:
                return inner(request, *args, **kwargs)
            except PermissionDenied as refusal:
                text = _("This is not part of what you administer.")
                raise PermissionDenied(*refusal.args or [text]) from refusal

        return update_wrapper(guarded, inner)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Suggestions.as_view(admin_site=self)(request)

    def get_urls(self) -> list:
        """Every address but those of an account; who is not logged in goes to the one log-in."""
        urls: list[Any] = super().get_urls()
        here = [url for url in urls if getattr(url, "name", None) not in NOT_HERE]
        for url in here:
            if isinstance(url, URLPattern):
                url.callback.login_url = settings.LOGIN_URL  # type: ignore[attr-defined]
        return here
