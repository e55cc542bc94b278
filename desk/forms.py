from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.duties import Near, Who, kinds
from institutions.models import JointBody

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
