from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from institutions.drafting import to_come
from institutions.loading import CharterRefused, charter_from, load_charter
from institutions.models import Charter, JointBody
from jointmeeting import clock

KINDS = ("posts", "units", "sides")


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
        parser.add_argument(
            "--moves",
            action="append",
            default=[],
            type=_move,
            metavar="OLD=NEW",
            help="what a post, unit or side that the file names no more becomes, or who"
            " answers for it, by their keys; repeated; OLD= ends a unit without a successor",
        )
        parser.add_argument("--from", dest="since", type=date.fromisoformat)

    def handle(self, file: Path, body, parent, since, moves, **options) -> None:
        above = JointBody.objects.filter(key=parent).first() if parent else None
        if parent and above is None:
            raise CommandError(_("There is no joint body %(key)s.") % {"key": parent})
        try:
            data = charter_from(file)
            day = since or clock.today()
            loaded = load_charter(
                data,
                body or file.stem,
                in_force_from=day,
                parent=above,
                moved=dict(moves),
            )
        except CharterRefused as refusal:
            raise CommandError(f"{refusal}{_wanted(refusal)}") from None
        self.stdout.write(_told(loaded))


def _told(body: JointBody) -> str:
    """Which version is in force from when, or waits for its day."""
    charter = to_come(body) or body.rules_in_force
    told = _("%(body)s: charter version %(version)s is in force from %(day)s.")
    if charter.state == Charter.State.WAITING:
        told = _("%(body)s: charter version %(version)s waits for %(day)s.")
    day = charter.in_force_from
    return told % {"body": body.name, "version": charter.version, "day": day}


def _wanted(refusal: CharterRefused) -> str:
    """How to say what becomes of each thing that the file names no more."""
    paths = [each.path.partition(".") for each in refusal.problems]
    gone = [key for kind, dot, key in paths if dot and kind in KINDS]
    return "".join(f"\n  --moves {key}=…" for key in gone)


def _move(text: str) -> tuple[str, str]:
    """An old key and a new one, which may be empty."""
    old, equals, new = text.partition("=")
    if not (old and equals):
        raise ArgumentTypeError(_("OLD=NEW, by their keys: %(text)s") % {"text": text})
    return old.strip(), new.strip()
