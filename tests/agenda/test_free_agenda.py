"""An agenda that is never frozen, and a report without a day of its own."""

from datetime import timedelta

import pytest

from agenda.models import Agenda
from deadlines.models import Duty
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests.houses import house, lively
from tests.sittings import OFFICE, notified

pytestmark = pytest.mark.django_db


def without(*keys: str):
    data = lively()
    for key in keys:
        del data["agenda"][key]
    data["meetings"]["attendance"]["units"] = ["sluice"]
    return house(data)


@pytest.mark.changes("AgendaRules.freeze")
def test_without_a_term_the_agenda_is_free_until_the_meeting_is_held():
    h = without("freeze")
    meeting = notified(h)
    agenda = Agenda.objects.get(meeting=meeting)
    assert ("freeze", OFFICE) not in h.owed(agenda)
    with pytest.raises(StepRefused):
        agenda.freeze(by=h.person(OFFICE))
    page = h.client(OFFICE).get(agenda.get_absolute_url())
    assert [step.name for step in page.context["steps"]] == ["add", "gather"]
    unit = h.unit("sluice")
    agenda.add(by=h.person(OFFICE), kind="other", title="修桥", presenter=unit)
    with clock.at(meeting.starts_at + timedelta(hours=2)):
        meeting.refresh_from_db()
        for place in meeting.attendances.all():
            place.tick(by=h.person(OFFICE), was_there=True)
        meeting.refresh_from_db()
        meeting.hold(by=h.person(OFFICE))
    assert meeting.minutes.records.filter(item__title="修桥").exists()
    assert h.duties_agree()


@pytest.mark.changes("AgendaRules.freeze")
@pytest.mark.parametrize(("keys", "status"), [((), 404), (("freeze",), 200)])
def test_units_read_it_from_the_notice_on(keys, status):
    h = without(*keys)
    agenda = Agenda.objects.get(meeting=notified(h))
    assert h.client("sluice").get(agenda.get_absolute_url()).status_code == status


@pytest.mark.changes("AgendaRules.papers")
@pytest.mark.parametrize("keys", [(), ("papers",)])
def test_the_report_has_a_day_or_none(keys):
    h = without(*keys)
    meeting = notified(h)
    [item] = Agenda.objects.get(meeting=meeting).items.filter(kind="progress")
    duty = Duty.objects.open().of(item).get(kind="report")
    assert (duty.due_on is None) is bool(keys)
    assert h.client(OFFICE).get(meeting.get_absolute_url()).status_code == 200
