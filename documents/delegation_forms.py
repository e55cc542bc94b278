from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.delegating import may_stand_in
from documents.forms import ScanField
from institutions.models import Delegation, Post
from jointmeeting import clock


class PassOnForm(forms.Form):
    """Who acts or enters for a post, on what ground, from when to when."""

    ground = forms.ChoiceField(label=_("On what ground"), widget=forms.RadioSelect)
    to = forms.ModelChoiceField(Post.objects.none(), label=_("To the post"))
    since = forms.DateField(label=_("From"), widget=forms.DateInput)
    until = forms.DateField(
        label=_("Up to"),
        required=False,
        widget=forms.DateInput,
        help_text=_("The last day; empty where it is not known."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)
    letter = ScanField(
        label=_("Letter of delegation"),
        required=False,
        help_text=_("Scan of the signed letter; needed where it was given on paper."),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = post.rules
        is_held = post.appointments.today().exists()
        grounds = Delegation.Ground
        offered = [
            (grounds.DELEGATED, bool(rules and rules.delegation) and is_held),
            (grounds.AWAY, bool(rules and rules.succession) and is_held),
            (grounds.VACANT, bool(rules and rules.succession) and not is_held),
        ]
        chosen = [ground for ground, may in offered if may]
        ground, to = self.fields["ground"], self.fields["to"]
        ground.choices = [(each.value, each.label) for each in chosen]  # type: ignore[attr-defined]
        ground.initial = chosen[0].value if len(chosen) == 1 else None
        keys = [pk for each in chosen for pk in may_stand_in(post, each).values("pk")]
        posts = post.joint_body.posts.filter(pk__in=[key["pk"] for key in keys])
        to.queryset = posts.order_by("position")  # type: ignore[attr-defined]
        self.fields["since"].initial = clock.today()


class EndForm(forms.Form):
    """The last day of a delegation."""

    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = clock.today()


class DeclineForm(forms.Form):
    """Why one does not consent."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea)
