"""Who owes what by when: rows that follow from the state of other rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from deadlines.charter import Due, ReminderRules, Term
from institutions.models import JointBody, MemberUnit, Post, User
from institutions.models.calendar import CalendarDay, WorkingDays
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.addresses import below
from jointmeeting.workflow import StepRefused, locked


@dataclass(frozen=True)
class Owed:
    """A duty as it follows from a row's state; the row's `owed()` lists them.

    The term counts from `anchor`, which is the day since when it is owed unless given; then
    another event that the term names does not count.
    """

    kind: str
    post: Post
    since: date
    term: Term | None = None
    waiting: Post | None = None  # who waits for it, where one post does
    anchor: date | None = None

    def due(self) -> Due:
        if self.term is None:
            return Due(None, {})
        term = self.term if self.anchor else replace(self.term, of="")
        return term.due(self.anchor or self.since)


def target_of(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


class DutyQuerySet(SeenQuerySet["Duty"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def of(self, *rows: models.Model) -> Self:
        return self.filter(target__in=[target_of(row) for row in rows])

    def owed_by(self, person: User) -> Self:
        """Through a post, which a unit's liaison is too; most urgent first."""
        return self._of_posts(post__in=[post.pk for post in person.posts_held])

    def entered_by(self, person: User) -> Self:
        """What others owe and this person's office may enter for them."""
        return self._of_posts(post__in=person.posts_entered)

    def awaited_by(self, person: User) -> Self:
        """What others owe to a post of this person; most urgent first."""
        mine = [post.pk for post in person.posts_held]
        return self._of_posts(waiting__in=mine).exclude(post__in=mine)

    def _of_posts(self, **posts: Any) -> Self:
        by_date = self.open().filter(**posts)
        return by_date.order_by(F("due_on").asc(nulls_last=True), "pk")

    def ways(self, user: User) -> list[Way]:
        """Duties one owes or waits for, and all of a body whose topics one may read."""
        mine = [post.pk for post in user.posts_held]
        bodies = user.bodies_allowing("read_topics")
        rows = Duty.objects.order_by()
        return [
            Way(
                gettext_noop("the post that owes it"),
                rows.filter(post__in=mine).values("pk"),
            ),
            Way(
                gettext_noop("a post that waits for it"),
                rows.filter(waiting__in=mine).values("pk"),
            ),
            Way(
                gettext_noop("a task that reads what is owed on the body"),
                rows.filter(joint_body__in=bodies).values("pk"),
            ),
        ]

    def outdated(self) -> Self:
        """Dates that nobody was told, provisional although their year is known by now."""
        years = [day.year for day in CalendarDay.objects.dates("day", "year")]
        untold = self.open().filter(told_on=None, how__provisional=True)
        return untold.filter(due_on__year__in=years)

    def by_calendar(self) -> Self:
        """Dates by working days that nobody was told: they follow the calendar."""
        return self.open().filter(told_on=None, how__unit="working days")

    def tell(self) -> int:
        """From now on these dates stand; only an act changes them."""
        return self.filter(told_on=None).update(told_on=clock.today())


