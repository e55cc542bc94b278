"""A hundred thousand reminders planned in one night, against the bare INSERT … SELECT."""

from collections.abc import Callable
from time import perf_counter

from django.db import connection, transaction

from deadlines.models import Duty, Reminder, plan_reminders
from institutions.models import JointBody, Post
from jointmeeting import clock

DUE, ROUNDS, LIMIT = 100_000, 3, 2
BARE = """
INSERT INTO deadlines_reminder
    (duty_id, recipient_id, stage, for_day, state, planned_at, not_before)
SELECT duty.id, held.person_id, 'overdue', duty.due_on, 'planned', %s, %s
FROM deadlines_duty AS duty
JOIN institutions_appointment AS held ON held.post_id = duty.post_id
WHERE duty.closed_at IS NULL AND duty.due_on < %s
"""


def put_duties(body: JointBody) -> None:
    """Overdue duties of a post that one person holds."""
    post = Post.objects.filter(joint_body=body, appointments__until=None).first()
    day = clock.today().replace(month=1, day=5)
    row = {"joint_body": body, "post": post, "since": day, "due_on": day, "how": {}}
    duties = (
        Duty(target=f"bench.row:{number}", kind="answer", remind_on=day, text="", **row)
        for number in range(DUE)
    )
    Duty.objects.bulk_create(duties, batch_size=5000)


def bare() -> int:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(BARE, [now, now, clock.today()])
        return cursor.rowcount


def ratio(body: JointBody) -> float:
    """The best of a few rounds each, taken in turns; what is planned is taken back."""
    put_duties(body)
    acts: list[Callable[[], int]] = [plan_reminders, bare]
    times: list[list[float]] = [[], []]
    for _round in range(ROUNDS):
        for act, kept in zip(acts, times, strict=True):
            with transaction.atomic():
                Reminder.objects.all().delete()
                began = perf_counter()
                planned = act()
                kept.append(perf_counter() - began)
                assert planned >= DUE, planned
                transaction.set_rollback(True)
    Duty.objects.filter(target__startswith="bench.row:").delete()
    return min(times[0]) / min(times[1])
