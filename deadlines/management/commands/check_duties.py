from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from deadlines.models import Duty, differences, target_of


class Command(BaseCommand):
    help = "Compute the duties of all rows in motion and compare them with what is kept."

    def handle(self, **options) -> None:
        models: list[Any] = [each for each in apps.get_models() if hasattr(each, "owed")]
        found: list[str] = []
        open_now = set(Duty.objects.open().values_list("target", flat=True))
        for model in models:
            label = f"{model._meta.label_lower}:"
            kept = {int(t.partition(":")[2]) for t in open_now if t.startswith(label)}
            moving = set(model._default_manager.in_motion().values_list("pk", flat=True))
            rows = model._default_manager.filter(pk__in=moving | kept)
            for row in rows.iterator():
                found += differences(row)
                open_now.discard(target_of(row))
        found += [f"{target}: no such row" for target in sorted(open_now)]
        if found:
            raise CommandError("\n".join(found))
