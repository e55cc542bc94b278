"""What the pages of minutes show: stages, gaps beside their rows, receipts, the log."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from consents.models import Consent, Outcome, Signature
from consents.sheets import sheet_of
from consents.ways import way_to_answer
from deadlines.models import Duty, target_of, with_days_left
from deadlines.waits import wait_of
from documents.models import Addressee
from institutions.log import Entry, Told, log_of
from institutions.models import JointBody, User
from institutions.models.calendar import WorkingDays
from jointmeeting.workflow import steps_for
from minutes.documents import bare
from minutes.models import Correction, CorrectionLine, Decision, ItemRecord, Minutes

SHOWN = 20  # decisions of an item on the page of the minutes
LOG_SHOWN = 50
STEPS = ["send", "take_back", "issue"]  # the others stand beside what they change
OF_ROWS = [
    "Record an item",
    "Write down a decision",
    "Write down decisions from the measure",
    "Change a decision",
    "Strike out a decision",
]
LOOKS: dict[str, str] = {
    Minutes.Status.IN_APPROVAL: "is-go",
    Minutes.Status.APPROVED: "is-go",
    Minutes.Status.ISSUED: "is-done",
}


def page_of(minutes: Minutes, user: User, *, is_whole_log: bool) -> dict[str, Any]:
    """All that the page of minutes shows to this person."""
    is_told, sheet = is_told_to(minutes, user), minutes.consent("approve")
    may_record = minutes.may_amend(user, minutes)
    entries = log(minutes) if is_told else []
    way = way_to_answer(sheet, user) if sheet else ""
    return {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "look": LOOKS.get(minutes.status, ""),
        "is_told": is_told,
        "may_record": may_record and minutes.status == Minutes.Status.DRAFT,
        "may_correct": may_record and minutes.status == Minutes.Status.ISSUED,
        "stages": stages_of(minutes, sheet),
        "waits": waits_of(minutes, user) if is_told else [],
        "steps": [each for each in steps_for(user, minutes) if each.name in STEPS]
        if is_told
        else [],
        "objection": objection_to(minutes, sheet) if is_told else {},
        "gaps": gaps_of(minutes) if is_told else [],
        "unknown_years": unknown_years(minutes) if is_told else [],
        "items": items_of(minutes, user),
        "struck": struck_out(minutes) if may_record else [],
        "sheet": _sheet(minutes, sheet, user) if is_told and sheet else None,
        "answering": {"url": minutes.duty_url("approve"), "way": way} if way else {},
        "verb": minutes.route_taken("approve").verb,
        "basis": minutes.rules.basis,
        "document": minutes.document,
        "receipts": receipts_of(minutes, user) if is_told else [],
        "mine": own_receipts(minutes, user),
        "corrections": minutes.corrections.select_related("document"),
        "log": entries if is_whole_log else entries[:LOG_SHOWN],
        "has_earlier": not is_whole_log and len(entries) > LOG_SHOWN,
    }


def is_told_to(minutes: Minutes, user: User) -> bool:
    """Whether this person sees who answered what; whoever was sent them sees the outcome."""
    sheet = minutes.consent("approve")
    reads = user.may("read_topics", minutes.joint_body)
    return reads or (sheet is not None and sheet.concerns(user))


def stages_of(minutes: Minutes, sheet: Consent | None) -> list[dict[str, Any]]:
    """Draft, in approval, approved, issued; corrected where that has come about."""
    states = Minutes.Status
    at = list(states).index(states(minutes.status))
    asked_on = sheet.asked_on if sheet and at else None
    days = [minutes.begun_on, asked_on, minutes.approved_on, minutes.issued_on]
    stages: list[dict[str, Any]] = [
        {"label": state.label, "on": day, "state": "future"}
        for state, day in zip(states, days, strict=True)
    ]
    for stage in stages[:at]:
        stage["state"] = "past"
    stages[at]["state"] = "past" if at == len(stages) - 1 else "current"
    if last := minutes.corrections.last():
        label = _("Corrected")
        stages.append({"label": label, "on": last.issued_on, "state": "past"})
    return stages


def waits_of(minutes: Minutes, user: User) -> list[dict[str, Any]]:
    """Who is waited for about the minutes or a correction of them."""
    rows = [minutes, *minutes.corrections.in_motion()]
    duties = Duty.objects.open().of(*rows).select_related("post").order_by("due_on")
    return [wait_of([duty], user) for duty in with_days_left(duties)]


def objection_to(minutes: Minutes, sheet: Consent | None) -> dict[str, Any]:
    """Why a draft came back: changes asked for, or a refusal, in the signatories' words."""
    if sheet is None or minutes.status != Minutes.Status.DRAFT:
        return {}
    if sheet.outcome not in (Outcome.CHANGES, Outcome.REFUSED):
        return {}
    return {
        "is_refusal": sheet.outcome == Outcome.REFUSED,
        "said": sheet.objections(),
        "on": minutes.sent_back_on,
    }


