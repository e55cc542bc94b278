import chinese_calendar
from django.core.management.base import BaseCommand

from institutions.models import CalendarDay


class Command(BaseCommand):
    help = (
        "Enter the State Council's holidays and adjusted working days, as far as known."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--since", type=int, default=2020, help="first year")

    def handle(self, since: int, **options) -> None:
        rest, work = chinese_calendar.holidays, chinese_calendar.workdays
        days = [
            CalendarDay(day=day, is_working=day in work, name=_chinese(name))
            for day, name in sorted((rest | work).items())
            if day.year >= since
        ]
        before = CalendarDay.objects.count()
        CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
        self.stdout.write(f"{CalendarDay.objects.count() - before} / {len(days)}")


def _chinese(name: str) -> str:
    found = [each for each in chinese_calendar.Holiday if each.value == name]
    return found[0].chinese if found else name
