"""Background work: a play is begun in a process of its own, which nobody waits for."""

from celery import shared_task

from rehearsal.elsewhere import start
from rehearsal.models import Rehearsal


@shared_task
def play(pk: int) -> None:
    """Begin to play what was asked for; nothing, where it is no longer wanted."""
    for asked in Rehearsal.objects.under_way().filter(pk=pk):
        start(asked.folder.path)
