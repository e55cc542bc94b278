"""What the pages of topics and consultations show: the rows, stages, waits, rounds, log."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.charter import TopicRules
from agenda.models import Consultation, Topic, closing_of
from agenda.models.opinions import views_on
from agenda.settling import route_of, signatories
from agenda.topic_agendas import agenda_steps, on_agendas
from agenda.topic_rows import state_of_topic
from consents.models import Consent, Signature, digest_of
from consents.sheets import sheet_of
from consents.ways import way_to_answer
from deadlines.models import Duty, target_of, with_days_left
from deadlines.waits import wait_of
from documents.models import IssuedDocument
from institutions.log import Entry, Told, log_of
from institutions.models import MemberUnit, User
from jointmeeting.workflow import Step, label_and_reason, steps_for

OPINION_LOOKS: dict[str, str] = {
    Consultation.Status.SENT: "is-go",
    Consultation.Status.ENTERED: "is-near",
    Consultation.Status.ANSWERED: "is-done",
    Consultation.Status.RETURNED: "is-back",
    Consultation.Status.LAPSED: "is-void",
    Consultation.Status.VOID: "is-void",
}

# One topic


def page_of(topic: Topic, user: User) -> dict[str, Any]:
    """All that a topic's page shows to this person."""
    is_told = topic.is_told_to(user)
    seen = Consultation.objects.visible_to(user).filter(topic=topic)
    shown = topic.consultations.all() if is_told else seen
    asked = list(shown.select_related("unit__unit", "unit__liaison", "joint_body"))
    open_to = set(seen.values_list("pk", flat=True))
    letters = IssuedDocument.objects.visible_to(user).filter(target=target_of(topic))
    may_amend = topic.may_amend(user, topic) and topic.status in topic.amendable
    acts = sheets_of(topic, user) if is_told else []
    standing = sum(each.is_standing for each in asked)
    return {
        "topic": topic,
        **state_of_topic(topic),
        "is_told": is_told,
        "agendas": on_agendas(topic, user),
        "late": closing_of(topic.late_for) if topic.is_late and topic.late_for else None,
        "may_amend": is_told and may_amend,
        "stages": stages_of(topic, asked) if is_told else [],
        "waits": waits_of(topic, asked, user) if is_told else [],
        "steps": steps_of(topic, user) if is_told else [],
        "text": text_of(topic),
        "views": views_on(topic.joint_body, [topic.pk]).get(topic.pk, [])
        if is_told
        else [],
        "lacks": lacks_of(topic),
        "acts": acts,
        "route": route_of(topic) if is_told else {},
        "is_plain": standing > 0 or any(act["last"]["answer_url"] for act in acts),
        "studies": topic.studies.select_related("recorded_by") if is_told else [],
        "asked": asked_of(asked, open_to, user),
        "standing": standing,
        "answered": sum(each.status == "answered" for each in asked),
        "letters": letters.select_related("issuer__unit").order_by("-pk"),
        "log": log(topic, user, open_to) if is_told else [],
    }


def steps_of(topic: Topic, user: User) -> list[Step]:
    """Its steps, without those that the charter does not have at this stage."""
    idle = set()
    if not topic.is_put_to_units:
        idle.add("consult")
    if not topic.waits_for_units:
        idle.add("put")
    if topic.own_direct_side is None:
        idle.add("set_directly")
    if not topic.may_be_let_pass:
        idle.add("ask_to_let_pass")
    own = [step for step in steps_for(user, topic) if step.name not in idle]
    return [*own, *agenda_steps(topic, user)]


def text_of(topic: Topic) -> list[tuple[str, Any]]:
    """The text line by line, as it stands now."""
    return said_of(topic, topic.values(*topic.WORDS))


def said_of(topic: Topic, text: dict[str, Any]) -> list[tuple[str, Any]]:
    """A text of the topic as it was kept: each field's label and what it says."""
    fields: Iterator[Any] = map(topic._meta.get_field, text)
    return [
        (str(each.verbose_name), topic.said(each.name, text[each.name]))
        for each in fields
    ]


