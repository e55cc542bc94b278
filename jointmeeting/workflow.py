"""Changes of state: one method each, locked, guarded, signed and dated, all or nothing."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from inspect import signature
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

Gate = Callable[[Any], str | None]  # the reason why not yet, or nothing
GATES: dict[str, Gate] = {}  # "agenda.has_an_agenda" → it: the name a charter uses


class StepRefused(Exception):
    """The step cannot be taken now; the message tells the user why."""


class May:
    """Who may take a step; its str() names them. The subclasses are a closed set."""

    is_button = True
    is_consent = False

    def __call__(self, user: Any, row: Any) -> bool:
        raise NotImplementedError

    def who(self, row: Any) -> str:
        """Who that is for this row, by name of post or office."""
        return str(self)

    def check(self, user: Any, row: Any) -> None:
        """Raise PermissionDenied, which names who may, for anybody else."""
        if not self(user, row):
            who = self.who(row)
            raise PermissionDenied(_("This step is for %(who)s.") % {"who": who})


def gate_name(check: Gate) -> str:
    """The name by which a charter sets how strict a gate is: `app.name`."""
    return f"{check.__module__.split('.')[0]}.{check.__name__}"


def gate(check: Gate) -> Gate:
    """Register a gate, so that charters can name it."""
    GATES[gate_name(check)] = check
    return check


@contextmanager
def locked(row: models.Model, by: Any = None) -> Iterator[None]:
    """Hold the row's lock to the end of the transaction; read row and rights afresh.

    Unsaved changes are lost by that: save the form first, then take the step. A row
    whose steps touch the one it hangs on names it in `locked_after`: all lock that first.
    """
    with transaction.atomic():
        if above := getattr(row, "locked_after", ""):
            owner = getattr(row, above)
            type(owner)._base_manager.select_for_update(no_key=True).get(pk=owner.pk)
        rows = type(row)._base_manager.select_for_update(no_key=True)
        row.refresh_from_db(from_queryset=rows)
        if by:
            by.look_again()
        yield


def save_with_history(row: Any, by: Any, label: str, reason: str = "") -> None:
    """Save, and keep who did what; the label is the first line, so it can be translated."""
    row._history_user = by
    row._change_reason = f"{label}\n{reason}" if reason else label
    row.save()
    del row._history_user, row._change_reason  # or a later plain save repeats them


def label_and_reason(entry: Any) -> tuple[str, str]:
    """What a history entry says was done, in the reader's language, and why."""
    label, _newline, reason = (entry.history_change_reason or "").partition("\n")
    return _(label) if label else "", reason


@dataclass
class Transition:
    """A step as it is declared: from which states to which, who may, what must be so."""

    name: str
    label: str
    source: Collection[str]
    target: str
    may: May
    is_form: bool  # it asks for something, so it has a page of its own
    gates: list[Gate] = field(default_factory=list)

    def add_gate(self, gate: Gate) -> None:
        """Add a gate, also from an upper app; never to a step that a consent takes."""
        if self.may.is_consent:
            raise TypeError("The gates of an act belong to the step that asks for it.")
        if gate not in self.gates:
            self.gates.append(gate)

    def obstacles(self, row: Any) -> Iterator[tuple[str, bool]]:
        """Each reason why not yet, and whether the charter lets one go on despite it."""
        for gate in self.gates:
            mode = row.joint_body.gate_mode(gate_name(gate))
            if mode != "off" and (reason := gate(row)):
                yield reason, mode == "explain"

    def check(self, user: Any, row: Any, despite: str) -> None:
        self.may.check(user, row)
        if row.status not in self.source:
            raise StepRefused(already_done(row))
        for reason, may_go_on in self.obstacles(row):
            if not (may_go_on and despite):
                raise StepRefused(reason)


def already_done(row: Any) -> str:
    """Who dealt with the row last, when and how: what a second click is told."""
    entry = row.history.select_related("history_user").first()
    if entry is None or not entry.history_change_reason:
        return _("Someone else has already dealt with this.")
    label, _reason = label_and_reason(entry)
    return _("Already done: %(act)s by %(who)s on %(when)s.") % {
        "act": label,
        "who": entry.history_user or _("the system"),
        "when": localtime(entry.history_date).strftime("%Y-%m-%d %H:%M"),
    }


def transition(
    label: str,
    *,
    source: Collection[str],
    target: str = "",
    may: May,
    gates: Collection[Gate] = (),
):
    """Make a model method the one way of moving `status` from `source` to `target`.

    Without a target the row stays in its state. The body runs under the lock with the new status already set, and holds only what
    is special to this step; what it returns is called once the row is saved. Of two
    people pressing one button, one meets StepRefused. What the step is given as
    `reason` is kept in the history, as is the reason to go on despite a gate.
    """

    def decorate(method):
        asks = signature(method).parameters.keys() - {"self", "by"}
        this = Transition(method.__name__, label, source, target, may, bool(asks))
        for gate in gates:
            this.add_gate(gate)

        @wraps(method)
        def step(self, *, by, despite: str = "", **kwargs) -> None:
            with locked(self, by):
                this.check(by, self, despite)
                self.status = target or self.status
                then = method(self, by=by, **kwargs)
                why = "\n".join(filter(None, [kwargs.get("reason", ""), despite]))
                save_with_history(self, by, label, why)
                if then:
                    then()

        marked: Any = step
        marked.transition = this
        marked.alters_data = True
        return marked

    return decorate


@dataclass(frozen=True)
class Step:
    """A step as it is drawn: for whom else, and the reasons why it cannot be taken yet."""

    name: str
    label: str
    is_form: bool
    mine: bool
    who: str
    reasons: list[str]
    may_explain: bool


@cache
def transitions_of(model: type[models.Model]) -> list[Transition]:
    """In the order of their definition, which is that of the buttons."""
    names = [name for each in reversed(model.__mro__) for name in vars(each)]
    methods: list[Any] = [getattr(model, name, None) for name in dict.fromkeys(names)]
    return [method.transition for method in methods if hasattr(method, "transition")]


def steps_for(user: Any, row: Any) -> Iterator[Step]:
    """Every step that leads on from the row's present state; those of others as well."""
    model: Any = type(row)
    for this in transitions_of(model):
        if this.may.is_button and row.status in this.source:
            found, mine = list(this.obstacles(row)), this.may(user, row)
            yield Step(
                this.name,
                _(this.label),
                this.is_form,
                mine,
                "" if mine else this.may.who(row),
                [reason for reason, may_go_on in found],
                all(may_go_on for reason, may_go_on in found),
            )
