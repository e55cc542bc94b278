from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from institutions.drafting import to_come
from institutions.loading import CharterRefused, charter_from, load_charter
from institutions.models import Charter, JointBody
from jointmeeting import clock


class Command(BaseCommand):
    help = (
        "Put the charter of a TOML file in force; each mistake is named with its place."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--body", help="key of the joint body; the file's name if none"
        )
        parser.add_argument("--parent", help="key of the joint body above")
        parser.add_argument("--from", dest="since", type=date.fromisoformat)

    def handle(self, file: Path, body, parent, since, **options) -> None:
        above = JointBody.objects.filter(key=parent).first() if parent else None
        if parent and above is None:
            raise CommandError(_("There is no joint body %(key)s.") % {"key": parent})
        try:
            data = charter_from(file)
            day = since or clock.today()
            loaded = load_charter(
                data, body or file.stem, in_force_from=day, parent=above
            )
        except CharterRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_told(loaded))


def _told(body: JointBody) -> str:
    """Which version is in force from when, or waits for its day."""
    charter = to_come(body) or body.rules_in_force
    told = _("%(body)s: charter version %(version)s is in force from %(day)s.")
    if charter.state == Charter.State.WAITING:
        told = _("%(body)s: charter version %(version)s waits for %(day)s.")
    day = charter.in_force_from
    return told % {"body": body.name, "version": charter.version, "day": day}
