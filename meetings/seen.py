"""Documents that one sees through meetings."""

from django.db.models import QuerySet

from institutions.models import User
from meetings.models import Meeting


def letters(user: User) -> QuerySet:
    """Letters of the meetings one may see."""
    return Meeting.objects.visible_to(user).exclude(letter=None).values("letter")


def notices(user: User) -> QuerySet:
    """The last notice of each of them: also for a unit that was called later."""
    return Meeting.objects.visible_to(user).exclude(notice=None).values("notice")
