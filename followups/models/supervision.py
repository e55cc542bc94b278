"""Supervision notices: owed level by level once a task is late, issued to its unit."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from deadlines.models import Owed, days_left, keep_duties
from documents.models import Addressee, IssuedDocument
from followups import documents
from followups.charter import FollowupRules, LadderRules, LadderStep
from followups.ladder import levels_of
from followups.may import Supervisor
from followups.models.duties import OfBody
from institutions.may import Follows
from institutions.models import MemberUnit, User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, transition

ASKED = gettext_lazy(
    "Find out why it is late and carry it out without delay; report in writing how far it"
    " is, why it is late and what comes next."
)  # what is asked for, unless another demand is written
WITH_THE_UNIT = ("issued", "accepted", "under way")  # states of a task


class Supervised(OfBody, models.Model):
    """What is late comes to levels of the charter's ladder, each with a notice to the unit.

    `level` is the one it has come to, found on `level_on`; `noticed` the highest one of
    which a notice was issued for its present date.
    """

    due_on: Any
    decision: Any
    status: Any
    notices: Any

    level = models.CharField(
        gettext_lazy("level of lateness"), max_length=50, blank=True, default=""
    )
    level_on = models.DateField(null=True, blank=True)
    noticed = models.CharField(
        gettext_lazy("notice issued"), max_length=50, blank=True, default=""
    )

    class Meta:
        abstract = True

    @property
    def ladder(self) -> LadderRules | None:
        """The charter's; where it names the level no more, that of the last that did."""
        if not self.level or _named(self.rules.ladder, self.level):
            return self.rules.ladder
        charters = self.joint_body.charters.order_by("-version")
        ladders = (each.part(FollowupRules).ladder for each in charters)
        return next((each for each in ladders if _named(each, self.level)), None)

    @property
    def step(self) -> LadderStep | None:
        """The level it has come to."""
        return _named(self.ladder, self.level)

    @property
    def supervising(self) -> list[MemberUnit]:
        """Who issues notices to its unit: those who inspect, else who assigns or verifies."""
        rules = self.rules
        inspecting = rules.inspect.units if rules.inspect else ()
        others = [each for each in inspecting if each != self.unit.key]
        keys = [rules.assign.office, *rules.verify.offices]
        others = others or [next(each for each in keys if each != self.unit.key)]
        return [self.member(each) for each in others]

    @property
    def may_be_issued(self) -> tuple[LadderStep, ...]:
        """The levels above the one last issued, once it has come to any."""
        return self.ladder.after(self.noticed) if self.ladder and self.step else ()

    @property
    def notice_owed(self) -> LadderStep | None:
        """The level of which a notice is to be issued now."""
        is_waiting = self.status in WITH_THE_UNIT and self.step in self.may_be_issued
        return self.step if is_waiting else None

    def owed_notice(self) -> Iterator[Owed]:
        """The notice of the level it has come to, by the first who supervises."""
        if (step := self.notice_owed) and self.level_on:
            kind, post = f"supervise:{step.key}", self.supervising[0].liaison
            yield Owed(kind, post, self.level_on, step.issue)

    def names_of_levels(self) -> dict[str, str]:
        return {each.key: each.name for each in self.ladder.steps} if self.ladder else {}

    @transition(
        gettext_noop("Overdue: a supervision notice is due"),
        source=WITH_THE_UNIT,
        may=Follows(),
    )
    def climb(self, *, by: None) -> Callable:
        """The clock's act: it has come to a higher level of the ladder than was known."""
        [reached] = levels_of([(self.rules, self.due_on)])
        if reached is None or not _is_above(self.rules.ladder, reached, self.level):
            raise StepRefused(_("It has come to no further level."))
        self.level, self.level_on = reached.key, clock.today()
        return partial(keep_duties, self, void=_("it has come to a further level"))

    @transition(
        gettext_noop("Issue a supervision notice"),
        source=WITH_THE_UNIT,
        may=Supervisor(),
    )
    def supervise(
        self,
        *,
        by: User,
        level: str,
        demand: str,
        answer_by: date,
        reason: str = "",
        number: str = "",
    ) -> Callable:
        """Issue the notice of a level to the unit: what is asked of it, and by when.

        The reason says why a level was left out, or comes before its time.
        """
        step = self.check_notice(level, answer_by, reason)
        self.noticed = step.key
        notice = SupervisionNotice.of(self, step, demand, answer_by)
        notice.reason, notice.issued_by = reason, by
        return partial(notice.issue, by=by, number=number)

    def check_notice(self, level: str, answer_by: date, reason: str) -> LadderStep:
        """The step of this level; StepRefused where it cannot be issued any more, or yet."""
        if self.step is None or self.ladder is None:
            raise StepRefused(_("It has come to no level of lateness."))
        step = _named(self.ladder, level)
        if step is None:
            raise ValidationError({"level": _("Choose a level of this charter.")})
        if step not in self.may_be_issued:
            issued = self.names_of_levels().get(self.noticed, self.noticed)
            text = _("“%(name)s” was issued already; only a higher level can be.")
            raise StepRefused(text % {"name": issued})
        if answer_by < clock.today():
            raise ValidationError({"answer_by": _("This day has passed.")})
        if not reason and (why := self.why_a_reason(step)):
            raise ValidationError({"reason": why})
        return step

    def why_a_reason(self, step: LadderStep) -> str:
        """Why a notice of this level needs a reason; nothing where it is its turn."""
        following = self.may_be_issued[0]
        if step != following:
            text = _("“%(name)s” was not issued: say why this level is left out.")
            return text % {"name": following.name}
        if self.ladder and self.step and step in self.ladder.after(self.level):
            text = _("It has only come to “%(name)s”: say why this level comes early.")
            return text % {"name": self.step.name}
        return ""

    def is_due_anew(self, due_on: date | None) -> None:
        """It has another date: the ladder begins anew; the caller saves it."""
        self.due_on, self.level, self.level_on, self.noticed = due_on, "", None, ""


