"""A year that was asked to be rehearsed from the screen, and what came of it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consents.models import digest_of
from institutions.models import CalendarDay, Charter, User
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked
from rehearsal import folder

RIGHT = "administer_rights"
SILENT = timedelta(seconds=90)  # after which a play that says nothing has ended


def check_may_rehearse(person: User, charter: Charter) -> None:
    """Raise PermissionDenied for anybody who does not administer the charter's body."""
    if not person.may(RIGHT, charter.joint_body):
        raise PermissionDenied(gettext("Who administers posts and rights rehearses."))


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def under_way(self) -> Self:
        return self.filter(status=Rehearsal.Status.PLAYING)

    @transaction.atomic
    def begin(self, charter: Charter, year: int, *, by: User) -> "Rehearsal":
        """Ask for the year; what an earlier play of this charter told is put away.

        Raises StepRefused while one is under way.
        """
        check_may_rehearse(by, charter)
        with locked(charter):
            before = list(self.filter(charter=charter))
            for each in before:
                each.look()
            if any(each.is_under_way for each in before):
                raise StepRefused(gettext("A year is being rehearsed already."))
            for each in before:
                each.delete()
            asked = self.create(
                charter=charter,
                year=year,
                by=by,
                asked_at=clock.now(),
                digest=digest_of(charter.data),
            )
        days = CalendarDay.objects.values_list("day", "is_working", "name")
        asked.folder.begin(
            data=charter.data,
            year=year,
            calendar=[[str(day), *rest] for day, *rest in days],
        )
        return asked


class Rehearsal(models.Model):
    """One year under one version of a charter, played in a process of its own.

    The process and the site speak through a folder that both can reach, so it does not
    matter which of them ends first, or on which machine they run.
    """

    class Status(models.TextChoices):
        PLAYING = "playing", _("under way")
        DONE = "done", _("played to the end")
        STOPPED = "stopped", _("could not go on")
        CANCELLED = "cancelled", _("cancelled")
        LOST = "lost", _("broken off")

    charter = models.ForeignKey(Charter, models.CASCADE, related_name="rehearsals")
    year = models.PositiveSmallIntegerField(_("year"))
    status = models.CharField(max_length=10, choices=Status, default=Status.PLAYING)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    result = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")  # of its rules then

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        verbose_name = _("rehearsal")
        verbose_name_plural = _("rehearsals")

    def __str__(self) -> str:
        return f"{self.charter} {self.year}"

    @property
    def folder(self) -> folder.Folder:
        return folder.Folder(Path(settings.MEDIA_ROOT, "rehearsals", str(self.pk)))

    @property
    def is_under_way(self) -> bool:
        return self.status == self.Status.PLAYING

    @property
    def is_outdated(self) -> bool:
        """Whether the rules were changed after they were played."""
        return bool(self.digest) and self.digest != digest_of(self.charter.data)

    @property
    def day(self) -> date | None:
        """How far the play has come."""
        return self.folder.day() if self.is_under_way else None

    @property
    def percent(self) -> int:
        day = self.day
        return day.timetuple().tm_yday * 100 // 366 if day else 0

    def look(self) -> None:
        """Take in what the play has told since: its end, or that nothing is heard of it."""
        with locked(self):
            if not self.is_under_way:
                return
            if result := self.folder.result():
                stopped = result["stopped"]
                self._end(self.Status.STOPPED if stopped else self.Status.DONE, result)
            elif clock.now() - max(self.asked_at, self.folder.heard_at()) > SILENT:
                self._end(self.Status.LOST)

    def cancel(self, *, by: User) -> None:
        """Break it off; the process ends at its next day."""
        check_may_rehearse(by, self.charter)
        with locked(self):
            if not self.is_under_way:
                raise StepRefused(gettext("It has ended already."))
            self._end(self.Status.CANCELLED)

    def _end(self, status: str, result: dict[str, Any] | None = None) -> None:
        self.status, self.result = status, result or {}
        self.save(update_fields=["status", "result"])
        self.folder.clear()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.folder.clear()
        return super().delete(*args, **kwargs)
