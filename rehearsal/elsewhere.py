"""A process that knows no database but one of its own, in a folder that goes with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ELSEWHERE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")  # the site's own
MANAGE = settings.BASE_DIR / "manage.py"


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Settings that know only a temporary folder, for as long as it lasts."""
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        without = {k: v for k, v in os.environ.items() if k not in ELSEWHERE}
        yield without | {"DATA_DIR": folder, "SAMPLE": "0"}


def start(folder: Path) -> subprocess.Popen:
    """Begin to play the year that a folder asks for, and do not wait for it."""
    command = [sys.executable, str(MANAGE), "rehearse_year", str(folder)]
    said = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)


def make_tables() -> None:
    """All tables as the models have them; the migrations that led there take far longer."""
    settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
    call_command("migrate", verbosity=0, run_syncdb=True)
