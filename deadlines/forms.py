from django import forms
from django.utils.translation import gettext_lazy as _

from deadlines.models import ContactNote


class ContactForm(forms.ModelForm):
    """Phoned whom, and what was said: two lines, the rest is known."""

    class Meta:
        model = ContactNote
        fields = ["whom", "said", "channel"]
        labels = {"whom": _("Spoke to"), "said": _("What was said")}
        widgets = {"said": forms.TextInput, "channel": forms.RadioSelect}