class SupervisionNoticeQuerySet(models.QuerySet["SupervisionNotice"]):
    def standing(self) -> Self:
        """Those about the present date of their tasks, the last ones first."""
        same = models.F("assignment__due_on")
        return self.filter(due_on=same).order_by("-issued_on", "-pk")


class SupervisionNotice(models.Model):
    """A notice of a level of the ladder, as it was issued to the unit. Never changed."""

    assignment = models.ForeignKey(
        "followups.Assignment", models.PROTECT, related_name="notices"
    )
    level = models.CharField(gettext_lazy("level of lateness"), max_length=50)
    name = models.CharField(max_length=100)  # as the charter called it then
    colour = models.CharField(max_length=10)
    due_on = models.DateField()  # when the task was due
    days_late = models.PositiveSmallIntegerField(gettext_lazy("working days overdue"))
    demand = models.TextField(
        gettext_lazy("what the unit is asked to do"), max_length=2000
    )
    answer_by = models.DateField(gettext_lazy("by when"))
    reason = models.TextField(gettext_lazy("reason"), blank=True, max_length=1000)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="+")
    issued_on = models.DateField(gettext_lazy("issued on"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = SupervisionNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("supervision notice")
        verbose_name_plural = gettext_lazy("supervision notices")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "due_on", "level"], name="followups_notice_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(
        cls, task: Any, step: LadderStep, demand: str, answer_by: date
    ) -> "SupervisionNotice":
        """As it would be issued today; kept by `issue`."""
        return cls(
            assignment=task,
            level=step.key,
            name=step.name,
            colour=step.colour,
            due_on=task.due_on,
            days_late=-days_left([task.due_on])[task.due_on],
            demand=demand,
            answer_by=answer_by,
            issued_on=clock.today(),
        )

    def issue(self, *, by: User, number: str) -> None:
        """Number it, print it, send it to the unit, which says that it has got it."""
        ladder = self.assignment.ladder
        assert ladder
        self.document = documents.issue_notice(self, ladder, by=by, number=number)
        self.full_clean()
        self.save()
        Addressee.objects.ask_receipts(self.document, ladder.receipt)
        keep_duties(self.assignment)


def _named(ladder: LadderRules | None, key: str) -> LadderStep | None:
    steps = ladder.steps if ladder else ()
    return next((each for each in steps if each.key == key), None)


def _is_above(ladder: LadderRules | None, step: LadderStep, key: str) -> bool:
    return ladder is not None and step in ladder.after(key)
