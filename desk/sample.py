"""The accounts of a sample set-up, as `manage.py load_sample` has written them down."""

import json
from typing import Any

from django.conf import settings

FILE = settings.DATA_DIR / "sample-accounts.json"


def accounts() -> dict[str, Any]:
    """What the log-in page lists: nothing but in a sample set-up that has been filled.

    The file holds `password`, of all, and `bodies`: a list of `body` (its name) and
    `accounts`, each with `username`, `person`, `title` and `does`.
    """
    if not (settings.SAMPLE and FILE.exists()):
        return {}
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    return {"sample_accounts": kept["bodies"], "sample_password": kept["password"]}
