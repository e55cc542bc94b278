"""Background work of the day and of the minute; run again, or side by side, it is done once."""

from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deadlines.delivery import deliver
from deadlines.in_motion import rows_in_motion
from deadlines.models import Duty, keep_duties, plan_reminders, recompute, with_rows
from institutions.models import Charter, JointBody
from institutions.rights import sync_rights
from institutions.succession import fill_vacancies
from jointmeeting import clock
from jointmeeting.workflow import locked


@shared_task
def daily() -> int:
    """What a new day brings: who steps in, the rights of today's posts, then today's reminders.

    What a version changes that came in force lately is looked after once more.

    The reminders are in the inbox at once, and are mailed by the minute.
    """
    for body in JointBody.objects.where_people_changed():
        fill_vacancies(body)
    sync_rights()
    lately = clock.today() - timedelta(days=7)
    recent = JointBody.objects.filter(charter__in_force_from__gte=lately)
    for pk in recent.values_list("pk", flat=True):
        follow_charter.delay(pk)
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
    for of_body in JointBody.objects.filter(pk=body).select_related("charter"):
        day = date_format(of_body.rules_in_force.in_force_from)
        void = _("not owed by the charter in force from %(day)s") % {"day": day}
        for row in rows_in_motion(of_body):
            with locked(row):
                keep_duties(row, void)
            rows += 1
    return rows


def follow_later(charter: Charter) -> None:
    """What is open is said anew beside the step that puts the version in force, once it is."""
    anew = partial(follow_charter.delay, charter.joint_body_id)
    transaction.on_commit(anew, robust=True)  # what is lost is made up for in `daily`


@shared_task
def deliver_reminders(limit: int = 200) -> int:
    return deliver(limit)