class Duty(models.Model):
    """What a post owes; opened and closed by the step that changes its target."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="duties")
    post = models.ForeignKey(Post, models.PROTECT, related_name="duties")
    waiting = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="awaited"
    )
    kind = models.CharField(max_length=40)
    target = models.CharField(max_length=80, db_index=True)  # "agenda.topic:12"
    text = models.TextField()  # what is to be done, and where, as the row said it last
    url = models.CharField(max_length=200)
    since = models.DateField()
    due_on = models.DateField(null=True)
    remind_on = models.DateField(null=True)
    how = models.JSONField()
    told_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    void_because = models.TextField(blank=True)

    _row: Any
    _left: int | None

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "kind", "post"],
                condition=Q(closed_at=None),
                name="deadlines_duty_owed_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["post", "due_on"],
                condition=Q(closed_at=None),
                name="deadlines_duty_open",
            ),
            models.Index(
                fields=["waiting", "due_on"],
                condition=Q(closed_at=None),
                name="deadlines_duty_awaited",
            ),
            models.Index(
                fields=["remind_on"],
                condition=Q(closed_at=None),
                name="deadlines_duty_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.kind}"

    def get_absolute_url(self) -> str:
        """Where it is done."""
        return self.url

    @property
    def page_url(self) -> str:
        """The duty's own page: who owes it, how the date came about, what was noted."""
        return f"{below('deadlines:duty_detail')}{self.pk}/"

    @property
    def row(self) -> Any:
        """The row whose state makes this owed; `with_rows` loads those of a list at once."""
        if not hasattr(self, "_row"):
            [loaded] = with_rows([self])
            self._row = loaded._row
        return self._row

    @property
    def left(self) -> int | None:
        """Working days from today to the due date, negative if past; see `with_days_left`."""
        if not hasattr(self, "_left"):
            with_days_left([self])
        return self._left

    @property
    def state(self) -> str:
        """How near the date is: late, near, go, or none where there is no date."""
        if self.due_on is None:
            return "none"
        if self.due_on < clock.today():
            return "late"
        is_near = self.remind_on is not None and self.remind_on <= clock.today()
        return "near" if is_near else "go"

    @cached_property
    def holders(self) -> list[User]:
        """Who holds the post that owes today, or acts in it; none where it is vacant."""
        return list(User.objects.in_post(self.post_id).order_by("pk"))

    def is_owed_by(self, person: User) -> bool:
        return any(post.pk == self.post_id for post in person.posts_held)

    def may_be_chased_by(self, person: User) -> bool:
        """Whether this person waits for it: only they remind those who owe."""
        waits = any(post.pk == self.waiting_id for post in person.posts_held)
        return waits and not self.is_owed_by(person)

    def url_for(self, person: User) -> str:
        """Where this person does it, or else reads of it; nothing where one does neither."""
        if self.is_owed_by(person) or self.post_id in person.posts_entered:
            return self.get_absolute_url()
        rows: Any = apps.get_model(self.target.partition(":")[0])._default_manager
        if not hasattr(rows, "visible_to") or not with_rows([self]):
            return ""
        is_seen = rows.visible_to(person).filter(pk=self.row.pk).exists()
        return self.row.get_absolute_url() if is_seen else ""

    def may_be_noted_by(self, person: User) -> bool:
        """Whether this person may note a call: who waits for it, or reads all of the body.

        A note is a unit's own, so one who acts for none keeps none.
        """
        reads = person.may("read_topics", self.joint_body)
        concerned = self.may_be_chased_by(person) or reads
        if self.is_owed_by(person) or not concerned:
            return False
        return person.acting_for(self.joint_body) is not None

    def unit_noting(self, person: User) -> MemberUnit:
        """For which unit this person notes a call; PermissionDenied for who may not."""
        unit = person.acting_for(self.joint_body)
        if unit is None or not self.may_be_noted_by(person):
            text = gettext("Calls are noted by the units that wait for this.")
            raise PermissionDenied(text)
        return unit

    def note(self, *, by: User, channel: str, whom: str, said: str) -> "ContactNote":
        """Keep that somebody was spoken to, and what was said, for the unit one acts for."""
        with locked(self, by):
            unit = self.unit_noting(by)
            self.check_open()
            return self.notes.create(
                unit=unit, by=by, at=clock.now(), channel=channel, whom=whom, said=said
            )

    def check_open(self) -> None:
        if self.closed_at:
            raise StepRefused(gettext("This is owed no more: it was done or is void."))


def with_rows(duties: Iterable[Duty]) -> list[Duty]:
    """The duties with the rows they hang on, in one query for each kind of row.

    A model says by `objects.for_duties()` what to load along with its rows; the body is,
    and a duty is of the same. A duty whose row is gone is left out, as it must not stop
    the others: `check_duties` names it.
    """
    duties = list(duties)
    keys: dict[str, set[str]] = {}
    for duty in duties:
        label, _colon, pk = duty.target.partition(":")
        keys.setdefault(label, set()).add(pk)
    rows: dict[str, Any] = {}
    for label, pks in keys.items():
        model: Any = apps.get_model(label)
        found = model._default_manager.for_duties().in_bulk([int(pk) for pk in pks])
        rows |= {target_of(row): row for row in found.values()}
    there = [duty for duty in duties if duty.target in rows]
    for duty in there:
        duty._row = rows[duty.target]
        duty.joint_body = duty._row.joint_body
    return there


def with_days_left(
    duties: Iterable[Duty], working: WorkingDays | None = None
) -> list[Duty]:
    """The duties with their working days left, from one reading of the calendar."""
    duties = list(duties)
    left = days_left((duty.due_on for duty in duties), working)
    for duty in duties:
        duty._left = left[duty.due_on] if duty.due_on else None
    return duties


def days_left(
    dates: Iterable[date | None], working: WorkingDays | None = None
) -> dict[date, int]:
    """Working days from today to each of the dates, negative if past."""
    today, known = clock.today(), {day for day in dates if day}
    if not known:
        return {}
    working = working or WorkingDays(min(today, *known), max(today, *known))
    return working.between_all(today, known)


