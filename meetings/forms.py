from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from institutions.models import JointBody, MemberUnit
from jointmeeting.forms import StepForm
from meetings.models import Meeting

ALL: list[Any] = [("", _("all"))]


class MeetingQuery(forms.Form):
    """Which meetings are listed; what is wrong in an address is left out of the query."""

    year = forms.TypedChoiceField(label=_("Work year"), coerce=int, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=ALL + Meeting.Kind.choices, required=False
    )
    status = forms.ChoiceField(
        label=_("State"), choices=ALL + Meeting.Status.choices, required=False
    )

    def __init__(self, data: Any, *, years: list[int], bodies: list[JointBody]) -> None:
        super().__init__(data)
        by_year: Any = self.fields["year"]
        by_year.choices = ALL + [(year, str(year)) for year in years]
        if len(bodies) > 1:
            self.fields["joint_body"] = forms.TypedChoiceField(
                label=_("Joint body"),
                choices=ALL + [(body.pk, body.name) for body in bodies],
                coerce=int,
                required=False,
            )

    def narrowed(self, meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return meetings.filter(**chosen)


class MeetingForm(forms.ModelForm):
    """What the letter that asks for a meeting will say; also to change it."""

    class Meta:
        model = Meeting
        fields = ["requested_by", *Meeting.WORDS]
        widgets = {"requested_by": forms.RadioSelect, "kind": forms.RadioSelect}
        help_texts = {
            "reason": _("It stands in the letter: why the meeting is to be held."),
            "proposed_on": _("The letter proposes it; it may be left open."),
        }

    def __init__(
        self, *args: Any, units: dict[str, list[MemberUnit]], **kwargs: Any
    ) -> None:
        """`units` are those one may ask for, by kind of meeting."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [
            each for each in Meeting.Kind.choices if each[0] in units
        ]
        askers = {unit.pk: str(unit) for each in units.values() for unit in each}
        if self.instance.pk or len(askers) == 1:
            del fields["requested_by"]
        else:
            fields["requested_by"].choices = list(askers.items())


class RequestForm(StepForm):
    """The number under which the letter leaves, where the office keeps its own register."""

    number = forms.CharField(
        label=_("Number of your own register"),
        required=False,
        max_length=60,
        help_text=_("Left empty, the next number of the series is given."),
    )
