"""What a password must hold."""

import re

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")


class LengthValidator(MinimumLengthValidator):
    """Django's, in words that its Chinese catalogue lacks."""

    def get_error_message(self) -> str:
        return _("Use at least %(n)s characters.") % {"n": self.min_length}


class MixedCharactersValidator:
    """Ask for three of: small letters, capitals, figures, other signs."""

    def validate(self, password: str, user=None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _(
            "Use at least three of: small letters, capital letters, figures, other signs."
        )
