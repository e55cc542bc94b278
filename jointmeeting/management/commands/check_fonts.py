"""Say which file each font of documents comes from, and what it cannot print."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jointmeeting import fonts


class Command(BaseCommand):
    help = "List the fonts of documents; with --text, what none of them can print."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--text", default="")

    def handle(self, *args, text: str, **options) -> None:
        for role, font in fonts.ROLES.items():
            self.stdout.write(f"{role:5} {font.label}: {fonts.file_of(role) or '-'}")
        try:
            fonts.check(text)
        except fonts.FontsMissing as reason:
            raise CommandError(reason) from reason
        if missing := fonts.missing():
            self.stdout.write(_("Replaced by another font: %s") % ", ".join(missing))
