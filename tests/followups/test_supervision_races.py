"""Two who issue a notice of one level at once issue one; the clock counts a level once."""

from collections import Counter
from datetime import datetime

import pytest
from django.utils.timezone import make_aware

from followups.tasks import note_levels
from jointmeeting import clock
from tests.followups.test_supervision import given_by, said
from tests.racing import race, step

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OFFICE, OTHER = "mill-office", "farm-office"


@pytest.fixture
def late():
    """A task weeks after it was due, whose level nobody has counted yet."""
    h, task = given_by()
    with clock.at(make_aware(datetime(2026, 9, 1, 9))):
        yield h, task
    assert h.duties_agree()


def test_two_who_issue_one_level_issue_one_notice(late):
    h, task = late
    note_levels()
    words = said("d", reason="汛期将至。")
    both = [step(task, "supervise", h.person(key), **words) for key in (OFFICE, OTHER)]
    assert Counter(race(*both)) == {"supervise": 1, "StepRefused": 1}
    assert task.notices.count() == 1
    assert ("supervise", OFFICE) not in h.owed(task)


def test_two_workers_count_a_level_once(late):
    h, task = late
    assert race(note_levels, note_levels) == [1, 1]
    assert task.history.filter(history_change_reason__startswith="Overdue").count() == 1
    assert ("supervise", OFFICE) in h.owed(task)


def test_a_notice_that_comes_with_the_claim_leaves_nothing_owed(late):
    h, task = late
    note_levels()
    done = Counter(
        race(
            step(task, "supervise", h.person(OFFICE), **said("d", reason="急")),
            step(task, "claim", h.person("sluice"), evidence="办完了。"),
        )
    )
    assert done["claim"] == 1
    assert task.notices.count() == done["supervise"]
    assert h.owed(task) == {("verify", OFFICE)}
