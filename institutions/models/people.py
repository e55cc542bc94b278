from collections.abc import Collection
from copy import copy
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institutions.models.bodies import (
    JointBody,
    JointBodyGroupPermission,
    MemberUnit,
    Post,
    in_office,
    not_over,
)
from jointmeeting import clock

if TYPE_CHECKING:
    from collections.abc import Iterable


class UserQuerySet(models.QuerySet["User"]):
    def in_post(self, post: int) -> Self:
        """Who holds the post of this key today, or acts in it."""
        delegations: Any = Post._meta.get_field("delegations").related_model
        acted = delegations.objects.acting().filter(post=post).values("to")
        held = Appointment.objects.today()
        held = held.filter(Q(post=post) | Q(post__in=acted))
        return self.filter(pk__in=held.values("person"))

    def of(self, bodies: "models.QuerySet[JointBody] | Iterable[JointBody]") -> Self:
        """People who have, had or will have a post on one of these bodies."""
        posts = Appointment.objects.filter(post__joint_body__in=bodies)
        return self.filter(pk__in=posts.values("person"))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Named, because migrations refer to the manager of the user model."""


class User(AbstractUser):
    """A person. What they may do comes from posts and offices, never from is_superuser."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("full name"), max_length=50)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    must_change_password = models.BooleanField(
        _("must change the password"), default=False, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def posts_held(self) -> list[Post]:
        """Posts held today, or acted in for another; one's own first."""
        return [post for post in self.posts_answered if post.is_own or post.is_acted]

    @property
    def posts_only_entered(self) -> list[Post]:
        """Posts for which one was delegated to enter, and no more."""
        posts = self.posts_answered
        return [post for post in posts if not (post.is_own or post.is_acted)]

    @property
    def posts_answered(self) -> list[Post]:
        """Both of these, on bodies at work; asked once per request, and once more by each act."""
        day = clock.today()
        if day not in self._known:
            posts: Any = Post.objects.answered_by(self)
            posts = posts.filter(joint_body__charter__isnull=False)
            posts = posts.order_by("joint_body", "-is_own", "position")
            posts = posts.select_related("side", "joint_body", "liaison_of__unit")
            self._known[day] = list(posts)
        return self._known[day]

    @property
    def units_held(self) -> list[MemberUnit]:
        """Units this person acts for today, those first that are still on their body."""
        units: list[MemberUnit] = []
        for post in self.posts_held:
            if hasattr(post, "liaison_of"):
                post.liaison_of.joint_body = post.joint_body
                units.append(post.liaison_of)
        return sorted(units, key=lambda unit: not unit.is_on_body)

    def units_outside(self, bodies: Collection[int]) -> list[MemberUnit]:
        """Units this person acts for today on other joint bodies than these."""
        return [unit for unit in self.units_held if unit.joint_body_id not in bodies]

    @property
    def sides_acted_for(self) -> frozenset[int]:
        """Keys of the sides of which this person acts for a unit: the office, or another."""
        return frozenset(
            post.side_id
            for post in self.posts_held
            if post.side_id and hasattr(post, "liaison_of") and post.liaison_of.is_on_body
        )

    @property
    def posts_entered(self) -> frozenset[int]:
        """Keys of the posts whose answers this person enters, by his office or delegated."""
        key = clock.today(), "entered"
        if key not in self._known:
            office = Post.objects.entered_for(self).values_list("pk", flat=True)
            delegated = (post.pk for post in self.posts_only_entered)
            self._known[key] = frozenset([*office, *delegated])
        return self._known[key]

    @cached_property
    def _known(self) -> dict:
        return {}

    def look_again(self) -> None:
        """Forget the posts and rights read so far; every act begins with this."""
        self._known.clear()

    def through(self, post: Post) -> "User":
        """The same person as if this were the only post: what it alone lets see and do."""
        given = JointBodyGroupPermission.objects.filter(group=post.group_id)
        named = given.values_list("content_object", "permission__codename")
        self.bodies_allowing()
        rights = self._known[clock.today(), "rights"] & frozenset(named)
        one, day = copy(self), clock.today()
        one.__dict__["_known"] = {day: [post], (day, "rights"): rights}
        return one

    def may(self, codename: str, body: JointBody) -> bool:
        """Whether an office or group of this person holds the permission on the body."""
        return body.pk in self.bodies_allowing(codename)

    def bodies_allowing(self, *codenames: str) -> frozenset[int]:
        """Keys of the joint bodies on which one of these permissions is held."""
        key = clock.today(), "rights"
        if key not in self._known:
            held = JointBodyGroupPermission.objects.filter(group__user=self)
            named = held.values_list("content_object", "permission__codename")
            self._known[key] = frozenset(named)
        return frozenset(body for body, named in self._known[key] if named in codenames)

    def stands_for(self, member: MemberUnit | None) -> bool:
        """Whether this person acts for the member unit today."""
        liaison = member and member.liaison_id
        return any(post.pk == liaison for post in self.posts_held)

    def acting_for(self, body: JointBody) -> MemberUnit | None:
        """The unit of this body that the person acts for today; the first, if several."""
        units = (unit for unit in self.units_held if unit.joint_body_id == body.pk)
        return next(units, None)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def today(self) -> Self:
        """In office today: begun, and not ended before today."""
        return self.filter(in_office())

    def not_over(self) -> Self:
        """Of today and of days to come."""
        return self.filter(not_over())


class Appointment(models.Model):
    """A person in a post, from a day to a day, both included."""

    person = models.ForeignKey(
        User, models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    post = models.ForeignKey(
        Post, models.PROTECT, related_name="appointments", verbose_name=_("post")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="institutions_appointment_ends",
                violation_error_message=_("An appointment ends after it begins."),
            )
        ]
        indexes = [
            models.Index(fields=["person", "since"], name="institutions_appointed"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"

    @property
    def is_begun(self) -> bool:
        return self.since <= clock.today()

    def clean(self) -> None:
        """The same person is in a post once at a time, and no more people than it takes."""
        if not (self.person_id and self.post_id and self.since):
            return
        if self.until and self.until < self.since:
            text = gettext("An appointment ends after it begins.")
            raise ValidationError({"until": text})
        beside = Appointment.objects.filter(post=self.post_id).exclude(pk=self.pk)
        beside = beside.filter(Q(until=None) | Q(until__gte=self.since))
        if self.until:
            beside = beside.filter(since__lte=self.until)
        others = list(beside.select_related("person").order_by("since"))
        if any(each.person_id == self.person_id for each in others):
            text = gettext("%(person)s already holds this post on some of these days.")
            raise ValidationError({"since": text % {"person": self.person}})
        self._check_room(others)

    def _check_room(self, others: list["Appointment"]) -> None:
        """Refuse a day on which as many hold the post beside as the charter lets hold it."""
        rules = self.post.rules
        if rules is None:
            return  # who acts for a unit may be several
        first_days = [self.since, *(each.since for each in others)]
        for day in sorted(day for day in first_days if day >= self.since):
            there = [each.person for each in others if each.covers(day)]
            if len(there) >= rules.holders:
                names = gettext(", ").join(map(str, there))
                text = gettext(
                    "“%(post)s” is held by %(people)s on %(day)s; that ends first."
                )
                about = {"post": self.post, "people": names, "day": day}
                raise ValidationError({"since": text % about})

    def covers(self, day: date) -> bool:
        """Whether that day is one of those in the post."""
        return self.since <= day and (self.until is None or day <= self.until)

    def end(self, last_day: date) -> None:
        """Let this be the last day in the post."""
        self.until = last_day
        self.full_clean()
        self.save()
