"""The open duties around a person: waiting for them, entered by them, awaited by them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.models import ContactNote, Duty, Reminder, with_days_left
from followups.charter import FollowupRules
from followups.ladder import levels_of
from followups.models import SupervisionNotice
from institutions.models import JointBody, Post, User
from jointmeeting import clock
from jointmeeting.templatetags.screens import days_left_text


class Who(models.TextChoices):
    ME = "me", gettext_lazy("Waiting for me")
    OTHERS = "others", gettext_lazy("I enter for others")
    AWAITED = "awaited", gettext_lazy("I am waiting for")


SHOWN = {
    Who.ME: 20,
    Who.OTHERS: 6,
    Who.AWAITED: 6,
}  # on the home page; the rest in its list
SHOWN_OF_EACH = [
    "joint_body",
    "target",
    "kind",
    "text",
    "url",
    "since",
    "due_on",
    "remind_on",
    "how",
]
SHOWN_OF_EACH += ["post__title", "waiting__title"]


class Near(models.TextChoices):
    LATE = "late", gettext_lazy("Overdue")
    NEAR = "near", gettext_lazy("Due soon")
    GO = "go", gettext_lazy("Not yet due")
    NONE = "none", gettext_lazy("No term")


def duties_of(person: User, who: Who) -> QuerySet[Any]:
    """Open duties, most urgent first; what one enters oneself one does not wait for."""
    found: QuerySet[Any]
    if who == Who.ME:
        found = Duty.objects.owed_by(person)
    elif who == Who.OTHERS:
        found = Duty.objects.entered_by(person)
    else:
        found = Duty.objects.awaited_by(person).exclude(post__in=person.posts_entered)
    return found.select_related("post", "waiting").only(*SHOWN_OF_EACH)


def _add_calls(duties: list[Any], person: User) -> None:
    """Each with the day of its last reminder and the last call noted by one's own unit."""
    its_own = {"duty__in": [duty.pk for duty in duties]}
    chased = Reminder.objects.filter(stage=Reminder.Stage.CHASED, **its_own)
    days = dict(chased.order_by("for_day").values_list("duty", "for_day"))
    notes = ContactNote.objects.visible_to(person).filter(**its_own)
    calls = {note.duty_id: note for note in notes.order_by("at", "pk")}
    for duty in duties:
        duty.chased_on, duty.call = days.get(duty.pk), calls.get(duty.pk)


def _add_levels(duties: list[Any]) -> None:
    """To tasks that are late, the level of the charter's ladder that they have come to.

    And the last supervision notice that was issued about them.
    """
    tasks = [duty for duty in duties if duty.kind == "complete"]
    days = [(duty.joint_body.part(FollowupRules), duty.due_on) for duty in tasks]
    for duty, level in zip(tasks, levels_of(days), strict=True):
        duty.level = level
    late = {duty.target.partition(":")[2]: duty for duty in tasks if duty.level}
    if not late:
        return
    notices = SupervisionNotice.objects.standing().filter(assignment__in=list(late))
    for notice in reversed(notices):
        late[str(notice.assignment_id)].notice = notice


def narrowed(
    duties: QuerySet[Any], *, body: JointBody | None, kind: str, near: str
) -> QuerySet[Any]:
    """Those of one body, about one kind of matter, that are so near their date."""
    if body:
        duties = duties.filter(joint_body=body)
    if kind:
        duties = duties.filter(target__startswith=f"{kind}:")
    return duties.filter(_so_near()[near]) if near else duties


def _so_near() -> dict[str, Q]:
    """Duty.state as conditions, so that the database can filter by it."""
    today = clock.today()
    late, near = Q(due_on__lt=today), Q(due_on__gte=today, remind_on__lte=today)
    later = Q(remind_on=None) | Q(remind_on__gt=today)
    return {
        Near.LATE: late,
        Near.NEAR: near,
        Near.GO: Q(due_on__gte=today) & later,
        Near.NONE: Q(due_on=None),
    }


def kinds() -> list[tuple[str, Any]]:
    """The models whose rows make somebody owe something: label and name."""
    found = [model for model in apps.get_models() if hasattr(model, "owed")]
    return [(each._meta.label_lower, each._meta.verbose_name) for each in found]


def drawn(duties: Iterable[Any], person: User) -> list[Any]:
    """The person's duties with all that a list of them shows, from one look at each table."""
    bodies = {post.joint_body_id: post.joint_body for post in person.posts_answered}
    mine = {post.pk for post in person.posts_held}
    acted = {post.pk for post in person.posts_held if not post.is_own}
    drawn: list[Any] = with_days_left(duties)
    for duty in drawn:
        duty.joint_body = bodies[duty.joint_body_id]
        duty.is_acted = duty.post_id in acted
    _add_levels(drawn)
    _add_calls([duty for duty in drawn if duty.waiting_id in mine], person)
    return drawn


def sheet(duties: Iterable[Any], person: User) -> Iterator[list[Any]]:
    """The list as rows of text, head first."""
    yield [
        _("Joint body"),
        _("Who"),
        _("What"),
        _("Due on"),
        _("Term"),
        _("Since"),
    ]
    for duty in drawn(duties, person):
        yield [
            duty.joint_body.name,
            duty.post.title,
            duty.text,
            duty.due_on or "",
            days_left_text(duty.left, duty.due_on) or _("No term"),
            duty.since,
        ]


@dataclass
class Section:
    """The most urgent duties of one kind of relation, and whether there are more."""

    who: Who
    duties: list[Any]
    has_more: bool

    @cached_property
    def by_place(self) -> list[tuple[Any, list[Post]]]:
        """Each thing to be done once, with all the posts of which one is enough."""
        places: dict[tuple[str, str], list[Any]] = {}
        for duty in self.duties:
            places.setdefault((duty.target, duty.kind), []).append(duty)
        return [(these[0], [each.post for each in these]) for these in places.values()]

    @property
    def late(self) -> int:
        return sum(duty.state == "late" for duty, _posts in self.by_place)


def sections(person: User, body: JointBody | None) -> dict[str, Section]:
    """The three sections of the home page, by name, drawn from one look at each table."""
    found = []
    for who in Who:
        duties = narrowed(duties_of(person, who), body=body, kind="", near="")
        rows, shown = list(duties[: SHOWN[who] + 1]), SHOWN[who]
        found.append(Section(who, rows[:shown], len(rows) > shown))
    noting = {unit.joint_body_id for unit in person.units_held}
    for duty in drawn([duty for section in found for duty in section.duties], person):
        duty.may_note = duty.joint_body_id in noting
    return {section.who.value: section for section in found}
