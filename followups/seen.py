"""Documents and scans that one sees through tasks."""

from django.db.models import QuerySet

from followups.models import Assignment, StatusReport, SupervisionNotice
from institutions.models import User


def scans(user: User) -> QuerySet:
    """What units attached to reports and claims on tasks one may see."""
    tasks = Assignment.objects.visible_to(user).order_by()
    reports = StatusReport.objects.filter(assignment__in=tasks).order_by()
    return (
        tasks.exclude(scan=None)
        .values("scan")
        .union(reports.exclude(scan=None).values("scan"))
    )


def papers(user: User) -> QuerySet:
    """The lists by which tasks that one may see were assigned, and notices about them."""
    tasks = Assignment.objects.visible_to(user).order_by()
    notices = SupervisionNotice.objects.filter(assignment__in=tasks).order_by()
    lists = tasks.exclude(document=None).values("document")
    return lists.union(notices.values("document"))
