"""Agendas as they are asked for: by who may read them, and how one is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agenda.charter import AgendaRules
from deadlines.models import keep_duties
from institutions.models import User
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history
from meetings.models import ORGANISER, Meeting

if TYPE_CHECKING:
    from agenda.models.agendas import Agenda


class AgendaQuerySet(SeenQuerySet["Agenda"]):
    def ways(self, user: User) -> list[Way]:
        """The offices read the draft; once it stands, all read it who read the meeting.

        Where the charter has it never frozen, it stands from the notice on.
        """
        bodies = user.bodies_allowing("read_topics")
        own = self.model.objects.filter(joint_body__in=bodies).values("pk")
        stands = Q(status=self.model.Status.FROZEN) | Q(
            meeting__status__in=self.model.OVER
        )
        never_frozen = {
            post.joint_body_id
            for post in user.posts_held
            if post.joint_body.charter_id
            and post.joint_body.part(AgendaRules).freeze is None
        }
        if never_frozen:
            notified = Meeting.Status.NOTIFIED
            stands |= Q(joint_body__in=never_frozen, meeting__status=notified)
        meetings = Meeting.objects.visible_to(user)
        told = self.model.objects.filter(stands, meeting__in=meetings).values("pk")
        return [
            Way(gettext_noop("a task that reads agendas as they grow"), own),
            Way(gettext_noop("the meeting, now that its agenda stands"), told),
        ]

    def for_duties(self) -> Self:
        return self.select_related("joint_body", "meeting__joint_body")

    def in_motion(self) -> Self:
        return self.filter(status=self.model.Status.DRAFT)

    @transaction.atomic
    def begin(self, meeting: Meeting, *, by: User) -> Agenda:
        """The agenda of an agreed meeting, with what stands on every one; again the same."""
        with locked(meeting, by):
            if there := self.filter(meeting=meeting).first():
                return there
            if meeting.status not in self.model.BEFORE:
                raise StepRefused(_("An agenda is begun once the meeting is agreed to."))
            ORGANISER.check(by, meeting)
            agenda = self.model(
                meeting=meeting, joint_body=meeting.joint_body, begun_on=clock.today()
            )
            save_with_history(agenda, by, gettext_noop("Begin the agenda"))
            for item in agenda.rules.standing:
                agenda.put_standing(item, by=by)
            keep_duties(agenda)
            return agenda
