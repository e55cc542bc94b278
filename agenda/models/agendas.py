"""The agenda of a meeting: what is taken up, in which order, presented by whom."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from agenda import gates
from agenda.charter import AgendaRules, StandingItem
from agenda.models.topics import Topic
from consents.models import digest_of
from deadlines.models import Owed, keep_duties
from documents.models import IssuedDocument
from institutions.models import JointBody, MemberUnit, User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from meetings.models import ORGANISER, Attendance, Meeting, seat


class AgendaQuerySet(models.QuerySet["Agenda"]):
    def visible_to(self, user: User) -> Self:
        """Who organises reads the draft; once frozen, all read it who read the meeting."""
        bodies = JointBody.objects.allowing(user, "read_topics")
        own = Agenda.objects.filter(joint_body__in=bodies).values("pk")
        meetings = Meeting.objects.visible_to(user)
        frozen = Agenda.objects.filter(status=Agenda.Status.FROZEN, meeting__in=meetings)
        return self.filter(pk__in=own.union(frozen.values("pk")))

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "meeting")

    def in_motion(self) -> Self:
        return self.filter(status=Agenda.Status.DRAFT)

    @transaction.atomic
    def begin(self, meeting: Meeting, *, by: User) -> "Agenda":
        """The agenda of an agreed meeting, with what stands on every one; again the same."""
        with locked(meeting, by):
            if there := self.filter(meeting=meeting).first():
                return there
            if meeting.status != Meeting.Status.AGREED:
                raise StepRefused(_("An agenda is begun once the meeting is agreed to."))
            ORGANISER.check(by, meeting)
            agenda = Agenda(
                meeting=meeting, joint_body=meeting.joint_body, begun_on=clock.today()
            )
            save_with_history(agenda, by, gettext_noop("Begin the agenda"))
            for item in agenda.rules.standing:
                agenda.put_standing(item)
            keep_duties(agenda)
            return agenda


class Agenda(models.Model):
    """What a meeting takes up; frozen before it, afterwards only added to."""

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        FROZEN = "frozen", gettext_lazy("Frozen")

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
        return self.joint_body.part(AgendaRules)

    @property
    def is_open(self) -> bool:
        """Whether the meeting can still take something up."""
        before = [Meeting.Status.AGREED, Meeting.Status.NOTIFIED]
        return self.meeting.status in before

    def owed(self) -> Iterator[Owed]:
        """The organiser owes a frozen agenda so long before the meeting."""
        meeting = self.meeting
        if self.status == self.Status.DRAFT and self.is_open and meeting.day:
            organiser = meeting.organiser.liaison
            yield Owed(
                "freeze", organiser, self.begun_on, self.rules.freeze, anchor=meeting.day
            )

    def duty_text(self, kind: str) -> str:
        return _("Freeze the agenda of %(meeting)s") % {"meeting": self.meeting}

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    def candidates(self) -> "models.QuerySet[Topic]":
        """Settled topics of the body that are on no agenda still to be dealt with."""
        taken = AgendaItem.objects.filter(
            agenda__meeting__status__in=[
                Meeting.Status.AGREED,
                Meeting.Status.NOTIFIED,
                Meeting.Status.HELD,
            ]
        ).exclude(topic=None)
        live = [Topic.Status.SUBMITTED, Topic.Status.SETTLED]
        topics = Topic.objects.filter(joint_body=self.joint_body, status__in=live)
        return topics.exclude(pk__in=taken.values("topic"))

    def seen(self) -> str:
        """Digest of the order; who moves items sends back the one he saw."""
        return digest_of({"items": list(self.items.values_list("pk", flat=True))})

    def put_standing(self, item: StandingItem) -> None:
        presenter = self.joint_body.members.get(key=item.presenter)
        self.put(kind=item.kind, title=item.title, presenter=presenter)

    def put(self, **fields: Any) -> "AgendaItem":
        """One more item at the end; the agenda is locked by the caller's step."""
        units: Collection[MemberUnit] = fields.pop("units", ())
        last = self.items.aggregate(last=models.Max("position"))["last"]
        item = AgendaItem(
            agenda=self,
            joint_body=self.joint_body,
            position=(last or 0) + 1,
            put_on=clock.today(),
            is_supplement=self.status == self.Status.FROZEN,
            **fields,
        )
        item.full_clean()
        item.save()
        item.units.set(units)
        keep_duties(item)
        return item

    # Steps

    @transition(
        gettext_noop("Put a topic on the agenda"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def take_up(self, *, by: User, topic: Topic, topic_despite: str = "") -> Callable:
        return partial(self._take_up, topic, topic_despite, by)

    @transition(
        gettext_noop("Add a topic after freezing"),
        source={Status.FROZEN},
        may=ORGANISER,
    )
    def supplement(
        self, *, by: User, topic: Topic, reason: str, topic_despite: str = ""
    ) -> Callable:
        return partial(self._take_up, topic, topic_despite, by)

    @transition(
        gettext_noop("Add an item"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def add(self, *, by: User, **fields: Any) -> None:
        """A report or another matter: `fields` are title, kind, presenter, minutes."""
        self._check_open()
        self.put(**fields)

    @transition(
        gettext_noop("Change an item"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def change(self, *, by: User, item: "AgendaItem", seen: str, **fields: Any) -> None:
        """Presenter, minutes, units, title; refused if it is not as the editor saw it."""
        self._check_open()
        item = self.items.select_for_update().get(pk=item.pk)
        if seen != item.seen():
            raise StepRefused(_("The text has changed since you opened it."))
        units = fields.pop("units", None)
        for name, value in fields.items():
            setattr(item, name, value)
        item.full_clean()
        item.save()
        if units is not None:
            item.units.set(units)
        keep_duties(item)

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

    @transition(
        gettext_noop("Take an item off"),
        source={Status.DRAFT},
        may=ORGANISER,
    )
    def take_off(self, *, by: User, item: "AgendaItem") -> Callable:
        self._check_open()
        item = self.items.get(pk=item.pk)
        if item.kind == AgendaItem.Kind.PROGRESS:
            raise StepRefused(_("By the charter this item stands on every agenda."))
        return item.remove

    @transition(
        gettext_noop("Propose who attends"),
        source={Status.DRAFT, Status.FROZEN},
        may=ORGANISER,
    )
    def gather(self, *, by: User) -> Callable:
        """Give a place to all whom the charter and the topics call for; nobody loses one."""
        self._check_open()
        return partial(_gather, self, by)

    @transition(
        gettext_noop("Freeze the agenda"),
        source={Status.DRAFT},
        target=Status.FROZEN,
        may=ORGANISER,
        gates=[gates.has_items],
    )
    def freeze(self, *, by: User) -> Callable:
        self._check_open()
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

    def _take_up(self, topic: Topic, despite: str, by: User) -> None:
        self._check_open()
        if topic.joint_body_id != self.joint_body_id:
            raise ValidationError(_("Choose a topic of this body."))
        topic.take_up(by=by, despite=despite)
        if not self.candidates().filter(pk=topic.pk).exists():
            raise StepRefused(_("This topic is on an agenda already."))
        units = [each.unit for each in topic.asked.select_related("unit")]
        self.put(
            kind=AgendaItem.Kind.TOPIC,
            title=topic.title,
            topic=topic,
            presenter=topic.proposed_by,
            units=units,
        )

    def _check_open(self) -> None:
        if not self.is_open:
            raise StepRefused(_("The meeting is over, or will not be held."))


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(agenda__in=Agenda.objects.visible_to(user))

    def for_duties(self) -> Self:
        needed = ["joint_body", "agenda__meeting", "presenter__liaison"]
        return self.select_related(*needed)

    def in_motion(self) -> Self:
        return self.filter(kind=AgendaItem.Kind.PROGRESS, paper=None)


class AgendaItem(models.Model):
    """A point of an agenda; what came of it is in the record of the meeting."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", gettext_lazy("What became of decisions")
        REPORT = "report", gettext_lazy("Report")
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
        gettext_lazy("minutes"), null=True, blank=True
    )
    units = models.ManyToManyField(
        MemberUnit,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("units concerned"),
    )
    put_on = models.DateField()
    is_supplement = models.BooleanField(default=False)
    paper = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AgendaItemQuerySet.as_manager()

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
        self.save(update_fields=["paper"])
        keep_duties(self)

    def remove(self) -> None:
        self.delete()


def _gather(agenda: Agenda, by: User) -> None:
    """Posts always and by portfolio, then units always and by topic."""
    meeting = agenda.meeting
    rules = meeting.sitting_rules.attendance
    topics = [item.topic for item in agenda.items.select_related("topic") if item.topic]
    classes = {topic.topic_class for topic in topics}
    posts = {post.key: post for post in agenda.joint_body.posts.all()}
    attending: dict[str, Any] = {"by": by, "capacity": Attendance.Capacity.ATTENDING}
    for key in rules.attending:
        seat(meeting, post=posts[key], **_holder(posts[key]), **attending)
    for portfolio in rules.by_portfolio:
        if classes & set(portfolio.classes):
            post, why = posts[portfolio.post], _("by portfolio")
            seat(meeting, post=post, why=why, **_holder(post), **attending)
    _gather_units(agenda, by)


def _holder(post: Any) -> dict[str, Any]:
    """Who holds the post today; a list of names is drawn up when it is."""
    names = [
        str(each)
        for each in User.objects.filter(appointments__in=post.appointments.today())
    ]
    return {"name": "、".join(names), "title": post.title}


def _gather_units(agenda: Agenda, by: User) -> None:
    rules = agenda.meeting.sitting_rules.attendance
    members = agenda.joint_body.members.select_related("unit")
    in_attendance: dict[str, Any] = {
        "by": by,
        "capacity": Attendance.Capacity.IN_ATTENDANCE,
    }
    for unit in members.filter(key__in=rules.units).order_by("liaison__position"):
        seat(agenda.meeting, unit=unit, **in_attendance)
    if rules.by_topic:
        for item in agenda.items.exclude(topic=None).prefetch_related("units"):
            for unit in item.units.all():
                seat(agenda.meeting, unit=unit, why=item.title, **in_attendance)


def keep_agenda(meeting: Meeting, by: User) -> None:
    """The day of the meeting has changed, or it will not be held."""
    agenda = Agenda.objects.filter(meeting=meeting).first()
    if agenda is None:
        return
    with locked(agenda):
        keep_duties(agenda)
    for item in agenda.items.order_by("pk"):
        with locked(item):
            keep_duties(item)
