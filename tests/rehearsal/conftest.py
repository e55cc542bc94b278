from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from institutions.models import charter_by_pk
from jointmeeting import clock

BASE = settings.BASE_DIR
FIVE_SIDES = BASE / "tests" / "charters" / "five_sides.toml"
CHARTERS = [*sorted((BASE / "charters").glob("*.toml")), FIVE_SIDES]
MORNING = timezone.make_aware(datetime(2026, 11, 20, 9))


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The clock stands still; what is kept of other tests' charters is forgotten."""
    charter_by_pk.cache_clear()
    with clock.at(MORNING):
        yield


@pytest.fixture
def calendar(db) -> None:
    call_command("seed_calendar", verbosity=0)


@pytest.fixture
def files(tmp_path, settings) -> Path:
    """Where the documents of this test go."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT
