from django.core.management.base import BaseCommand

from deadlines.models import Duty, recompute, told_otherwise, with_rows


class Command(BaseCommand):
    help = (
        "After a change of the calendar or an upgrade: move the dates that nobody was "
        "told, say anew what is owed, and list the dates told that would be others now."
    )

    def handle(self, **options) -> None:
        duties = with_rows(Duty.objects.open().order_by("pk"))
        for row in {duty.target: duty.row for duty in duties}.values():
            recompute(row)
            for duty, due_on in told_otherwise(row):
                told = f"{duty.joint_body}: {duty.post}, {duty.text}"
                self.stdout.write(f"{told}: {duty.due_on} -> {due_on}")
