from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agenda.models import Agenda, AgendaItem, Consultation, FieldStudy, Topic
from agenda.models.topic_queries import TopicQuerySet
from agenda.topic_agendas import full
from documents.forms import ScanField
from documents.models import tidy_number
from institutions.models import JointBody, MemberUnit
from jointmeeting import clock
from jointmeeting.forms import ReasonForm, StepForm
from meetings.periods import days_of, rules_of

ALL: list[Any] = [("", _("all"))]
BY_AGENDA = [("on an agenda", _("On an agenda")), ("carried over", _("Carried over"))]
BY_AGENDA += [("late", _("Handed in late"))]
GROWING = ("evidence", "measure")  # may be added later


class TopicQuery(forms.Form):
    """Which topics are listed; what is wrong in an address is left out of the query.

    Classes and proposers are those of one body: the only one, or the one chosen.
    """

    text = forms.CharField(label=_("Words in the text"), required=False, max_length=50)
    status = forms.ChoiceField(
        label=_("State"), choices=ALL + Topic.Status.choices + BY_AGENDA, required=False
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)

    def __init__(self, data: Any, *, bodies: list[JointBody]) -> None:
        super().__init__(data)
        year: Any = self.fields["year"]
        year.choices = ALL + [(each, str(each)) for each in _years(bodies)]
        chosen = [body for body in bodies if str(body.pk) == data.get("joint_body")]
        self.body = next(iter(bodies if len(bodies) == 1 else chosen), None)
        if len(bodies) > 1:
            self.fields["joint_body"] = forms.TypedChoiceField(
                label=_("Joint body"),
                choices=ALL + [(body.pk, body.short) for body in bodies],
                coerce=int,
                required=False,
            )
        if one := bodies if len(bodies) == 1 else chosen:
            self._narrow_by_charter(one[0])

    def _narrow_by_charter(self, body: JointBody) -> None:
        rules = Topic(joint_body=body).rules
        classes = [(each.key, each.name) for each in rules.classes.items]
        units = body.members.filter(key__in=rules.proposers.units).select_related("unit")
        self.fields["topic_class"] = forms.ChoiceField(
            label=_("Class"), choices=ALL + classes, required=False
        )
        if rules.refuse:
            grounds = [(each.key, each.name) for each in rules.refuse.grounds]
            self.fields["ground"] = forms.ChoiceField(
                label=_("Refused for"), choices=ALL + grounds, required=False
            )
        self.fields["proposed_by"] = forms.TypedChoiceField(
            label=_("Proposed by"),
            choices=ALL + [(unit.pk, str(unit)) for unit in units],
            coerce=int,
            required=False,
        )

    def narrowed(self, topics: TopicQuerySet) -> TopicQuerySet:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if text := chosen.pop("text", ""):
            topics = topics.filter(Q(title__icontains=text) | Q(problem__icontains=text))
        if year := chosen.pop("year", None):
            topics = topics.filter(created_on__range=self._days_of(year))
        if (state := chosen.get("status")) in dict(BY_AGENDA):
            del chosen["status"]
            narrow = {"on an agenda": "on_agendas", "carried over": "carried_over"}
            topics = getattr(topics, narrow.get(state, state))()
        return topics.filter(**chosen)

    def _days_of(self, year: int) -> tuple[date, date]:
        """The days of that work year; of several bodies, those of the calendar year."""
        if self.body and self.body.charter_id:
            return days_of(rules_of(self.body), year)
        return date(year, 1, 1), date(year, 12, 31)


def _years(bodies: list[JointBody]) -> list[int]:
    """The years since the first of their charters came into force, the last one first."""
    this_year = clock.today().year
    began = [body.rules_in_force.in_force_from.year for body in bodies if body.charter_id]
    return list(range(this_year, min(began, default=this_year) - 1, -1))


