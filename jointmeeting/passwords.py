"""What a password must hold."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")


class MixedCharactersValidator:
    """Ask for three of: small letters, capitals, figures, other signs."""

    def validate(self, password: str, user=None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _(
            "Use at least three of: small letters, capital letters, figures, other signs."
        )
