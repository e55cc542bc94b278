"""Background work of the day and of the minute; run again, or side by side, it is done once."""

from celery import shared_task

from deadlines.delivery import deliver
from deadlines.models import plan_reminders
from institutions.rights import sync_rights


@shared_task
def daily() -> int:
    """What a new day brings: the rights of today's posts, then today's reminders.

    The reminders are in the inbox at once, and are mailed by the minute.
    """
    sync_rights()
    return plan_reminders()


@shared_task
def deliver_reminders(limit: int = 200) -> int:
    return deliver(limit)
