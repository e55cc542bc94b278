"""How a form is drawn: every widget in one look, every error in words that say what to do."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

# The browser's own picker, and the one format it reads.
PICKERS: dict[type[forms.Widget], tuple[str, str]] = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}
DJANGO_ROWS = forms.Textarea().attrs["rows"]
CHOOSERS = (forms.Select, forms.RadioSelect, forms.CheckboxInput)
REQUIRED = forms.Field.default_error_messages["required"]


class ScreenRenderer(TemplatesSetting):
    """The renderer of all forms: `{{ form }}` and a field group look as every page does."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"


class StepForm(forms.Form):
    """What a step asks for; where one may go on despite what it lacks, also why.

    `found` is what stands against it besides: each reason, and whether one may go on.
    """

    def __init__(
        self,
        *args: Any,
        row: Any,
        step: str,
        found: Iterable[tuple[str, bool]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        found = [*getattr(type(row), step).transition.obstacles(row), *found]
        self.obstacles = [reason for reason, _may_go_on in found]
        if found and all(may_go_on for _reason, may_go_on in found):
            self.fields["despite"] = forms.CharField(
                label=_("Reason for going on all the same"),
                help_text=" ".join(self.obstacles),
                max_length=1000,
            )


class ReasonForm(StepForm):
    """A step that is taken with a reason."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea
    )


def draw(field: BoundField, css: str = "in") -> SafeString:
    """The widget of a field; a date is picked, a file names its types, a text has room."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {}
    attrs["class"] = " ".join(filter(None, [css, widget.attrs.get("class")]))
    if type(widget) in PICKERS:
        widget.input_type, widget.format = PICKERS[type(widget)]
    elif isinstance(widget, forms.Textarea):
        widget.attrs.pop("cols", None)
        if widget.attrs["rows"] == DJANGO_ROWS:
            attrs["rows"] = "5"
    elif isinstance(widget, forms.FileInput):
        widget.template_name = "parts/file.html"
        attrs["accept"] = ",".join(f".{each}" for each in extensions(field))
        attrs["data-max"] = str(settings.MAX_UPLOAD_MB)
    elif isinstance(widget, forms.CheckboxInput):
        del attrs["class"]
    return field.as_widget(attrs=attrs)


def look(field: BoundField) -> str:
    """Which of the four ways a field is drawn in: picks, tick, file or plain."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect):  # a list of boxes is one of these too
        return "picks"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    return "file" if isinstance(widget, forms.FileInput) else "plain"


def in_columns(field: BoundField) -> bool:
    """Whether the choices are many and short enough to stand in two columns."""
    labels = [str(choice.choice_label) for choice in field.subwidgets]
    return len(labels) > 3 and max(map(len, labels)) <= 18


def extensions(field: BoundField) -> list[str]:
    """The types a file field takes, from its validator."""
    for validator in field.field.validators:
        if isinstance(validator, FileExtensionValidator):
            return list(validator.allowed_extensions or [])
    return []


def file_hint(field: BoundField) -> str:
    """Which files may be sent, and how large each may be."""
    between = pgettext("between the items of a list", ", ")
    types = between.join(each.upper() for each in extensions(field))
    size = {"types": types, "n": settings.MAX_UPLOAD_MB}
    if types:
        return _("%(types)s; at most %(n)s MB each") % size
    return _("At most %(n)s MB each") % size


def errors_of(field: BoundField) -> list[str]:
    """What is wrong with a field, each in a sentence that names it or says what to do."""
    return [_worded(field, error) for error in field.errors.as_data()]


def summary(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Every error of a form, each with the id of the field to go to, if it is of one."""
    found = [("", str(text)) for text in form.non_field_errors()]
    for field in form.visible_fields():
        for text in errors_of(field):
            if str(field.label) not in text:
                text = _("%(field)s: %(error)s") % {"field": field.label, "error": text}
            found.append((field.auto_id, text))
    for field in form.hidden_fields():
        found += [("", str(text)) for text in field.errors]
    return found


def _worded(field: BoundField, error: ValidationError) -> str:
    """Django's two commonest messages do not say what to do; the others stay."""
    params = error.params or {}
    if error.code == "required" and error.message == REQUIRED:
        return _demand(field) % {"field": field.label}
    if error.code == "max_length" and "show_value" in params:
        now, most = params["show_value"], params["limit_value"]
        return _("%(n)s characters now; remove %(m)s") % {"n": now, "m": now - most}
    return error.messages[0]


def _demand(field: BoundField) -> str:
    if isinstance(field.field.widget, forms.FileInput):
        return _("Attach %(field)s")
    if isinstance(field.field.widget, CHOOSERS):
        return _("Choose %(field)s")
    return _("Enter %(field)s")
