#!/usr/bin/env python3
"""Say what is wrong with the environment variables, a line each."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "jointmeeting.settings"

from celery import Celery  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from kombu.exceptions import OperationalError as BrokerError  # noqa: E402

from jointmeeting.environment import _  # noqa: E402


def unreachable(broker: Celery) -> list[str]:
    """The servers named by a variable that do not answer."""
    why = _("no connection: start the server, or correct the address.")
    names = []
    try:
        connection.ensure_connection()
    except OperationalError:
        names.append("DATABASE_URL")
    try:
        broker.connection(connect_timeout=5).ensure_connection(max_retries=1).release()
    except BrokerError:
        names.append("REDIS_URL")
    return [f"{name}: {why}" for name in names]


def problems() -> list[str]:
    try:
        settings.DATA_DIR  # noqa: B018 - the first use reads them all
    except ImproperlyConfigured as mistakes:
        return str(mistakes).splitlines()
    from jointmeeting.celery import app

    return unreachable(app)


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or None)
