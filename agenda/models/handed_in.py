"""A topic as it is handed in: in time, or too late for the next meeting and perhaps let pass."""

from collections.abc import Callable
from functools import partial

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from agenda import gates
from agenda.models.closing import COMING, late_for
from agenda.models.consulted import Consulted
from consents.may import Decided
from consents.models import Outcome
from deadlines.models import keep_duties
from institutions.may import Liaison
from institutions.models import User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, transition
from meetings.models import Meeting


class HandedIn(Consulted):
    """A topic as far as it has a day by which it is to be handed in."""

    late_for = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="late_topics"
    )
    let_pass_on = models.DateField(null=True, blank=True)
    let_pass_reason = models.TextField(
        gettext_lazy("reason to let it pass"), blank=True, max_length=1000
    )
    sent_back_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_late(self) -> bool:
        """Whether it came after the closing day of a meeting that is still to come."""
        is_live = self.status in ("submitted", "settled")
        return bool(is_live and self.late_for and self.late_for.status in COMING)

    @property
    def _comes_late(self) -> bool:
        """Whether it was handed in late, or would be today."""
        if self.status == "draft":
            return late_for(self.joint_body) is not None
        return self.late_for_id is not None

    @property
    def may_be_let_pass(self) -> bool:
        """Whether the charter names who could let it pass, and he has not been asked."""
        closing = self.rules.closing
        if not (closing and closing.let_pass and self.is_late) or self.let_pass_on:
            return False
        sheet = self.consent("let_pass")
        return sheet is None or not sheet.is_open

    def _hand_in(self) -> None:
        self.submitted_on, self.sent_back_on = clock.today(), None
        self.late_for, self.let_pass_on = late_for(self.joint_body), None
        self._look_whether_ready()

    def _decide_letting_pass(self, outcome: str, by: User | None) -> None:
        if outcome == Outcome.AGREED:
            self.pass_it(by=by)
            return
        self.let_pass_on = None
        type(self)._base_manager.filter(pk=self.pk).update(let_pass_on=None)
        keep_duties(self, void=_("not let pass"))

    # Steps

    @transition(
        gettext_noop("Ask to let the late topic pass"),
        source={"submitted", "settled"},
        may=Liaison("proposed_by"),
        gates=[gates.letting_pass_is_held],
    )
    def ask_to_let_pass(self, *, by: User, reason: str) -> Callable:
        """Ask those whom the charter names to let it on the agenda all the same."""
        if not self.may_be_let_pass:
            raise StepRefused(_("There is nothing to let pass, or it has been asked."))
        self.let_pass_reason = reason
        return partial(self.ask_consent, "let_pass", by=by)

    @transition(
        gettext_noop("Let pass"),
        source={"submitted", "settled"},
        may=Decided("let_pass", Outcome.AGREED),
    )
    def pass_it(self, *, by: User) -> Callable:
        self.let_pass_on = clock.today()
        return partial(keep_duties, self)
