from django.core.management.base import BaseCommand

from deadlines.models import Duty, recompute, told_otherwise, with_rows


class Command(BaseCommand):
    help = (
        "After a change of the calendar: move the dates that nobody was told, and list "
        "those told that would be others now."
    )

    def handle(self, **options) -> None:
        duties = with_rows(Duty.objects.open().exclude(due_on=None).order_by("pk"))
        for row in {duty.target: duty.row for duty in duties}.values():
            recompute(row)
            for duty, due_on in told_otherwise(row):
                told = f"{duty.joint_body}: {duty.post}, {duty.text}"
                self.stdout.write(f"{told}: {duty.due_on} -> {due_on}")
