"""What the pages of decisions, tasks and inspections show: stages, waits, reports, log."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from consents.models import Signature
from consents.sheets import sheet_of
from consents.ways import way_to_answer
from deadlines.models import Duty, target_of, with_days_left
from deadlines.waits import wait_of
from documents.models import Attachment, IssuedDocument
from followups.charter import LadderStep
from followups.forms import ContactForm
from followups.ladder import levels_of
from followups.models import (
    Assignment,
    Contact,
    Inspection,
    StatusReport,
    SupervisionNotice,
)
from institutions.log import Entry, Told, log_of
from institutions.models import JointBody, MemberUnit, User
from jointmeeting.workflow import label_and_reason, steps_for
from meetings.models import Meeting
from minutes.models import Decision, Minutes

S = Assignment.Status
LOOKS: dict[str, str] = {
    S.ISSUED: "",
    S.ACCEPTED: "is-go",
    S.UNDER_WAY: "is-go",
    S.RETURNED: "is-back",
    S.CLAIMED: "is-near",
    S.CLOSED: "is-done",
    S.REASSIGNED: "is-void",
    S.CANCELLED: "is-void",
}
DECISION_LOOKS: dict[str, str] = {
    Decision.Status.ASSIGNED: "is-go",
    Decision.Status.CLOSED: "is-done",
    Decision.Status.WITHDRAWN: "is-void",
}
INSPECTION_LOOKS: dict[str, str] = {
    Inspection.Status.TO_SIGN: "is-go",
    Inspection.Status.SIGNED: "is-near",
    Inspection.Status.ANSWERED: "is-go",
    Inspection.Status.CLOSED: "is-done",
}
ONLY_STANDING = ("review", "end")
ONLY_DATED = ("claim",)
CHANGING = ["due_on", "result", "level", "noticed"]

# A task


def assignment_page(
    assignment: Assignment, user: User, contact: ContactForm | None = None
) -> dict[str, Any]:
    """All that the page of one unit's task shows to this person."""
    duties = duties_of(assignment)
    inspections = Inspection.objects.visible_to(user).filter(assignment=assignment)
    notices = notices_of(assignment)
    is_office = may_note(user, assignment)
    return {
        "assignment": assignment,
        "decision": assignment.decision,
        "look": look_of(assignment, duties),
        "level": level_of(assignment),
        "notices": notices,
        "notice": next((n for n in notices if n.due_on == assignment.due_on), None),
        "stages": stages_of(assignment),
        "waits": waits_of(assignment, duties, user),
        "duties": duties,
        "steps": steps_of(assignment, user),
        "source": source_of(assignment.decision, user),
        "receivers": receivers_of(assignment),
        "reports": reports_of(assignment, user),
        "scan": open_to(user, assignment.scan_id),
        "returned": why_returned(assignment),
        "others": others_of(assignment, user),
        "inspections": list(inspections),
        "may_inspect": assignment.rules.inspect
        and user.may("inspect", assignment.joint_body)
        and assignment.status not in Assignment.ENDED,
        "vacant": not has_holder(assignment.unit),
        "contacts": contacts_of(assignment, user) if is_office else [],
        "contact": (contact or ContactForm()) if is_office else None,
        "log": assignment_log(assignment),
    }


def may_note(user: User, assignment: Assignment) -> bool:
    """Whether this person notes contacts with the unit: who reads all, but not itself."""
    reads = user.may("read_topics", assignment.joint_body)
    acts = user.acting_for(assignment.joint_body)
    return bool(reads and acts and not user.stands_for(assignment.unit))


def duties_of(assignment: Assignment) -> list[Duty]:
    """What is owed about a task now, most urgent first."""
    duties = Duty.objects.open().of(assignment).select_related("post", "joint_body")
    return with_days_left(duties.order_by("due_on", "pk"))


def look_of(assignment: Assignment, duties: Iterable[Duty]) -> str:
    if any(duty.state == "late" for duty in duties):
        return "is-late"
    return LOOKS[assignment.status]


