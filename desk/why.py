"""Why a person can or cannot see a row, and take each of its steps, in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agenda.models import Agenda, Consultation, Topic
from consents.ways import way_to_answer
from deadlines.models import Duty
from desk.labels import value_label
from documents.models import IssuedDocument
from followups.models import (
    Assignment,
    Inspection,
    ProgressLine,
    ProgressReport,
    decisions_seen,
    ways_by_task,
)
from institutions.models import (
    Appointment,
    JointBody,
    JointBodyGroupPermission,
    Post,
    User,
)
from institutions.seeing import Way
from jointmeeting.addresses import below
from jointmeeting.workflow import Transition, gate_name, transitions_of
from meetings.models import Attendance, Meeting
from minutes.models import Correction, Decision, Minutes

RIGHTS = ("administer_rights", "read_audit")  # who may ask about others of the body
# Below the page of a matter lie those of its steps.
PAGES: dict[str, type[models.Model]] = {
    "agenda:agenda_detail": Agenda,
    "agenda:consultation_detail": Consultation,
    "agenda:topic_detail": Topic,
    "deadlines:duty_detail": Duty,
    "desk:body_detail": JointBody,
    "desk:meeting_detail": Meeting,
    "documents:document_detail": IssuedDocument,
    "followups:assignment_detail": Assignment,
    "followups:decision_detail": Decision,
    "followups:inspection_detail": Inspection,
    "followups:progress_detail": ProgressReport,
    "followups:progress_line": ProgressLine,
    "meetings:attendance_reply": Attendance,
    "minutes:correction_detail": Correction,
    "minutes:decision_change": Decision,
    "minutes:minutes_detail": Minutes,
}
HOST = re.compile(r"^https?://[^/]*")
NUMBER = re.compile(r"(\d{1,18})/")


@dataclass(frozen=True)
class Found:
    """What is asked about: a page's matter, as far as the address says."""

    model: type[models.Model]
    pk: int


@dataclass(frozen=True)
class Through:
    """A relation that a person has to a row: its name, the post that brings it, since when."""

    name: str
    post: Post
    since: date | None


@dataclass(frozen=True)
class Condition:
    """A gate of a step: open, or shut for a reason; whether one may go on despite it."""

    is_open: bool
    reason: str
    may_explain: bool


@dataclass(frozen=True)
class StepWhy:
    """Whether a person may take a step, who else, and what stands before it."""

    label: str
    is_theirs: bool
    through: list[Through]
    who: str
    is_its_turn: bool
    conditions: list[Condition] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        shut = (each for each in self.conditions if not each.is_open)
        return self.is_theirs and self.is_its_turn and not any(shut)


def page_of(address: str) -> Found | None:
    """The matter whose page has this address; nothing, where no matter's page has it."""
    path = HOST.sub("", address.strip())
    for page, model in PAGES.items():
        start = below(page)
        number = NUMBER.match(path, len(start)) if path.startswith(start) else None
        if number:
            return Found(model, int(number[1]))
    return None


def seen_by(person: User, model: type[models.Model]) -> models.QuerySet:
    """The rows of a model that the person's pages show."""
    rows: Any = model._default_manager
    return decisions_seen(person) if model is Decision else rows.visible_to(person)


def ways_to(person: User, model: type[models.Model]) -> list[Way]:
    """The ways by which `seen_by` finds them."""
    rows: Any = model._default_manager
    ways = rows.all().ways(person)
    return ways + (ways_by_task(person) if model is Decision else [])


def row_for(found: Found, asking: User) -> Any | None:
    """The row, for one who sees it or answers for the rights on its body; else nothing."""
    rows: Any = found.model._default_manager
    if row := seen_by(asking, found.model).filter(pk=found.pk).first():
        return row
    row = rows.filter(pk=found.pk).first()
    return row if row and may_ask_about(asking, body_of(row)) else None


def may_ask_about(asking: User, body: JointBody) -> bool:
    """Whether this person may ask about others of the body."""
    return body.pk in asking.bodies_allowing(*RIGHTS)


def body_of(row: Any) -> JointBody:
    return row if isinstance(row, JointBody) else row.joint_body


def sees(person: User, row: models.Model) -> list[Through]:
    """All ways in which the person sees the row; none where the row is hidden from them.

    Each post of theirs is asked for itself, by the very rule that filters the rows.
    """
    found = []
    for post, since in _posts(person):
        ways = ways_to(person.through(post), type(row))
        names = dict.fromkeys(str(way) for way in ways if way.holds_for(row))
        found += [Through(name, post, since) for name in names]
    return found


def steps(person: User, row: Any) -> list[StepWhy]:
    """Every step of the row: whose it is, whether it is its turn, and what it waits for."""
    model: Any = type(row)
    buttons = [each for each in transitions_of(model) if each.may.is_button]
    found = [_step(person, row, each) for each in buttons]
    return found + list(_answers(person, row))


def _step(person: User, row: Any, step: Transition) -> StepWhy:
    is_its_turn = row.status in step.source
    conditions = []
    for gate in step.gates if is_its_turn else []:
        mode = row.joint_body.gate_mode(gate_name(gate))
        if mode != "off":
            reason = gate(row) or ""
            conditions.append(Condition(not reason, reason, mode == "explain"))
    through = [
        Through("", post, since)
        for post, since in _posts(person)
        if step.may(person.through(post), row)
    ]
    is_theirs, who = step.may(person, row), step.may.who(row)
    return StepWhy(_(step.label), is_theirs, through, who, is_its_turn, conditions)


def _answers(person: User, row: Any) -> Iterable[StepWhy]:
    """What lies open to be signed: who is asked, and whether this person answers it."""
    acts: dict[str, str] = getattr(row, "acts", {})
    for act, label in acts.items():
        sheet = row.consent(act)
        if sheet is None or not sheet.is_open:
            continue
        asked = Post.objects.filter(signatures__in=sheet.waiting()).distinct()
        between = pgettext("between the items of a list", ", ")
        ways = {
            "own": "",
            "entered": _("entering what was signed or said to the office"),
            "reported": _("reporting what the other side is to confirm"),
        }
        through = [
            Through(ways[way], post, since)
            for post, since in _posts(person)
            if (way := way_to_answer(sheet, person.through(post)))
        ]
        answers = bool(way_to_answer(sheet, person))
        yield StepWhy(_(label), answers, through, between.join(map(str, asked)), True)


@dataclass(frozen=True)
class Held:
    """A post of a person, since when, and what its tasks let them do on its body."""

    post: Post
    since: date | None
    rights: list[str]


def held_by(person: User, asking: User) -> list[Held]:
    """The posts that a person holds today, with the rights that come with each.

    Of somebody else, those on the bodies that one may ask about.
    """
    found = _posts(person)
    if person != asking:
        bodies = asking.bodies_allowing(*RIGHTS)
        found = [each for each in found if each[0].joint_body_id in bodies]
    groups = [post.group_id for post, _since in found if post.group_id]
    given = JointBodyGroupPermission.objects.filter(group__in=groups)
    named = set(given.values_list("group", "permission__codename"))
    return [
        Held(post, since, sorted(value_label(n) for g, n in named if g == post.group_id))
        for post, since in found
    ]


def _posts(person: User) -> list[tuple[Post, date | None]]:
    """The posts held today, each with its first day; asked once for a loaded person."""
    if "_since" not in person.__dict__:
        days = Appointment.objects.today().filter(person=person)
        person.__dict__["_since"] = dict(days.values_list("post", "since"))
    since = person.__dict__["_since"]
    return [(post, since.get(post.pk)) for post in person.posts_answered]
