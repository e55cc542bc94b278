"""Rows for the table of meetings: one that is agreed to, one that was told to all."""

from typing import Any

from agenda.models import Agenda
from meetings.models import Attendance
from tests import sittings
from tests.houses import House


def rows(here: House) -> dict[str, Any]:
    by = here.person("mill-office")
    plain = sittings.agreed(here, kind="ad hoc")
    Agenda.objects.begin(plain, by=by).gather(by=by)
    told = sittings.notified(here, kind="ad hoc")
    ferry, role = here.unit("ferry"), {"by": by, "capacity": "in attendance"}
    return {
        "plain": plain,
        "listed": Attendance.objects.give(plain, unit=ferry, **role),
        "sitting": told,
        "place": Attendance.objects.give(told, unit=ferry, **role),
    }
