"""The sitting itself: when, where, who chairs, the notice, and that it was held."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from consents.models import Outcome, digest_of
from deadlines.charter import Term
from deadlines.models import Duty, Owed, keep_duties
from documents.models import IssuedDocument
from institutions.may import Follows
from institutions.models import (
    Charter,
    JointBody,
    MemberUnit,
    Post,
    User,
    charter_seen_from,
)
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, transition
from meetings import documents, gates
from meetings.charter import MeetingRules
from meetings.models.chairs import Chaired
from meetings.models.naming import Named
from meetings.models.plans import PlannedSitting
from meetings.models.states import ORGANISER, Status
from meetings.models.years import keep_years

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from meetings.models.attendance import Attendance


class Sitting(Named, Chaired, PlannedSitting):
    """What a meeting is once it is agreed to: a day, a place, a chair, those who sit in it."""

    class Kind(models.TextChoices):
        REGULAR = "regular", gettext_lazy("Regular meeting")
        AD_HOC = "ad hoc", gettext_lazy("Ad hoc meeting")

    OWED: ClassVar[dict[str, str]] = {
        "notify": gettext_noop("Arrange and issue the notice: %(meeting)s"),
        "hold": gettext_noop("Record that it was held: %(meeting)s"),
        "ask_plan": gettext_noop("Put the plan before those who agree: %(meeting)s"),
    }
    # What upper apps do when its day changes, it is held or cancelled: added in ready().
    HANGING: ClassVar[list[Callable[[Any, User], None]]] = []
    # What upper apps count back from its day, by name: added in ready().
    TERMS: ClassVar[list[Callable[[Any], Iterator[tuple[str, Term]]]]] = []
    ARRANGED = [
        "starts_at",
        "place",
        "form",
        "chair",
        "delegated_by",
        "chair_person",
        "chair_reason",
    ]
    Status = Status

    joint_body = models.ForeignKey(
        JointBody,
        models.PROTECT,
        related_name="meetings",
        verbose_name=gettext_lazy("joint body"),
    )
    kind = models.CharField(
        gettext_lazy("kind"), max_length=10, choices=Kind, default=Kind.REGULAR
    )
    year = models.PositiveSmallIntegerField(
        gettext_lazy("work year"),
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    part = models.PositiveSmallIntegerField(
        gettext_lazy("part of the year"), default=1, validators=[MinValueValidator(1)]
    )
    status = models.CharField(
        gettext_lazy("state"), max_length=20, choices=Status, default=Status.DRAFT
    )
    starts_at = models.DateTimeField(gettext_lazy("begins at"), null=True, blank=True)
    place = models.CharField(gettext_lazy("place"), max_length=200, blank=True)
    notice = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )
    notified_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(gettext_lazy("held on"), null=True, blank=True)
    charter = models.ForeignKey(
        Charter, models.PROTECT, null=True, editable=False, related_name="+"
    )
    ordinal = models.PositiveSmallIntegerField(
        gettext_lazy("which meeting of the body"), null=True, blank=True
    )
    year_ordinal = models.PositiveSmallIntegerField(
        gettext_lazy("which meeting of the work year"), null=True, blank=True
    )
    form = models.CharField(gettext_lazy("form"), max_length=40, blank=True)
    is_imported = models.BooleanField(default=False)

    attendances: "RelatedManager[Attendance]"

    class Meta:
        abstract = True

    @property
    def sitting_rules(self) -> MeetingRules:
        return self.rules_then.part(MeetingRules)

    @property
    def rules_then(self) -> Charter:
        """The charter it was held under; one still to be held is under that in force."""
        present = self.joint_body.charter_id
        if self.charter_id is None or self.charter_id == present:
            return self.joint_body.rules_in_force
        return charter_seen_from(self.charter_id, present)

    @property
    def organiser(self) -> MemberUnit:
        """The unit that owes the notice, and that the meeting was held."""
        members = self.joint_body.members.select_related("liaison", "unit")
        return members.get(key=self.sitting_rules.organise.office)

    @property
    def day(self) -> Any:
        """The day it is to be held on, in the office's time, or nothing."""
        return localtime(self.starts_at).date() if self.starts_at else None

    @property
    def why_void(self) -> str:
        """Why what was to be done before it need not be done; nothing while it is to come."""
        over: dict[str, str] = {
            Status.HELD: _("the meeting was held"),
            Status.CANCELLED: _("the meeting was cancelled"),
        }
        return over.get(self.status, "")

    def seen_arranged(self) -> str:
        """Digest of day, place and chair; who changes them sends back what he saw."""
        return digest_of(self.values(*self.ARRANGED))

    def terms(self) -> Iterator[tuple[str, Term]]:
        """What is to be done so long before its day."""
        rules = self.sitting_rules.notice
        yield _("The notice leaves"), rules.before
        if rules.reply:
            yield _("Units say who comes"), rules.reply
        if plan := self.plan_rules:
            yield _("The plan is put before those who agree to it"), plan.ask
        for more in self.TERMS:
            yield from more(self)

    def check_sitting(self, starts_at: datetime, *chosen: Any) -> None:
        """Raise ValidationError, by field, for what the charter or the calendar forbids.

        `chosen` is what `wrong_chair` takes.
        """
        wrong = self.wrong_chair(*chosen)
        if starts_at <= clock.now():
            wrong["starts_at"] = _("This day is past.")
        if wrong:
            raise ValidationError(wrong)

    def owed_sitting(self) -> Iterator[Owed]:
        """The organiser owes the plan and the notice, and afterwards that it was held."""
        yield from self.owed_plan()
        rules, decided_on = self.sitting_rules.notice, self.decided_on
        if self.status == Status.AGREED and decided_on:
            asker = self.requested_by.liaison
            if self.day:
                yield Owed(
                    "notify",
                    self.organiser.liaison,
                    decided_on,
                    rules.before,
                    asker,
                    self.day,
                )
            else:
                yield Owed(
                    "notify", self.organiser.liaison, decided_on, rules.arrange, asker
                )
        if self.status == Status.NOTIFIED and self.notified_on:
            yield Owed(
                "hold",
                self.organiser.liaison,
                self.notified_on,
                self.sitting_rules.organise.record,
                anchor=self.day,
            )

    decided_on: Any
    requested_by: Any

    # Steps

    @transition(
        gettext_noop("Set day, place and chair"),
        source={Status.AGREED},
        may=ORGANISER,
    )
    def arrange(
        self,
        *,
        by: User,
        starts_at: datetime,
        place: str,
        chair: Post,
        delegated_by: Post | None = None,
        chair_person: User | None = None,
        chair_reason: str = "",
        form: str = "",
        seen: str = "",
    ) -> Callable:
        """`seen` is what the page showed; without it, whatever stood there is replaced.

        `chair_reason` is why another post chairs than the one whose right it is.
        """
        self._check_seen(seen)
        chosen = chair, delegated_by, chair_person, chair_reason
        self.check_sitting(starts_at, *chosen)
        if form and form not in [each.key for each in self.sitting_rules.forms]:
            raise ValidationError({"form": _("The charter knows no such form.")})
        self.starts_at, self.place, self.form = starts_at, place, form
        self._set_chair(*chosen)
        return partial(self._arranged, by=by)

    @transition(
        gettext_noop("Issue the notice"),
        source={Status.AGREED},
        target=Status.NOTIFIED,
        may=ORGANISER,
        gates=[
            gates.is_arranged,
            gates.somebody_attends,
            gates.not_too_soon,
            gates.plan_is_agreed,
        ],
    )
    def notify(self, *, by: User, number: str = "") -> Callable:
        """Issue the notice; every unit that sits in it then owes who comes."""
        self._close_sheets()
        self.notified_on = clock.today()
        self.notice = documents.issue_notice(self, by=by, number=number)
        return partial(self._told, by=by)

    @transition(
        gettext_noop("Change day or place"),
        source={Status.NOTIFIED},
        may=ORGANISER,
    )
    def postpone(
        self,
        *,
        by: User,
        reason: str,
        starts_at: datetime,
        place: str,
        number: str = "",
        seen: str = "",
    ) -> Callable:
        """Tell all, once, by another notice; those who come are asked anew."""
        self._check_seen(seen)
        if starts_at <= clock.now():
            raise ValidationError({"starts_at": _("This day is past.")})
        assert self.starts_at
        before = (self.starts_at, self.place)
        if before == (starts_at, place):
            raise ValidationError({"starts_at": _("Neither day nor place is changed.")})
        self.starts_at, self.place = starts_at, place
        self.notified_on = clock.today()
        self.notice = documents.issue_change(self, before, reason, by=by, number=number)
        return partial(self._told, by=by, anew=True)

    @transition(
        gettext_noop("Name another chair"),
        source={Status.NOTIFIED, Status.HELD},
        may=ORGANISER,
    )
    def name_chair(
        self,
        *,
        by: User,
        reason: str,
        chair: Post,
        delegated_by: Post | None = None,
        chair_person: User | None = None,
        seen: str = "",
    ) -> None:
        """Who chairs, or did, is another than the notice says; the minutes name the one here."""
        self._check_seen(seen)
        chosen = chair, delegated_by, chair_person
        if wrong := self.wrong_chair(*chosen, reason):
            raise ValidationError(wrong)
        if (self.chair, self.delegated_by, self.chair_person) == chosen:
            raise ValidationError({"chair": _("The chair is not changed.")})
        self._set_chair(*chosen, reason)

    @transition(
        gettext_noop("Record that it was held"),
        source={Status.NOTIFIED},
        target=Status.HELD,
        may=ORGANISER,
        gates=[gates.has_begun, gates.quorum_is_met],
    )
    def hold(self, *, by: User, ordinal: int | None = None) -> Callable:
        """It is the next meeting of the body by number; who was there is ticked beside it.

        Where another took the `ordinal` that the page showed, it is refused.
        """
        JointBody.objects.select_for_update(no_key=True).get(pk=self.joint_body.pk)
        if ordinal not in (None, self.next_ordinal):
            text = _("Another meeting was recorded: this one would be no. %(n)s.")
            raise StepRefused(text % {"n": self.next_ordinal})
        numbers = self.next_numbers
        self.ordinal, self.year_ordinal = numbers["ordinal"], numbers["year_ordinal"]
        self.held_on = self.day
        self.charter_id = self.joint_body.charter_id
        return partial(self._counted_anew, by=by)

    def _counted_anew(self, *, by: User) -> None:
        """What is still owed in its year depends on its form, and on the day it was held."""
        self._moved(by=by)
        keep_years(self.joint_body, self.year)

    @transition(
        gettext_noop("Minutes are issued"),
        source={Status.HELD},
        target=Status.MINUTED,
        may=Follows(),
    )
    def close(self, *, by: User) -> None:
        """Taken along by the step that issues the minutes."""

    def _check_seen(self, seen: str) -> None:
        """What stands in the database by now is what the page showed."""
        stored = type(self)._base_manager.get(pk=self.pk)
        if seen and seen != stored.seen_arranged():
            raise StepRefused(_("Day, place or chair was changed since you opened this."))

    def _close_sheets(self) -> None:
        """Whoever is still asked need not answer any more."""
        for act in self.acts:
            if (sheet := self.consent(act)) and sheet.is_open:
                sheet.close(Outcome.VOID)

    def _told(self, *, by: User, anew: bool = False) -> None:
        """The dates that follow from the day are those of this notice."""
        keep_duties(self, retell=anew)
        for attendance in self.attendances.order_by("pk"):
            attendance.ask(by=by, anew=anew)
        self._moved(by=by)
        Duty.objects.open().of(self, *self.attendances.all()).tell()

    def _arranged(self, *, by: User) -> None:
        self._counted_anew(by=by)
        self.keep_plan(by=by)

    def _moved(self, *, by: User) -> None:
        keep_duties(self)
        self.tell_those_that_hang_on_it(by=by)

    def tell_those_that_hang_on_it(self, *, by: User) -> None:
        """Its day, or what it has come to, has changed."""
        for attendance in self.attendances.order_by("pk"):
            with locked(attendance):
                keep_duties(attendance, void=self.why_void)
        for follow in self.HANGING:
            follow(self, by)