def lacks_of(topic: Topic) -> list[str]:
    """What the next step needs and the text does not have yet."""
    if topic.status == Topic.Status.DRAFT:
        return topic.missing("to_submit")
    if topic.preparing_since is None:
        return []
    return topic.missing("to_consult" if topic.rules.consult else "to_agenda")


def stages_of(topic: Topic, asked: list[Consultation]) -> list[dict[str, Any]]:
    """The track: proposed, submitted, settled, prepared, asked, answered; or how it ended.

    In the charter's order, and without what it does not have.
    """
    standing = [each for each in asked if each.is_standing]
    is_asked = bool(standing) and topic.preparing_since is not None
    waiting = [each for each in standing if each.status in ("sent", "entered")]
    answers = [each.answered_on for each in standing if each.answered_on]
    is_draft = topic.status == Topic.Status.DRAFT
    begun = [
        (_("Proposed"), topic.created_on),
        (_("Submitted"), None if is_draft else topic.submitted_on),
    ]
    settled = [(topic.settling_verb, topic.settled_on)]
    prepared = [(_("Prepared"), topic.ready_on)] if topic.rules.prepare else []
    said = [
        (_("Units asked"), min(each.sent_on for each in standing) if is_asked else None),
        (
            _("Units answered"),
            max(answers, default=None) if is_asked and not waiting else None,
        ),
    ]
    consult = topic.rules.consult
    last = [*prepared, *said] if consult else prepared
    is_before = consult is not None and consult.when == "before"
    steps = [*begun, *last, *settled] if is_before else [*begun, *settled, *last]
    if topic.status not in Topic.LIVE:
        return _ended(topic, steps)
    done = [on is not None for _label, on in steps]
    here = done.index(False) - 1 if False in done else len(steps)
    if is_asked and not waiting and not is_before:
        here = len(steps)
    return [
        {"label": label, "on": on, "state": _when(number, here)}
        for number, (label, on) in enumerate(steps)
    ]


def _when(number: int, here: int) -> str:
    return "past" if number < here else "current" if number == here else "future"


