from django.core.management.base import BaseCommand, CommandError

from deadlines.in_motion import rows_in_motion
from deadlines.models import Duty, differences, target_of


class Command(BaseCommand):
    help = "Compute the duties of all rows in motion and compare them with what is kept."

    def handle(self, **options) -> None:
        found: list[str] = []
        open_now = set(Duty.objects.open().values_list("target", flat=True))
        for row in rows_in_motion():
            found += differences(row)
            open_now.discard(target_of(row))
        found += [f"{target}: no such row" for target in sorted(open_now)]
        if found:
            raise CommandError("\n".join(found))
