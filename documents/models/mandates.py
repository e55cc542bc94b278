"""A delegation as it was entered."""

from collections.abc import Callable, Iterator
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from deadlines.charter import Term
from deadlines.models import Owed, keep_duties
from documents.models.attachments import Attachment
from institutions.appointing import follow_delegation
from institutions.may import HolderOf
from institutions.models import Delegation, JointBody, Post, User
from jointmeeting.workflow import save_with_history, transition


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, user: User) -> Self:
        """Those of the posts one holds, of the post asked to consent, and of one's bodies."""
        posts = [post.pk for post in user.posts_held]
        sides = user.sides_acted_for
        bodies = user.bodies_allowing("administer_rights")
        return self.filter(
            models.Q(delegation__post__in=posts)
            | models.Q(delegation__to__in=posts)
            | models.Q(awaits__in=posts)
            | models.Q(delegation__post__side__in=sides)
            | models.Q(joint_body__in=bodies)
        )

    def for_duties(self) -> Self:
        return self.select_related(
            "joint_body", "awaits", "delegation__post", "delegation__to"
        )

    def in_motion(self) -> Self:
        return self.filter(status=Mandate.Status.ASKED)


class Mandate(models.Model):
    """A delegation as it was entered: its letter, and who is asked to consent to it."""

    class Status(models.TextChoices):
        ASKED = "asked", gettext_lazy("Consent asked for")
        IN_FORCE = "in force", gettext_lazy("In force")
        DECLINED = "declined", gettext_lazy("Declined")
        ENDED = "ended", gettext_lazy("Ended")

    TERM = Term(value=3, unit="working days")  # agreed, as the default of every route is

    delegation = models.OneToOneField(Delegation, models.PROTECT, related_name="mandate")
    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    awaits = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_on = models.DateField(gettext_lazy("entered on"))
    status = models.CharField(max_length=10, choices=Status, default=Status.IN_FORCE)

    objects = MandateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("delegation")
        verbose_name_plural = gettext_lazy("delegations")

    def __str__(self) -> str:
        return str(self.delegation)

    def get_absolute_url(self) -> str:
        return reverse("documents:mandate_detail", args=[self.pk])

    @property
    def state(self) -> str:
        """What it is called today: one whose last day has come is over by itself."""
        is_over = self.status == self.Status.IN_FORCE and self.delegation.is_over
        return str((self.Status.ENDED if is_over else self.Status(self.status)).label)

    def owed(self) -> Iterator[Owed]:
        if self.status == self.Status.ASKED and self.awaits:
            yield Owed("accept", self.awaits, self.entered_on, self.TERM)

    def duty_text(self, kind: str) -> str:
        about = {"to": self.delegation.to, "post": self.delegation.post}
        return _("Consent that %(to)s stands in for %(post)s") % about

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    @transition(
        gettext_noop("Consent to standing in"),
        source={Status.ASKED},
        target=Status.IN_FORCE,
        may=HolderOf("awaits"),
    )
    def accept(self, *, by: User) -> Callable:
        """From now on, or from its first day, the successor acts."""
        self.delegation.is_agreed = True
        save_with_history(self.delegation, by, gettext_noop("Consent to standing in"))
        return self._goes_on

    @transition(
        gettext_noop("Decline to stand in"),
        source={Status.ASKED},
        target=Status.DECLINED,
        may=HolderOf("awaits"),
    )
    def decline(self, *, by: User, reason: str) -> Callable:
        """Nobody stands in by it."""
        return self._goes_on

    def _goes_on(self) -> None:
        keep_duties(self)
        follow_delegation(self.delegation)
