"""What a refused step leaves on the form that was sent."""

from types import SimpleNamespace

from django import forms
from django.core.exceptions import ValidationError

from jointmeeting.views import take_form


class NameForm(forms.Form):
    name = forms.CharField()


def test_a_refusal_stands_at_its_field_or_above_a_form_that_has_no_such_field():
    def step(by, name):
        raise ValidationError({"name": "too long", "side": "in the way"})

    form = NameForm({"name": "x"})
    assert form.is_valid()
    assert not take_form(SimpleNamespace(user=None), form, step)
    assert form.errors == {"name": ["too long"], "__all__": ["in the way"]}