def level_of(assignment: Assignment) -> LadderStep | None:
    """The notice that a task has come to which its unit has not done in time."""
    is_over = assignment.status in (*Assignment.ENDED, S.CLAIMED)
    [level] = levels_of([(assignment.rules, None if is_over else assignment.due_on)])
    return level


def notices_of(assignment: Assignment) -> list[SupervisionNotice]:
    """The supervision notices that the unit got about the task, the last one first."""
    return list(assignment.notices.select_related("document", "issued_by"))


def steps_of(assignment: Assignment, user: User) -> list[Any]:
    """The steps on from here; a standing task is reviewed, one with a date is claimed.

    Where each office verifies, all but the last of them agree, the last one closes it.
    """
    other = {*(ONLY_DATED if assignment.is_standing else ONLY_STANDING)}
    other.add("verify" if assignment.is_verified_by_more else "agree")
    if not assignment.may_be_issued:
        other.add("supervise")
    return [each for each in steps_for(user, assignment) if each.name not in other]


def stages_of(assignment: Assignment) -> list[dict[str, Any]]:
    """The track: assigned, accepted, reported on, said to be done, closed; or its end."""
    first = assignment.reports.order_by("pk").values_list("given_on", flat=True).first()
    steps: list[tuple[str, date | None]] = [
        (_("Assigned"), assignment.issued_on),
        (_("Accepted"), assignment.accepted_on),
        (_("Under way"), first),
        (_("Said to be done"), assignment.claimed_on),
        (_("Closed"), assignment.closed_on),
    ]
    if assignment.is_standing:
        del steps[3]
    if assignment.status in (S.RETURNED, S.REASSIGNED, S.CANCELLED):
        return _ended(assignment, steps)
    here = max(number for number, (_label, on) in enumerate(steps) if on)
    if assignment.status == S.CLOSED:
        here = len(steps)
        steps = [(label, on or assignment.closed_on) for label, on in steps]
    return [
        {"label": label, "on": on, "state": _when(number, here)}
        for number, (label, on) in enumerate(steps)
    ]


def _when(number: int, here: int) -> str:
    return "past" if number < here else "current" if number == here else "future"


def _ended(
    assignment: Assignment, steps: list[tuple[str, date | None]]
) -> list[dict[str, Any]]:
    """The stages it came to, then its end."""
    ended = assignment.history.latest("history_date", "history_id").history_date
    past = [{"label": label, "on": on, "state": "past"} for label, on in steps if on]
    last = {
        "label": assignment.get_status_display(),
        "on": ended,
        "state": "current",
    }
    return [*past, last]


def waits_of(
    assignment: Assignment, duties: Iterable[Duty], user: User
) -> list[dict[str, Any]]:
    """Who is waited for about a task, and until when."""
    return [
        wait_of([duty], user, what=assignment.duty_text(duty.kind)) for duty in duties
    ]


def source_of(decision: Decision, user: User) -> dict[str, Any]:
    """Where a decision comes from: the meeting, its minutes and their number."""
    minutes = Minutes.objects.filter(meeting=decision.meeting_id).select_related(
        "document"
    )
    written = minutes.first()
    document = written.document if written else None
    seen = IssuedDocument.objects.visible_to(user)
    may_open = document and seen.filter(pk=document.pk).exists()
    return {
        "meeting": decision.meeting,
        "sees_meeting": sees_meeting(decision, user),
        "minutes": document,
        "minutes_url": document.get_absolute_url() if document and may_open else "",
    }


def sees_meeting(decision: Decision, user: User) -> bool:
    seen = Meeting.objects.visible_to(user)
    return seen.filter(pk=decision.meeting_id).exists()


def receivers_of(assignment: Assignment) -> list[str]:
    """The units that get the status reports, by the charter."""
    keys = assignment.rules.report.receivers
    members = assignment.joint_body.members.filter(key__in=keys).select_related("unit")
    return [str(each) for each in members]