def gaps_of(minutes: Minutes) -> list[dict[str, Any]]:
    """What is missing before the approval, each with the page on which it is mended."""
    if minutes.status != Minutes.Status.DRAFT:
        return []
    return [
        {"row": bare(str(row)), "what": gaps, "url": edit_url(row)}
        for row, gaps in minutes.lacking()
    ]


def edit_url(row: ItemRecord | Decision) -> str:
    """Where a draft's item or decision is changed."""
    name = "record_item" if isinstance(row, ItemRecord) else "decision_change"
    return reverse(f"minutes:{name}", args=[row.pk])


def unknown_years(minutes: Minutes) -> list[int]:
    """Years without a working calendar in which something is due."""
    dates = minutes.decisions().exclude(due_on=None).order_by()
    return unknown_among(dates.values_list("due_on", flat=True))


def unknown_among(dates: Iterable[Any]) -> list[int]:
    known = {day for day in dates if day}
    if not known:
        return []
    calendar = WorkingDays(min(known), max(known))
    return sorted({day.year for day in known} - calendar.known_years)


# Items and decisions


def items_of(minutes: Minutes, user: User) -> list[dict[str, Any]]:
    """Each item with its outcome and the first of its decisions, in a few queries."""
    records = minutes.records.select_related("item__topic", "item__presenter__unit")
    decisions = grouped(minutes, user)
    rows = []
    for number, record in enumerate(records.order_by("item__position", "pk"), start=1):
        of_item = decisions.pop(record.item_id, [])
        rows.append(
            {
                "number": number,
                "record": record,
                "url": edit_url(record),
                "decisions": of_item[:SHOWN],
                "more": max(len(of_item) - SHOWN, 0),
            }
        )
    if added := decisions.pop(None, []):
        rows.append({"decisions": added, "more": 0})
    return rows


def grouped(minutes: Minutes, user: User) -> dict[int | None, list[dict[str, Any]]]:
    """The lines of all decisions by their item, numbered through the minutes."""
    rows: dict[int | None, list[dict[str, Any]]] = {}
    decisions = minutes.decisions().prefetch_related("leads__unit", "assisting__unit")
    lines = CorrectionLine.objects.filter(correction__minutes=minutes)
    corrected: dict[int, list[CorrectionLine]] = {}
    for line in lines.exclude(decision=None).select_related("correction__document"):
        corrected.setdefault(line.decision_id or 0, []).append(line)
    open_to = set(Decision.objects.visible_to(user).filter(meeting=minutes.meeting_id))
    is_draft = minutes.status == Minutes.Status.DRAFT
    for number, decision in enumerate(decisions, start=1):
        rows.setdefault(decision.item_id, []).append(
            {
                "number": number,
                "decision": decision,
                "gaps": decision.gaps() if is_draft else [],
                "url": decision.get_absolute_url() if decision in open_to else "",
                "corrected": corrected.get(decision.pk, []),
            }
        )
    return rows


