"""Reminders: planned in one statement, kept as rows, each for one person at one stage."""

from datetime import timedelta
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deadlines.models.duties import Duty
from institutions.models import Appointment, Delegation, User
from institutions.models.bodies import in_office
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked

LEASE = timedelta(minutes=5)
LATER = timedelta(minutes=15)  # until a server that put it off is asked again


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def inbox_of(self, person: User) -> Self:
        """What this person was told and still owes, newest first."""
        return self._told(person).filter(duty__closed_at=None)

    def done_of(self, person: User) -> Self:
        """What this person was told and owes no more, newest first."""
        return self._told(person).filter(duty__closed_at__isnull=False)

    def _told(self, person: User) -> Self:
        mine = self.filter(recipient=person).order_by("-planned_at", "-pk")
        return mine.select_related("duty__post", "duty__joint_body")

    def unseen(self) -> Self:
        return self.filter(seen_at=None)

    def see(self) -> int:
        """Note that these were shown: `inbox_of(person).see()` when the inbox is drawn."""
        return self.unseen().update(seen_at=clock.now())

    def take_back(self) -> int:
        """Let those wait again whose worker did not come to hand them over in time."""
        lapsed = self.filter(state=Reminder.State.LEASED, not_before__lte=clock.now())
        return lapsed.update(state=Reminder.State.PLANNED)

    def due(self) -> Self:
        """What is to be mailed now, what waited longest first."""
        waiting = self.filter(state=Reminder.State.PLANNED, duty__closed_at=None)
        return waiting.filter(not_before__lte=clock.now()).order_by("not_before", "pk")

    def lease(self, limit: int) -> list["Reminder"]:
        """Take up to `limit` due ones for this worker alone, for as long as LEASE."""
        until = clock.now() + LEASE
        with transaction.atomic():
            rows = self.due().select_for_update(skip_locked=True, of=["self"])
            rows = rows.select_related("duty__joint_body", "duty__post", "recipient")
            leased: list[Reminder] = list(rows[:limit])
            these = self.filter(pk__in=[reminder.pk for reminder in leased])
            these.update(state=Reminder.State.LEASED, not_before=until)
        for reminder in leased:
            reminder.not_before = until
        return leased


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
    planned_at = models.DateTimeField()  # since then it is in the inbox
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

    @property
    def look(self) -> str:
        """How its state is drawn."""
        looks = {
            self.State.SENT: "is-done",
            self.State.HANDED_OVER: "is-near",
            self.State.UNDELIVERABLE: "is-late",
            self.State.INBOX: "is-void",
        }
        return looks.get(self.State(self.state), "is-go")

    def hand_over(self) -> bool:
        """Mark it as given to the mail server; false if it is another's, or owed no more."""
        open_now = Duty.objects.open().filter(pk=self.duty_id)
        held = self._held(self.State.LEASED).filter(duty__in=open_now)
        return bool(held.update(state=self.State.HANDED_OVER))

    def confirm(self) -> None:
        """The server has taken it."""
        self._held(self.State.HANDED_OVER).update(state=self.State.SENT)

    def give_up(self) -> None:
        """The server refuses it for good."""
        self._held(self.State.HANDED_OVER).update(state=self.State.UNDELIVERABLE)

    def postpone(self) -> None:
        """The server has surely not taken it: a later run tries again."""
        later = clock.now() + LATER
        held = self._held(self.State.HANDED_OVER)
        held.update(state=self.State.PLANNED, not_before=later)

    def _held(self, state: str) -> ReminderQuerySet:
        """This row if it is still in this worker's hands, which the end of its lease tells.

        By columns of its own, never through a join: where two workers meet on a row, the
        second looks only at those again.
        """
        mine = {"pk": self.pk, "not_before": self.not_before}
        return Reminder.objects.filter(state=state, **mine)


def plan_reminders() -> int:
    """Plan what is due soon or overdue today for each holder; again adds none."""
    today = clock.today()
    duties = {"post__duties__closed_at": None, "post__duties__remind_on__lte": today}
    soon = {**duties, "post__duties__due_on__gte": today}
    overdue = {**duties, "post__duties__due_on__lt": today}
    return _plan(Reminder.Stage.SOON, soon) + _plan(Reminder.Stage.OVERDUE, overdue)


def why_not_chase(duty: Duty) -> str:
    """Why nobody can be reminded of this today, or nothing."""
    if not duty.holders:
        text = gettext("Nobody holds the post “%(post)s” today.")
        return text % {"post": duty.post}
    today = duty.reminders.filter(
        stage=Reminder.Stage.CHASED, for_day=clock.today()
    ).values_list("recipient", flat=True)
    if {person.pk for person in duty.holders} <= set(today):
        return gettext("A reminder of this went out today already.")
    return ""


def chase(duty: Duty, *, by: User) -> int:
    """Remind the holders of the post that owes, today, once; return how many were told."""
    with locked(duty, by):
        if not duty.may_be_chased_by(by):
            raise PermissionDenied(
                gettext("Only those who wait for this send a reminder.")
            )
        duty.check_open()
        if reason := why_not_chase(duty):
            raise StepRefused(reason)
        about = {"post__duties": duty.pk}
        return _plan(Reminder.Stage.CHASED, about, for_day=Value(clock.today()))


def _plan(stage: Reminder.Stage, about: dict, for_day: Value | None = None) -> int:
    """Plan one for each holder of the posts, and for who acts there for the holder."""
    held = Appointment.objects.today().filter(**about)
    acted = Delegation.objects.acting().filter(in_office("to__appointments__"), **about)
    day = for_day or F("post__duties__due_on")
    planned = [
        _insert(held, "person", stage, day),
        _insert(acted, "to__appointments__person", stage, day),
    ]
    return sum(planned)


def _insert(posts: QuerySet, person: str, stage: Reminder.Stage, day: Any) -> int:
    no_address = When(
        Q(**{f"{person}__email": ""}), then=Value(Reminder.State.INBOX.value)
    )
    state = Case(no_address, default=Value(Reminder.State.PLANNED.value))
    now = Value(clock.now(), models.DateTimeField())
    values = ("post__duties", person, Value(stage.value), day, state, now, now)
    names = ("duty", "recipient", "stage", "for_day", "state", "planned_at", "not_before")
    return insert_from(posts.values_list(*values), Reminder, *names)


def insert_from(rows: QuerySet, model: type[models.Model], *names: str) -> int:
    """Insert what a query selects; rows that are there already stay as they are.

    Not bulk_create(ignore_conflicts=True): it carries each row through Python.
    """
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {sql} ON CONFLICT DO NOTHING",
            params,
        )
        return cursor.rowcount
