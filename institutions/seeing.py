"""Who sees a row, rule by rule: the same list filters the rows and explains them to people."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from institutions.models.people import User


Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Way:
    """One relation through which a person sees rows: what it is called, and which rows.

    `rows` is a condition on the row's own columns, or a query of keys. The name is a text
    marked for translation, an English phrase that goes on from “through”.
    """

    name: str
    rows: Q | models.QuerySet

    def __str__(self) -> str:
        return _(self.name)

    def holds_for(self, row: models.Model) -> bool:
        """Whether it is a way to this very row."""
        rows = type(row)._base_manager.filter(pk=row.pk)
        return rows.filter(_condition(self.rows)).exists()


class SeenQuerySet(models.QuerySet[Row]):
    """Rows that a person sees in one of the `ways` that their model names."""

    def ways(self, user: "User") -> list[Way]:
        """All ways that this person, with today's posts, could have to any row."""
        raise NotImplementedError

    def visible_to(self, user: "User") -> Self:
        """The rows this person may read: every view starts from here.

        Queries of keys are one UNION, never an OR: PostgreSQL answers an OR of subqueries
        by reading every row.
        """
        ways = self.ways(user)
        plain = [way.rows for way in ways if isinstance(way.rows, Q)]
        keys: list[Any] = [
            way.rows.order_by() for way in ways if not isinstance(way.rows, Q)
        ]
        if not keys:
            return self.filter(reduce(or_, plain)) if plain else self.none()
        if plain:
            own = self.model._base_manager.filter(reduce(or_, plain)).order_by()
            keys.insert(0, own.values("pk"))
        first, *others = keys
        return self.filter(pk__in=first.union(*others) if others else first)


def _condition(rows: Q | models.QuerySet) -> Q:
    return rows if isinstance(rows, Q) else Q(pk__in=rows)
