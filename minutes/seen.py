"""Documents that one sees through minutes."""

from django.db.models import QuerySet

from institutions.models import User
from minutes.models import Minutes


def papers(user: User) -> QuerySet:
    """The minutes one may see."""
    return Minutes.objects.visible_to(user).exclude(document=None).values("document")
