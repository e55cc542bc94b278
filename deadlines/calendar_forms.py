from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from institutions.calendars import read
from institutions.models import CalendarDay

MOST_BYTES = 1_000_000


class DayForm(forms.Form):
    """What one day is."""

    kind = forms.ChoiceField(
        label=_("This day is"),
        widget=forms.RadioSelect,
        choices=[
            ("", _("what its weekday says")),
            ("rest", _("a day off")),
            ("work", _("a working day")),
        ],
        required=False,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        required=False,
        help_text=_("Such as the holiday it belongs to."),
    )


class ImportForm(forms.Form):
    """Days as lines of text or as a file; `days` is what was read from them."""

    text = forms.CharField(
        label=_("Days"),
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        strip=False,
        help_text=_(
            "A line for each day: 2027-01-01 休 元旦; several: 2027-02-05至2027-02-11 休 春节; 班 for a working day."
        ),
    )
    file = forms.FileField(
        label=_("or a file"),
        required=False,
        help_text=_(
            "Text, CSV or a calendar file (ICS); it takes the place of the lines above."
        ),
    )
    days: list[CalendarDay]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        text = _decoded(upload) if upload else cleaned.get("text", "")
        if not text.strip():
            raise ValidationError({"text": _("Enter the days, or choose a file.")})
        try:
            self.days = read(text)
        except ValidationError as wrong:
            raise ValidationError(
                {"file" if upload else "text": wrong.messages}
            ) from None
        return cleaned

    @property
    def lines(self) -> str:
        """What was read, a line for each day: what is sent again to be entered."""
        return "\n".join(
            f"{each.day} {'班' if each.is_working else '休'} {each.name}".rstrip()
            for each in self.days
        )

    @property
    def digest(self) -> str:
        """By which the same lines are known again."""
        return sha256(self.lines.encode()).hexdigest()


def _decoded(upload: Any) -> str:
    if upload.size > MOST_BYTES:
        raise ValidationError({"file": _("The file is larger than a calendar can be.")})
    content = upload.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError({"file": _("The file is no text in UTF-8 or GB18030.")})
