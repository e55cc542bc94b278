"""What the pages of meetings show: who is waited for, the stages, the year, the log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _

from consents.models import Signature, silence_basis
from consents.sheets import sheet_of
from consents.ways import way_to_answer
from consents.words import silence_text
from deadlines.models import Duty, target_of, with_days_left
from deadlines.waits import wait_of
from documents.models import IssuedDocument
from institutions.log import Entry, Told, log_of
from institutions.models import User
from jointmeeting import clock
from jointmeeting.forms import StepForm
from jointmeeting.templatetags.screens import short_moment
from jointmeeting.workflow import Step, steps_for
from meetings.models import BodyYear, Meeting

BEGINS = time(9)  # of a meeting whose hour is not known yet

LOOKS: dict[str, str] = {
    Meeting.Status.REQUESTED: "is-go",
    Meeting.Status.RETURNED: "is-back",
    Meeting.Status.DECLINED: "is-no",
    Meeting.Status.AGREED: "is-go",
    Meeting.Status.NOTIFIED: "is-go",
    Meeting.Status.HELD: "is-part",
    Meeting.Status.MINUTED: "is-done",
    Meeting.Status.CANCELLED: "is-void",
}


def rows_of(meetings: Iterable[Meeting]) -> list[dict[str, Any]]:
    """The lines of a list, each with whom it waits for; one query for all of them."""
    meetings = list(meetings)
    open_now = Duty.objects.open().of(*meetings).select_related("post").order_by("due_on")
    waits: dict[str, list[Duty]] = {}
    for duty in with_days_left(open_now):
        waits.setdefault(duty.target, []).append(duty)
    return [
        {
            "meeting": each,
            "look": LOOKS.get(each.status, ""),
            "waits": waits.get(target_of(each), []),
        }
        for each in meetings
    ]


def sheet_rows(meetings: Iterable[Meeting]) -> Iterator[list[Any]]:
    """The list as rows of text, head first."""
    yield [
        _("Joint body"),
        _("Meeting"),
        _("Asked for by"),
        _("Asked for on"),
        _("Begins at"),
        _("State"),
        _("Decided on"),
        _("Waiting for"),
        _("Due on"),
    ]
    for row in rows_of(meetings):
        meeting, waits = row["meeting"], row["waits"]
        yield [
            meeting.joint_body,
            meeting,
            meeting.requested_by,
            meeting.requested_on or "",
            short_moment(meeting.starts_at) or meeting.held_on or "",
            meeting.get_status_display(),
            meeting.decided_on or "",
            "、".join(str(duty.post) for duty in waits),
            min((duty.due_on for duty in waits if duty.due_on), default=""),
        ]


def page_of(meeting: Meeting, user: User) -> dict[str, Any]:
    """All that a meeting's page shows to this person."""
    is_told, year = meeting.is_told_to(user), year_of(meeting)
    letters = IssuedDocument.objects.visible_to(user).filter(target=target_of(meeting))
    return {
        "meeting": meeting,
        "look": LOOKS.get(meeting.status, ""),
        "text": text_of(meeting),
        "stages": stages_of(meeting),
        "year": year | {"meetings": others_of_year(meeting, user)},
        "waits": waits_of(meeting, year["row"], user) if is_told else [],
        "is_told": is_told,
        "may_amend": meeting.status in meeting.amendable
        and meeting.may_amend(user, meeting),
        "answering": answering(meeting, user),
        "verb": meeting.route_taken("convene").verb,
        "letters": letters.select_related("issuer__unit").order_by("-pk"),
        "steps": steps_of(meeting, user) if is_told else [],
        "sheet": _sheet(meeting, user) if is_told else None,
        "log": log(meeting) if is_told else [],
        "has_main_elsewhere": meeting.status not in meeting.amendable,
        "basis": meeting.rules.basis,
    }


def step_of(meeting: Meeting, name: str, user: User) -> Step | None:
    """A step as it is drawn; nothing where the meeting's state has no such step."""
    return next((each for each in steps_for(user, meeting) if each.name == name), None)


def leads_on(steps: Iterable[Step]) -> bool:
    """Whether the first step one may take now is the next to be taken, and no way out of it."""
    open_now = [step.name for step in steps if step.mine and not step.reasons]
    return bool(open_now) and open_now[0] in (
        "request",
        "arrange",
        "ask_plan",
        "notify",
        "hold",
    )


def steps_of(meeting: Meeting, user: User) -> list[Step]:
    """The steps in the order of their turn: once all is arranged, the notice comes first."""
    steps = list(steps_for(user, meeting))
    if not meeting.plan_is_to_be_asked:
        steps = [step for step in steps if step.name != "ask_plan"]
    turn = {"hold": 0, "ask_plan": 1, "notify": 2, "arrange": 1 if not meeting.day else 3}
    return sorted(steps, key=lambda step: turn.get(step.name, 4))


# An agreed meeting


