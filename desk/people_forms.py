from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import people
from institutions.models import Post, User
from jointmeeting import clock


class PersonFields(forms.Form):
    """Somebody of the body's people, or another by the name they log in with."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Person"),
        required=False,
        empty_label=gettext_lazy("somebody who is not on this list"),
    )
    username = forms.CharField(
        label=gettext_lazy("Or the user name"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Of an account that has had no post on this body yet."),
    )

    def __init__(self, *args: Any, post: Post, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.by = post, by
        person: Any = self.fields["person"]
        person.queryset = people.serving(post.joint_body)

    def clean(self) -> dict[str, Any]:
        """One person, from either field."""
        data = super().clean() or {}
        username = data.pop("username", "")
        if data.get("person") and username:
            self.add_error("username", _("Choose on the list or enter a name, not both."))
        elif username:
            within_reach = people.people_of(self.post.joint_body, self.by)
            data["person"] = within_reach.filter(username=username).first()
            if data["person"] is None:
                text = _("There is no account of this user name within your reach.")
                self.add_error("username", text)
        elif not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Choose a person."))
        return data


class AppointForm(PersonFields):
    """Who holds a post, from which day, and to which where that is known."""

    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput)
    until = forms.DateField(
        label=gettext_lazy("Up to"),
        required=False,
        widget=forms.DateInput,
        help_text=gettext_lazy("Empty where the end is not known."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today()


class HandOverForm(PersonFields):
    """Who takes over from somebody, from which day."""

    since = forms.DateField(
        label=gettext_lazy("Takes over on"),
        widget=forms.DateInput,
        help_text=gettext_lazy("The holder's last day is the one before."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("The decision that it rests on, with its number."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today()


class EndForm(forms.Form):
    """Somebody's last day in a post."""

    last_day = forms.DateField(
        label=gettext_lazy("Last day in the post"), widget=forms.DateInput
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = clock.today()
