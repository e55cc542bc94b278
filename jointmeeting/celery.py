"""The Celery application: background work, and what beat starts by the clock."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jointmeeting.settings")

app = Celery("jointmeeting")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def make_up_for_the_time_down(sender, **kwargs) -> None:
    """Run the daily tasks at start: on a first start beat would leave them until tomorrow."""
    for name in ("charters", "years", "dates", "silence", "levels", "daily"):
        app.send_task(app.conf.beat_schedule[name]["task"])
