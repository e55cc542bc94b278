"""Documents and scans that one sees through tasks."""

from django.db.models import QuerySet

from followups.models import Assignment, StatusReport
from institutions.models import User


def scans(user: User) -> QuerySet:
    """What units attached to reports and claims on tasks one may see."""
    tasks = Assignment.objects.visible_to(user)
    reported = StatusReport.objects.filter(assignment__in=tasks).exclude(scan=None)
    return tasks.exclude(scan=None).values("scan").union(reported.values("scan"))


def papers(user: User) -> QuerySet:
    """The lists by which tasks were assigned that one may see."""
    tasks = Assignment.objects.visible_to(user)
    return tasks.exclude(document=None).values("document")
