"""What is asked for when tasks are given, reported on, verified, inspected, talked about."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deadlines.models import ContactNote
from documents.forms import ScanField
from followups.charter import LadderStep
from followups.models import Assignment, Contact, Inspection, StatusReport
from followups.models.assignments import Chosen
from followups.models.supervision import ASKED
from institutions.models import MemberUnit
from jointmeeting import clock
from jointmeeting.forms import ReasonForm, StepForm
from meetings.models import Meeting
from minutes.models import Decision


class AssignForm(forms.Form):
    """Which decisions of a meeting are given now, each to which units, by which document."""

    number = forms.CharField(
        label=_("Number of your own register"), required=False, max_length=60
    )

    def __init__(
        self,
        *args: Any,
        meeting: Meeting,
        decisions: Iterable[Decision],
        units: Iterable[MemberUnit],
        mark: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.decisions = list(decisions)
        self.units = {str(unit): unit for unit in units}
        self.fields["number"].help_text = gettext(
            "Left empty, the next number is taken: %(mark)s〔%(year)s〕n号."
        ) % {"mark": mark, "year": clock.today().year}
        for decision in self.decisions:
            self._add(decision)

    def _add(self, decision: Decision) -> None:
        key, leads = decision.pk, [str(each) for each in decision.leads.all()]
        named = leads + [str(each) for each in decision.assisting.all()]
        self.fields[f"now_{key}"] = forms.BooleanField(
            label=_("Assign this one now"), required=False, initial=True
        )
        self.fields[f"units_{key}"] = forms.MultipleChoiceField(
            label=_("Units that answer for it"),
            choices=[(name, name) for name in named],
            initial=leads,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[f"further_{key}"] = forms.CharField(
            label=_("Further units"),
            required=False,
            max_length=300,
            help_text=_("Names of units of this body, with 、 between them."),
            widget=forms.TextInput(attrs={"list": "units"}),
        )
        self.fields[f"task_{key}"] = forms.CharField(
            label=_("What these units do"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Needed only where the sentence of the minutes is not enough."),
        )

    @property
    def lines(self) -> list[tuple[Decision, list[BoundField]]]:
        """Each decision with its fields."""
        parts = ("now", "units", "further", "task")
        return [
            (each, [self[f"{part}_{each.pk}"] for part in parts])
            for each in self.decisions
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen: list[Chosen] = []
        for decision in self.decisions:
            if data.get(f"now_{decision.pk}"):
                units, task = (
                    self._units_of(decision, data),
                    data.get(f"task_{decision.pk}"),
                )
                chosen.append((decision, units, task or ""))
        if not chosen:
            raise forms.ValidationError(_("Choose at least one decision."))
        return {"chosen": chosen, "number": data.get("number", "")}

    def _units_of(self, decision: Decision, data: dict[str, Any]) -> list[MemberUnit]:
        typed = data.get(f"further_{decision.pk}") or ""
        further = [name.strip() for name in typed.replace("，", "、").split("、")]
        names = [*data.get(f"units_{decision.pk}", []), *filter(None, further)]
        if unknown := [name for name in names if name not in self.units]:
            text = gettext("No unit of this body has this name: %(names)s.")
            error = text % {"names": "、".join(unknown)}
            self.add_error(f"further_{decision.pk}", error)
        elif not names:
            self.add_error(f"units_{decision.pk}", gettext("Choose at least one unit."))
        return [self.units[name] for name in dict.fromkeys(names) if name in self.units]


class ReportForm(StepForm, forms.ModelForm):
    """A status report: at most five things, as the last one said them."""

    scan = ScanField(label=_("Scan"), required=False)

    class Meta:
        model = StatusReport
        fields = ["progress", "obstacles", "next_steps"]
        help_texts = {
            "progress": _("What was done since the last report, with figures."),
            "obstacles": _("Why it is behind, if it is."),
        }

    def __init__(self, *args: Any, row: Assignment, step: str, **kwargs: Any) -> None:
        last = row.reports.first()
        known = {name: getattr(last, name) for name in self.Meta.fields} if last else {}
        super().__init__(*args, row=row, step=step, initial=known, **kwargs)


class ClaimForm(StepForm):
    """That it is done, and what shows it."""

    evidence = forms.CharField(
        label=_("What was done"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("What was done, measured by what counts as done."),
    )
    scan = ScanField(
        label=_("Evidence"), required=False, help_text=_("A paper that shows it.")
    )

    def __init__(self, *args: Any, row: Assignment, step: str, **kwargs: Any) -> None:
        said = {"evidence": row.evidence}
        super().__init__(*args, row=row, step=step, initial=said, **kwargs)


class VerifyForm(StepForm):
    """With which result a task is closed."""

    result = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Opinion"), required=False, max_length=1000, widget=forms.Textarea
    )

    def __init__(self, *args: Any, row: Assignment, step: str, **kwargs: Any) -> None:
        super().__init__(*args, row=row, step=step, **kwargs)
        result: Any = self.fields["result"]
        result.choices = [(each.key, each.name) for each in row.results()]
        self.fields["reason"].required = step == "end"


class NoticeForm(StepForm):
    """The supervision notice of which level, what it asks of the unit, and by when."""

    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)
    demand = forms.CharField(
        label=_("What the unit is asked to do"), max_length=2000, widget=forms.Textarea
    )
    answer_by = forms.DateField(label=_("By when"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed only where a level is left out or comes before its time."),
    )
    number = forms.CharField(
        label=_("Number of your own register"), required=False, max_length=60
    )

    def __init__(self, *args: Any, row: Assignment, step: str, **kwargs: Any) -> None:
        owed = {"level": row.notice_owed.key} if row.notice_owed else {}
        initial = owed | {"demand": ASKED}
        super().__init__(*args, row=row, step=step, initial=initial, **kwargs)
        self.row, ladder = row, row.ladder
        if ladder is None:
            return
        # All of them while it is read: that one was issued by now is said by the row.
        self._offer(ladder.steps if self.is_bound else row.may_be_issued)
        self.fields["number"].help_text = gettext(
            "Left empty, the next number is taken: %(mark)s〔%(year)s〕n号."
        ) % {"mark": ladder.paper.mark, "year": clock.today().year}

    def _offer(self, steps: Iterable[LadderStep]) -> None:
        level: Any = self.fields["level"]
        level.choices = [(each.key, each.name) for each in steps]

    def clean(self) -> dict[str, Any]:
        self._offer(self.row.may_be_issued)
        return super().clean() or {}


class ReassignForm(ReasonForm):
    """Which other unit answers for it from now on."""

    unit = forms.ModelChoiceField(
        MemberUnit.objects.none(), label=_("Unit"), empty_label=_("choose")
    )
    field_order = ["unit", "reason"]

    def __init__(self, *args: Any, row: Assignment, step: str, **kwargs: Any) -> None:
        super().__init__(*args, row=row, step=step, **kwargs)
        has_it = row.decision.assignments.standing().values("unit")
        others = row.joint_body.members.now().exclude(pk__in=has_it)
        others = others.exclude(pk=row.unit_id)
        unit: Any = self.fields["unit"]
        unit.queryset = others.select_related("unit")


class InspectionForm(forms.ModelForm):
    """What was found on the spot, and what is to be done about it until when."""

    class Meta:
        model = Inspection
        fields = Inspection.WORDS
        help_texts = {
            "due_on": _("Left empty where nothing is to be mended."),
            "took_part": _("Units and people who were there."),
        }
        widgets = {"finding": forms.Textarea, "demand": forms.Textarea}

    def _post_clean(self) -> None:
        """The row checks itself when the act saves it; here it must stay as it is."""


class MendForm(StepForm):
    """What the unit did about what was found."""

    answer_text = forms.CharField(
        label=_("What the unit did"), max_length=5000, widget=forms.Textarea
    )

    def __init__(self, *args: Any, row: Inspection, step: str, **kwargs: Any) -> None:
        said = {"answer_text": row.answer_text}
        super().__init__(*args, row=row, step=step, initial=said, **kwargs)


class ContactForm(forms.ModelForm):
    """Who of a unit was spoken to about its task, and what was said."""

    class Meta:
        model = Contact
        fields = ["whom", "said", "channel"]
        widgets = {"said": forms.TextInput, "channel": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "contact-%s"})
        self.fields["channel"].initial = ContactNote.Channel.PHONE
