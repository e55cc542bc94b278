import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from institutions.models import User


@pytest.mark.parametrize("password", ["Topics-and-minutes", "topics2026!", "Topics20261"])
def test_three_kinds_of_characters_are_enough(password):
    assert validate_password(password) is None


@pytest.mark.parametrize(
    "password",
    ["Sh0rt!", "onlysmallletters", "small4and5figures", "12345678901!", "Password123"],
)
def test_a_weak_password_is_refused_with_a_reason(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert refused.value.messages


@pytest.mark.parametrize("field", ["username", "name", "email"])
def test_a_password_is_not_what_the_person_is_called(field):
    person = User(**{field: "Wang-Xiaoming"})
    with pytest.raises(ValidationError):
        validate_password("Wang-Xiaoming8", person)
    assert validate_password("Wang-Xiaoming8", User(name="李")) is None
