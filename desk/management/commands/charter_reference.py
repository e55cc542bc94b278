from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from desk.reference import written_anew

FILE = Path(settings.BASE_DIR) / "docs" / "charter.md"


class Command(BaseCommand):
    help = "Write the reference of docs/charter.md anew from the code and its meanings."

    def handle(self, **options) -> None:
        with override("zh-hans"):
            FILE.write_text(written_anew(FILE.read_text("utf-8")), encoding="utf-8")
