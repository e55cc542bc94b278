"""How an item was decided, where the charter says in which manner a meeting decides."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.charter import DecidingRules
from meetings.models import Attendance, Meeting


def deciding_of(meeting: Meeting) -> DecidingRules | None:
    """How a meeting decides, by the rules of then; nothing where these leave it open."""
    return meeting.sitting_rules.deciding


def voters_at(meeting: Meeting) -> int:
    """How many attended by head; who sits in or was invited has no vote."""
    places = meeting.attendances.select_related("unit").filter(
        capacity=Attendance.Capacity.ATTENDING, was_there=True
    )
    return sum(max(len(place.people), 1) for place in places)


class Ballot(models.Model):
    """The votes on an item, or that it was decided as the charter asks."""

    VOTES = ["votes_for", "votes_against", "votes_abstained"]
    BALLOT = [*VOTES, "is_so_decided"]

    votes_for = models.PositiveSmallIntegerField(
        gettext_lazy("votes for it"), null=True, blank=True
    )
    votes_against = models.PositiveSmallIntegerField(
        gettext_lazy("votes against it"), null=True, blank=True
    )
    votes_abstained = models.PositiveSmallIntegerField(
        gettext_lazy("abstentions"), null=True, blank=True
    )
    is_so_decided = models.BooleanField(
        gettext_lazy("decided as the charter asks"), default=False
    )

    class Meta:
        abstract = True

    def ballot(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.BALLOT}

    def check_ballot(self, meeting: Meeting, then: str) -> None:
        """Raise ValidationError, by field, for what cannot be, or does not carry `then`."""
        deciding = deciding_of(meeting)
        if deciding is None:
            return
        if deciding.manner in ("majority", "two thirds"):
            self._check_votes(meeting, deciding.manner, then)
        elif then == "decided" and not self.is_so_decided:
            text = _(
                "By the charter it is decided only so: tick it, or choose otherwise."
            )
            raise ValidationError({"is_so_decided": text})

    def _check_votes(self, meeting: Meeting, manner: str, then: str) -> None:
        votes = [getattr(self, name) for name in self.VOTES]
        if votes == [None, None, None]:
            if then == "decided":
                raise ValidationError({"votes_for": _("Enter the votes.")})
            return
        there = voters_at(meeting)
        cast = sum(each or 0 for each in votes)
        if cast > there:
            text = _("%(n)s votes, but only %(there)s who may vote were there.")
            raise ValidationError({"votes_for": text % {"n": cast, "there": there}})
        if then == "decided" and not self._carries(manner, there):
            texts = {
                "majority": _("%(n)s of %(there)s are no majority: it is not decided."),
                "two thirds": _(
                    "%(n)s of %(there)s are less than two thirds: it is not decided."
                ),
            }
            about = {"n": self.votes_for or 0, "there": there}
            raise ValidationError({"votes_for": texts[manner] % about})

    def _carries(self, manner: str, there: int) -> bool:
        """More than half of those there, or two thirds of them."""
        voted = self.votes_for or 0
        return voted * 3 >= there * 2 if manner == "two thirds" else voted * 2 > there
