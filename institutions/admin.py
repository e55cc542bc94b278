"""People, units, bodies, posts, appointments and the calendar, as the administration has them."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from institutions.admin_rows import BodyFilter, Limited, Recorded
from institutions.appointing import follow_appointment
from institutions.calendars import keeps_calendar
from institutions.forms import PERSON, MemberForm, PasswordForm, PersonForm
from institutions.models import (
    Appointment,
    CalendarDay,
    Charter,
    JointBody,
    JointBodyGroupPermission,
    MemberUnit,
    Post,
    Side,
    Unit,
    User,
)
from jointmeeting import clock

admin.site.unregister(Group)  # groups follow from posts, see institutions.rights


def _listed(names: Iterable[str]) -> str:
    return pgettext("between the items of a list", ", ").join(names)


class AppointmentLines(admin.TabularInline):
    """The posts of a person on the bodies that one administers."""

    model = Appointment
    fields = readonly_fields = ("post", "joint_body", "since", "until")
    verbose_name_plural = gettext_lazy("posts held")
    extra = 0
    show_change_link = True

    @admin.display(description=gettext_lazy("joint body"))
    def joint_body(self, appointment: Appointment) -> str:
        return appointment.post.joint_body.name

    def get_queryset(self, request):
        page = self.admin_site.get_model_admin(Appointment)
        return page.get_queryset(request).select_related("person", "post__joint_body")

    def has_view_permission(self, request, obj=None) -> bool:
        return True  # whoever sees the person

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(Recorded, UserAdmin):
    """People with a post on one's bodies, ever, and those who have none anywhere.

    Who serves on a body of others too is not changed here, least of all the password.
    """

    right = "administer_accounts"
    fixed = ("username",)
    add_form = PersonForm
    add_form_template = None
    change_password_form = PasswordForm
    change_user_password_template = "admin/new_password.html"
    add_fieldsets = ((None, {"fields": (*PERSON, "password1", "password2")}),)
    fieldsets = ((None, {"fields": (*PERSON, "is_active", "new_password")}),)
    readonly_fields = ("new_password",)
    filter_horizontal = ()
    inlines = (AppointmentLines,)
    list_display = ("name", "username", "posts", "is_active")
    list_filter = (BodyFilter, "is_active")
    search_fields = ("name", "username", "email")
    ordering = ("username",)

    def of(self, rows, bodies):
        return rows.of(bodies)

    def within_reach(self, rows, bodies):
        here = User.objects.of(bodies).values("pk")
        nowhere = User.objects.filter(appointments=None).values("pk")
        return rows.filter(pk__in=here.union(nowhere))

    def lies_with(self, row, bodies) -> bool:
        serving = row.appointments.not_over()
        return not serving.exclude(post__joint_body__in=bodies).exists()

    def told_apart(self, row) -> str:
        return f"{row.name} {row.username}"

    def get_queryset(self, request):
        today = Appointment.objects.today().filter(
            post__joint_body__in=self.bodies(request)
        )
        today = today.select_related("post__joint_body").order_by("post__position")
        held = Prefetch("appointments", today, to_attr="held_today")
        return super().get_queryset(request).prefetch_related(held)

    def get_object(self, request, object_id, from_field=None):
        person = super().get_object(request, object_id, from_field)
        person._history_user = request.user  # a new password is saved by its form
        person.may_be_changed = self.has_change_permission(request, person)
        return person

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    @admin.display(description=gettext_lazy("posts held"))
    def posts(self, person: User) -> str:
        held = [each.post for each in person.held_today]  # type: ignore[attr-defined]
        return _listed(f"{post.joint_body.short} {post.title}" for post in held)

    @admin.display(description=gettext_lazy("password"))
    def new_password(self, person: User) -> str:
        if not person.may_be_changed:  # type: ignore[attr-defined]
            return self.get_empty_value_display()
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">{}</a>', url, _("Set a new password"))


@admin.register(Unit)
class UnitAdmin(Recorded):
    """Units on one's bodies, and those on none; one on a body is renamed on that body's page."""

    right = "administer_accounts"
    readers = ("administer_rights", "read_audit")
    fixed = ()
    list_display = ("name", "short")
    list_filter = (BodyFilter,)
    search_fields = ("name", "short")
    ordering = ("name",)

    def of(self, rows, bodies):
        members = MemberUnit.objects.filter(joint_body__in=bodies)
        return rows.filter(pk__in=members.values("unit"))

    def within_reach(self, rows, bodies):
        nowhere = Unit.objects.filter(memberships=None).values("pk")
        here = self.of(Unit.objects.all(), bodies).values("pk")
        return rows.filter(pk__in=here.union(nowhere))

    def lies_with(self, row, bodies) -> bool:
        return not row.memberships.exclude(joint_body__in=bodies).exists()

    def get_readonly_fields(self, request, obj=None):
        is_on_a_body = obj is not None and obj.memberships.exists()
        return ("name", "short") if is_on_a_body else ()


@admin.register(JointBody)
class JointBodyAdmin(Recorded):
    """Bodies come from their charters; here they get the body above them."""

    fixed = ()
    fields = ("name", "short", "key", "parent", "charter", "rights")
    readonly_fields = ("name", "short", "key", "charter", "rights", "above")
    autocomplete_fields = ("parent",)
    list_display = ("name", "short", "parent", "charter")
    list_select_related = ("parent", "charter__joint_body")
    search_fields = ("name", "short", "key")
    ordering = ("name",)

    def of(self, rows, bodies):
        return rows.filter(pk__in=bodies)

    def lies_with(self, row, bodies) -> bool:
        return row.pk in bodies

    def get_fields(self, request, obj=None):
        """The body above is a link for those who may open its page."""
        names: tuple[str, ...] = self.fields
        if obj and obj.parent_id and not self.reads_rows_of(request, obj.parent_id):
            names = tuple("above" if name == "parent" else name for name in names)
        return names

    @admin.display(description=JointBody._meta.get_field("parent").verbose_name)
    def above(self, body: JointBody) -> str:
        return str(body.parent)

    def get_readonly_fields(self, request, obj=None):
        """A body under one that others administer is not taken from it."""
        fields = super().get_readonly_fields(request, obj)
        mine = request.user.bodies_allowing(self.right)
        is_theirs = obj and obj.parent_id and obj.parent_id not in mine
        return (*fields, "parent") if is_theirs else fields

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=gettext_lazy("rights by the charter"))
    def rights(self, body: JointBody) -> str:
        grants = JointBodyGroupPermission.objects.filter(content_object=body)
        grants = grants.select_related("permission", "group__post")
        names = dict(JointBody._meta.permissions)
        order = list(names)
        holders: dict[str, list[str]] = {}
        for grant in grants.order_by("group__post__position"):
            holders.setdefault(grant.permission.codename, []).append(
                str(grant.group.post)
            )
        lines = sorted(holders.items(), key=lambda line: order.index(line[0]))
        drawn = (
            (
                _("%(right)s: %(posts)s")
                % {"right": names[right], "posts": _listed(posts)},
            )
            for right, posts in lines
        )
        return format_html_join("", "<p>{}</p>", drawn)


@admin.register(Side)
class SideAdmin(Recorded):
    fields = ("joint_body", "key", "name", "position", "office", "leader")
    autocomplete_fields = ("office", "leader")
    list_display = ("name", "joint_body", "office", "leader")
    list_select_related = ("joint_body", "office__unit", "leader")
    list_filter = (BodyFilter,)
    search_fields = ("name", "key")
    ordering = ("joint_body__name", "position")

    def has_add_permission(self, request) -> bool:
        return False


@admin.register(Post)
class PostAdmin(Recorded):
    readers = ("administer_accounts", "read_audit")
    fields = ("joint_body", "key", "title", "position", "side", "entered_by")
    autocomplete_fields = ("joint_body", "side", "entered_by")
    list_display = ("title", "joint_body", "side", "entered_by")
    list_select_related = ("joint_body", "side", "entered_by")
    list_filter = (BodyFilter,)
    search_fields = ("title", "key")
    ordering = ("joint_body__name", "position")
    readonly_fields = ("its_body", "its_side", "enters")

    def told_apart(self, row) -> str:
        return f"{row.title} {row.joint_body.short}"

    def get_fields(self, request, obj=None):
        """Body and sides are links for those who may open their pages."""
        sides: Any = self.admin_site.get_model_admin(Side)
        if obj is None or sides.reads_rows_of(request, obj.joint_body_id):
            return self.fields
        plain = {"joint_body": "its_body", "side": "its_side", "entered_by": "enters"}
        return tuple(plain.get(name, name) for name in self.fields)

    @admin.display(description=Post._meta.get_field("joint_body").verbose_name)
    def its_body(self, post: Post) -> str:
        return str(post.joint_body)

    @admin.display(description=Post._meta.get_field("side").verbose_name)
    def its_side(self, post: Post) -> str:
        return str(post.side or self.get_empty_value_display())

    @admin.display(description=Post._meta.get_field("entered_by").verbose_name)
    def enters(self, post: Post) -> str:
        return str(post.entered_by or self.get_empty_value_display())


@admin.register(MemberUnit)
class MemberAdmin(Recorded):
    fixed = ("joint_body", "key", "unit", "liaison")
    fields = ("joint_body", "unit", "key", "is_member", "position")
    autocomplete_fields = ("joint_body", "unit")
    list_display = ("unit", "joint_body", "liaison", "is_member")
    list_select_related = ("unit", "joint_body", "liaison")
    list_filter = (BodyFilter, "is_member")
    search_fields = ("unit__name", "unit__short", "key")
    ordering = ("joint_body__name", "position")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = {} if obj else {"form": MemberForm}
        return super().get_form(request, obj, change, **kwargs | form)

    def get_fields(self, request, obj=None):
        return (*self.fields, "liaison" if obj else "liaison_title")

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            title = form.cleaned_data["liaison_title"]
            obj.liaison = obj.joint_body.liaison_post(obj.key, title, obj.position)
        super().save_model(request, obj, form, change)


@admin.register(Appointment)
class AppointmentAdmin(Recorded):
    """Who is in which post; one that has begun is ended, never deleted."""

    right = "administer_accounts"
    fixed = ("person", "post")
    fields = ("person", "post", "since", "until")
    autocomplete_fields = ("person", "post")
    list_display = ("person", "post", "joint_body", "since", "until")
    list_select_related = ("person", "post__joint_body")
    list_filter = (BodyFilter, "since", "until")
    search_fields = ("person__name", "person__username", "post__title")
    ordering = ("-since", "post__position")

    def of(self, rows, bodies):
        return rows.filter(post__joint_body__in=bodies)

    def lies_with(self, row, bodies) -> bool:
        return row.post.joint_body_id in bodies

    def get_changeform_initial_data(self, request):
        today = {"since": clock.today()}
        return today | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request, obj=None) -> bool:
        to_come = obj is not None and obj.since > clock.today()
        return to_come and self.has_change_permission(request, obj)

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        follow_appointment(obj)

    def delete_model(self, request, obj) -> None:
        super().delete_model(request, obj)
        follow_appointment(obj)

    @admin.display(description=gettext_lazy("joint body"))
    def joint_body(self, appointment: Appointment) -> JointBody:
        return appointment.post.joint_body


@admin.register(Charter)
class CharterAdmin(Limited):
    """The rules of a body, version by version, to read."""

    fields = ("joint_body", "version", "state", "in_force_from", "is_trial")
    readonly_fields = ("page", "document")
    list_display = ("joint_body", "version", "state", "in_force_from", "is_trial")
    list_select_related = ("joint_body",)
    list_filter = (BodyFilter, "state")
    search_fields = ("joint_body__name",)
    ordering = ("joint_body__name", "-version")

    def get_fields(self, request, obj=None):
        return (*self.fields, "trial_until", "page", "document")

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description=gettext_lazy("charter on its page"))
    def page(self, charter: Charter) -> str:
        if charter.state != Charter.State.IN_FORCE:
            return self.get_empty_value_display()
        url = reverse("desk:charter_detail", args=[charter.joint_body_id])
        return format_html('<a href="{}">{}</a>', url, _("Read it in words"))

    @admin.display(description=gettext_lazy("document"))
    def document(self, charter: Charter) -> str:
        text = json.dumps(charter.data, ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)


@admin.register(CalendarDay)
class CalendarDayAdmin(Limited):
    """The calendar is of all bodies: it is kept by who administers one with none above."""

    fixed = ("day",)
    list_display = ("day", "is_working", "name")
    list_filter = ("is_working",)
    search_fields = ("name", "day")
    date_hierarchy = "day"
    ordering = ("-day",)

    def within_reach(self, rows, bodies):
        return rows

    def keeps(self, request) -> bool:
        """Whether this person keeps the calendar."""
        return keeps_calendar(request.user)

    def has_add_permission(self, request) -> bool:
        return self.keeps(request)

    def has_change_permission(self, request, obj=None) -> bool:
        return self.keeps(request)

    def has_delete_permission(self, request, obj=None) -> bool:
        return self.keeps(request)
