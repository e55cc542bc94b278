"""What units report about their tasks."""

from django.db import models
from django.utils.translation import gettext_lazy
from simple_history.models import HistoricalRecords

from documents.models import Attachment
from institutions.models import User


class StatusReport(models.Model):
    """What a unit reported about a task on a day; never changed, only followed by another."""

    assignment = models.ForeignKey(
        "followups.Assignment", models.PROTECT, related_name="reports"
    )
    given_on = models.DateField(gettext_lazy("reported on"))
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    progress = models.TextField(gettext_lazy("progress"), max_length=5000)
    obstacles = models.TextField(gettext_lazy("obstacles"), blank=True, max_length=2000)
    next_steps = models.TextField(gettext_lazy("next steps"), blank=True, max_length=2000)
    scan = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("status report")
        verbose_name_plural = gettext_lazy("status reports")
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.assignment} {self.given_on}"
