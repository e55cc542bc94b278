"""Background work of the year."""

from celery import shared_task

from institutions.models import JointBody
from meetings.models import open_year


@shared_task
def open_years(after: int = 0, limit: int = 500) -> int:
    """Begin the work year of every body that has a charter, some hundred at a time."""
    bodies = JointBody.objects.filter(pk__gt=after, charter__isnull=False)
    some = list(bodies.order_by("pk")[:limit])
    for body in some:
        open_year(body)
    if len(some) == limit:
        open_years.delay(after=some[-1].pk, limit=limit)
    return len(some)
