"""Who may take a step: the signatories, by what they answered."""

from typing import Any

from django.utils.translation import gettext as _

from institutions.models import User
from jointmeeting.workflow import May


class Decided(May):
    """`may` of a step that only a decided consent to this act takes."""

    is_button = False
    is_consent = True

    def __init__(self, act: str, *outcomes: str) -> None:
        self.act, self.outcomes = act, outcomes

    def __call__(self, user: User, row: Any) -> bool:
        consent = row.consent(self.act)
        return consent is not None and consent.outcome in self.outcomes

    def __str__(self) -> str:
        return _("the signatories together")
