from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.forms import ScanField
from institutions.models import Appointment, JointBody, MemberUnit, Post, User
from jointmeeting.forms import ReasonForm, StepForm
from meetings.models import Attendance, Meeting, kinds_of, rules_for
from meetings.periods import periods_of, rules_of, year_now

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
        offer_parts(fields, self.instance.joint_body)
        self._offer_occasions(fields, list(units))
        if "ad hoc" not in kinds_of(self.instance.joint_body):
            fields["kind"].help_text = _(
                "By the charter there are no ad hoc meetings here."
            )

    def _offer_occasions(self, fields: dict[str, Any], kinds: list[str]) -> None:
        """Those that the charter names for a kind of meeting; nothing where it names none."""
        body = self.instance.joint_body
        named = {
            occasion: Meeting.Kind(kind).label
            for kind in kinds
            for occasion in rules_for(body, kind).occasions
        }
        if not named:
            del fields["occasion"]
            return
        nothing: list[Any] = [("", gettext("none is needed"))]
        choices = [
            (each, gettext("%(name)s (%(more)s)") % {"name": each, "more": kind})
            for each, kind in named.items()
        ]
        is_always = all(rules_for(body, kind).occasions for kind in kinds)
        fields["occasion"] = forms.ChoiceField(
            label=fields["occasion"].label,
            choices=choices if is_always else nothing + choices,
            widget=forms.RadioSelect,
            required=is_always,
        )


def offer_parts(fields: dict[str, Any], body: JointBody) -> None:
    """For which part of the year it is, where the charter has the body meet in each of them."""
    parts = periods_of(rules_of(body), year_now(body))
    if len(parts) == 1:
        del fields["part"]
        return
    fields["part"] = forms.TypedChoiceField(
        label=fields["part"].label,
        choices=[(each.number, each.part) for each in parts],
        coerce=int,
    )


def number_field() -> forms.CharField:
    """The number under which a document leaves, where the office keeps its own register."""
    return forms.CharField(
        label=_("Number of your own register"),
        required=False,
        max_length=60,
        help_text=_("Left empty, the next number of the series is given."),
    )


class NumberForm(StepForm):
    """A step that issues a document."""

    number = number_field()


