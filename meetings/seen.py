"""Documents that one sees through meetings."""

from django.db.models import QuerySet

from institutions.models import User
from meetings.models import ORGANISER, Attendance, Meeting


def letters(user: User) -> QuerySet:
    """Letters of the meetings one may see."""
    return Meeting.objects.visible_to(user).exclude(letter=None).values("letter")


def notices(user: User) -> QuerySet:
    """The last notice of each of them: also for a unit that was called later."""
    return Meeting.objects.visible_to(user).exclude(notice=None).values("notice")


def substitutes(user: User) -> QuerySet:
    """Letters of substitutes: those of the own units, and of meetings one arranges."""
    arranged = user.bodies_allowing(ORGANISER.codename)
    places = Attendance.objects.exclude(letter=None).order_by()
    own = places.filter(unit__in=[unit.pk for unit in user.units_held])
    return own.values("letter").union(
        places.filter(joint_body__in=arranged).values("letter")
    )
