"""What an administrator does with the units of a body: end, restore, rename."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from deadlines.models import Duty, with_days_left, with_rows
from desk.forms import BackForm, LeaveForm, RenameForm
from institutions.models import JointBody, MemberUnit
from institutions.renaming import check_may_rename, rename_unit, take_name_back
from institutions.requests import SignedIn
from institutions.units import check_may_end, end_unit, restore_unit, why_not_end
from jointmeeting.views import take_form


def unit_end(request: SignedIn, pk: int) -> HttpResponse:
    """A unit leaves its body: what it has open, and who is to answer for that."""
    unit = _get_unit(request, pk)
    if refusal := why_not_end(unit):
        messages.error(request, refusal)
        return redirect("desk:body_detail", unit.joint_body_id)
    form = LeaveForm(request.POST or None, unit=unit)
    if form.is_valid() and take_form(request, form, end_unit, unit):
        text = _("“%(unit)s” has left the body.") % {"unit": unit.unit}
        messages.success(request, text)
        return redirect("desk:body_detail", unit.joint_body_id)
    owed = with_days_left(with_rows(Duty.objects.open().filter(post=unit.liaison_id)))
    context = {"unit": unit, "form": form, "owed": owed}
    return render(request, "desk/unit_end.html", context)


def unit_restore(request: SignedIn, pk: int) -> HttpResponse:
    """That a unit left is taken back."""
    unit = _get_unit(request, pk)
    body_url = reverse("desk:body_detail", args=[unit.joint_body_id])
    if unit.ended_on is None:
        return redirect(body_url)
    form = BackForm(request.POST or None)
    if form.is_valid() and take_form(request, form, restore_unit, unit):
        text = _("“%(unit)s” is on the body again.") % {"unit": unit.unit}
        messages.success(request, text)
        return redirect(body_url)
    context = {
        "form": form,
        "question": _("Let “%(unit)s” be on the body again?") % {"unit": unit.unit},
        "text": _(
            "Whoever acted for it until it left does so again; whoever took over no more."
        ),
        "button": _("Let it be on the body again"),
        "url": request.path,
        "back_url": body_url,
    }
    return render(request, "frame/confirm.html", context)


def unit_rename(request: SignedIn, pk: int) -> HttpResponse:
    """A unit has another name from a day on, and keeps those it had."""
    unit = _get_unit(request, pk)
    check_may_rename(request.user, unit.unit)
    form = RenameForm(request.POST or None, unit=unit.unit)
    before = unit.unit.name
    if form.is_valid() and take_form(request, form, rename_unit, unit.unit):
        about = {"before": before, "unit": form.cleaned_data["name"]}
        messages.success(request, _("“%(before)s” is now “%(unit)s”.") % about)
        return redirect("desk:body_detail", unit.joint_body_id)
    context = {
        "unit": unit,
        "form": form,
        "former": unit.unit.former_names.all(),
        "bodies": unit.unit.memberships.now().select_related("joint_body"),
    }
    return render(request, "desk/unit_rename.html", context)


def unit_name_back(request: SignedIn, pk: int) -> HttpResponse:
    """The last renaming of a unit was a slip."""
    unit = _get_unit(request, pk)
    check_may_rename(request.user, unit.unit)
    body_url = reverse("desk:body_detail", args=[unit.joint_body_id])
    former = unit.unit.former_names.last()
    if former is None:
        return redirect(body_url)
    form = BackForm(request.POST or None)
    if form.is_valid() and take_form(request, form, take_name_back, unit.unit):
        text = _("The unit is called “%(unit)s” again.") % {"unit": former.name}
        messages.success(request, text)
        return redirect(body_url)
    about = {"unit": unit.unit.name, "before": former.name}
    context = {
        "form": form,
        "question": _("Call “%(unit)s” “%(before)s” again?") % about,
        "text": _(
            "As if it had never been renamed; what was issued meanwhile keeps its words."
        ),
        "button": _("Take the new name back"),
        "url": request.path,
        "back_url": body_url,
    }
    return render(request, "frame/confirm.html", context)


def _get_unit(request: SignedIn, pk: int) -> MemberUnit:
    """A unit of a body one works in, for who administers its posts and rights."""
    units = MemberUnit.objects.filter(joint_body__in=JointBody.objects.of(request.user))
    unit = get_object_or_404(units.select_related("joint_body", "unit", "liaison"), pk=pk)
    check_may_end(request.user, unit)
    return unit