def keep_duties(row: Any, void: str = "", *, retell: bool = False) -> None:
    """Make the row's open duties those of its present state; every step ends with this.

    The row is locked. What is owed no more was done, or is void for the reason given.
    A date that was told stays, unless this very act moves it and tells it anew.
    """
    for owed, duty in _compare(row):
        if duty is None and owed is not None:
            owe(row, owed)
        elif owed is None and duty is not None:
            duty.closed_at, duty.void_because = clock.now(), void
            duty.save(update_fields=["closed_at", "void_because"])
        elif owed and duty:
            _reword(duty, row)
            if retell or duty.told_on is None:
                _move(duty, owed, row)


def owe(row: Any, owed: Owed) -> None:
    due = owed.due()
    Duty.objects.create(
        joint_body=row.joint_body,
        post=owed.post,
        waiting=owed.waiting,
        kind=owed.kind,
        target=target_of(row),
        **_said(row, owed.kind),
        since=owed.since,
        due_on=due.on,
        remind_on=_remind_on(row, due.on),
        how=due.how,
    )


def _remind_on(row: Any, due_on: date | None) -> date | None:
    return row.joint_body.part(ReminderRules).before.due(due_on).on if due_on else None


def _move(duty: Duty, owed: Owed, row: Any) -> None:
    due = owed.due()
    waiting = owed.waiting.pk if owed.waiting else None
    remind_on = _remind_on(row, due.on)
    if (duty.since, duty.due_on, duty.how, duty.waiting_id, duty.remind_on) != (
        owed.since,
        due.on,
        due.how,
        waiting,
        remind_on,
    ):
        duty.since, duty.due_on, duty.how = owed.since, due.on, due.how
        duty.waiting_id, duty.told_on = waiting, None
        duty.remind_on = remind_on
        duty.save()


def _said(row: Any, kind: str) -> dict[str, str]:
    """What is to be done and where, in the language of the installation."""
    with override(settings.LANGUAGE_CODE):
        return {"text": row.duty_text(kind), "url": row.duty_url(kind)}


def _reword(duty: Duty, row: Any) -> None:
    said = _said(row, duty.kind)
    if said != {"text": duty.text, "url": duty.url}:
        duty.text, duty.url = said["text"], said["url"]
        duty.save(update_fields=["text", "url"])


def recompute(row: Any) -> None:
    """After a change of calendar, charter or wording: say anew what is owed.

    Dates move only where nobody was told them.
    """
    with locked(row):
        for owed, duty in _compare(row):
            if owed and duty:
                _reword(duty, row)
                if duty.told_on is None:
                    _move(duty, owed, row)


def differences(row: Any) -> Iterator[str]:
    """Where the row's open duties are not those that follow from its state."""
    for owed, duty in _compare(row):
        if owed is None or duty is None:
            yield f"{duty or owed}: {'not owed' if owed is None else 'no duty'}"
        elif duty.told_on is None and owed.due().on != duty.due_on:
            yield f"{duty}: {duty.due_on}, not {owed.due().on}"
        elif duty.text != (text := _said(row, duty.kind)["text"]):
            yield f"{duty}: “{duty.text}”, not “{text}”"


def told_otherwise(row: Any) -> list[tuple[Duty, date | None]]:
    """Duties whose told date would now be another, and that date."""
    return [
        (duty, owed.due().on)
        for owed, duty in _compare(row)
        if owed and duty and duty.told_on and owed.due().on != duty.due_on
    ]


def _compare(row: Any) -> list[tuple[Owed | None, Duty | None]]:
    """What the row's state makes others owe, each beside the open duty that says so."""
    owed = {(each.kind, each.post.pk): each for each in row.owed()}
    open_now = {(duty.kind, duty.post_id): duty for duty in Duty.objects.open().of(row)}
    return [(owed.get(key), open_now.get(key)) for key in owed | open_now]


class ContactNoteQuerySet(models.QuerySet["ContactNote"]):
    def visible_to(self, person: User) -> Self:
        """The notes of the units this person acts for: nobody else reads them."""
        return self.filter(unit__in=person.units_held)


class ContactNote(models.Model):
    """That somebody was phoned, visited or written to about a duty, and what was said."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        VISIT = "visit", _("Visit")
        LETTER = "letter", _("Letter")
        MESSAGE = "message", _("Message")

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="notes")
    unit = models.ForeignKey(MemberUnit, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    channel = models.CharField(
        _("by way of"), max_length=10, choices=Channel, default=Channel.PHONE
    )
    whom = models.CharField(_("spoke to"), max_length=100)
    said = models.TextField(_("what was said"))

    objects = ContactNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact note")
        verbose_name_plural = _("contact notes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.whom} {self.said}"
