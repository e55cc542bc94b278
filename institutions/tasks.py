"""Background work of the day; run again, or side by side, it is done once."""

from celery import shared_task

from institutions.versions import begin_due


@shared_task
def begin_charters() -> int:
    """Let every version begin whose day has come."""
    return begin_due()
