"""Reminders: planned in one statement, kept as rows, each for one person at one stage."""

from typing import Self

from django.db import connection, models
from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from deadlines.models.duties import Duty
from institutions.models import Appointment, User
from jointmeeting import clock


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def inbox_of(self, person: User) -> Self:
        """What this person was told and still owes, newest first."""
        mine = self.filter(recipient=person, duty__closed_at=None)
        return mine.select_related("duty__post", "duty__joint_body").order_by(
            "-not_before", "-pk"
        )


class Reminder(models.Model):
    """One person told once about one duty at one stage; the inbox is made of these."""

    class Stage(models.TextChoices):
        SOON = "soon", _("Due soon")
        OVERDUE = "overdue", _("Overdue")
        CHASED = "chased", _("Chased")

    class State(models.TextChoices):
        INBOX = "inbox", _("In the inbox")  # has no address
        PLANNED = "planned", _("Planned")
        LEASED = "leased", _("Being sent")
        HANDED_OVER = "handed over", _("Handed over, not confirmed")
        SENT = "sent", _("Sent")
        UNDELIVERABLE = "undeliverable", _("Undeliverable")

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="reminders")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=20, choices=Stage)
    for_day = models.DateField()  # the date it reminds of; chased: the day of the chasing
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED)
    not_before = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "recipient", "stage", "for_day"],
                name="deadlines_reminder_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="deadlines_reminder_due")
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.stage}"


def plan_reminders() -> int:
    """Plan what is due soon or overdue today for each holder; again adds none."""
    today = clock.today()
    duties = {"post__duties__closed_at": None, "post__duties__remind_on__lte": today}
    soon = {**duties, "post__duties__due_on__gte": today}
    overdue = {**duties, "post__duties__due_on__lt": today}
    return _plan(Reminder.Stage.SOON, soon) + _plan(Reminder.Stage.OVERDUE, overdue)


def chase(duty: Duty) -> int:
    """Remind the holders of the post that owes, today, once; return how many were told."""
    about = {"post__duties": duty.pk}
    return _plan(Reminder.Stage.CHASED, about, for_day=Value(clock.today()))


def _plan(stage: str, about: dict, for_day=F("post__duties__due_on")) -> int:
    no_address = When(person__email="", then=Value(Reminder.State.INBOX.value))
    state = Case(no_address, default=Value(Reminder.State.PLANNED.value))
    rows = (
        Appointment.objects.today()
        .filter(**about)
        .values_list(
            "post__duties",
            "person",
            Value(stage.value),
            for_day,
            state,
            Value(clock.now(), models.DateTimeField()),
        )
    )
    names = ("duty", "recipient", "stage", "for_day", "state", "not_before")
    return insert_from(rows, Reminder, *names)


def insert_from(rows: QuerySet, model: type[models.Model], *names: str) -> int:
    """Insert what a query selects; rows that are there already stay as they are.

    Not bulk_create(ignore_conflicts=True): it carries each row through Python.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {sql} ON CONFLICT DO NOTHING",
            params,
        )
        return cursor.rowcount
