import subprocess
import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from rehearsal.elsewhere import MANAGE, environment, make_tables
from rehearsal.folder import Cancelled, Folder
from rehearsal.rehearsing import play_year


class Command(BaseCommand):
    help = (
        "Play the year that a folder asks for, as the site does; its result goes there."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--here", action="store_true", help="in this very database")

    def handle(self, folder: Path, here: bool, **options) -> None:
        if not here:
            with environment() as its_own:
                command = [sys.executable, str(MANAGE), "rehearse_year", str(folder)]
                sys.exit(subprocess.run([*command, "--here"], env=its_own).returncode)
        make_tables()
        asked = Folder(folder)
        try:
            asked.tell(play_year(**asked.job(), each_day=asked.tell_day))
        except Cancelled:
            return
        except Exception as error:
            why = _("The program itself failed: %(what)s") % {"what": repr(error)}
            asked.tell({"entries": [], "stopped": {"path": "", "why": why}, "open": []})
            raise
