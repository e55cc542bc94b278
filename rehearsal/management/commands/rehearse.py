import subprocess
import sys
from argparse import ArgumentTypeError
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from institutions.loading import CharterRefused, charter_from
from institutions.models import JointBody
from jointmeeting import fonts
from rehearsal.elsewhere import environment, make_tables
from rehearsal.player import CannotBePlayed
from rehearsal.rehearsing import rehearse, write_out
from rehearsal.timeline import Entry


def year_of(text: str) -> int:
    if not (text.isdigit() and 2000 <= int(text) <= 2100):
        raise ArgumentTypeError(_("a year from 2000 to 2100"))
    return int(text)


class Command(BaseCommand):
    help = (
        "Play a year under the charter of a TOML file, in a process and database of its "
        "own; write its documents and timeline.json."
    )
    requires_system_checks: list[str] = []  # those of the site are not this command's

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=year_of, required=True)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument(
            "--here",
            action="store_true",
            help="play in this very database, which must be empty",
        )

    def handle(self, file: Path, year: int, out: Path, here: bool, **options) -> None:
        if not here:
            sys.exit(_in_a_database_of_its_own(file, year, out))
        _prepare()
        try:
            body, timeline = rehearse(charter_from(file), file.stem, year)
            count = write_out(body, timeline, out)
        except (CharterRefused, CannotBePlayed) as refusal:
            text = _("The charter cannot be played:\n%(why)s") % {"why": refusal}
            raise CommandError(text) from None
        except OSError as refusal:
            raise CommandError(f"{out}: {refusal.strerror}") from None
        for entry in timeline.entries:
            self.stdout.write(_line(entry))
        done = _("%(acts)s acts, %(documents)s documents; written to %(folder)s.")
        about = {"acts": len(timeline.entries), "documents": count, "folder": out}
        self.stdout.write(done % about)


def _in_a_database_of_its_own(file: Path, year: int, out: Path) -> int:
    """Start this command anew, with settings that know only a temporary folder."""
    with environment() as its_own:
        command = [sys.executable, sys.argv[0], "rehearse", str(file), "--here"]
        command += ["--year", str(year), "--out", str(out)]
        return subprocess.run(command, env=its_own).returncode


def _prepare() -> None:
    try:
        fonts.check("")
    except fonts.FontsMissing as missing:
        raise CommandError(str(missing)) from None
    if not connection.introspection.table_names():
        make_tables()
    if JointBody.objects.exists():
        raise CommandError(_("This database is in use: leave out --here."))
    call_command("seed_calendar", stdout=StringIO())


def _line(entry: Entry) -> str:
    """An act as it is printed: when, who, what, by which document, after how long."""
    parts = [f"{entry.on}", entry.by, entry.act, entry.document]
    for each in entry.waited_for:
        about = {"post": each["post"], "n": each["working_days"]}
        parts.append(_("(waited %(n)s working days for %(post)s)") % about)
    return "  ".join(filter(None, parts))
