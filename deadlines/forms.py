from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deadlines.models import ContactNote, Duty


class ContactForm(forms.ModelForm):
    """Phoned whom, and what was said: two lines, the rest is known."""

    class Meta:
        model = ContactNote
        fields = ["whom", "said", "channel"]
        labels = {"whom": _("Spoke to"), "said": _("What was said")}
        widgets = {"said": forms.TextInput, "channel": forms.RadioSelect}

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        """The duty tells the forms of one page apart."""
        super().__init__(*args, **kwargs | {"auto_id": f"note-{duty.pk}-%s"})
