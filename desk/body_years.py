"""A body's year: how often it is to meet, its meetings, topics, decisions, and all its dates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agenda.models import Topic
from agenda.topic_rows import LOOKS as TOPIC_LOOKS
from deadlines.models import Duty, with_days_left
from desk.years import years_of
from followups.models import decisions_seen
from institutions.models import JointBody, User
from jointmeeting import clock
from meetings.models import Meeting
from meetings.pages import rows_of
from meetings.periods import days_of, rules_of, year_name, year_now
from minutes.models import Decision

Days = tuple[date, date]  # the first and the last
SHOWN = 40  # duties that are still to be done; the list of duties has all
DECISION_LOOKS: dict[str, str] = {
    Decision.Status.ASSIGNED: "is-go",
    Decision.Status.CLOSED: "is-done",
    Decision.Status.WITHDRAWN: "is-void",
}


@dataclass(frozen=True)
class Event:
    """A date of the year; the tag `how` draws it like a duty, so it has `pk` and `due_on`."""

    day: date
    label: str
    url: str = ""
    look: str = ""
    note: str = ""
    pk: str = ""
    how: dict = field(default_factory=dict)
    is_today: bool = False

    @property
    def due_on(self) -> date:
        return self.day


def page_of(body: JointBody, year: int, user: User) -> dict[str, Any]:
    """What was and will be in this year, as far as this person sees it."""
    seen = Meeting.objects.visible_to(user).filter(joint_body=body)
    days = days_of(rules_of(body), year)
    of_year = seen.filter(Q(year=year) | Q(held_on__range=days))
    meetings = list(
        of_year.select_related("requested_by__unit", "minutes").order_by("pk")
    )
    for meeting in meetings:
        meeting.joint_body = body
    duties = _duties(body, days, user)
    decisions = decisions_seen(user).filter(joint_body=body)
    return {
        "body": body,
        "year": year,
        "name": year_name(rules_of(body), year),
        "others": _years_on_file(seen, {year, year_now(body)}),
        "years": years_of([body], year),
        "meetings": [
            row | {"note": note_on(row["meeting"])} for row in rows_of(meetings)
        ],
        "topics": _topics(body, year, user),
        "decisions": _decisions(decisions, body, year),
        "months": _by_month(_events(meetings, decisions, duties, days), days[0]),
        "charter": body.rules_in_force,
    }


def note_on(meeting: Meeting) -> str:
    """Whether it counts, where that is not plain, and that it was held in another year."""
    notes = []
    if meeting.form_rules:
        notes.append(meeting.form_rules.told())
    elif not meeting.is_regular:
        is_counted = meeting.year_rules.counts(meeting.kind)
        counts, not_so = _("counts for the year"), _("does not count for the year")
        notes.append(counts if is_counted else not_so)
    if meeting.is_out_of_its_year:
        about = {"year": meeting.year_name, "day": meeting.held_on}
        notes.append(_("for %(year)s, held on %(day)s") % about)
    return pgettext("between the fields of a rule", "; ").join(notes)


def _years_on_file(seen: Any, shown: set[int]) -> list[int]:
    """The years one may look at: those with a meeting, and those shown in any case."""
    known = set(seen.order_by().values_list("year", flat=True).distinct())
    return sorted(known | shown)


def _duties(body: JointBody, days: Days, user: User) -> list[Duty]:
    open_now = Duty.objects.open().filter(joint_body=body, due_on__range=days)
    if not user.may("read_topics", body):
        mine = [post.pk for post in user.posts_held]
        open_now = open_now.filter(Q(post__in=mine) | Q(waiting__in=mine))
    by_date = open_now.select_related("post").order_by("due_on", "pk")
    return with_days_left(by_date[:SHOWN])


def _topics(body: JointBody, year: int, user: User) -> list[dict[str, Any]]:
    """How many topics of this year are in each state; each number opens its list."""
    of_body = Topic.objects.visible_to(user).filter(joint_body=body)
    seen = of_body.filter(created_on__range=days_of(rules_of(body), year))
    counts = dict(seen.order_by().values_list("status").annotate(Count("pk")))
    place = reverse("agenda:topic_list")
    return [
        {
            "label": label,
            "look": TOPIC_LOOKS.get(status, ""),
            "n": counts[status],
            "url": f"{place}?status={status}&year={year}&joint_body={body.pk}",
        }
        for status, label in Topic.Status.choices
        if counts.get(status)
    ]


def _decisions(decisions: Any, body: JointBody, year: int) -> list[dict[str, Any]]:
    """How many decisions of this year's meetings are in each state."""
    of_year = decisions.filter(meeting__year=year).exclude(status=Decision.Status.DRAFT)
    counts = dict(of_year.order_by().values_list("status").annotate(Count("pk")))
    place = reverse("followups:ledger")
    return [
        {
            "label": label,
            "look": DECISION_LOOKS.get(status, ""),
            "n": counts[status],
            "url": f"{place}?year={year}&joint_body={body.pk}",
        }
        for status, label in Decision.Status.choices
        if counts.get(status)
    ]


