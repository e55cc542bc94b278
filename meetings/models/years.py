"""The body's work year, in which it is to meet as often as its charter says."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.models import Owed, keep_duties
from institutions.models import JointBody, Post
from jointmeeting import clock
from jointmeeting.workflow import locked
from meetings.charter import MeetingRules
from meetings.periods import Period, add_months, period_at, periods_of, year_at

if TYPE_CHECKING:
    from meetings.models.meetings import Meeting


class BodyYearQuerySet(models.QuerySet["BodyYear"]):
    def for_duties(self) -> Self:
        return self.select_related("joint_body")

    def in_motion(self) -> Self:
        """Years of bodies; each goes on owing until its meeting is asked for."""
        return self.filter(joint_body__charter__isnull=False)


class BodyYear(models.Model):
    """A work year of a body, or the part of one in which its charter lets it meet.

    Where meetings are counted since the last one, the work year in which the next may be
    asked for owes the request.
    """

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(gettext_lazy("year"))
    part = models.PositiveSmallIntegerField(gettext_lazy("part of the year"), default=1)
    opened_on = models.DateField()

    objects = BodyYearQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("work year")
        verbose_name_plural = gettext_lazy("work years")
        ordering = ["-year", "-part"]
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "year", "part"], name="meetings_year_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.joint_body} {self.year}"

    @property
    def rules(self) -> MeetingRules:
        return self.joint_body.part(MeetingRules)

    @property
    def period(self) -> Period | None:
        """The days it stands for; nothing where the charter has no such part by now."""
        parts = periods_of(self.rules, self.year)
        return parts[self.part - 1] if self.part <= len(parts) else None

    @property
    def counted(self) -> models.QuerySet["Meeting"]:
        """The meetings that count for it, asked for, agreed or later still."""
        counting = _meetings().objects.counting(self.joint_body)
        return counting.filter(year=self.year, part=self.part)

    def owed(self) -> Iterator[Owed]:
        """Whoever may ask owes the request, until as many are asked for as must be held."""
        if self.rules.per == "since last":
            yield from self._owed_since_last()
        elif (period := self.period) and self.counted.count() < self.rules.least:
            yield self._request(self.opened_on, period.last)

    def _owed_since_last(self) -> Iterator[Owed]:
        """It is owed once, in the first year on file in which the next may be held."""
        last, most = last_held(self.joint_body), self.rules.months_most
        begins = next_from(self.joint_body, last)
        years = BodyYear.objects.filter(joint_body=self.joint_body)
        may_owe = years.filter(year__gte=year_at(self.rules, begins))
        counting = _meetings().objects.counting(self.joint_body)
        if may_owe.order_by("year", "part").first() == self and not (
            counting.filter(held_on=None).exists()
        ):
            since = last or in_force_from(self.joint_body)
            yield self._request(max(since, self.opened_on), add_months(since, most))

    def _request(self, since: date, last_day: date) -> Owed:
        term = self.rules.ask_by
        return Owed("request", self._asker(), since, term, anchor=last_day)

    def _asker(self) -> Post:
        key = self.rules.regular.asked_by[0]
        return self.joint_body.members.select_related("liaison").get(key=key).liaison

    def duty_text(self, kind: str) -> str:
        """What is asked for; where that is so in principle only, it is said."""
        rules, text = self.rules, _("Ask for the next regular meeting")
        if rules.per != "since last":
            text = _("Ask for the regular meeting of %(period)s")
        about = {"period": self.period, "how_often": rules.how_often()}
        if rules.binding == "must":
            return text % about
        return _("%(what)s (%(how_often)s)") % (about | {"what": text % about})

    def duty_url(self, kind: str) -> str:
        page = f"{reverse('meetings:meeting_create')}?body={self.joint_body_id}"
        if self.rules.per == "since last":
            return page
        return f"{page}&year={self.year}&part={self.part}"


def open_year(body: JointBody) -> BodyYear:
    """Begin this body's present work year, or part of one, with what is owed in it.

    Again changes nothing.
    """
    now = period_at(body.part(MeetingRules), clock.today())
    row, is_new = BodyYear.objects.get_or_create(
        joint_body=body,
        year=now.year,
        part=now.number,
        defaults={"opened_on": clock.today()},
    )
    if is_new:
        with locked(row):
            keep_duties(row)
    return row


def keep_years(body: JointBody, year: int) -> None:
    """What is still owed in a work year follows from its meetings; or from the last one."""
    years = BodyYear.objects.filter(joint_body=body).order_by("pk")
    if body.part(MeetingRules).per != "since last":
        years = years.filter(year=year)
    for each in years:
        with locked(each):
            keep_duties(each)


# Since the last meeting


def last_held(body: JointBody) -> date | None:
    """The day of the last meeting that counts."""
    counting = _meetings().objects.counting(body)
    return counting.aggregate(last=models.Max("held_on"))["last"]


def next_from(body: JointBody, last: date | None) -> date:
    """From when on the next may be held, where that is counted since the last one."""
    if last is None:
        return in_force_from(body)
    return add_months(last, body.part(MeetingRules).months_least)


def in_force_from(body: JointBody) -> date:
    """Since when the body has had a charter: what there is to count from before it has met."""
    return body.charters.order_by("version")[0].in_force_from


def _meetings() -> "type[Meeting]":
    return apps.get_model("meetings", "Meeting")
