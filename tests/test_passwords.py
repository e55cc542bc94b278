import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


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
