"""Who may verify what a unit says is done."""

from typing import Any

from django.utils.translation import gettext as _

from institutions.models import User
from jointmeeting.workflow import May


class Verifier(May):
    """An office that verifies results, but not the unit's own.

    Where each office that the charter names must, one that has not done so yet.
    """

    def __call__(self, user: User, row: Any) -> bool:
        if user.stands_for(row.unit):
            return False
        if row.rules.verify.by == "each":
            return any(user.stands_for(office) for office in row.verifying)
        return user.may("verify_results", row.joint_body)

    def __str__(self) -> str:
        return _("an office that verifies results, never the unit's own")

    def who(self, row: Any) -> str:
        return _(", ").join(map(str, row.verifying))


class Supervisor(May):
    """Who supervises the task: a unit that inspects, else who assigns; never its own."""

    def __call__(self, user: User, row: Any) -> bool:
        return any(user.stands_for(unit) for unit in row.supervising)

    def __str__(self) -> str:
        return _("who supervises the task, never the unit's own")

    def who(self, row: Any) -> str:
        return _(", ").join(map(str, row.supervising))
