from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from institutions.lacks import lacks_of
from institutions.loading import CharterRefused, charter_from
from institutions.models import Charter, JointBody
from institutions.models.charters import problems_of
from jointmeeting import clock


class Command(BaseCommand):
    help = "Say what is wrong with the charter of a TOML file, and what it lacks."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--body", help="key of the joint body whose people count")

    def handle(self, file: Path, body: str | None, **options) -> None:
        of = JointBody.objects.filter(key=body).first() if body else None
        if body and of is None:
            raise CommandError(_("There is no joint body %(key)s.") % {"key": body})
        try:
            data = charter_from(file)
            if problems := problems_of(data):
                raise CharterRefused(problems)
        except CharterRefused as refusal:
            raise CommandError(str(refusal)) from None
        found = lacks_of(Charter(data=data, in_force_from=clock.today()), of)
        for lack in found:
            kind = _("stops the year") if lack.prevents else _("note")
            self.stdout.write(f"{', '.join(lack.paths)}: {lack.text} ({kind})")
        if any(lack.prevents for lack in found):
            raise CommandError(_("The year could not be lived under this charter."))
        self.stdout.write(_("Nothing stops the year."))
