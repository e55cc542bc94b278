from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

FEWEST, MOST = 1, 40


class StrokeCount(models.Model):
    """Of how many strokes a character is that occurs in names; the same for all bodies."""

    character = models.CharField(_("character"), max_length=1, unique=True)
    strokes = models.PositiveSmallIntegerField(
        _("strokes"), validators=[MinValueValidator(FEWEST), MaxValueValidator(MOST)]
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("strokes of a character")
        verbose_name_plural = _("strokes of characters")

    def __str__(self) -> str:
        return self.character