@dataclass(frozen=True)
class Dated:
    """A date that is counted back from a meeting's day, for the tag that shows how."""

    pk: int
    label: str
    due_on: date | None
    how: dict

    @property
    def is_past(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


def dates_of(meeting: Meeting, day: date) -> list[Dated]:
    """What must be done by when, if the meeting is on that day."""
    dues = [(label, term.due(day)) for label, term in meeting.terms()]
    found = [Dated(n, label, due.on, due.how) for n, (label, due) in enumerate(dues)]
    return sorted(found, key=lambda each: (each.due_on or day, each.pk))


def arrangement(meeting: Meeting) -> dict[str, Any]:
    """Day, place and chair as they stand; else as they are likely to be."""
    stands = {name: getattr(meeting, name) for name in meeting.ARRANGED}
    if meeting.day:
        return stands
    stands["chair"] = stands["chair"] or meeting.proposed_chair()
    proposed, last = meeting.proposed_on, _last_held(meeting)
    if proposed and proposed > clock.today():
        stands["starts_at"] = make_aware(datetime.combine(proposed, BEGINS))
    stands["place"] = last.place if last else ""
    return stands


def _last_held(meeting: Meeting) -> Meeting | None:
    held = Meeting.objects.filter(joint_body=meeting.joint_body).exclude(held_on=None)
    return held.order_by("-held_on").first()


def day_in(form: StepForm) -> date | None:
    """The day that stands in the form, if it is one."""
    value = form["starts_at"].value()
    try:
        moment = form.fields["starts_at"].clean(value)
    except ValidationError:
        return None
    return localtime(moment).date()


def arranged_otherwise(form: StepForm, stored: Meeting) -> list[tuple[str, Any]]:
    """What is stored now where it is not what was typed."""
    found = []
    for name in stored.ARRANGED:
        value = getattr(stored, name)
        if name in form.cleaned_data and form.cleaned_data[name] != value:
            is_moment = name == "starts_at"
            said = short_moment(value) if is_moment else stored.said(name, value)
            found.append((str(form[name].label), said))
    return found


def ticks_of(meeting: Meeting) -> dict[str, int]:
    """How many places there are, and in how many somebody was ticked or missed."""
    return meeting.attendances.aggregate(
        all=Count("pk"), ticked=Count("was_there"), there=Count("pk", Q(was_there=True))
    )


def route_of(meeting: Meeting) -> dict[str, Any]:
    """By which verb and within which term it is asked, and whom, step by step, in words."""
    route = meeting.route_taken("convene")
    steps = [
        _(" and ").join(_(" or ").join(map(str, posts)) for posts in step)
        for step in meeting.places("convene")
    ]
    silence = silence_text(silence_basis(route))
    return {"verb": route.verb, "term": route.term, "steps": steps, "silence": silence}


def text_of(meeting: Meeting) -> list[tuple[str, Any]]:
    """What is asked for, line by line, as it stands now."""
    fields: Iterator[Any] = map(meeting._meta.get_field, meeting.words)
    return [
        (str(each.verbose_name), meeting.said(each.name, getattr(meeting, each.name)))
        for each in fields
    ]


def _sheet(meeting: Meeting, user: User) -> dict[str, Any] | None:
    consent = meeting.consent("convene")
    if consent is None:
        return None
    return sheet_of(meeting, consent, user, pdf_url=meeting.url("sheet", consent.act))


def answering(meeting: Meeting, user: User) -> dict[str, Any]:
    """Where this person answers now, or enters an answer for another; else nothing."""
    consent = meeting.consent("convene")
    way = way_to_answer(consent, user) if consent else ""
    return {"url": meeting.url("answer", "convene"), "way": way} if way else {}


def stages_of(meeting: Meeting) -> list[dict[str, Any]]:
    """The track until it is agreed to, each stage reached with its day; or how it ended."""
    states = Meeting.Status
    history = meeting.history.order_by("history_date")
    days = dict(history.values_list("status", "history_date"))
    days[states.REQUESTED] = meeting.requested_on
    track: list[Any] = [states.DRAFT, states.REQUESTED, states.AGREED]
    here = states(meeting.status)
    if here == states.RETURNED:
        track[0], days[here] = here, meeting.decided_on
        days[states.REQUESTED] = None
    elif here not in track:
        track = [*[each for each in track if days.get(each)], here]
    at = track.index(here)
    reached = ["past"] * at + ["current"] + ["future"] * len(track)
    return [
        {
            "label": stage.label,
            "on": days.get(stage) if number <= at else None,
            "state": reached[number],
        }
        for number, stage in enumerate(track)
    ]


def waits_of(meeting: Meeting, year: BodyYear | None, user: User) -> list[dict[str, Any]]:
    """Who is waited for; while it is a draft, also whoever owes the year's request."""
    rows: list[Any] = [meeting]
    if year and meeting.status == meeting.Status.DRAFT and meeting.is_regular:
        rows.append(year)
    duties = Duty.objects.open().of(*rows).select_related("post").order_by("due_on")
    return [wait_of([duty], user) for duty in with_days_left(duties)]


def year_of(meeting: Meeting) -> dict[str, Any]:
    """The year or part of one that it is for, its name, and how often the body is to meet."""
    rules = meeting.year_rules
    years = BodyYear.objects.filter(joint_body=meeting.joint_body, year=meeting.year)
    parts = years.filter(part=meeting.part)
    return {
        "row": parts.select_related("joint_body").first(),
        "name": meeting.period,
        "how_often": rules.how_often(),
        "basis": rules.basis,
    }


def others_of_year(meeting: Meeting, user: User) -> list[dict[str, Any]]:
    """The other meetings of that year that this person sees."""
    of_year = Meeting.objects.visible_to(user).filter(
        joint_body=meeting.joint_body_id, year=meeting.year
    )
    others = list(of_year.exclude(pk=meeting.pk))
    for each in others:
        each.joint_body = meeting.joint_body
    return [{"meeting": each, "look": LOOKS.get(each.status, "")} for each in others]


def log(meeting: Meeting) -> list[Entry]:
    """What happened to the meeting, and each answer that was given on the way."""
    sheets = meeting.consents.values("pk")
    answers = Signature.history.filter(consent__in=sheets, history_type="~")
    told = [Told(answers.select_related("post")), Told(meeting.history, Meeting.WORDS)]
    return log_of(meeting.joint_body, *told)