# The dates


def _events(
    meetings: list[Meeting], decisions: Any, duties: list[Duty], days: Days
) -> list[Event]:
    found = [event for each in meetings for event in _of_meeting(each)]
    found += _due_decisions(decisions, days)
    found += [_of_duty(duty) for duty in duties]
    found.append(Event(clock.today(), "", is_today=True))
    of_year = [event for event in found if days[0] <= event.day <= days[1]]
    return sorted(of_year, key=lambda event: (event.day, event.is_today))


def _of_meeting(meeting: Meeting) -> Iterator[Event]:
    """What happened to a meeting, and the day on which it is to be held."""
    url, named = meeting.get_absolute_url(), {"meeting": meeting}
    minutes = getattr(meeting, "minutes", None)
    past: list[tuple[date | None, str]] = [
        (meeting.requested_on, _("%(meeting)s is asked for")),
        (
            meeting.status in Meeting.AGREED_ON and meeting.decided_on or None,
            _("%(meeting)s is agreed to"),
        ),
        (meeting.notified_on, _("The notice of %(meeting)s is issued")),
        (minutes and minutes.issued_on, _("The minutes of %(meeting)s are issued")),
    ]
    for day, label in past:
        if day:
            yield Event(day, label % named, url, "was")
    day = meeting.held_on or meeting.day
    if day and meeting.status in Meeting.AGREED_ON:
        label = _("%(meeting)s was held") if meeting.held_on else _("%(meeting)s is held")
        yield Event(day, label % named, url, "key", note=meeting.place)
    elif meeting.proposed_on and meeting.status in Meeting.ON_ITS_WAY:
        yield Event(
            meeting.proposed_on, _("%(meeting)s, as proposed") % named, url, "key"
        )


def _due_decisions(decisions: Any, days: Days) -> list[Event]:
    """On each day, how many decisions are to be done by then."""
    due = decisions.filter(due_on__range=days).exclude(
        status__in=[Decision.Status.DRAFT, Decision.Status.WITHDRAWN]
    )
    is_open = ~Q(status=Decision.Status.CLOSED)
    counted = (
        due.order_by()
        .values("due_on")
        .annotate(n=Count("pk"), still=Count("pk", filter=is_open))
    )
    found = []
    for row in counted.order_by(F("due_on")):
        day, n, still = row["due_on"], row["n"], row["still"]
        label = _("%(n)s decisions are to be done, %(open)s of them open")
        over = "over" if day < clock.today() else ""
        look = over if still else "was"
        place = reverse("followups:ledger")
        found.append(Event(day, label % {"n": n, "open": still}, place, look))
    return found


def _of_duty(duty: Duty) -> Event:
    assert duty.due_on
    return Event(
        day=duty.due_on,
        label=duty.text,
        url=duty.page_url,
        look="over" if duty.state == "late" else "",
        note=str(duty.post),
        pk=f"year-{duty.pk}",
        how=duty.how,
    )


def _by_month(events: list[Event], first: date) -> list[tuple[int, int, list[Event]]]:
    """The twelve months with their dates; neighbours without any stand as one: first, last."""
    months: list[tuple[int, int, list[Event]]] = []
    for number in range(12):
        month = (first.month - 1 + number) % 12 + 1
        here = [event for event in events if event.day.month == month]
        if months and not here and not months[-1][2]:
            months[-1] = (months[-1][0], month, [])
        else:
            months.append((month, month, here))
    return months