def reports_of(assignment: Assignment, user: User) -> list[dict[str, Any]]:
    reports = list(assignment.reports.select_related("given_by", "scan"))
    scans = [each.scan_id for each in reports if each.scan_id]
    open_now = set(Attachment.objects.visible_to(user).filter(pk__in=scans))
    return [
        {"report": each, "scan": each.scan if each.scan in open_now else None}
        for each in reports
    ]


def open_to(user: User, scan: int | None) -> Attachment | None:
    return Attachment.objects.visible_to(user).filter(pk=scan).first() if scan else None


def why_returned(assignment: Assignment) -> dict[str, Any] | None:
    """Which unit gave the task back and why: this one, or the one it was taken from."""
    rows = [pk for pk in (assignment.pk, assignment.replaces_id) if pk]
    entry = (
        Assignment.history.filter(id__in=rows, status=S.RETURNED)
        .order_by("history_date", "history_id")
        .last()
    )
    if entry is None or entry.id == assignment.pk and assignment.status != S.RETURNED:
        return None
    earlier, unit = assignment.replaces, assignment.unit
    if earlier and entry.id == earlier.pk:
        unit = earlier.unit
    return {
        "unit": unit,
        "on": entry.history_date,
        "reason": label_and_reason(entry)[1],
    }


def others_of(assignment: Assignment, user: User) -> list[Assignment]:
    """The other tasks of the same decision that one may read."""
    tasks = Assignment.objects.visible_to(user).filter(decision=assignment.decision_id)
    return list(tasks.exclude(pk=assignment.pk).select_related("unit__unit"))


def has_holder(unit: MemberUnit) -> bool:
    """Whether anybody acts for a unit today."""
    return type(unit.liaison).objects.held().filter(pk=unit.liaison_id).exists()


def contacts_of(assignment: Assignment, user: User) -> list[Contact]:
    notes = Contact.objects.visible_to(user).filter(assignment=assignment)
    return list(notes.select_related("by", "noted_by__unit"))


def assignment_log(assignment: Assignment) -> list[Entry]:
    return log_of(
        assignment.joint_body,
        Told(assignment.history, fields=CHANGING, names=names_of(assignment)),
    )


def names_of(assignment: Assignment) -> dict[str, dict[str, str]]:
    """What the charter calls the values of a task's fields that are keys of its rules."""
    kinds = assignment.rules.verify.results
    levels = assignment.names_of_levels()
    results = {each.key: each.name for each in kinds}
    return {"result": results, "level": levels, "noticed": levels}


# A decision


def decision_page(decision: Decision, user: User) -> dict[str, Any]:
    """A decision: its sentence, where it comes from, its tasks, reports on them, the log."""
    seen = Assignment.objects.visible_to(user).filter(decision=decision)
    tasks = list(seen.select_related("unit__unit", "joint_body", "decision"))
    duties: dict[str, list[Duty]] = {}
    of_tasks = Duty.objects.open().of(*tasks).select_related("post", "joint_body")
    for duty in with_days_left(of_tasks.order_by("due_on", "pk")):
        duties.setdefault(duty.target, []).append(duty)
    reports = StatusReport.objects.filter(assignment__in=tasks)
    is_office = user.may("assign_tasks", decision.joint_body)
    return {
        "decision": decision,
        "look": DECISION_LOOKS.get(decision.status, ""),
        "source": source_of(decision, user),
        "leads": "、".join(map(str, decision.leads.select_related("unit"))),
        "assisting": "、".join(map(str, decision.assisting.select_related("unit"))),
        "tasks": [_task(each, duties.get(target_of(each), [])) for each in tasks],
        "reports": reports.select_related("assignment__unit__unit", "given_by"),
        "may_assign": is_office and decision.status == Decision.Status.IN_FORCE,
        "log": decision_log(decision, tasks, user),
    }


def _task(task: Assignment, duties: list[Duty]) -> dict[str, Any]:
    return {"task": task, "look": look_of(task, duties), "duties": duties}


