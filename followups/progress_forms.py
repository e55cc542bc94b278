"""What is typed for the report to the next meeting, and for decisions of earlier meetings."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followups.models import ProgressLine, ProgressReport
from institutions.models import JointBody
from jointmeeting import clock
from jointmeeting.forms import StepForm
from minutes.models import Decision

ROWS = 5  # decisions that are typed in at one go


class ExplainForm(StepForm):
    """Why a decision is not done, as its lead unit says it."""

    explanation = forms.CharField(
        label=_("Why it is not done, and what comes next"),
        help_text=_("The reason, how far it is, by when it will be done."),
        max_length=3000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, row: ProgressLine, **kwargs: Any) -> None:
        super().__init__(*args, row=row, step="explain", **kwargs)
        if row.decision.is_standing:
            self.fields["explanation"].label = _("How it was kept")
            self.fields["explanation"].help_text = _("What was done for it since.")


class SayForm(forms.Form):
    """What a supervising office thinks of it."""

    opinion = forms.CharField(
        label=_("Opinion of your office"),
        help_text=_("Whether the reason holds, and what the unit is asked to do."),
        max_length=2000,
        widget=forms.Textarea,
    )


class FreezeForm(StepForm):
    """The opening paragraph, and the number under which the report leaves."""

    words = forms.CharField(
        label=_("Opening paragraph"),
        required=False,
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("It stands before the decisions; left empty, there is none."),
    )
    number = forms.CharField(
        label=_("Number of your own register"), required=False, max_length=60
    )

    def __init__(self, *args: Any, row: ProgressReport, **kwargs: Any) -> None:
        super().__init__(*args, row=row, step="freeze", **kwargs)
        self.fields["number"].help_text = gettext(
            "Left empty, the next number is taken: %(mark)s〔%(year)s〕n号."
        ) % {"mark": row.rules.paper.mark, "year": clock.today().year}


class EarlierForm(forms.ModelForm):
    """One decision of a meeting held before this product."""

    is_done = forms.BooleanField(
        label=_("done already"),
        required=False,
        help_text=_("It is given to nobody; the next meeting is told that it is done."),
    )

    class Meta:
        model = Decision
        fields = ["text", "leads", "due_on", "is_standing"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "leads": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, body: JointBody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = body.members.select_related("unit")
        leads: Any = self.fields["leads"]
        leads.queryset = units.order_by("liaison__position")
        leads.error_messages["required"] = _("Choose at least one unit.")

    def clean(self) -> dict[str, Any]:
        """It is to be done by a day, is standing, or is done."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("is_standing") and given.get("due_on"):
            text = _("A standing decision has no date: leave one of the two out.")
            self.add_error("due_on", text)
        is_said = any(map(given.get, ("is_standing", "due_on", "is_done")))
        if not is_said and "due_on" not in self.errors:
            text = _("Say by when, or tick that it is standing or done already.")
            self.add_error("due_on", text)
        return given

    def _post_clean(self) -> None:
        """The row checks itself when the act saves it."""


class EarlierForms(forms.BaseFormSet):
    """Several of them at one go; those left empty are passed over."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": True}

    @property
    def typed(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.has_changed()]


def earlier_forms(data: Any, body: JointBody) -> EarlierForms:
    made: Any = forms.formset_factory(
        EarlierForm, formset=EarlierForms, extra=ROWS, max_num=50, validate_max=True
    )
    return made(data or None, form_kwargs={"body": body})
