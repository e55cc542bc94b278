from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions.loading import document_in
from institutions.models import Charter, JointBody, User
from institutions.moving import BECOMES, ENDED, Moves, moves_of
from institutions.reading import CharterRefused, spoken
from jointmeeting import clock

LARGEST = 1_000_000  # bytes of a charter's file
TEMPLATES = Path(settings.BASE_DIR) / "charters"


class FileForm(forms.Form):
    """A charter's file, which takes the place of all that the draft says."""

    file = forms.FileField(
        label=gettext_lazy("Charter as a file (TOML)"),
        help_text=gettext_lazy("It takes the place of all that the draft says."),
    )

    def clean_file(self) -> dict:
        """The document in it; it may hold mistakes, which the draft then tells."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than a charter can be."))
        return document_or_error(file.read(), file.name)


def document_or_error(content: bytes, name: str) -> dict:
    try:
        return document_in(content, name)
    except CharterRefused as refusal:
        raise ValidationError([str(each) for each in refusal.problems]) from None


def named(path: Path) -> str:
    """What a charter's file calls its body."""
    data = document_or_error(path.read_bytes(), path.name)
    return spoken(data["body"]["name"], data["words"], "", [])


class EnactForm(forms.Form):
    """From when a version is in force, and what becomes of what it names no more."""

    in_force_from = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Today: at once. A coming day: it waits for that day."),
    )
    is_trial = forms.BooleanField(label=gettext_lazy("On trial"), required=False)
    trial_until = forms.DateField(
        label=gettext_lazy("Trial until"),
        required=False,
        help_text=gettext_lazy("Leave it empty where the text names no end."),
    )

    def __init__(self, *args: Any, draft: Charter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_force_from"].initial = clock.today()
        texts = draft.parts["body"].texts
        self.fields["is_trial"].initial = any(text.is_trial for text in texts)
        self.moves: Moves = moves_of(draft)
        for side in self.moves.sides:
            self._ask("sides", side, self.moves.new_sides, {})
        for post in self.moves.posts:
            self._ask("posts", post, self.moves.new_posts, self._heirs())
        for unit in self.moves.units:
            nobody = {"": _("nobody: it is ended without a successor")}
            heirs = {key: rule.name for key, rule in self.moves.units_named.items()}
            self._ask("units", unit, self.moves.new_units, nobody | heirs)

    def _heirs(self) -> dict[str, str]:
        posts = {key: rule.title for key, rule in self.moves.posts_named.items()}
        return posts | {k: rule.name for k, rule in self.moves.units_named.items()}

    def _ask(self, kind: str, row: Any, new: dict, heirs: dict) -> None:
        becomes = [(f"{BECOMES}:{key}", name) for key, name in new.items()]
        ended = [(f"{ENDED}:{key}", name) for key, name in heirs.items()]
        choices: list[Any] = [("", _("choose one"))]
        if becomes:
            choices.append((_("It becomes"), becomes))
        if ended:
            choices.append((_("It is ended, and who answers for it is"), ended))
        self.fields[f"{kind}.{row.key}"] = forms.ChoiceField(
            label=_("What becomes of “%(name)s”") % {"name": row},
            choices=choices,
            help_text=""
            if ended or becomes
            else _(
                "A side is not ended. Let the draft keep it, or name one in its place."
            ),
        )

    def clean(self) -> dict[str, Any]:
        """What the step takes: the days, and the moves as they are kept."""
        data = super().clean() or {}
        moves: dict[str, dict] = {"sides": {}, "posts": {}, "units": {}}
        for name in list(data):
            kind, _dot, key = name.partition(".")
            if key:
                how, _colon, to = data.pop(name).partition(":")
                moves[kind][key] = {"how": how, "to": to}
        return data | {"moves": moves}


class BodyForm(forms.Form):
    """A new body: what it is called, what is above it, and whose charter it begins with."""

    name = forms.CharField(
        label=gettext_lazy("Name in full"),
        max_length=100,
        help_text=gettext_lazy("As it stands in documents."),
    )
    short = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=40,
        help_text=gettext_lazy("As it stands on pages."),
    )
    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=50,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens; it names the body in commands and files."
        ),
        error_messages={"invalid": gettext_lazy("Small letters, digits and hyphens.")},
    )
    parent = forms.ModelChoiceField(
        JointBody.objects.none(), label=gettext_lazy("Body above"), required=False
    )
    template = forms.ChoiceField(
        label=gettext_lazy("Begin with the charter of"),
        help_text=gettext_lazy("It is copied; words, units and posts are then changed."),
    )
    keeps_clauses = forms.BooleanField(
        label=gettext_lazy("The same text rules this body"),
        required=False,
        help_text=gettext_lazy(
            "Its clauses are then cited here too. Otherwise each rule is first held to be"
            " agreed by the sides, until you cite a clause of the text of this body."
        ),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = JointBody.objects.administered_by(by).filter(charter__isnull=False)
        parent: Any = self.fields["parent"]
        parent.queryset = mine.order_by("name")
        parent.empty_label = _("none: no body is above it")
        if not mine.filter(parent=None).exists():
            parent.required, parent.empty_label = True, None
        readable = {*mine, *JointBody.objects.of(by)}
        template: Any = self.fields["template"]
        template.choices = [
            *((f"body:{b.pk}", b.name) for b in sorted(readable, key=lambda b: b.name)),
            *(
                (f"file:{path.name}", _("%(name)s (sample)") % {"name": named(path)})
                for path in sorted(TEMPLATES.glob("*.toml"))
            ),
        ]

    def clean_key(self) -> str:
        key = self.cleaned_data["key"].lower()
        if JointBody.objects.filter(key=key).exists():
            raise ValidationError(_("There is a body of this key already."))
        return key

    def clean_template(self) -> dict:
        """The document that the new body begins with."""
        kind, _colon, named = self.cleaned_data["template"].partition(":")
        if kind == "body":
            return JointBody.objects.get(pk=named).rules_in_force.data
        path = TEMPLATES / named
        return document_or_error(path.read_bytes(), path.name)
