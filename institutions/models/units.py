"""Units, known once however many bodies they sit on, and the names they had before."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

if TYPE_CHECKING:
    from institutions.models.bodies import MemberUnit


class UnitQuerySet(models.QuerySet["Unit"]):
    def named(self, *names: str) -> Self:
        """Units that have one of these names or had it before."""
        former = UnitName.objects.filter(name__in=names).values("unit")
        return self.filter(Q(name__in=names) | Q(pk__in=former))


class Unit(models.Model):
    """An organ, department or enterprise, known once however many bodies it sits on."""

    name = models.CharField(_("name"), max_length=100)
    short = models.CharField(_("short name"), max_length=40, blank=True)

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.called(self.short, self.name)

    @staticmethod
    def called(short: str, name: str) -> str:
        """What to call a unit of which only its two names were read."""
        return short or name

    def clean(self) -> None:
        """A charter finds its units by their names, those of earlier days included."""
        others = Unit.objects.named(self.name).exclude(pk=self.pk)
        if there := others.first():
            text = gettext("There is already a unit of this name.")
            if there.name != self.name:
                text = gettext("“%(unit)s” was called so before.") % {"unit": there.name}
            raise ValidationError({"name": text})


class UnitName(models.Model):
    """What a unit was called up to a day; the row of the next name, or the unit, goes on."""

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="former_names", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=100)
    short = models.CharField(_("short name"), max_length=40, blank=True)
    until = models.DateField(_("last day of the name"))
    basis = models.CharField(_("basis of the renaming"), max_length=1000)

    class Meta:
        verbose_name = _("former name of a unit")
        verbose_name_plural = _("former names of units")
        ordering = ["until"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "until"], name="institutions_one_name_a_day"
            )
        ]
        indexes = [models.Index(fields=["name"], name="institutions_former_name")]

    def __str__(self) -> str:
        return Unit.called(self.short, self.name)


def names_on(day: date, units: Iterable[Any]) -> dict[int, UnitName]:
    """By unit the name it had on that day, of those that were renamed since; one query."""
    later = UnitName.objects.filter(unit__in=set(units), until__gte=day)
    return {row.unit_id: row for row in later.order_by("-until")}


def called_on(
    day: date, members: "Iterable[MemberUnit]", *, on_paper: bool = False
) -> None:
    """Let these loaded rows go by their names of that day; on screens with today's beside."""
    rows = list(members)
    then = names_on(day, (row.unit_id for row in rows))
    for row in rows:
        if row.unit_id in then:
            before = str(then[row.unit_id])
            row.called = before if on_paper else row.and_now(before)