def _ended(topic: Topic, steps: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """The stages it came to, then its end."""
    past = [(label, on) for label, on in steps if on]
    ended = topic.history.latest("history_date", "history_id").history_date
    last = {"label": topic.state_label, "on": ended, "state": "current"}
    return [{"label": label, "on": on, "state": "past"} for label, on in past] + [last]


def waits_of(topic: Topic, asked: list[Consultation], user: User) -> list[dict[str, Any]]:
    """Who is waited for, about the topic and what units were asked; one line for a place."""
    rows: dict[str, Any] = {target_of(each): each for each in [topic, *asked]}
    duties = Duty.objects.open().filter(target__in=rows).select_related("post")
    places: dict[tuple[str, str], list[Duty]] = {}
    for duty in with_days_left(duties.order_by("due_on", "pk")):
        places.setdefault((duty.target, duty.kind), []).append(duty)
    return [
        wait_of(same, user, what=rows[target].duty_text(kind))
        for (target, kind), same in places.items()
    ]


def sheets_of(topic: Topic, user: User) -> list[dict[str, Any]]:
    """For each act that was put to signatories: the last round, and those before it."""
    found = []
    for act in topic.acts:
        rounds = list(topic.consents.filter(act=act).order_by("-pk"))
        if rounds:
            last, *earlier = rounds
            found.append(
                {
                    "last": _sheet(topic, last, user),
                    "earlier": [sheet_of(topic, each, user) for each in earlier],
                }
            )
    return found


def _sheet(topic: Topic, consent: Consent, user: User) -> dict[str, Any]:
    way, at = way_to_answer(consent, user), [topic.pk, consent.act]
    answer_url = reverse("agenda:topic_answer", args=at) if way else ""
    pdf_url = reverse("agenda:topic_sheet", args=at)
    sheet = sheet_of(topic, consent, user, answer_url=answer_url, pdf_url=pdf_url)
    return sheet | {"answer_way": way}


# Consultations


def asked_of(
    asked: list[Consultation], open_to: set[int], user: User
) -> list[dict[str, Any]]:
    """The units that were asked, each with its term, its state and, where one may, its answer."""
    duties: dict[str, Duty] = {}
    of_units = Duty.objects.of(*asked).select_related("joint_body").order_by("pk")
    for duty in with_days_left(of_units):
        if duty.kind == "opinion" or duty.closed_at is None:
            duties[duty.target] = duty
    reasons = reasons_of(asked, open_to)
    asked = sorted(asked, key=lambda each: (each.round, each.pk))
    first = {each.round: each.pk for each in reversed(asked)}
    return [
        _asked(each, duties.get(target_of(each)), each.pk in open_to, user)
        | {
            "reason": reasons.get(each.pk, ""),
            "begins_round": len(first) > 1 and first[each.round] == each.pk,
        }
        for each in asked
    ]


def _asked(
    consultation: Consultation, duty: Duty | None, is_open: bool, user: User
) -> dict[str, Any]:
    is_owed = duty is not None and duty.closed_at is None
    label, look = state_of(consultation, duty)
    kind = consultation.kind_of_opinion
    return {
        "consultation": consultation,
        "duty": duty,
        "is_owed": is_owed,
        "label": label,
        "look": look,
        "is_open": is_open,
        "kind": kind.name if is_open and kind else "",
        "may_chase": is_owed and bool(duty and duty.may_be_chased_by(user)),
        "may_enter": consultation.status == "sent"
        and Consultation.enter.transition.may(user, consultation),
    }


def state_of(consultation: Consultation, duty: Duty | None) -> tuple[str, str]:
    """The state in words and its look; late and silent units are told from the others."""
    status = Consultation.Status(consultation.status)
    if status == Consultation.Status.SENT and duty and duty.state == "late":
        return _("No answer, overdue"), "is-late"
    if status == Consultation.Status.SENT and duty and duty.state == "near":
        return str(status.label), "is-near"
    if status == Consultation.Status.ANSWERED and consultation.is_late:
        return _("Answered late"), "is-done"
    return consultation.state_label, OPINION_LOOKS[status]


def reasons_of(asked: list[Consultation], open_to: set[int]) -> dict[int, str]:
    """Why those that were given back, lapsed or voided are so, where one may read it."""
    ended = [each.pk for each in asked if each.status in ("returned", "lapsed", "void")]
    entries = Consultation.history.filter(id__in=open_to.intersection(ended))
    entries = entries.filter(status__in=["returned", "lapsed", "void"])
    told = (
        (each.id, label_and_reason(each)[1]) for each in entries.order_by("history_id")
    )
    return {pk: reason for pk, reason in told if reason}


def consultation_page(consultation: Consultation, user: User) -> dict[str, Any]:
    """All that the page of one unit's consultation shows to this person."""
    topic = consultation.topic
    duties = Duty.objects.of(consultation).select_related("post", "joint_body")
    duty = duties.order_by("closed_at", "-pk").filter(closed_at=None).first()
    term = duties.filter(kind="opinion").order_by("pk").last()
    label, look = state_of(consultation, duty)
    letters = IssuedDocument.objects.visible_to(user).filter(pk=consultation.letter_id)
    kind, steps = consultation.kind_of_opinion, steps_for(user, consultation)
    return {
        "consultation": consultation,
        "topic": topic,
        "label": label,
        "look": look,
        "duty": duty,
        "term": term,
        "kind": kind.name if kind else "",
        "text": said_of(topic, consultation.snapshot),
        "letter": letters.select_related("issuer__unit").first(),
        "reason": reasons_of([consultation], {consultation.pk}).get(consultation.pk, ""),
        "steps": [step for step in steps if not _is_idle(step, consultation)],
        "asker": consultation.asker(),
        "sees_topic": Topic.objects.visible_to(user).filter(pk=topic.pk).exists(),
        "log": _opinion_log(consultation),
    }


def _is_idle(step: Step, consultation: Consultation) -> bool:
    """Whether there is nothing that this step could see to."""
    if step.name == "adopt":
        on_file = consultation.rules.opposing == "on file"
        return on_file or not consultation.is_opposing
    return step.name == "let_rest" and bool(step.reasons)


def _opinion_log(consultation: Consultation) -> list[Entry]:
    told = Told(consultation.history, fields=OPINION_FIELDS, names=_kinds(consultation))
    return log_of(consultation.joint_body, told)


OPINION_FIELDS = ["kind", "opinion", "signer", "number", "given_on", "source"]
OPINION_FIELDS += ["adoption"]


def _kinds(consultation: Consultation) -> dict[str, dict[str, str]]:
    return {"kind": {each.key: each.name for each in consultation.rules.kinds}}


# What happened


def log(topic: Topic, user: User, open_to: set[int]) -> list[Entry]:
    """The acts on the topic, its sheets and what units were asked, as far as one may read.

    What a draft was before it was submitted is its unit's own.
    """
    acts = topic.history.all()
    if not user.stands_for(topic.proposed_by):
        acts = acts.exclude(submitted_on=None)
    answers = Signature.history.filter(consent__in=topic.consents.values("pk"))
    opinions = Consultation.history.filter(id__in=open_to)
    units = Consultation.objects.filter(pk__in=open_to).select_related("unit__unit")
    return log_of(
        topic.joint_body,
        Told(answers.filter(history_type="~").select_related("post")),
        Told(acts, fields=[*Topic.WORDS, "ground"], names=_named(topic)),
        Told(opinions, about={each.pk: str(each.unit) for each in units}),
    )


def changes_since(topic: Topic, seen: str) -> list[Entry]:
    """What was done to the text since somebody opened it, by the digest of what he saw."""
    names = topic.amendable.get(topic.status, topic.WORDS)
    for record in topic.history.order_by("-history_date", "-history_id"):
        if digest_of({name: getattr(record, name) for name in names}) == seen:
            later = topic.history.filter(history_id__gte=record.history_id)
            told = Told(later, fields=names, names=_classes(topic))
            return log_of(topic.joint_body, told)[:-1]
    return []


def _classes(topic: Topic) -> dict[str, dict[str, str]]:
    return {"topic_class": {each.key: each.name for each in topic.classes}}


def _named(topic: Topic) -> dict[str, dict[str, str]]:
    return _classes(topic) | {"ground": topic.grounds("settle")}


# A new topic


def proposing_units(user: User) -> list[MemberUnit]:
    """The units this person acts for that may propose topics by their charters."""
    return [unit for unit in user.units_held if _may(unit)]


def _may(unit: MemberUnit) -> bool:
    body = unit.joint_body
    if not (body.charter_id and unit.is_on_body):
        return False
    return unit.key in body.part(TopicRules).proposers.units


def proposers_only(user: User) -> str:
    """Why this person proposes nothing: whose task it is on the bodies worked in."""
    bodies = {post.joint_body_id: post.joint_body for post in user.posts_held}
    lines = []
    for body in bodies.values():
        keys = Topic(joint_body=body).rules.proposers.units
        units = body.members.filter(key__in=keys).select_related("unit")
        lines.append(
            _("On %(body)s these units propose topics: %(units)s.")
            % {"body": body, "units": "、".join(map(str, units))}
        )
    return "\n".join([_("None of the units you act for proposes topics."), *lines])


def after_submitting(topic: Topic) -> list[tuple[str, str]]:
    """What comes after a topic is submitted: each stage with who does it and its term."""
    rules, body = topic.rules, topic.joint_body
    units = {each.key: str(each) for each in body.members.select_related("unit")}
    settled = [(topic.settling_verb, signatories(topic))]
    if side := topic.own_direct_side:
        alone = _("or by %(side)s alone, without asking anybody") % {"side": side.name}
        settled = [(topic.settling_verb, f"{signatories(topic)}；{alone}")]
    prepared = []
    if prepare := rules.prepare:
        prepared = [(_("Prepared"), f"{units[prepare.office]}，{prepare.term}")]
    consult = rules.consult
    if consult is None:
        return [*settled, *prepared]
    asked = [
        (_("Units asked"), f"{units[consult.office]}，{consult.ask_within}"),
        (_("Units answered"), str(consult.term)),
    ]
    if consult.when == "before":
        return [*prepared, *asked, *settled]
    return [*settled, *prepared, *asked]
