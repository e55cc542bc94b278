from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.models import Answer, Channel, Consent
from documents.forms import ScanField
from institutions.models import Post, User
from jointmeeting import clock


class AnswerForm(forms.Form):
    """The one form for every sheet; the page adds the digest of the text it shows.

    Who may only enter for others chooses for whom, how it reached the office, and when.
    """

    on_behalf_of = forms.ModelChoiceField(
        Post.objects.none(),
        required=False,
        label=_("Entered for"),
        empty_label=_("My own answer"),
        widget=forms.RadioSelect,
    )
    answer = forms.ChoiceField(
        label=_("Answer"), choices=Answer, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("Opinion"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("Needed unless you agree; it is shown with your answer."),
    )
    channel = forms.ChoiceField(
        label=_("How it was given"),
        choices=[(each.value, each.label) for each in (Channel.PAPER, Channel.PHONE)],
        required=False,
        widget=forms.RadioSelect,
    )
    given_on = forms.DateField(
        label=_("Given on"), required=False, widget=forms.DateInput
    )
    scan = ScanField(label=_("Signed paper"), required=False)

    def __init__(self, *args: Any, consent: Consent, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = Post.objects.filter(signatures__in=consent.waiting())
        enterable = waiting.exclude(pk__in=[post.pk for post in user.posts_held])
        enterable = enterable.filter(liaison_of=None).distinct()
        self.is_own = waiting.filter(
            pk__in=[post.pk for post in user.posts_held]
        ).exists()
        self.may_enter = enterable.exists() and _runs_an_office(user, consent)
        if not self.may_enter:
            for name in ("on_behalf_of", "channel", "given_on", "scan"):
                del self.fields[name]
            return
        behalf = self.fields["on_behalf_of"]
        behalf.queryset = enterable
        if not self.is_own:
            behalf.empty_label, behalf.required = None, True
        self.fields["given_on"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        """An own answer needs none of what an entered one needs."""
        data = super().clean() or {}
        if not data.get("on_behalf_of"):
            for name in ("channel", "given_on", "scan"):
                data.pop(name, None)
        return {name: value for name, value in data.items() if value not in (None, "")}


def _runs_an_office(user: User, consent: Consent) -> bool:
    sides = consent.joint_body.sides.select_related("office")
    return any(user.stands_for(side.office) for side in sides)
