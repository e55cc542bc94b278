"""What the pages of the administration have in common: whose rows they show, and change."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper

from institutions.models import JointBody
from jointmeeting.workflow import label_and_reason, save_with_history

ADDED = gettext_noop("Entered by an administrator")
CHANGED = gettext_noop("Changed by an administrator")


class BodyFilter(admin.SimpleListFilter):
    """Only the rows of one body; offered to who administers several."""

    title = _("joint body")
    parameter_name = "body"

    def __init__(self, request, params, model, model_admin) -> None:
        self.model_admin = model_admin
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        bodies = model_admin.bodies(request).order_by("name")
        choices = [(str(body.pk), body.name) for body in bodies]
        return choices if len(choices) > 1 else []

    def queryset(self, request, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return self.model_admin.of(queryset, [self.value()])


class Limited(admin.ModelAdmin):
    """Rows of the bodies that one administers; any other row does not exist here.

    They are changed by who holds `right` on the row's body, and read by `readers` too.
    """

    right = "administer_rights"
    readers: tuple[str, ...] = ("read_audit",)
    fixed: tuple[str, ...] = ("joint_body", "key")  # given once, never changed
    actions = None
    list_per_page = 50
    view_on_site = False

    def of(self, rows: Any, bodies: Iterable) -> models.QuerySet:
        """Those of the rows that belong to one of these bodies."""
        return rows.filter(joint_body__in=bodies)

    def within_reach(self, rows: Any, bodies: models.QuerySet) -> models.QuerySet:
        """The rows that an administrator of these bodies deals with."""
        return self.of(rows, bodies)

    def lies_with(self, row: Any, bodies: Collection[int]) -> bool:
        """Whether a row within reach may be changed by an administrator of these bodies."""
        return row.joint_body_id in bodies

    def told_apart(self, row: Any) -> str:
        return str(row)

    def bodies(self, request: HttpRequest) -> models.QuerySet[JointBody]:
        """The bodies whose rows this person may read here."""
        return JointBody.objects.allowing(request.user, self.right, *self.readers)  # type: ignore[arg-type]

    def reads_rows_of(self, request: HttpRequest, body: int) -> bool:
        """Whether this person may open the pages of the rows of that body."""
        return self.bodies(request).filter(pk=body).exists()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.within_reach(super().get_queryset(request), self.bodies(request))

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def get_field_queryset(self, db, db_field, request) -> models.QuerySet:
        """What a row may name: rows within the reach of who may change it."""
        related: Any = self.admin_site.get_model_admin(db_field.remote_field.model)
        bodies = JointBody.objects.allowing(request.user, self.right)
        return related.within_reach(related.model.objects.all(), bodies)

    def get_readonly_fields(self, request, obj=None):
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields + self.fixed if obj else fields

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None) -> bool:
        return bool(request.user.bodies_allowing(self.right, *self.readers))

    def has_add_permission(self, request) -> bool:
        return bool(request.user.bodies_allowing(self.right))

    def has_change_permission(self, request, obj=None) -> bool:
        mine = request.user.bodies_allowing(self.right)
        return bool(mine) and (obj is None or self.lies_with(obj, mine))

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def history_view(self, request, object_id, extra_context=None) -> HttpResponse:
        self.get_object(request, unquote(object_id))
        return super().history_view(request, object_id, extra_context)


class Words(HistoricalRecordContextHelper):
    """What a change is told as; where nothing was named, nothing is told."""

    def prepare_delta_change_value(self, change, value):
        if isinstance(value, DeletedObject) and value.pk is None:
            return ""
        return super().prepare_delta_change_value(change, value)


class Recorded(Limited, SimpleHistoryAdmin):
    """Rows whose every change is kept, with who made it."""

    object_history_list_template = "admin/history_rows.html"

    def get_urls(self) -> list:
        """Without the form of an old state, which would bring it back past all rules."""
        return super(SimpleHistoryAdmin, self).get_urls()

    def revert_disabled(self, request, obj=None) -> bool:
        return True

    def get_historical_record_context_helper(self, request, historical_record) -> Words:
        return Words(self.model, historical_record)

    def set_history_delta_changes(self, request, historical_records, **kwargs) -> None:
        super().set_history_delta_changes(request, historical_records, **kwargs)
        for entry in historical_records:
            entry.label, entry.reason = label_and_reason(entry)

    def save_model(self, request, obj, form, change) -> None:
        save_with_history(obj, request.user, CHANGED if change else ADDED)

    def delete_model(self, request, obj) -> None:
        obj._history_user = request.user
        obj.delete()
