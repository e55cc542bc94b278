"""Who sits in a meeting, who said so, and who was there."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from consents.models import digest_of
from deadlines.models import Owed, keep_duties
from documents.models import Attachment
from institutions.may import Either, Liaison
from institutions.models import Appointment, JointBody, MemberUnit, Post, User
from institutions.seeing import SeenQuerySet, Way
from institutions.strokes import in_order
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history, transition
from meetings.models.meetings import Meeting
from meetings.models.states import ORGANISER

BETWEEN = re.compile(r"[\s,，、:：]+")  # a name and a position


class AttendanceQuerySet(SeenQuerySet["Attendance"]):
    def ways(self, user: User) -> list[Way]:
        """An office reads the list while it is drawn up; once told, all who read the meeting."""
        bodies = user.bodies_allowing("read_topics")
        drawn_up = Attendance.objects.filter(joint_body__in=bodies).values("pk")
        meetings = Meeting.objects.visible_to(user).exclude(notified_on=None)
        told = Attendance.objects.filter(meeting__in=meetings.values("pk")).values("pk")
        return [
            Way(gettext_noop("a task that draws up the list"), drawn_up),
            Way(gettext_noop("the meeting, now that its notice is out"), told),
        ]

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "meeting", "unit__unit", "unit__liaison")

    def in_motion(self) -> Self:
        waiting = [Attendance.Status.ASKED, Attendance.Status.PROPOSED]
        return self.filter(status__in=waiting, meeting__status=Meeting.Status.NOTIFIED)

    @transaction.atomic
    def give(self, meeting: Meeting, *, by: User, **place: Any) -> "Attendance":
        """A place for one whom neither charter nor topics call; `place` as for `seat`.

        A unit that comes after the notice is asked at once who comes.
        """
        with locked(meeting, by):
            ORGANISER.check(by, meeting)
            if meeting.status not in Attendance.GROWING:
                raise StepRefused(_("The list is closed with the minutes."))
            who = {name: place[name] for name in ("post", "unit") if place.get(name)}
            if who and meeting.attendances.filter(**who).exists():
                text = _("%(who)s has a place in this meeting already.")
                [(field, named)] = who.items()
                raise ValidationError({field: text % {"who": named}})
            if place.get("post"):
                place |= holder_of(place["post"])
            return seat(meeting, by=by, **place)

    @transaction.atomic
    def tick(
        self, meeting: Meeting, there: Collection[int], *, by: User, seen: str = ""
    ) -> None:
        """Note for every place whether somebody sat in it, each by its own step."""
        with locked(meeting, by):
            ORGANISER.check(by, meeting)
            if seen and seen != ticks_seen(meeting):
                raise StepRefused(_("The list was ticked since you opened it."))
            for each in meeting.attendances.order_by("pk"):
                was_there = each.pk in there
                if each.was_there is not was_there:
                    each.tick(by=by, was_there=was_there)


class Attendance(models.Model):
    """A place in a meeting: of a post, of a unit, or of somebody invited by name."""

    class Capacity(models.TextChoices):
        ATTENDING = "attending", gettext_lazy("Attending")
        IN_ATTENDANCE = "in attendance", gettext_lazy("In attendance")
        INVITED = "invited", gettext_lazy("Invited")

    class Status(models.TextChoices):
        LISTED = "listed", gettext_lazy("Listed")
        ASKED = "asked", gettext_lazy("Asked who comes")
        COMING = "coming", gettext_lazy("Coming")
        EXCUSED = "excused", gettext_lazy("Excused")
        PROPOSED = "proposed", gettext_lazy("Substitute proposed")
        SUBSTITUTED = "substituted", gettext_lazy("Substitute named")

    GROWING = [Meeting.Status.AGREED, Meeting.Status.NOTIFIED, Meeting.Status.HELD]
    REPLIED = [
        "status",
        "name",
        "title",
        "phone",
        "companions",
        "reason",
        "substitute",
    ]

    locked_after = "meeting"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    capacity = models.CharField(gettext_lazy("capacity"), max_length=20, choices=Capacity)
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        MemberUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("unit"),
    )
    why = models.CharField(gettext_lazy("why"), max_length=200, blank=True)
    name = models.CharField(gettext_lazy("name"), max_length=50, blank=True)
    title = models.CharField(gettext_lazy("position"), max_length=100, blank=True)
    phone = models.CharField(gettext_lazy("phone"), max_length=30, blank=True)
    companions = models.TextField(
        gettext_lazy("who else comes"),
        max_length=3000,
        blank=True,
        help_text=gettext_lazy("One on each line: name and position."),
    )
    status = models.CharField(
        gettext_lazy("reply"), max_length=20, choices=Status, default=Status.LISTED
    )
    asked_on = models.DateField(null=True, blank=True)
    reason = models.CharField(gettext_lazy("reason"), max_length=300, blank=True)
    substitute = models.CharField(gettext_lazy("substitute"), max_length=50, blank=True)
    substitute_title = models.CharField(
        gettext_lazy("position of the substitute"), max_length=100, blank=True
    )
    substitute_on = models.DateField(null=True, blank=True)
    letter = models.ForeignKey(
        Attachment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("letter of the substitute"),
    )
    was_there = models.BooleanField(gettext_lazy("was there"), null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("attendance")
        verbose_name_plural = gettext_lazy("attendances")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "post"], name="meetings_post_sits_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "unit"], name="meetings_unit_sits_once"
            ),
        ]

    def __str__(self) -> str:
        place = str(self.unit or self.post or self.title)
        return f"{place} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("meetings:attendance_reply", args=[self.pk])

    @property
    def may_be_replaced(self) -> bool:
        """Whether by the charter somebody may sit in for who is called."""
        return self.meeting.sitting_rules.attendance.substitutes != "refused"

    @property
    def is_guest(self) -> bool:
        """Whether it is of somebody invited by name."""
        return self.post is None and self.unit is None

    @property
    def quota(self) -> int:
        """How many people by the charter come for this place; 0 where it sets no number."""
        rules = self.meeting.sitting_rules.attendance
        if self.unit is None:
            return 0
        sides = self.meeting.rules_then.parts["sides"]
        is_of_side = self.unit.key in {side.office for side in sides}
        if is_of_side and self.capacity == self.Capacity.ATTENDING:
            return rules.per_side
        return rules.per_unit

    @property
    def people(self) -> list[tuple[str, str]]:
        """Name and position of each who comes; the substitute for who is replaced."""
        first = (self.name, self.title)
        if self.status == self.Status.SUBSTITUTED:
            first = (self.substitute, self.substitute_title)
        return [each for each in (first, *people_in(self.companions)) if each[0]]

    @property
    def who(self) -> str:
        """Those who come, by name: the substitute where one is named."""
        return "、".join(name for name, _title in self.people)

    def seen(self) -> str:
        """Digest of the reply; who replies sends back the one he saw."""
        return digest_of({name: getattr(self, name) for name in self.REPLIED})

    def owed(self) -> Iterator[Owed]:
        """The unit says who comes; of a substitute the office says whether it agrees."""
        meeting = self.meeting
        if meeting.status != Meeting.Status.NOTIFIED or not self.unit:
            return
        unit, office = self.unit.liaison, meeting.organiser.liaison
        term = meeting.sitting_rules.notice.reply
        if self.status == self.Status.ASKED and self.asked_on:
            yield Owed("reply", unit, self.asked_on, term, office, meeting.day)
        if self.status == self.Status.PROPOSED and self.substitute_on:
            yield Owed("substitute", office, self.substitute_on, term, unit, meeting.day)

    def duty_text(self, kind: str) -> str:
        about = {"meeting": self.meeting, "who": self.substitute, "unit": self.unit}
        if kind == "substitute":
            text = _("Say whether %(who)s may come for %(unit)s to %(meeting)s")
            return text % about
        return _("Say who comes to %(meeting)s") % about

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    def ask(self, *, by: User, anew: bool) -> None:
        """The notice is out, or another one: who comes is asked; the meeting is locked."""
        if self.meeting.sitting_rules.notice.reply is None:
            return
        with locked(self):
            if not self.unit or self.status == self.Status.ASKED:
                self.asked_on = clock.today() if self.unit else None
            elif anew or self.status == self.Status.LISTED:
                self.status, self.asked_on = self.Status.ASKED, clock.today()
            save_with_history(self, by, gettext_noop("Ask who comes"))
            keep_duties(self, void=_("asked anew"), retell=anew)

    # Steps

    @transition(
        gettext_noop("Say who comes"),
        source=set(Status),
        target=Status.COMING,
        may=Either(Liaison("unit"), ORGANISER),
    )
    def reply(
        self,
        *,
        by: User,
        name: str,
        title: str,
        phone: str = "",
        companions: str = "",
        reason: str = "",
        seen: str = "",
    ) -> Callable:
        """`companions` are those beside the one named, each on a line: as many as the quota.

        `reason` is why there are fewer. `seen` is the reply that the page showed; here and
        below it may be left out.
        """
        self._check_open(seen)
        self._check_number(1 + len(people_in(companions)), reason)
        self.name, self.title, self.phone = name, title, phone
        self.companions, self.reason = companions, reason
        self.substitute = self.substitute_title = ""
        return partial(self._replied, by=by)

    def _replied(self, *, by: User) -> None:
        """A guest of another name is another part of the plan."""
        keep_duties(self)
        self.meeting.keep_plan(by=by)

    @transition(
        gettext_noop("Ask to be excused"),
        source=set(Status),
        target=Status.EXCUSED,
        may=Either(Liaison("unit"), ORGANISER),
    )
    def excuse(self, *, by: User, reason: str, seen: str = "") -> Callable:
        self._check_open(seen)
        self.reason, self.substitute, self.substitute_title = reason, "", ""
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Name a substitute"),
        source=set(Status),
        target=Status.SUBSTITUTED,
        may=Either(Liaison("unit"), ORGANISER),
    )
    def replace(
        self,
        *,
        by: User,
        substitute: str,
        substitute_title: str,
        reason: str,
        companions: str = "",
        letter: File | None = None,
        seen: str = "",
    ) -> Callable:
        """By the charter freely, with a letter, or with the organiser's consent.

        What the organiser enters has that consent. `companions` come beside the substitute.
        """
        self._check_open(seen)
        self._check_number(1 + len(people_in(companions)), reason)
        if not self.may_be_replaced:
            raise StepRefused(_("By the charter nobody sits in for another."))
        rule = self.meeting.sitting_rules.attendance.substitutes
        if rule == "with letter" and letter is None:
            text = _("Attach the letter that names the substitute.")
            raise ValidationError({"letter": text})
        if letter:
            self.letter = Attachment.objects.keep(letter, self.joint_body, by=by)
        if rule == "with consent" and not ORGANISER(by, self):
            self.status = self.Status.PROPOSED
        self.substitute, self.substitute_title = substitute, substitute_title
        self.companions, self.reason = companions, reason
        self.substitute_on = clock.today()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Agree to the substitute"),
        source={Status.PROPOSED},
        target=Status.SUBSTITUTED,
        may=ORGANISER,
    )
    def allow(self, *, by: User, seen: str = "") -> Callable:
        self._check_open(seen)
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Do not agree to the substitute"),
        source={Status.PROPOSED},
        target=Status.ASKED,
        may=ORGANISER,
    )
    def disallow(self, *, by: User, reason: str, seen: str = "") -> Callable:
        """The unit is asked anew who comes."""
        self._check_open(seen)
        self.substitute = self.substitute_title = ""
        self.reason, self.asked_on = reason, clock.today()
        return partial(keep_duties, self)

    @transition(
        gettext_noop("Tick who was there"),
        source=set(Status),
        may=ORGANISER,
    )
    def tick(self, *, by: User, was_there: bool) -> None:
        if self.meeting.status not in (Meeting.Status.NOTIFIED, Meeting.Status.HELD):
            raise StepRefused(_("The list is closed with the minutes."))
        if self.meeting.day and self.meeting.day > clock.today():
            raise ValidationError(_("The meeting has not been held yet."))
        self.was_there = was_there

    @transition(
        gettext_noop("Take off the list"),
        source={Status.LISTED},
        may=ORGANISER,
    )
    def remove(self, *, by: User) -> Callable:
        """Whoever was told keeps the place, and may be excused."""
        if self.meeting.status != Meeting.Status.AGREED:
            raise StepRefused(_("The notice is out: whoever does not come is excused."))
        return partial(self._remove, by=by)

    def _remove(self, *, by: User) -> None:
        self.delete()
        self.meeting.keep_plan(by=by)

    def _check_number(self, named: int, reason: str) -> None:
        """As many are named as by the charter come; fewer with a reason."""
        about = {"most": max(self.quota, 1), "n": named}
        if named > about["most"]:
            text = _("By the charter %(most)s come at most; you named %(n)s.")
            raise ValidationError({"companions": text % about})
        if named < about["most"] and not reason.strip():
            text = _(
                "By the charter %(most)s come; you named %(n)s. Name the others, or say"
                " why fewer come."
            )
            raise ValidationError({"companions": text % about})

    def _check_open(self, seen: str) -> None:
        if self.meeting.status not in (Meeting.Status.AGREED, Meeting.Status.NOTIFIED):
            raise StepRefused(_("The meeting is over, or will not be held."))
        if seen and seen != Attendance.objects.get(pk=self.pk).seen():
            raise StepRefused(_("The reply was changed since you opened it."))


def people_in(text: str) -> list[tuple[str, str]]:
    """Name and position of each line of a list of people."""
    lines = (BETWEEN.split(line.strip(), maxsplit=1) for line in text.splitlines())
    return [(name, "".join(title).strip()) for name, *title in lines if name]


def holder_of(post: Post) -> dict[str, str]:
    """Who holds the post today, unless they are too many to be named in one place."""
    held = Appointment.objects.today().filter(post=post).order_by("pk")
    names = held.values_list("person__name", flat=True)
    name = "、".join(in_order(post.joint_body.rules_in_force, names, str))
    most = Attendance._meta.get_field("name").max_length or 0
    return {"name": name if len(name) <= most else "", "title": post.title}


def ticks_seen(meeting: Meeting) -> str:
    """Digest of who is ticked; who ticks sends back the one he saw."""
    ticked = meeting.attendances.order_by("pk").values_list("pk", "was_there")
    return digest_of({str(pk): was_there for pk, was_there in ticked})


def seat(
    meeting: Meeting,
    *,
    by: User,
    capacity: str,
    post: Post | None = None,
    unit: MemberUnit | None = None,
    **who: Any,
) -> Attendance:
    """Give somebody a place in the meeting, which is locked by the caller's step.

    Whoever has one keeps it: a post and a unit sit once in a meeting.
    """
    taken = meeting.attendances.filter(post=post, unit=unit)
    if (post or unit) and (there := taken.first()):
        return there
    last = meeting.attendances.aggregate(last=models.Max("position"))["last"]
    attendance = Attendance(
        meeting=meeting,
        joint_body=meeting.joint_body,
        post=post,
        unit=unit,
        capacity=capacity,
        position=(last or 0) + 1,
        **who,
    )
    begins = meeting.starts_at
    is_to_come = begins is not None and begins > clock.now()
    asks = meeting.sitting_rules.notice.reply is not None
    is_told = meeting.status == Meeting.Status.NOTIFIED
    if asks and is_told and unit and is_to_come:
        attendance.status, attendance.asked_on = Attendance.Status.ASKED, clock.today()
    attendance.full_clean()
    save_with_history(attendance, by, gettext_noop("Give a place in the meeting"))
    keep_duties(attendance)
    meeting.keep_plan(by=by)
    return attendance
