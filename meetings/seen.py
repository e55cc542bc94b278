"""Documents that one sees through meetings."""

from django.db.models import QuerySet

from institutions.models import User
from meetings.models import Meeting


def letters(user: User) -> QuerySet:
    """Letters of the meetings one may see."""
    return Meeting.objects.visible_to(user).exclude(letter=None).values("letter")
