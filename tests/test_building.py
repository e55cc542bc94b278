"""What many tests begin with is built by its acts, and put back as it was built."""

from datetime import datetime

import pytest
from django.db import transaction
from django.utils.timezone import make_aware

from institutions.models import User
from jointmeeting import clock
from meetings.models import Meeting
from tests import building
from tests.building import built_once
from tests.houses import House, house
from tests.sittings import agreed

pytestmark = pytest.mark.django_db
MORNING = make_aware(datetime(2026, 3, 2, 9))
times: list[str] = []


@built_once
def another(h: House, meeting: Meeting) -> Meeting:
    """A step that counts how often it is taken; the meeting given to it is changed."""
    times.append("built")
    meeting.reason = "改了。"
    meeting.save()
    return meeting


def beginning(writes: bool = False) -> tuple[dict, str]:
    """What a test begins with: all rows, and what the object says that the step was given."""
    with transaction.atomic(), clock.at(MORNING):
        building.begin()
        h = house()
        meeting = agreed(h, reason="第三次才放回。")
        if writes:
            User.objects.update(phone="")
        result = another(h, meeting)
        assert result.pk == meeting.pk
        assert h.duties_agree()
        rows = {
            each: sorted(map(repr, found)) for each, found in building._rows().items()
        }
        transaction.set_rollback(True)
    return rows, meeting.reason


def test_what_begins_alike_is_put_back_as_it_was_built():
    times.clear()
    rounds = [beginning() for _each in range(7)]  # PostgreSQL counts keys on for a while
    assert 2 <= len(times) < 6
    assert rounds[-1] == rounds[-2]
    assert rounds[-1][1] == "改了。"
    assert len(rounds[-1][0]) > 20


def test_after_a_write_that_is_not_known_it_is_built_anew():
    times.clear()
    for _each in range(4):
        beginning(writes=True)
    assert times == ["built"] * 4