class CancelForm(ReasonForm):
    """Why it will not be held; once units were told, also the number of what tells them."""

    def __init__(self, *args: Any, row: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row.notice_id:
            self.fields["number"] = number_field()


class DayForm(StepForm):
    """When and where it is held."""

    starts_at = forms.DateTimeField(label=_("Begins at"))
    place = forms.CharField(label=_("Place"), max_length=200)


class PostField(forms.ModelChoiceField):
    """One of some posts, each with who holds it today."""

    holders: dict[int, str]

    def __init__(self, posts: QuerySet[Post], **kwargs: Any) -> None:
        super().__init__(posts, **kwargs)
        held = Appointment.objects.today().filter(post__in=posts)
        names = held.order_by("since", "pk").values_list("post", "person__name")
        self.holders = {}
        for post, name in names:
            before = self.holders.get(post)
            self.holders[post] = f"{before}、{name}" if before else name

    def label_from_instance(self, post: Post) -> str:
        about = {"post": post, "name": self.holders.get(post.pk, gettext("vacant"))}
        return gettext("%(post)s (%(name)s)") % about


class HolderField(forms.ModelChoiceField):
    """One of those who hold a post together with others."""

    def __init__(self, posts: QuerySet[Post], **kwargs: Any) -> None:
        held = Appointment.objects.today().filter(post__in=posts)
        held = held.select_related("person", "post").order_by("post__position", "pk")
        by_post: dict[Post, list[Any]] = {}
        for each in held:
            by_post.setdefault(each.post, []).append(each.person)
        self.shared = {
            post: people for post, people in by_post.items() if len(people) > 1
        }
        self.posts_of: dict[int, list[str]] = {}
        for post, people in self.shared.items():
            for person in people:
                self.posts_of.setdefault(person.pk, []).append(str(post))
        super().__init__(User.objects.filter(pk__in=self.posts_of), **kwargs)

    def label_from_instance(self, person: User) -> str:
        posts = "、".join(self.posts_of[person.pk])
        return gettext("%(name)s (%(post)s)") % {"name": person.name, "post": posts}


class ChairForm(StepForm):
    """Which of the posts that the charter names chairs, and on whose behalf.

    Who of several holders it is, where a post has them; why, where another may chair.
    """

    def __init__(self, *args: Any, row: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        rules = row.sitting_rules.chair
        self.fields["chair"] = PostField(
            row.eligible_chairs(),
            label=_("Chair"),
            widget=forms.RadioSelect,
            empty_label=None,
            help_text=self._told(row),
        )
        holders = HolderField(
            row.eligible_chairs(),
            label=_("Who of them chairs"),
            required=False,
            empty_label=_("the post has one holder"),
            help_text=_("Where several people hold the post."),
        )
        if holders.shared:
            self.fields["chair_person"] = holders
        if rules.delegates:
            self.fields["delegated_by"] = PostField(
                row.joint_body.posts.filter(key__in=rules.posts),
                label=_("On behalf of"),
                required=False,
                empty_label=_("nobody: the post chairs in its own right"),
                help_text=_("Who delegates it, where the charter lets them."),
            )

    def _told(self, row: Meeting) -> str:
        """Whose turn it is, and where that is said."""
        rules = row.sitting_rules.chair
        turn = gettext("It is the turn of %(post)s.") % {"post": row.proposed_chair()}
        return " ".join(filter(None, [turn if rules.in_turn else "", rules.basis.clause]))


class ArrangeForm(ChairForm, DayForm):
    """When, where, in which form where the charter knows several, and who chairs."""

    def __init__(self, *args: Any, row: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if known := row.sitting_rules.forms:
            usual: list[Any] = [("", gettext("as usual"))]
            self.fields["form"] = forms.ChoiceField(
                label=_("Form"),
                choices=usual + [(each.key, each.told()) for each in known],
                widget=forms.RadioSelect,
                required=False,
            )
            self.order_fields(["starts_at", "place", "form"])
        if row.sitting_rules.chair.others == "with reason":
            self.fields["chair_reason"] = forms.CharField(
                label=_("Why another post chairs"),
                max_length=300,
                required=False,
                help_text=_(
                    "Needed for any but whose right it is; it stands in the notice."
                ),
            )


class AnotherChairForm(ChairForm):
    """Who chairs in place of the one that the notice names, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It is kept in the history; no notice goes out."),
    )
    field_order = ["chair", "chair_person", "delegated_by", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class PostponeForm(DayForm):
    """Another day or place, and why; all who were told are told so by another notice."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("It stands in the notice of the change."),
    )
    number = number_field()


class EarlierForm(forms.ModelForm):
    """A meeting held before this product, as the files of the body have it."""

    class Meta:
        model = Meeting
        fields = Meeting.IMPORTED
        widgets = {"kind": forms.RadioSelect}
        labels = {"reason": _("What it was about")}
        help_texts = {"ordinal": _("Counted from the body's first meeting.")}

    def __init__(self, *args: Any, body: JointBody, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        kinds = kinds_of(body)
        asking = {key for kind in kinds for key in rules_for(body, kind).asked_by}
        fields["kind"].choices = [
            each for each in Meeting.Kind.choices if each[0] in kinds
        ]
        fields["unit"] = forms.ModelChoiceField(
            body.members.filter(key__in=asking).select_related("unit"),
            label=_("Asked for by"),
            empty_label=None,
        )
        fields["held_on"].required = True
        offer_parts(fields, body)
        for name in ("ordinal", "year_ordinal"):
            if name in Meeting(joint_body=body).numbers_asked:
                fields[name].required = True
            else:
                del fields[name]

    def _post_clean(self) -> None:
        """The row checks itself when it is put on file."""


# Who attends


def companions_field(row: Attendance) -> forms.CharField:
    """Those who come beside the one named, where by the charter several do."""
    field: Any = Attendance._meta.get_field("companions")
    about = {"n": row.quota, "others": row.quota - 1}
    text = gettext("%(n)s come by the charter: the other %(others)s stand here.")
    return forms.CharField(
        label=field.verbose_name,
        max_length=field.max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=" ".join([text % about, str(field.help_text)]),
    )


class ReplyForm(StepForm, forms.ModelForm):
    """Who comes: name, position, phone; the others, where the charter has several come."""

    class Meta:
        model = Attendance
        fields = ["name", "title", "phone", "companions", "reason"]
        labels = {"name": _("Full name"), "reason": _("Why fewer come")}

    def __init__(self, *args: Any, row: Attendance, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["name"].required = self.fields["title"].required = True
        if row.quota > 1:
            self.fields["companions"] = companions_field(row)
        else:
            del self.fields["companions"], self.fields["reason"]

    def _post_clean(self) -> None:
        """The row is written by its step."""


class ExcuseForm(StepForm):
    """Why nobody comes."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class ReplaceForm(StepForm):
    """Who sits in for who was called, and why."""

    substitute = forms.CharField(label=_("Substitute"), max_length=50)
    substitute_title = forms.CharField(
        label=_("Position of the substitute"), max_length=100
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, row: Attendance, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row.quota > 1:
            self.fields["companions"] = companions_field(row)
        rules = row.meeting.sitting_rules.attendance
        if rules.substitutes == "with letter":
            self.fields["letter"] = ScanField(
                label=_("Letter of the substitute"),
                required=False,
                help_text=_("The scan of the letter that names who comes."),
            )


class PlaceForm(forms.Form):
    """A place for a unit or post of the body that has none yet."""

    capacity = forms.ChoiceField(
        label=_("Capacity"),
        choices=Attendance.Capacity.choices,
        widget=forms.RadioSelect,
        initial=Attendance.Capacity.IN_ATTENDANCE,
    )
    why = forms.CharField(label=_("Why"), max_length=200, required=False)
    field_order = ["unit", "post", "capacity", "why"]


class UnitPlaceForm(PlaceForm):
    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = meeting.attendances.exclude(unit=None).order_by().values("unit")
        units = meeting.joint_body.members.now().exclude(pk__in=seated)
        self.fields["unit"] = forms.ModelChoiceField(
            units.select_related("unit").order_by("liaison__position"), label=_("Unit")
        )
        self.order_fields(self.field_order)


class PostPlaceForm(PlaceForm):
    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = meeting.attendances.exclude(post=None).order_by().values("post")
        posts = meeting.joint_body.posts.filter(liaison_of=None).exclude(pk__in=seated)
        self.fields["post"] = PostField(posts, label=_("Post"))
        self.fields["capacity"].initial = Attendance.Capacity.ATTENDING
        self.order_fields(self.field_order)


class PersonPlaceForm(forms.ModelForm):
    """Somebody invited by name, with or without an account."""

    class Meta:
        model = Attendance
        fields = ["why", "name", "title", "phone"]
        labels = {"name": _("Full name"), "title": _("Unit and position")}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        rules = meeting.sitting_rules.attendance
        if rules.invited:
            self.fields["why"] = forms.ChoiceField(
                label=_("Invited as"),
                choices=[(each, each) for each in rules.invited],
                widget=forms.RadioSelect,
                help_text=rules.basis.clause,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        return cleaned | {"capacity": Attendance.Capacity.INVITED}

    def _post_clean(self) -> None:
        """The row checks itself when it is given the place."""
