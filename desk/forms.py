from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.duties import Near, Who, kinds
from institutions.models import JointBody, MemberUnit, Unit
from institutions.models.strokes import FEWEST, MOST
from jointmeeting import clock

NAMES_SHOWN = 4  # beside a character
ALL: list[Any] = [("", _("all"))]


def about() -> list[Any]:
    return ALL + kinds()


class DutyQuery(forms.Form):
    """Which duties are listed; what is wrong in an address is left out of the query."""

    who = forms.ChoiceField(label=_("Whose turn"), choices=Who, required=False)
    kind = forms.ChoiceField(label=_("About"), choices=about, required=False)
    near = forms.ChoiceField(label=_("Term"), choices=ALL + Near.choices, required=False)

    def __init__(self, data, *, bodies: list[JointBody]) -> None:
        super().__init__({"who": Who.ME} | data.dict())
        self.bodies = {str(body.pk): body for body in bodies}
        if len(bodies) > 1:
            names = [(key, body.name) for key, body in self.bodies.items()]
            self.fields["body"] = forms.ChoiceField(
                label=_("Joint body"), choices=ALL + names, required=False
            )

    @property
    def who_chosen(self) -> Who:
        return Who(self._typed("who") or Who.ME)

    def chosen(self) -> dict:
        """What to narrow the list by."""
        body = self.bodies.get(self._typed("body"))
        return {"body": body, "kind": self._typed("kind"), "near": self._typed("near")}

    def _typed(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name, "")


class LeaveForm(forms.Form):
    """A unit leaves its body: since when, who takes over, and why."""

    last_day = forms.DateField(label=_("Last day on the body"), widget=forms.DateInput)
    successor = forms.ModelChoiceField(
        MemberUnit.objects.none(),
        label=_("Taken over by"),
        required=False,
        empty_label=_("nobody: it is ended without a successor"),
        help_text=_("Whoever acts for that unit answers for all that is open here."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("The decision that ended or merged it, with its number."),
    )

    def __init__(self, *args: Any, unit: MemberUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = clock.today()
        others = unit.joint_body.members.now().exclude(pk=unit.pk)
        successor: Any = self.fields["successor"]
        successor.queryset = others.select_related("unit")


class BackForm(forms.Form):
    """A unit that left by mistake is on the body again."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)


class RenameForm(forms.Form):
    """What a unit is called from a day on."""

    name = forms.CharField(
        label=_("New full name"),
        max_length=100,
        help_text=_(
            "As in the document that renames it; printed on what is issued from now on."
        ),
    )
    short = forms.CharField(
        label=_("New short name"),
        max_length=40,
        required=False,
        help_text=_("For pages; empty where the full name is short enough."),
    )
    since = forms.DateField(
        label=_("Called so from"),
        widget=forms.DateInput,
        help_text=_("Today or a day past; a day to come is entered when it has come."),
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("The document that renames it, with its number."),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial, self.fields["short"].initial = unit.name, unit.short
        self.fields["since"].initial = clock.today()


class StrokesForm(forms.Form):
    """A number for each character; one that stays empty stays as it is."""

    def __init__(
        self,
        *args: Any,
        wanted: dict[str, list[str]],
        known: dict[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.characters = {f"c{ord(each):x}": each for each in wanted}
        for field, each in self.characters.items():
            self.fields[field] = forms.IntegerField(
                label=each,
                min_value=FEWEST,
                max_value=MOST,
                required=False,
                initial=known.get(each),
                help_text="、".join(wanted[each][:NAMES_SHOWN]),
            )

    def clean(self) -> dict[str, Any]:
        """The strokes by character, of those that were entered."""
        data = super().clean() or {}
        counts = {
            character: data[field]
            for field, character in self.characters.items()
            if data.get(field)
        }
        return {"counts": counts}
