from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from institutions.models import JointBody, MemberUnit, User

PERSON = ("username", "name", "phone", "email")


class PersonForm(UserCreationForm):
    """A new person, with the first password."""

    class Meta:
        model = User
        fields = PERSON

    def save(self, commit: bool = True) -> User:
        self.instance.must_change_password = True
        return super().save(commit)


class PasswordForm(AdminPasswordChangeForm):
    """A new password for a person who has lost theirs; that it was set is kept."""

    def __init__(self, user: User, *args, **kwargs) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True

    def save(self, commit: bool = True) -> User:
        self.user._change_reason = gettext_noop("Set a new password")
        self.user.must_change_password = True
        return super().save(commit)


class MemberForm(forms.ModelForm):
    """A unit that joins the body, with the title of who acts for it there."""

    liaison_title = forms.CharField(label=_("title of the liaison"), max_length=100)

    class Meta:
        model = MemberUnit
        fields = ("joint_body", "unit", "key", "is_member", "position")

    def clean(self) -> dict:
        """The liaison's post has the unit's key, so that must be free as well."""
        values = super().clean() or {}
        body: JointBody | None = values.get("joint_body")
        key = values.get("key")
        if body and body.posts.filter(key=f"unit-{key}").exists():
            self.add_error("key", _("This body already has a unit of this key."))
        return values
