from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.models import HistoricalRecords

from institutions.models import User
from jointmeeting import clock


class FieldStudy(models.Model):
    """What was found on the spot about a topic: when, where, with whom."""

    topic = models.ForeignKey("agenda.Topic", models.PROTECT, related_name="studies")
    began_on = models.DateField(gettext_lazy("from"))
    ended_on = models.DateField(gettext_lazy("until"))
    place = models.CharField(gettext_lazy("place"), max_length=200)
    took_part = models.CharField(
        gettext_lazy("took part"),
        max_length=300,
        help_text=gettext_lazy("Units, people."),
    )
    findings = models.TextField(gettext_lazy("findings"), max_length=5000)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("field study")
        verbose_name_plural = gettext_lazy("field studies")
        ordering = ["began_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=models.F("began_on")),
                name="agenda_study_ends",
                violation_error_message=gettext_lazy("A study ends after it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.began_on}"

    def clean(self) -> None:
        """It has taken place, and ended no sooner than it began."""
        if self.ended_on and self.ended_on > clock.today():
            raise ValidationError({"ended_on": _("Record a study once it has ended.")})
