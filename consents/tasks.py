"""Background work of the day: what silence means."""

from celery import shared_task

from consents.models import Consent
from consents.silence import count_silence


@shared_task
def count_silences(after: int = 0, limit: int = 200) -> int:
    """Look at the sheets on which silence may have decided, some hundred at a time."""
    silent = Consent.objects.silence_may_decide().filter(pk__gt=after).order_by("pk")
    some = list(silent[:limit])
    count_silence(some)
    if len(some) == limit:
        count_silences.delay(after=some[-1].pk, limit=limit)
    return len(some)
