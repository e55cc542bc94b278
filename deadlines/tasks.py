"""Background work of the day and of the minute; run again, or side by side, it is done once."""

from celery import shared_task
from django.utils.translation import gettext as _

from deadlines.delivery import deliver
from deadlines.in_motion import rows_in_motion
from deadlines.models import Duty, keep_duties, plan_reminders, recompute, with_rows
from institutions.models import JointBody
from institutions.rights import sync_rights
from institutions.succession import fill_vacancies
from jointmeeting.workflow import locked


@shared_task
def daily() -> int:
    """What a new day brings: who steps in, the rights of today's posts, then today's reminders.

    The reminders are in the inbox at once, and are mailed by the minute.
    """
    for body in JointBody.objects.where_people_changed():
        fill_vacancies(body)
    sync_rights()
    return plan_reminders()


@shared_task
def compute_anew(after: int = 0, limit: int = 500, changed: bool = False) -> int:
    """Settle provisional dates once their year's calendar is there, some hundred at a time.

    Where the calendar has changed, all dates by working days that nobody was told.
    """
    open_now = Duty.objects.by_calendar() if changed else Duty.objects.outdated()
    some = list(open_now.filter(pk__gt=after).order_by("pk")[:limit])
    for row in {duty.target: duty.row for duty in with_rows(some)}.values():
        recompute(row)
    if len(some) == limit:
        compute_anew.delay(after=some[-1].pk, limit=limit, changed=changed)
    return len(some)


@shared_task
def follow_charter(body: int) -> int:
    """What is open on the body of this key is owed by the charter that has come in force.

    Dates that somebody was told stand.
    """
    rows = 0
    for of_body in JointBody.objects.filter(pk=body):
        for row in rows_in_motion(of_body):
            with locked(row):
                keep_duties(row, void=_("the rules in force are others now"))
            rows += 1
    return rows


@shared_task
def deliver_reminders(limit: int = 200) -> int:
    return deliver(limit)