def measures_of(record: ItemRecord) -> list[str]:
    """The lines of the topic's measure that no decision of the item says yet."""
    topic = record.item.topic
    if topic is None:
        return []
    written = set(record.item.decisions.values_list("text", flat=True))
    lines = (line.strip() for line in topic.measure.splitlines())
    return [line for line in dict.fromkeys(lines) if line and line not in written]


def struck_out(minutes: Minutes) -> list[dict[str, Any]]:
    """The last decisions that were struck out of a draft, to be written down again."""
    if minutes.status != Minutes.Status.DRAFT:
        return []
    gone = Decision.history.filter(meeting=minutes.meeting_id, history_type="-")
    texts = set(minutes.decisions().values_list("text", flat=True))
    records = dict(minutes.records.values_list("item", "pk"))
    return [
        {"text": each.text, "url": _again_url(records[each.item_id], each.history_id)}
        for each in gone.order_by("-history_id")[:5]
        if each.text not in texts and each.item_id in records
    ]


def _again_url(record: int, struck: int) -> str:
    return f"{reverse('minutes:decision_create', args=[record])}?struck={struck}"


def unit_choices(body: JointBody) -> list[tuple[int, str]]:
    """The units that may carry out a decision, by key and name."""
    members = body.members.now().select_related("unit")
    members = members.order_by("liaison__position", "pk")
    return [(unit.pk, str(unit)) for unit in members]


# Consent, receipts, log


def _sheet(minutes: Minutes, consent: Consent, user: User) -> dict[str, Any]:
    pdf_url = reverse("minutes:minutes_sheet", args=[minutes.pk, consent.act])
    return sheet_of(minutes, consent, user, pdf_url=pdf_url)


def receipts_of(minutes: Minutes, user: User) -> list[dict[str, Any]]:
    """Each unit they were sent to: received when, or until when it is owed."""
    if minutes.document is None:
        return []
    sent = list(
        minutes.document.addressees.select_related("member__unit").order_by(
            "is_copy", "member__liaison__position", "pk"
        )
    )
    duties = Duty.objects.open().of(*sent).select_related("post")
    owed = {duty.target: duty for duty in with_days_left(duties)}
    rows = []
    for each in sent:
        duty = owed.get(target_of(each))
        may_chase = duty is not None and duty.may_be_chased_by(user)
        rows.append({"addressee": each, "duty": duty, "may_chase": may_chase})
    return rows


def own_receipts(minutes: Minutes, user: User) -> Iterable[Addressee]:
    """The receipts that this person's units owe."""
    asked = Addressee.objects.visible_to(user).filter(document=minutes.document_id)
    return asked.filter(status=Addressee.Status.ASKED).select_related("member__unit")


def log(minutes: Minutes) -> list[Entry]:
    """What happened to the minutes, their items, decisions, answers and corrections."""
    acts = minutes.history.exclude(history_change_reason__in=OF_ROWS)
    records = minutes.records.select_related("item")
    titles = {record.pk: str(record.item) for record in records}
    outcomes = {each.key: each.name for each in minutes.rules.outcomes}
    decisions = Decision.history.filter(meeting=minutes.meeting_id)
    before = decisions.filter(Q(status=Decision.Status.DRAFT) | Q(history_type="-"))
    answers = Signature.history.filter(consent__in=minutes.consents.values("pk"))
    corrections = Correction.history.filter(minutes=minutes)
    return log_of(
        minutes.joint_body,
        Told(answers.filter(history_type="~").select_related("post")),
        Told(
            ItemRecord.history.filter(id__in=titles, history_type="~"),
            fields=["outcome", "discussion"],
            names={"outcome": outcomes},
            about=titles,
        ),
        Told(
            before,
            fields=Decision.WORDS,
            about={each.id: _short(each.text) for each in before.order_by("history_id")},
        ),
        Told(acts, fields=["opening", "closing"]),
        Told(
            corrections, about={each.pk: str(each) for each in minutes.corrections.all()}
        ),
    )


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


def correction_log(correction: Correction) -> list[Entry]:
    """What happened to a correction."""
    return log_of(correction.joint_body, Told(correction.history.all()))
