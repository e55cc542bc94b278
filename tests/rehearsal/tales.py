"""What is particular to the years played under each charter of the tests, by its file's name."""

from collections.abc import Callable
from itertools import chain

from agenda.models import Agenda, AgendaItem, Consultation, Topic
from consents.charter import Route
from consents.models import Consent, Signature
from documents.models import Addressee, IssuedDocument
from followups.models import (
    Assignment,
    Inspection,
    StatusReport,
    SupervisionNotice,
)
from institutions.models import JointBody
from institutions.reading import walk
from meetings.models import Attendance
from meetings.quorum import count_of
from minutes.documents import words_of
from minutes.models import ItemRecord, Minutes
from rehearsal.timeline import Timeline

Tale = Callable[[JointBody, Timeline], None]


def of_cloud_pass(body: JointBody, timeline: Timeline) -> None:
    """Two issuers and two verifiers, days of the month; nobody inspects."""
    minutes = IssuedDocument.objects.filter(joint_body=body, number__startswith="雾驿发")
    issued = minutes.filter(template="minutes_notice")
    assert issued
    assert {len(each.data["issuers"]) for each in issued} == {2}
    assert not Addressee.objects.filter(document__in=minutes).exclude(status="sent")
    closed = Assignment.objects.filter(joint_body=body, status="closed")
    assert {len(each.agreed) for each in closed.exclude(decision__is_standing=True)} == {
        1
    }
    assert not Inspection.objects.exists()
    outcomes = ItemRecord.objects.exclude(item__kind="topic")
    assert set(outcomes.values_list("outcome", flat=True)) == {"heard"}
    given = StatusReport.objects.order_by("given_on").values_list(
        "assignment", "given_on"
    )
    months = [(task, day.year, day.month) for task, day in given]
    assert all(months.count(each) <= 2 for each in months)
    notices = SupervisionNotice.objects.filter(assignment__joint_body=body)
    assert notices.exists()
    sent = IssuedDocument.objects.filter(joint_body=body, template="supervision_notice")
    got = Addressee.objects.filter(document__in=sent)
    assert got.filter(status="received").exists()


def of_tea_hill(body: JointBody, timeline: Timeline) -> None:
    """Each way of a route is gone, and silence decides by nobody's hand."""
    sheets = Consent.objects.filter(joint_body=body)
    silent = Signature.objects.filter(consent__in=sheets, by_silence=True)
    assert every_verb(body) == set(sheets.values_list("verb", flat=True))
    assert silent.exists()
    assert not silent.exclude(post=None, entered_by=None).exists()
    said = [each for each in timeline.entries if each.act.endswith("视为同意")]
    assert len(said) >= silent.values("answered_at", "consent").distinct().count() > 3
    told = {each.basis for each in said}
    assert {"local", "《茶山约》第三条", "《茶山约》第七条"} <= told


def every_verb(body) -> set[str]:
    """What each route, and each of its cases, calls the act."""
    routes = [
        each
        for key, part in body.rules_in_force.parts.items()
        for _path, each in walk(part, key)
        if isinstance(each, Route)
    ]
    cases = {case.verb or route.verb for route in routes for case in route.cases}
    return cases | {route.verb for route in routes}


def of_caravan_town(body: JointBody, timeline: Timeline) -> None:
    """What it rules of topics happens."""
    topics = Topic.objects.filter(joint_body=body)
    asked = Consultation.objects.filter(joint_body=body)
    assert topics.filter(set_by__key="inn", consents=None).exists()
    assert topics.exclude(ground="").exists()
    assert topics.exclude(late_for=None).exists()
    late = [each.consents.filter(act="settle") for each in topics.exclude(late_for=None)]
    first = Signature.objects.filter(consent__in=chain(*late), step=0)
    assert set(first.values_list("post__key", flat=True)) == {"tea_master"}
    assert asked.filter(round=2).exists()
    assert not asked.filter(round=3).exists()
    assert asked.exclude(adoption="").exists()
    for topic in topics.exclude(settled_on=None).filter(set_by=None):
        first = topic.consultations.order_by("pk")[0]
        sheets = topic.consents.filter(act="settle", outcome="agreed")
        assert first.sent_on <= sheets.latest("pk").asked_on
    for items in (each.items for each in _agendas(body)):
        assert items.exclude(topic=None).count() <= 3


def _agendas(body):
    items = AgendaItem.objects.filter(joint_body=body).select_related("agenda")
    return {item.agenda_id: item.agenda for item in items}.values()


def of_three_villages(body: JointBody, timeline: Timeline) -> None:
    """The chair goes round, plans are signed, votes counted."""
    held = body.meetings.filter(status="minuted").order_by("held_on")
    regular = held.filter(kind="regular").select_related("chair")
    assert [meeting.chair.key for meeting in regular] == ["upper_head", "middle_head"]
    for meeting in held:
        assert meeting.consent("plan").outcome == "agreed"
        assert count_of(meeting).is_met
    replaced = Attendance.objects.filter(joint_body=body, status="substituted")
    assert replaced
    assert not replaced.filter(letter=None)
    assert not Agenda.objects.filter(joint_body=body, status="frozen")
    said = [words_of(each) for each in Minutes.objects.filter(joint_body=body)]
    assert all("达到三分之二" in each["counted"] for each in said)
    manners = [item.get("manner", "") for each in said for item in each["items"]]
    assert any(manner.endswith("表决通过。") for manner in manners)


TALES: dict[str, Tale] = {
    "caravan_town": of_caravan_town,
    "cloud_pass": of_cloud_pass,
    "tea_hill": of_tea_hill,
    "three_villages": of_three_villages,
}
