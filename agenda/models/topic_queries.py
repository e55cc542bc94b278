from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consents.models import Consent
from institutions.models import MemberUnit, User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting.workflow import StepRefused, save_with_history

if TYPE_CHECKING:
    from agenda.models.topics import Topic

SHOWN_TO_UNITS = ["sent", "entered", "answered"]  # the states of a consultation


class TopicQuerySet(SeenQuerySet["Topic"]):
    """Topics as they are asked for: by who may read them, by what has become of them."""

    def ways(self, user: User) -> list[Way]:
        """An office reads what was submitted to its body; a unit its own and those it is
        asked about; a signatory what lies before him, from his step on."""
        bodies = user.bodies_allowing("read_topics")
        handed_in = Q(joint_body__in=bodies, submitted_on__isnull=False)
        own = Q(proposed_by__in=[unit.pk for unit in user.units_held])
        ways = [
            Way(gettext_noop("a task that reads what was submitted"), handed_in),
            Way(gettext_noop("the unit that proposed it"), own),
        ]
        # What units are asked and signatories sign was handed in: of these bodies it is there.
        elsewhere = [
            post for post in user.posts_answered if post.joint_body_id not in bodies
        ]
        if not elsewhere:
            return ways
        asked = self.model.objects.filter(
            consultations__unit__liaison__in=elsewhere,
            consultations__status__in=SHOWN_TO_UNITS,
        )
        to_sign = self.model.objects.filter(
            consents__in=Consent.objects.before(elsewhere)
        )
        return [
            *ways,
            Way(gettext_noop("being asked to sign"), to_sign.values("pk")),
            Way(gettext_noop("a unit asked for its opinion"), asked.values("pk")),
        ]

    def begin(self, unit: MemberUnit, *, by: User, **text: Any) -> Topic:
        """A draft of this unit, which its liaison writes; `text` are the fields of WORDS."""
        if not by.stands_for(unit):
            raise PermissionDenied(_("Topics are proposed by the liaison of the unit."))
        topic = self.model(joint_body=unit.joint_body, proposed_by=unit, **text)
        if unit.key not in topic.rules.proposers.units:
            raise StepRefused(_("By the charter this unit does not propose topics."))
        topic.full_clean()
        save_with_history(topic, by, gettext_noop("Begin a draft"))
        return topic

    def on_agendas(self) -> Self:
        """Those on the agenda of a meeting whose minutes are not issued yet."""
        return self.filter(
            pk__in=self._items_of("agreed", "notified", "held").values("pk")
        )

    def carried_over(self) -> Self:
        """Those a meeting has had before it and left for another."""
        had = self.filter(pk__in=self._items_of("minuted").values("pk"))
        return had.filter(status=self.model.Status.SETTLED)

    def late(self) -> Self:
        """Those that came after the closing day of a meeting that is still to come."""
        live = [self.model.Status.SUBMITTED, self.model.Status.SETTLED]
        return self.filter(status__in=live, late_for__status__in=["agreed", "notified"])

    def with_carried_over(self) -> Self:
        """Each with `is_carried_over`, without a query for it."""
        carried = self.model.objects.carried_over().filter(pk=OuterRef("pk"))
        return self.annotate(is_carried_over=Exists(carried))

    def _items_of(self, *statuses: str) -> TopicQuerySet:
        return self.model.objects.filter(
            agenda_items__taken_off_on=None,
            agenda_items__agenda__meeting__status__in=statuses,
        )

    def for_duties(self) -> Self:
        return self.select_related("joint_body").only("title", "joint_body")

    def in_motion(self) -> Self:
        return self.filter(status__in=self.model.LIVE)
