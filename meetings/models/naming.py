"""What a meeting is called: by its number, else by the work year that it is for."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from meetings.charter import MeetingForm, MeetingRules
from meetings.periods import Period, periods_of, year_at, year_name

if TYPE_CHECKING:
    from institutions.models import JointBody

Numbers = dict[str, int | None]  # in all, and within the work year


class Named:
    """The names of a meeting, which all pages, lists and documents take from here."""

    joint_body: JointBody
    pk: Any
    year: int
    part: int
    form: str
    ordinal: int | None
    year_ordinal: int | None
    held_on: date | None
    starts_at: datetime | None

    if TYPE_CHECKING:
        _base_manager: models.Manager[Any]

        def get_kind_display(self) -> str: ...

        @property
        def sitting_rules(self) -> MeetingRules: ...

    @property
    def period(self) -> Period:
        """The work year it is held for, or the part of one where it meets more often."""
        parts = periods_of(self.sitting_rules, self.year)
        return parts[min(self.part, len(parts)) - 1]

    @property
    def year_name(self) -> str:
        """The work year it is held for."""
        return year_name(self.sitting_rules, self.year)

    @property
    def is_out_of_its_year(self) -> bool:
        """Whether it was held before or after the work year that it is for."""
        if self.held_on is None:
            return False
        return year_at(self.sitting_rules, self.held_on) != self.year

    @property
    def form_rules(self) -> MeetingForm | None:
        """The form it is held in, where it is not the usual one."""
        forms = self.sitting_rules.forms
        return next((each for each in forms if each.key == self.form), None)

    @property
    def form_name(self) -> str:
        return self.form_rules.name if self.form_rules else ""

    # Its number

    @property
    def numbered(self) -> str:
        """Which meeting of the body it is: 第12次会议, 2026年第1次会议（总第12次）."""
        return self._numbered(self.ordinal, self.year_ordinal)

    @property
    def next_numbers(self) -> Numbers:
        """The numbers it gets by the charter, if it is the next to be held."""
        numbering = self.sitting_rules.organise.numbering
        of_body = type(self)._base_manager.filter(joint_body=self.joint_body)
        of_year = models.Max("year_ordinal", filter=models.Q(year=self.year))
        last = of_body.aggregate(ordinal=models.Max("ordinal"), year_ordinal=of_year)
        before = max(last["ordinal"] or 0, self.sitting_rules.organise.held_before)
        return {
            "ordinal": None if numbering == "by year" else before + 1,
            "year_ordinal": None
            if numbering == "total"
            else (last["year_ordinal"] or 0) + 1,
        }

    @property
    def next_ordinal(self) -> int:
        """The one of these by which it is told that another meeting took it."""
        return next(filter(None, self.next_numbers.values()))

    @property
    def next_numbered(self) -> str:
        """Which meeting it will be, if it is the next to be held."""
        return self._numbered(**self.next_numbers)

    def _numbered(self, ordinal: int | None, year_ordinal: int | None) -> str:
        if year_ordinal is None:
            return _("meeting no. %(n)s") % {"n": ordinal} if ordinal else ""
        about = {"n": year_ordinal, "year": self.year_name, "total": ordinal}
        if ordinal is None:
            return _("meeting no. %(n)s of %(year)s") % about
        return _("meeting no. %(n)s of %(year)s (no. %(total)s in all)") % about

    # Its name

    def __str__(self) -> str:
        """As screens and duties name it beside its body."""
        kind, form = self.get_kind_display(), self.form_name
        if not (self.ordinal or self.year_ordinal):
            name = _("%(kind)s of %(period)s") % {"kind": kind, "period": self.period}
            notes = [form]
        elif self.year_ordinal is None:
            name, notes = self.numbered, [kind, form]
        else:
            name, notes = self._numbered(None, self.year_ordinal), [kind, form]
            if self.ordinal:
                notes.insert(0, _("no. %(total)s in all") % {"total": self.ordinal})
            if self.is_out_of_its_year and self.held_on:
                month = {"year": self.held_on.year, "month": self.held_on.month}
                notes.append(_("held in %(year)s-%(month)s") % month)
        said = pgettext("between the notes on a meeting", ", ").join(filter(None, notes))
        return (
            _("%(meeting)s (%(notes)s)") % {"meeting": name, "notes": said}
            if said
            else name
        )

    @property
    def called(self) -> str:
        """As documents name it after the name of its body."""
        with override("zh-hans"):
            return self._called(self.numbered)

    @property
    def called_before(self) -> str:
        """As the notice names it: with the number that it is to get, where years have them.

        Meetings that all were told of, and that are held before this one, get theirs first.
        """
        if self.numbered or self.sitting_rules.organise.numbering == "total":
            return self.called
        told = type(self)._base_manager.filter(
            joint_body=self.joint_body, status="notified"
        )
        sooner = told.exclude(pk=self.pk).filter(starts_at__lt=self.starts_at)
        ordinal, year_ordinal = self.next_numbers.values()
        in_year = sooner.filter(year=self.year).count()
        with override("zh-hans"):
            expected = self._numbered(
                ordinal and ordinal + sooner.count(),
                year_ordinal and year_ordinal + in_year,
            )
            return self._called(expected)

    def _called(self, numbered: str) -> str:
        name = numbered or f"{self.period}{self.get_kind_display()}"
        return f"{name}（{self.form_name}）" if self.form_name else name
