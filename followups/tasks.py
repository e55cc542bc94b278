"""Background work of the day: which late tasks have come to a further level."""

from celery import shared_task

from followups.climbing import climb
from followups.models import Assignment


@shared_task
def note_levels(after: int = 0, limit: int = 200) -> int:
    """Look at the tasks that are late, some hundred at a time."""
    late = Assignment.objects.late().filter(pk__gt=after).order_by("pk")
    some = list(late.for_duties()[:limit])
    climb(some)
    if len(some) == limit:
        note_levels.delay(after=some[-1].pk, limit=limit)
    return len(some)