def decision_log(decision: Decision, tasks: list[Assignment], user: User) -> list[Entry]:
    """What was done to a decision and its tasks; its drafting is for those who record."""
    acts = decision.history.all()
    if not user.may("read_topics", decision.joint_body):
        acts = acts.exclude(status=Decision.Status.DRAFT)
    about = {each.pk: str(each.unit) for each in tasks}
    done = Assignment.history.filter(id__in=about)
    return log_of(
        decision.joint_body,
        Told(acts, fields=Decision.WORDS),
        Told(done, fields=["due_on"], about=about),
    )


# Giving the decisions of a meeting to units


def to_assign(meeting: Meeting) -> list[Decision]:
    """The decisions of a meeting that wait for being assigned, as its minutes order them."""
    waiting = Decision.objects.filter(meeting=meeting, status=Decision.Status.IN_FORCE)
    return list(
        waiting.select_related("item__topic").prefetch_related(
            "leads__unit", "assisting__unit"
        )
    )


def vacant_units(body: JointBody, units: Iterable[MemberUnit]) -> list[str]:
    """The units for which nobody acts today: what is given to them waits for somebody."""
    held = set(body.posts.held().values_list("pk", flat=True))
    return [str(unit) for unit in units if unit.liaison_id not in held]


# Inspections


def inspection_page(inspection: Inspection, user: User) -> dict[str, Any]:
    """All that the page of an inspection shows to this person."""
    consent = inspection.consent("sign_off")
    is_keeper = user.may("inspect", inspection.joint_body)
    sees_all = is_keeper or (consent is not None and consent.concerns(user))
    return {
        "inspection": inspection,
        "assignment": inspection.assignment,
        "name": inspection.inspecting.name,
        "look": INSPECTION_LOOKS.get(inspection.status, ""),
        "waits": inspection_waits(inspection, user),
        "steps": list(steps_for(user, inspection)),
        "text": [
            (str(label), value)
            for label, value in said_of(inspection, Inspection.WORDS)
            if value
        ],
        "sheet": _sheet(inspection, user) if consent and sees_all else None,
        "may_amend": is_keeper and inspection.status in inspection.amendable,
        "sees_task": Assignment.objects.visible_to(user)
        .filter(pk=inspection.assignment_id)
        .exists(),
        "log": inspection_log(inspection, sees_all=sees_all),
    }


def said_of(inspection: Inspection, names: Iterable[str]) -> list[tuple[Any, Any]]:
    values = inspection.values(*names)
    meta = inspection._meta
    labels: Any = {name: meta.get_field(name) for name in values}
    return [(labels[name].verbose_name, value) for name, value in values.items()]


def _sheet(inspection: Inspection, user: User) -> dict[str, Any]:
    consent = inspection.consent("sign_off")
    assert consent
    way = way_to_answer(consent, user)
    sheet = sheet_of(
        inspection,
        consent,
        user,
        answer_url=inspection.url("answer", "sign_off") if way else "",
        pdf_url=inspection.url("sheet", "sign_off"),
    )
    return sheet | {"answer_way": way}


def inspection_waits(inspection: Inspection, user: User) -> list[dict[str, Any]]:
    """Who is waited for, those who may answer for one place in one line."""
    duties = Duty.objects.open().of(inspection).select_related("post")
    places: dict[str, list[Duty]] = {}
    for duty in with_days_left(duties.order_by("due_on", "pk")):
        places.setdefault(duty.kind, []).append(duty)
    return [
        wait_of(same, user, what=inspection.duty_text(kind))
        for kind, same in places.items()
    ]


def inspection_log(inspection: Inspection, *, sees_all: bool) -> list[Entry]:
    """What happened; who only carries it out reads of it from the day it was signed."""
    acts = inspection.history.all()
    if not sees_all:
        unsigned = [Inspection.Status.DRAFT, Inspection.Status.TO_SIGN]
        acts = acts.exclude(status__in=unsigned)
    told = [Told(acts, fields=Inspection.WORDS)]
    if sees_all:
        sheets = inspection.consents.values("pk")
        answers = Signature.history.filter(consent__in=sheets, history_type="~")
        told.insert(0, Told(answers.select_related("post")))
    return log_of(inspection.joint_body, *told)
