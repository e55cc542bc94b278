"""The agenda of a meeting: what is taken up, in which order, presented by whom."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda import gates
from agenda.charter import AgendaRules, StandingItem
from agenda.models import gathering
from agenda.models.agenda_queries import AgendaQuerySet
from agenda.models.opinions import View, views_on
from agenda.models.topics import Topic
from consents.models import digest_of
from deadlines.models import Owed, keep_duties
from documents.models import IssuedDocument
from institutions.models import JointBody, MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, save_with_history, transition
from meetings.models import ORGANISER, Meeting


class Agenda(models.Model):
    """What a meeting takes up; frozen before it, afterwards only added to."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        FROZEN = "frozen", gettext_lazy("Frozen")

    BEFORE = [Meeting.Status.AGREED, Meeting.Status.NOTIFIED]
    OVER = [Meeting.Status.HELD, Meeting.Status.MINUTED]

    locked_after = "meeting"

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="agenda")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    begun_on = models.DateField()
    frozen_on = models.DateField(null=True, blank=True)

    objects = AgendaQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("agenda")
        verbose_name_plural = gettext_lazy("agendas")

    def __str__(self) -> str:
        return _("Agenda of %(meeting)s") % {"meeting": self.meeting}

    def get_absolute_url(self) -> str:
        return reverse("agenda:agenda_detail", args=[self.pk])

    @property
    def rules(self) -> AgendaRules:
        return self.meeting.rules_then.part(AgendaRules)

    @property
    def is_open(self) -> bool:
        """Whether the meeting can still take something up."""
        return self.meeting.status in self.BEFORE

    @property
    def minutes_in_all(self) -> int:
        """How long the items take that say how long they take."""
        return sum(item.minutes or 0 for item in self.items.all())

    def is_read_by(self, user: User) -> bool:
        """Whether this person, who reads the meeting, reads its agenda as well."""
        is_told = self.meeting.status == Meeting.Status.NOTIFIED
        stands = (
            self.status == self.Status.FROZEN
            or self.meeting.status in self.OVER
            or (is_told and self.rules.freeze is None)
        )
        return stands or user.may("read_topics", self.joint_body)

    def owed(self) -> Iterator[Owed]:
        """The organiser owes a frozen agenda so long before the meeting."""
        meeting, freeze = self.meeting, self.rules.freeze
        is_draft = self.status == self.Status.DRAFT and self.is_open
        if is_draft and freeze and meeting.day:
            organiser = meeting.organiser.liaison
            yield Owed("freeze", organiser, self.begun_on, freeze, anchor=meeting.day)

    def duty_text(self, kind: str) -> str:
        return _("Freeze the agenda of %(meeting)s") % {"meeting": self.meeting}

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    def candidates(self) -> "models.QuerySet[Topic]":
        """Settled topics of the body that are on no agenda still to be dealt with."""
        waiting = [*self.BEFORE, Meeting.Status.HELD]
        taken = AgendaItem.objects.filter(agenda__meeting__status__in=waiting)
        live = [Topic.Status.SUBMITTED, Topic.Status.SETTLED]
        topics = Topic.objects.filter(joint_body=self.joint_body, status__in=live)
        return topics.exclude(pk__in=taken.exclude(topic=None).values("topic"))

    def taken_off(self) -> "models.QuerySet[AgendaItem]":
        """Items that stood on it and can be put on again."""
        return AgendaItem.all_time.filter(agenda=self).exclude(taken_off_on=None)

    def views(self) -> dict[int, list[View]]:
        """What units said that goes along with its topics, by their keys."""
        topics = [item.topic_id for item in self.items.all() if item.topic_id]
        return views_on(self.joint_body, topics)

    def places_missing(self) -> list[dict[str, Any]]:
        """Whom the charter and the items call for and who has no place yet."""
        return gathering.missing(self)

    def gaps(self) -> list[str]:
        """What is not there yet, in words; none of it stands against freezing."""
        items = list(self.items.all())
        found = []
        if untimed := sum(item.minutes is None for item in items):
            found.append(_("%(n)s items do not say how long they take.") % {"n": untimed})
        found += [
            _("The report on “%(item)s” is not there yet.") % {"item": item}
            for item in items
            if item.kind == AgendaItem.Kind.PROGRESS and item.paper_id is None
        ]
        return found

    def seen(self) -> str:
        """Digest of the order; who moves items sends back the one he saw."""
        return digest_of({"items": [item.pk for item in self.items.all()]})

    def put_standing(self, item: StandingItem, *, by: User) -> None:
        presenter = self.joint_body.members.get(key=item.presenter)
        label = gettext_noop("By the charter")
        self.put(by, label, kind=item.kind, title=item.title, presenter=presenter)

    def put(self, by: User, label: str, reason: str = "", **fields: Any) -> "AgendaItem":
        """One more item at the end; the agenda is locked by the caller's step."""
        units: Collection[MemberUnit] = fields.pop("units", ())
        item = AgendaItem(
            agenda=self, joint_body=self.joint_body, put_on=clock.today(), **fields
        )
        self._append(item, by, label, reason)
        item.units.set(units)
        return item

    def _append(self, item: "AgendaItem", by: User, label: str, reason: str) -> None:
        last = self.items.aggregate(last=models.Max("position"))["last"]
        item.position, item.taken_off_on = (last or 0) + 1, None
        item.is_supplement = self.status == self.Status.FROZEN
        item.keep(by, label, reason)

    # Steps

    @transition(
        gettext_noop("Put a topic on the agenda"),
        source={Status.DRAFT},
        may=ORGANISER,
        gates=[gates.has_room],
    )
    def take_up(self, *, by: User, topic: Topic, topic_despite: str = "") -> Callable:
        label = gettext_noop("Put on the agenda")
        return partial(self._take_up, topic, by, label, topic_despite)

    @transition(
        gettext_noop("Add a topic after freezing"),
        source={Status.FROZEN},
        may=ORGANISER,
        gates=[gates.has_room],
    )
    def supplement(
        self, *, by: User, topic: Topic, reason: str, topic_despite: str = ""
    ) -> Callable:
        label = gettext_noop("Put on the agenda after freezing")
        return partial(self._take_up, topic, by, label, topic_despite, reason)

    @transition(
        gettext_noop("Add an item"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def add(self, *, by: User, **fields: Any) -> None:
        """A report or another matter: `fields` are title, kind, presenter, minutes, units."""
        self._check_open()
        self._check_members(fields)
        self.put(by, gettext_noop("Put on the agenda"), **fields)

    @transition(
        gettext_noop("Change an item"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def change(self, *, by: User, item: "AgendaItem", seen: str, **fields: Any) -> None:
        """Presenter, minutes, units, title; refused if it is not as the editor saw it."""
        self._check_open()
        self._check_members(fields)
        item = self._still_on(item)
        if seen != item.seen():
            raise StepRefused(_("The item has changed since you opened it."))
        units = fields.pop("units", item.units.all())
        for name, value in fields.items():
            setattr(item, name, value)
        item.keep(by, gettext_noop("Change an item"), item.new_units(units))
        item.units.set(units)

    @transition(
        gettext_noop("Put the items in order"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def sort(self, *, by: User, order: list[int], seen: str) -> None:
        """`order` are the keys of all items, first to last."""
        self._check_open()
        if seen != self.seen():
            raise StepRefused(_("The order has changed since you opened it."))
        items = {item.pk: item for item in self.items.all()}
        if sorted(order) != sorted(items):
            raise ValidationError(_("The order must name each item once."))
        for position, pk in enumerate(order, start=1):
            items[pk].position = position
        AgendaItem.objects.bulk_update(items.values(), ["position"])
        self.meeting.keep_plan(by=by)

    @transition(
        gettext_noop("Take an item off"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def take_off(self, *, by: User, item: "AgendaItem") -> None:
        """It is kept, so that it can be put on again."""
        self._check_open()
        item = self._still_on(item)
        if item.kind == AgendaItem.Kind.PROGRESS:
            raise StepRefused(_("By the charter this item stands on every agenda."))
        item.taken_off_on = clock.today()
        item.keep(by, gettext_noop("Take off the agenda"))

    @transition(
        gettext_noop("Put an item on again"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def put_back(self, *, by: User, item: "AgendaItem") -> None:
        """An item that was taken off; a topic is taken up again instead."""
        self._check_open()
        off = self.taken_off().filter(pk=item.pk, topic=None).first()
        if off is None:
            raise StepRefused(_("This item is on the agenda."))
        self._append(off, by, gettext_noop("Put on the agenda again"), "")

    @transition(
        gettext_noop("Propose who attends"),
        source={Status.DRAFT, Status.FROZEN},
        may=ORGANISER,
    )
    def gather(self, *, by: User) -> Callable:
        """Give a place to all whom the charter and the topics call for; nobody loses one."""
        self._check_open()
        return partial(gathering.gather, self, by)

    @transition(
        gettext_noop("Freeze the agenda"),
        source={Status.DRAFT},
        target=Status.FROZEN,
        may=ORGANISER,
        gates=[gates.has_items, gates.topics_are_settled],
    )
    def freeze(self, *, by: User) -> Callable:
        self._check_open()
        if self.rules.freeze is None:
            text = _("By the charter the agenda may change until the meeting is held.")
            raise StepRefused(text)
        self.frozen_on = clock.today()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Open the agenda again"),
        source={Status.FROZEN},
        target=Status.DRAFT,
        may=ORGANISER,
    )
    def reopen(self, *, by: User, reason: str) -> Callable:
        self._check_open()
        self.frozen_on = None
        return partial(keep_duties, self)

    def _take_up(
        self, topic: Topic, by: User, label: str, despite: str, reason: str = ""
    ) -> None:
        self._check_open()
        if topic.joint_body_id != self.joint_body_id:
            raise ValidationError(_("Choose a topic of this body."))
        topic.take_up(by=by, despite=despite)
        reason = "\n".join(filter(None, [reason, despite]))
        if not self.candidates().filter(pk=topic.pk).exists():
            raise StepRefused(_("This topic is on an agenda already."))
        if off := self.taken_off().filter(topic=topic).first():
            self._append(off, by, label, reason)
            return
        self.put(
            by,
            label,
            reason,
            kind=AgendaItem.Kind.TOPIC,
            title=topic.title,
            topic=topic,
            presenter=topic.proposed_by,
            units=topic.asked_units,
        )

    def _still_on(self, item: "AgendaItem") -> "AgendaItem":
        found = self.items.select_for_update().filter(pk=item.pk).first()
        if found is None:
            raise StepRefused(_("This item is no longer on the agenda."))
        return found

    def _check_members(self, fields: dict[str, Any]) -> None:
        if any(
            each.joint_body_id != self.joint_body_id for each in fields.get("units") or ()
        ):
            raise ValidationError({"units": _("Choose units of this body.")})

    def _check_open(self) -> None:
        if not self.is_open:
            raise StepRefused(_("The meeting is over, or will not be held."))


class AgendaItemQuerySet(SeenQuerySet["AgendaItem"]):
    def ways(self, user: User) -> list[Way]:
        of_agenda = Q(agenda__in=Agenda.objects.visible_to(user))
        return [Way(gettext_noop("the agenda on which it stands"), of_agenda)]

    def for_duties(self) -> Self:
        needed = ["joint_body", "agenda__meeting", "presenter__liaison"]
        return self.select_related(*needed)

    def in_motion(self) -> Self:
        return self.filter(kind=AgendaItem.Kind.PROGRESS, paper=None)


class AgendaItemManager(models.Manager.from_queryset(AgendaItemQuerySet)):  # type: ignore[misc]
    """What stands on agendas, without what was taken off."""

    def get_queryset(self) -> AgendaItemQuerySet:
        return super().get_queryset().filter(taken_off_on=None)


class AgendaItem(models.Model):
    """A point of an agenda; what came of it is in the record of the meeting."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", gettext_lazy("What became of decisions")
        REPORT = "report", gettext_lazy("Report to the meeting")
        TOPIC = "topic", gettext_lazy("Topic")
        OTHER = "other", gettext_lazy("Other matter")

    agenda = models.ForeignKey(Agenda, models.PROTECT, related_name="items")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind)
    title = models.CharField(gettext_lazy("item"), max_length=200)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    presenter = models.ForeignKey(
        MemberUnit,
        models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("presented by"),
    )
    minutes = models.PositiveSmallIntegerField(
        gettext_lazy("length in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
    )
    units = models.ManyToManyField(
        MemberUnit,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("units concerned"),
    )
    put_on = models.DateField()
    is_supplement = models.BooleanField(default=False)
    taken_off_on = models.DateField(null=True, blank=True)
    paper = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AgendaItemManager()
    all_time = AgendaItemQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[])

    class Meta:
        verbose_name = gettext_lazy("agenda item")
        verbose_name_plural = gettext_lazy("agenda items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agenda", "topic"], name="agenda_topic_stands_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.agenda.get_absolute_url()

    def clean(self) -> None:
        """A unit of this body presents it."""
        if self.presenter.joint_body_id != self.joint_body_id:
            raise ValidationError({"presenter": _("Choose units of this body.")})

    def keep(self, by: User, label: str, reason: str = "") -> None:
        """Check and save it; the agenda is locked by the caller's step."""
        self.full_clean()
        save_with_history(self, by, label, reason)
        keep_duties(self)
        self.agenda.meeting.keep_plan(by=by)

    def new_units(self, units: Collection[MemberUnit]) -> str:
        """In words whom it is to concern, if that is not as it is; history keeps it."""
        if set(units) == set(self.units.all()):
            return ""
        names = _(", ").join(str(unit) for unit in units) or _("no unit")
        return _("Units concerned: %(units)s.") % {"units": names}

    def called_units(self) -> list[MemberUnit]:
        """The units that sit in for it: those concerned, and who presents another matter."""
        own = [self.presenter] if self.kind == self.Kind.OTHER else []
        return own + [unit for unit in self.units.all() if unit not in own]

    def seen(self) -> str:
        """Digest of what may be changed of it."""
        fields: list[str] = ["title", "presenter_id", "minutes"]
        text = {name: getattr(self, name) for name in fields}
        units = sorted(self.units.values_list("pk", flat=True)) if self.pk else []
        return digest_of(text | {"units": units})

    def owed(self) -> Iterator[Owed]:
        """What became of the decisions is to be reported before the meeting."""
        meeting = self.agenda.meeting
        is_open = self.agenda.is_open
        if self.kind == self.Kind.PROGRESS and self.paper_id is None and is_open:
            rules, waiting = self.agenda.rules, meeting.organiser.liaison
            term = rules.papers if meeting.day else None
            presenter = self.presenter.liaison
            yield Owed("report", presenter, self.put_on, term, waiting, meeting.day)

    def duty_text(self, kind: str) -> str:
        about = {"meeting": self.agenda.meeting}
        return _("Report to %(meeting)s what became of the decisions") % about

    def duty_url(self, kind: str) -> str:
        return reverse("followups:progress_begin", args=[self.pk])

    def fill(self, paper: IssuedDocument) -> None:
        """The paper of this item is there; the caller's step has locked the item."""
        self.paper = paper
        AgendaItem.objects.filter(pk=self.pk).update(paper=paper)
        keep_duties(self)
