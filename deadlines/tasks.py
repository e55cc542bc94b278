"""Background work of reminders; run again or side by side, it tells nobody twice."""

from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPRecipientsRefused
from socket import gaierror

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from deadlines.models import Reminder, plan_reminders
from jointmeeting import clock

State = Reminder.State
LEASE = timedelta(minutes=5)


@shared_task
def daily() -> int:
    """Plan today's reminders; the rows go to the inbox at once, and to mail by the minute."""
    return plan_reminders()


@shared_task
def deliver_reminders(limit: int = 200) -> int:
    """Send what is due; run again or side by side, it sends nothing twice.

    A crash after HANDED_OVER leaves it so: a row for a person, never for a second try.
    A server that cannot be reached has taken nothing: the row waits for the next run.
    """
    now = clock.now()
    lapsed = Reminder.objects.filter(state=State.LEASED, not_before__lte=now)
    lapsed.update(state=State.PLANNED)
    sent = 0
    for reminder in _lease(now, limit):
        mine = Reminder.objects.filter(pk=reminder.pk)
        still_owed = mine.filter(state=State.LEASED, duty__closed_at=None)
        if not still_owed.update(state=State.HANDED_OVER):
            continue
        try:
            _mail(reminder).send()
        except SMTPRecipientsRefused:
            mine.update(state=State.UNDELIVERABLE)
        except (ConnectionError, SMTPConnectError, gaierror):
            mine.update(state=State.PLANNED)
            break
        else:
            mine.update(state=State.SENT)
            sent += 1
    return sent


def _mail(reminder: Reminder) -> EmailMessage:
    duty = reminder.duty
    lines = [
        duty.joint_body.name,
        duty.text,
        _("Due on %(date)s") % {"date": duty.due_on} if duty.due_on else "",
        settings.BASE_URL + duty.get_absolute_url(),
    ]
    return EmailMessage(
        f"{reminder.get_stage_display()}：{duty.text}",
        "\n".join(filter(None, lines)),
        to=[reminder.recipient.email],
        headers={"Message-ID": f"<reminder-{reminder.pk}@jointmeeting>"},
    )


def _lease(now: datetime, limit: int) -> QuerySet[Reminder]:
    """Take up to `limit` due rows for this worker alone."""
    due = Reminder.objects.filter(state=State.PLANNED, not_before__lte=now)
    due = due.filter(duty__closed_at=None)
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True, of=["self"])
        rows = rows.order_by("not_before", "pk")
        keys = list(rows.values_list("pk", flat=True)[:limit])
        leased = Reminder.objects.filter(pk__in=keys)
        leased.update(state=State.LEASED, not_before=now + LEASE)
    mine = Reminder.objects.filter(pk__in=keys, state=State.LEASED)
    return mine.select_related("duty__joint_body", "duty__post", "recipient")
