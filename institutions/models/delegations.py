"""Who acts on behalf of a post: by its holder's delegation, or by succession."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institutions.models.bodies import JointBody, Post, in_office
from institutions.models.people import Appointment
from jointmeeting import clock

if TYPE_CHECKING:
    from institutions.models.people import User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self) -> Self:
        """Those of today. One ends with its holder's appointment, or once a vacancy is filled."""
        held = Appointment.objects.today().values("post")
        vacant = ~Q(ground=Delegation.Ground.VACANT) | ~Q(post__in=held)
        still_held = Q(appointment=None) | in_office("appointment__")
        return self.filter(in_office(), still_held, vacant, is_agreed=True)

    def acting(self) -> Self:
        """Those of them whose holder signs and does what the post owes."""
        return self.in_force().filter(how=Delegation.How.ACTS)

    def to_person(self, person: "User") -> Self:
        """Those to a post that this person is appointed to today."""
        own = Appointment.objects.today().filter(person=person)
        return self.filter(to__in=own.values("post"))


def who_acts_in(posts: Collection[int]) -> dict[int, list[str]]:
    """Who holds each of the posts today, and who acts there; one query for all of them."""
    held = Appointment.objects.today().filter(post__in=posts)
    acted = Delegation.objects.acting().filter(
        in_office("to__appointments__"), post__in=posts
    )
    person = "to__appointments__person__name"
    rows: Any = held.values_list("post", "since", "person__name", "post__title")
    rows = rows.annotate(acts=models.Value(0))
    acting: Any = acted.values_list("post", "since", person, "to__title")
    found: dict[int, list[str]] = {}
    every = rows.union(acting.annotate(acts=models.Value(1)))
    for post, _since, name, title, acts in sorted(
        every, key=lambda row: (row[4], row[1])
    ):
        said = gettext("%(name)s (%(title)s, acting)") % {"name": name, "title": title}
        found.setdefault(post, []).append(said if acts else name)
    return found


class Delegation(models.Model):
    """Another post acts or enters for a post, from a day to a day, both included."""

    class Ground(models.TextChoices):
        DELEGATED = "delegated", _("Delegated by the holder")
        AWAY = "away", _("The holder is away")
        VACANT = "vacant", _("The post is vacant")

    class How(models.TextChoices):
        ACTS = "acts", _("acts instead")
        ENTERS = "enters", _("only enters")

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    post = models.ForeignKey(
        Post, models.PROTECT, related_name="delegations", verbose_name=_("post")
    )
    to = models.ForeignKey(
        Post, models.PROTECT, related_name="delegated", verbose_name=_("to the post")
    )
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, null=True, blank=True, related_name="+"
    )
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    how = models.CharField(_("how"), max_length=10, choices=How)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    is_agreed = models.BooleanField(default=True)
    is_automatic = models.BooleanField(default=False)

    objects = DelegationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="institutions_delegation_ends",
                violation_error_message=_("A delegation ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(to=F("post")), name="institutions_not_to_itself"
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(is_automatic=True, until=None),
                name="institutions_one_succeeds",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(to)s for %(post)s") % {"to": self.to, "post": self.post}

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < clock.today()

    @property
    def words(self) -> str:
        """How who acts by it is named: what makes them act, and for which post."""
        sentences = {
            (self.Ground.DELEGATED, self.How.ACTS): gettext("delegated, for %(post)s"),
            (self.Ground.DELEGATED, self.How.ENTERS): gettext(
                "delegated to enter, for %(post)s"
            ),
            (self.Ground.AWAY, self.How.ACTS): gettext("standing in for %(post)s"),
            (self.Ground.VACANT, self.How.ACTS): gettext(
                "in the vacant post of %(post)s"
            ),
        }
        key = self.Ground(self.ground), self.How(self.how)
        return sentences[key] % {"post": self.post}
