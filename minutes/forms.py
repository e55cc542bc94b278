from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jointmeeting.forms import StepForm
from minutes.models import CorrectionLine, Decision, ItemRecord, Minutes
from minutes.models.ballots import deciding_of, voters_at

THEN = {
    "decided": _("the topic is decided"),
    "not adopted": _("the topic is not adopted"),
    "stays": _("the topic waits for another meeting"),
}

MANNERS = {
    "consensus": _("Nobody who attended objected"),
    "majority": _("More than half of those there are to be for it"),
    "two thirds": _("Two thirds of those there are to be for it"),
    "chair": _("The chair decided it after hearing those there"),
}


class KeptForm(forms.ModelForm):
    """A form whose row checks itself when the act saves it; here it stays as it is."""

    def _post_clean(self) -> None:
        pass


class MinutesForm(KeptForm):
    """The paragraphs before and after the items."""

    class Meta:
        model = Minutes
        fields = ["opening", "closing"]


class RecordForm(KeptForm):
    """What came of an item, in the words of the charter, and what was said about it."""

    class Meta:
        model = ItemRecord
        fields = ["outcome", *ItemRecord.BALLOT, "discussion"]
        help_texts = {
            "discussion": _(
                "As it is to stand in the minutes; the decisions follow it there."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = self.instance
        self.fields["outcome"] = forms.ChoiceField(
            label=self.fields["outcome"].label,
            choices=[
                (each.key, _said(each) if record.item.topic_id else each.name)
                for each in record.outcomes
            ],
            required=False,
            widget=forms.RadioSelect,
        )
        self._ask_how(record)

    def _ask_how(self, record: ItemRecord) -> None:
        """What the charter's manner of deciding asks for, and nothing else."""
        deciding = deciding_of(record.minutes.meeting)
        manner = deciding.manner if deciding else ""
        is_by_vote = manner in ("majority", "two thirds")
        for name in ItemRecord.VOTES:
            if not is_by_vote:
                del self.fields[name]
        if is_by_vote:
            there = voters_at(record.minutes.meeting)
            text = gettext("%(manner)s; %(n)s who may vote were there.")
            about = {"manner": MANNERS[manner], "n": there}
            self.fields["votes_for"].help_text = text % about
        if manner in ("consensus", "chair"):
            self.fields["is_so_decided"].label = MANNERS[manner]
        else:
            del self.fields["is_so_decided"]


def _said(outcome: Any) -> str:
    what = {"outcome": outcome.name, "then": THEN[outcome.then]}
    return gettext("%(outcome)s: %(then)s") % what


class DecisionForm(KeptForm):
    """One decision; what is left out here the gap check names before the approval."""

    class Meta:
        model = Decision
        fields = ["text", "leads", "assisting", "due_on", "is_standing", "done_when"]
        widgets = {
            "leads": forms.CheckboxSelectMultiple,
            "assisting": forms.CheckboxSelectMultiple,
            "due_on": forms.DateInput,
            "text": forms.Textarea(attrs={"rows": 3}),
            "done_when": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "text": _("What is to be done; unit and date stand in fields of their own."),
            "is_standing": _("It has no end; it is reported on every year."),
            "done_when": _("By what anybody can see that it is done."),
        }

    LATER: tuple[str, ...] = ("leads", "done_when")  # may be filled in after the text

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        """`units` are those of the body, read once for all forms of a page."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("leads", "assisting"):
            fields[name].queryset = self.instance.joint_body.members.select_related(
                "unit", "liaison"
            )
            fields[name].widget.choices = units
        for name in self.LATER:
            fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        leads, assisting = data.get("leads"), data.get("assisting")
        if leads and assisting and set(leads) & set(assisting):
            self.add_error("assisting", gettext("A unit leads or assists, not both."))
        day = data.get("due_on")
        if day and data.get("is_standing"):
            text = gettext("A standing decision has no date: leave one of the two out.")
            self.add_error("due_on", text)
        elif day and (reason := self.instance.why_not_by(day)):
            self.add_error("due_on", reason)
        return data


class IssueForm(StepForm):
    """The number under which they leave, where the office keeps its own register."""

    number = forms.CharField(
        label=_("Number of your own register"),
        required=False,
        max_length=60,
        help_text=_("Left empty, the next number of the series is given."),
    )


class CorrectionForm(forms.Form):
    """Why the minutes are put right, and under which number that leaves."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("It stands in the correction, before what is changed."),
    )
    number = IssueForm.base_fields["number"]


class CorrectedForm(DecisionForm):
    """An issued decision as it should read; what differs is the correction."""

    is_withdrawn = forms.BooleanField(label=_("Withdraw this decision"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    UNITS = ["leads", "assisting"]
    DATE = ["due_on", "is_standing"]
    WORDS = ["text", "done_when"]
    TOGETHER = [*WORDS, *UNITS, *DATE]

    def __init__(self, *args: Any, instance: Decision, **kwargs: Any) -> None:
        self.now_seen = instance.seen()
        initial = {"seen": self.now_seen}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.order_fields(["is_withdrawn"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("seen") not in ("", self.now_seen):
            self.add_error(None, gettext("The text has changed since you opened it."))
        elif not data.get("is_withdrawn") and not data.get("leads"):
            self.add_error("leads", gettext("Choose at least one lead unit."))
        elif self.instance.done_when and not data.get("done_when"):
            self.add_error("done_when", gettext("Say what counts as done."))
        if not self.errors and not self.lines():
            self.add_error(None, gettext("Nothing is changed of this decision."))
        return data

    def lines(self) -> list[dict[str, Any]]:
        """A line for each kind of change."""
        data, change = self.cleaned_data, CorrectionLine.Change
        if data["is_withdrawn"]:
            return [{"decision": self.instance, "change": change.WITHDRAWN}]
        differing = {name for name in self.TOGETHER if self._differs(name)}
        kinds = {
            change.WORDING: [each for each in self.WORDS if each in differing],
            change.LEAD: self.UNITS if differing & {*self.UNITS} else [],
            change.DUE: self.DATE if differing & {*self.DATE} else [],
        }
        return [
            {"decision": self.instance, "change": kind}
            | {name: data[name] for name in names}
            for kind, names in kinds.items()
            if names
        ]

    def _differs(self, name: str) -> bool:
        stored, typed = getattr(self.instance, name), self.cleaned_data[name]
        if name in self.UNITS:
            return set(stored.all()) != set(typed)
        return stored != typed


class AddedForm(DecisionForm):
    """A decision that the minutes left out; it takes effect whole, so nothing may lack."""

    LATER = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not (data.get("due_on") or data.get("is_standing") or "due_on" in self.errors):
            text = gettext("Give a date, or say that it is standing.")
            self.add_error("due_on", text)
        return data

    def lines(self) -> list[dict[str, Any]]:
        return [{"change": CorrectionLine.Change.ADDED} | self.cleaned_data]