class TopicForm(forms.ModelForm):
    """A topic's text; beside each field, for which step the charter needs it."""

    class Meta:
        model = Topic
        fields = Topic.WORDS
        help_texts = {
            "title": _("Say what is to be solved; it stands in every letter."),
            "problem": _("Whom it concerns, what is wrong, how much of it there is."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        classes = [(each.key, each.name) for each in topic.classes]
        self.fields["topic_class"] = forms.ChoiceField(
            label=self.fields["topic_class"].label,
            choices=classes,
            widget=forms.RadioSelect,
            help_text=topic.rules.classes.basis.clause,
        )
        for name in GROWING:
            self.fields[name].help_text = _when(name, topic)

    def _post_clean(self) -> None:
        """The row checks itself when the act saves it; here it must stay as it is."""


def _when(need: str, topic: Topic) -> str:
    hints = {
        "evidence": gettext("Figures, findings, rules that it rests on."),
        "measure": gettext("What is to be done, by whom, until when; a line for each."),
    }
    needs = {
        "to_submit": gettext("Needed to submit the topic."),
        "to_consult": gettext("Needed before units are asked."),
        "to_agenda": gettext("Needed on the agenda."),
    }
    said = [text for step, text in needs.items() if need in topic.needs(step)]
    return " ".join([hints[need], *said[:1]])


class ReturnForm(ReasonForm):
    """Why a topic goes back to who proposed it: on a ground of the charter, in words."""

    def __init__(self, *args: Any, row: Topic, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if grounds := row.grounds("settle"):
            self.fields["ground"] = forms.ChoiceField(
                label=_("Ground"),
                choices=list(grounds.items()),
                widget=forms.RadioSelect,
            )
            self.order_fields(["ground", "reason"])


class StudyForm(StepForm, forms.ModelForm):
    """What was found on the spot."""

    class Meta:
        model = FieldStudy
        fields = ["began_on", "ended_on", "place", "took_part", "findings"]

    def __init__(self, *args: Any, row: Topic, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.instance.topic = row


class ConsultForm(StepForm):
    """Which units are asked, and under which number the letter leaves."""

    units = forms.ModelMultipleChoiceField(
        MemberUnit.objects.none(),
        label=_("Units to ask"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )
    number = forms.CharField(
        label=_("Number of your own register"), required=False, max_length=60
    )

    def __init__(self, *args: Any, row: Topic, **kwargs: Any) -> None:
        super().__init__(*args, row=row, step="consult", **kwargs)
        units: Any = self.fields["units"]  # a unit asked meanwhile is refused by the step
        units.queryset = row.joint_body.members.select_related("unit", "liaison")
        askable = row.askable().select_related("unit")
        units.widget.choices = [(unit.pk, str(unit)) for unit in askable]
        if consult := row.rules.consult:
            self.fields["number"].help_text = gettext(
                "Left empty, the next number is taken: %(mark)s〔%(year)s〕n号."
            ) % {"mark": consult.letter.mark, "year": clock.today().year}


class AdoptionForm(StepForm):
    """How an opposing opinion is taken up."""

    adoption = forms.CharField(
        label=_("How it is taken up"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_(
            "What of it the draft takes up; or with whom it was talked over, and why not."
        ),
    )


class OpinionForm(forms.ModelForm):
    """A unit's formal reply, as its liaison gives or corrects it."""

    scan = ScanField(
        label=_("Scan of the reply"),
        required=False,
        help_text=_("Needed where the reply bears a number."),
    )

    class Meta:
        model = Consultation
        fields = ["kind", "opinion", "signer", "number", "given_on"]
        help_texts = {
            "signer": _("Who answers for this in the unit."),
        }

    ON_PAPER = ("number", "given_on", "scan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.instance.rules.kinds
        if differing := [each.name for each in kinds if each.differs]:
            needed = gettext("A paragraph for each point. Needed with: %(kinds)s.")
            names = gettext(", ").join(differing)
            self.fields["opinion"].help_text = needed % {"kinds": names}
        self.fields["kind"] = forms.ChoiceField(
            label=_("Opinion of the unit"),
            choices=[(each.key, each.name) for each in kinds],
            widget=forms.RadioSelect,
        )

    def clean_number(self) -> str:
        return tidy_number(self.cleaned_data["number"])

    def _post_clean(self) -> None:
        """The row checks itself when the act saves it; here it must stay as it is."""

    @property
    def said(self) -> list[forms.BoundField]:
        """The fields of every reply."""
        return [self[name] for name in self.fields if name not in self.ON_PAPER]

    @property
    def on_paper(self) -> list[forms.BoundField]:
        """The fields of a reply that was also written as a letter."""
        return [self[name] for name in self.ON_PAPER]

    @property
    def has_paper(self) -> bool:
        """Whether to show the latter at once."""
        return any(each.errors or each.value() for each in self.on_paper)


class EnteredForm(OpinionForm):
    """A reply that the office enters for the unit, and where it comes from."""

    class Meta(OpinionForm.Meta):
        fields = ["source", *OpinionForm.Meta.fields]
        help_texts = {
            **OpinionForm.Meta.help_texts,
            "source": _("The letter, the call or the meeting."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].required = True


class TakeUpForm(StepForm):
    """A topic is put on an agenda; why, where gates of either let one go on with a reason."""

    def __init__(self, *args: Any, agenda: Agenda, row: Topic, **kwargs: Any) -> None:
        super().__init__(*args, row=row, step="take_up", found=full(agenda), **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return data | {"topic_despite": data.get("despite", "")}


class SupplementForm(TakeUpForm):
    """The same once the agenda is frozen."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)


class ItemForm(forms.ModelForm):
    """What may be changed of an item: its words, who presents it, how long, whom it concerns."""

    class Meta:
        model = AgendaItem
        fields = ["title", "presenter", "minutes", "units"]
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
            "units": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "minutes": _("How many minutes it takes; the total stands above the agenda."),
            "units": _("They are proposed as sitting in for it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = self.instance.joint_body.members.now().select_related("unit")
        for name in ("presenter", "units"):
            field: Any = self.fields[name]
            field.queryset = members

    def clean_title(self) -> str:
        """One line, however it was typed."""
        return " ".join(self.cleaned_data["title"].split())

    def stored_otherwise(self, stored: AgendaItem) -> list[tuple[str, Any]]:
        """What is stored now where it is not what was typed."""
        found: list[tuple[str, Any]] = []
        for name, typed in self.cleaned_data.items():
            now = getattr(stored, name)
            if name == "units":
                now, typed = "、".join(map(str, now.all())), "、".join(map(str, typed))
            if now != typed:
                found.append((str(self[name].label), now))
        return found

    def _post_clean(self) -> None:
        """The row checks itself when the act saves it; here it must stay as it is."""


class NewItemForm(ItemForm):
    """A report or another matter, beside what the charter and the topics bring."""

    class Meta(ItemForm.Meta):
        fields = ["kind", *ItemForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = AgendaItem.Kind
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label,
            choices=[(kind, kind.label) for kind in (kinds.REPORT, kinds.OTHER)],
            initial=kinds.OTHER,
            widget=forms.RadioSelect,
        )
