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
from institutions.models import JointBody
from jointmeeting import clock
from jointmeeting.workflow import locked
from meetings.charter import MeetingRules

if TYPE_CHECKING:
    from meetings.models.meetings import Meeting


class BodyYearQuerySet(models.QuerySet["BodyYear"]):
    def for_duties(self) -> Self:
        return self.select_related("joint_body")

    def in_motion(self) -> Self:
        """Years of bodies; each goes on owing until its meeting is asked for."""
        return self.filter(joint_body__charter__isnull=False)


class BodyYear(models.Model):
    """A work year of a body, in which it is to meet as often as its charter says."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField(gettext_lazy("year"))
    opened_on = models.DateField()

    objects = BodyYearQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("work year")
        verbose_name_plural = gettext_lazy("work years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "year"], name="meetings_year_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.joint_body} {self.year}"

    @property
    def rules(self) -> MeetingRules:
        return self.joint_body.part(MeetingRules)

    @property
    def counted(self) -> models.QuerySet["Meeting"]:
        """The regular meetings of this year that are asked for, agreed or later still."""
        meeting: type[Meeting] = apps.get_model("meetings", "Meeting")
        of_year = meeting.objects.filter(joint_body=self.joint_body, year=self.year)
        return of_year.filter(kind=meeting.Kind.REGULAR, status__in=meeting.ON_ITS_WAY)

    def owed(self) -> Iterator[Owed]:
        """Whoever may ask owes the request, until as many are asked for as must be held."""
        if self.counted.count() >= self.rules.least:
            return
        first_asker = self.rules.regular.asked_by[0]
        asker = self.joint_body.members.select_related("liaison").get(key=first_asker)
        last_day = date(self.year, 12, 31)
        term = self.rules.ask_by
        yield Owed("request", asker.liaison, self.opened_on, term, anchor=last_day)

    def duty_text(self, kind: str) -> str:
        return _("Ask for the regular meeting of %(year)s") % {"year": self.year}

    def duty_url(self, kind: str) -> str:
        page = reverse("meetings:meeting_create")
        return f"{page}?body={self.joint_body_id}&year={self.year}"


def open_year(body: JointBody) -> BodyYear:
    """Begin this body's present work year, with what is owed in it; again changes nothing."""
    opened = {"opened_on": clock.today()}
    year = clock.today().year
    row, is_new = BodyYear.objects.get_or_create(
        joint_body=body, year=year, defaults=opened
    )
    if is_new:
        with locked(row):
            keep_duties(row)
    return row
