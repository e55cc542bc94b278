"""Documents and scans that one sees through consultations."""

from django.db.models import QuerySet

from agenda.models import Consultation
from institutions.models import User


def letters(user: User) -> QuerySet:
    """Letters about the consultations one may see."""
    return Consultation.objects.visible_to(user).values("letter")


def scans(user: User) -> QuerySet:
    """Scans of the replies of units one may read."""
    return Consultation.objects.visible_to(user).exclude(scan=None).values("scan")
