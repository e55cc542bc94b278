"""The page that says why: of oneself for everybody, of others for who answers for rights."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.why import (
    RIGHTS,
    body_of,
    held_by,
    may_ask_about,
    page_of,
    row_for,
    seen_by,
    sees,
    steps,
)
from institutions.models import JointBody, User
from institutions.requests import SignedIn


class WhyForm(forms.Form):
    """About which page, and about whom."""

    address = forms.CharField(
        label=gettext_lazy("Address of the page"),
        max_length=500,
        help_text=gettext_lazy("As the browser shows it, such as /agenda/topics/12/."),
    )
    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Person"),
        required=False,
        empty_label=gettext_lazy("myself"),
    )

    def __init__(self, data: Any, *, asking: User) -> None:
        super().__init__(data)
        bodies = JointBody.objects.allowing(asking, *RIGHTS)
        people: Any = self.fields["person"]
        people.queryset = User.objects.of(bodies).order_by("name", "pk")


def why(request: SignedIn) -> HttpResponse:
    """What does not exist and what is hidden are answered alike."""
    asking = request.user
    form = WhyForm(request.GET or None, asking=asking)
    context: dict[str, Any] = {
        "form": form,
        "may_ask": bool(asking.bodies_allowing(*RIGHTS)),
        "person": asking,
    }
    if request.GET.get("person") and not context["may_ask"]:
        raise PermissionDenied(_("You may ask about yourself."))
    if form.is_valid():
        person = form.cleaned_data["person"] or asking
        context |= {"person": person, "asked": form.cleaned_data["address"]}
        found = page_of(form.cleaned_data["address"])
        row = row_for(found, asking) if found else None
        if row and (person == asking or may_ask_about(asking, body_of(row))):
            context |= _told(row, person, asking)
        else:
            context["hidden"] = True
    context["held"] = held_by(context["person"], asking)
    return render(request, "desk/why.html", context)


def _told(row: Any, person: User, asking: User) -> dict[str, Any]:
    """What is said of a row; one who does not see it is told no word of what it holds."""
    is_read = seen_by(asking, type(row)).filter(pk=row.pk).exists()
    kind = str(row._meta.verbose_name)
    return {
        "kind": kind,
        "name": str(row) if is_read else f"{kind} {row.pk}",
        "url": row.get_absolute_url()
        if is_read and hasattr(row, "get_absolute_url")
        else "",
        "is_read": is_read,
        "body": body_of(row),
        "through": sees(person, row),
        "steps": steps(person, row),
    }
