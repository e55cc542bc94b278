"""Letters that one sees through the delegations they belong to."""

from django.db.models import QuerySet

from documents.models import Mandate
from institutions.models import User


def letters(user: User) -> QuerySet:
    """Those of the delegations one may see."""
    return Mandate.objects.visible_to(user).exclude(letter=None).values("letter")
