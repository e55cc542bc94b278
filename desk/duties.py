"""The open duties around a person: waiting for them, entered by them, awaited by them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.forms import ContactForm
from deadlines.models import ContactNote, Duty, Reminder, with_days_left, with_rows
from institutions.models import JointBody, MemberUnit, Post, User
from jointmeeting import clock
from jointmeeting.templatetags.screens import days_left_text


class Who(models.TextChoices):
    ME = "me", gettext_lazy("Waiting for me")
    OTHERS = "others", gettext_lazy("I enter for others")
    AWAITED = "awaited", gettext_lazy("I am waiting for")


SHOWN = {Who.ME: 20, Who.OTHERS: 10, Who.AWAITED: 10}  # on the home page


class Near(models.TextChoices):
    LATE = "late", gettext_lazy("Overdue")
    NEAR = "near", gettext_lazy("Due soon")
    GO = "go", gettext_lazy("Not yet due")
    NONE = "none", gettext_lazy("No term")


def duties_of(person: User, who: str) -> QuerySet[Any]:
    """Open duties, most urgent first, with all that a row of a list shows of them."""
    duties = _around(person, Who(who)).select_related("post", "waiting", "joint_body")
    chased = Reminder.objects.filter(
        duty=OuterRef("pk"), stage=Reminder.Stage.CHASED
    ).order_by("-for_day")
    notes = ContactNote.objects.visible_to(person).filter(duty=OuterRef("pk"))
    note = notes.order_by("-at", "-pk")
    posts = [post.pk for post in person.posts_held]
    units = MemberUnit.objects.filter(
        joint_body=OuterRef("joint_body"), liaison__in=posts
    )
    return duties.annotate(
        has_my_unit=Exists(units),
        chased_on=Subquery(chased.values("for_day")[:1]),
        called_at=Subquery(note.values("at")[:1]),
        called_whom=Subquery(note.values("whom")[:1]),
        was_said=Subquery(note.values("said")[:1]),
    )


def _around(person: User, who: Who) -> QuerySet[Duty]:
    """What one enters oneself stands there only, also where one waits for it."""
    if who == Who.ME:
        return Duty.objects.owed_by(person)
    if who == Who.OTHERS:
        return Duty.objects.entered_by(person)
    entered = Post.objects.entered_for(person)
    return Duty.objects.awaited_by(person).exclude(post__in=entered)


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


def drawn(duties: Iterable[Any]) -> list[Any]:
    """The duties with their rows and days left: what a list of them needs to be drawn."""
    return with_days_left(with_rows(duties))


def sheet(duties: Iterable[Any]) -> Iterator[list[str]]:
    """The list as rows of text, head first."""
    yield [
        _("Joint body"),
        _("Who"),
        _("What"),
        _("Due on"),
        _("Term"),
        _("Since"),
        _("Last reminded on"),
    ]
    for duty in drawn(duties):
        cells = [
            duty.joint_body.name,
            duty.post.title,
            duty.text,
            duty.due_on or "",
            days_left_text(duty.left, duty.due_on) or _("No term"),
            duty.since,
            duty.chased_on or "",
        ]
        yield [_no_formula(str(cell)) for cell in cells]


def _no_formula(text: str) -> str:
    """A spreadsheet must not take a text that somebody typed for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@dataclass
class Section:
    """The most urgent duties of one kind of relation, and whether there are more."""

    who: Who
    duties: list[Any]
    has_more: bool

    @property
    def with_notes(self) -> list[tuple[Duty, ContactForm | None]]:
        """Each with the form for a note of a call, where one acts for a unit there."""
        return [
            (duty, ContactForm(duty=duty) if duty.has_my_unit else None)
            for duty in self.duties
        ]

    @property
    def late(self) -> int:
        return sum(duty.state == "late" for duty in self.duties)


def sections(person: User, body: JointBody | None) -> dict[str, Section]:
    """The three sections of the home page, by name, drawn from one look at each table."""
    found = []
    for who in Who:
        duties = narrowed(duties_of(person, who), body=body, kind="", near="")
        rows, shown = list(duties[: SHOWN[who] + 1]), SHOWN[who]
        found.append(Section(who, rows[:shown], len(rows) > shown))
    drawn([duty for section in found for duty in section.duties])
    return {section.who.value: section for section in found}
