from django import forms
from django.utils.translation import gettext_lazy as _

from jointmeeting import clock

FIRST, LAST = 2000, 2100


class YearForm(forms.Form):
    """Which year is to be rehearsed; the next one unless said otherwise."""

    year = forms.IntegerField(
        label=_("Work year"),
        min_value=FIRST,
        max_value=LAST,
        help_text=_("Played with made-up people and topics; nothing is written here."),
    )

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("initial", {"year": clock.today().year + 1})
        super().__init__(*args, **kwargs)
