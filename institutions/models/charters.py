from dataclasses import is_dataclass
from functools import cached_property, lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from institutions import charter, reading
from jointmeeting.workflow import GATES, StepRefused

Part = TypeVar("Part")


class Charter(models.Model):
    """The rules of one body, one version; never changed, only replaced.

    A draft is changed part by part and may hold mistakes. One that is agreed waits for its
    day; see institutions.drafting and institutions.versions.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for its day")
        IN_FORCE = "in force", _("In force")
        SUPERSEDED = "superseded", _("Superseded")

    joint_body = models.ForeignKey(
        "institutions.JointBody",
        models.PROTECT,
        related_name="charters",
        verbose_name=_("joint body"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.DRAFT
    )
    in_force_from = models.DateField(_("in force from"))
    is_trial = models.BooleanField(_("on trial"), default=False)
    trial_until = models.DateField(_("trial until"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )
    data = models.JSONField()
    # How often a draft was changed: who changes an older one is told.
    revision = models.PositiveIntegerField(default=0, editable=False)
    # What becomes of posts and units that it names no more, by their keys.
    moves = models.JSONField(default=dict, editable=False)
    agreed_by = models.ForeignKey(
        "institutions.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    history = HistoricalRecords(excluded_fields=["data"])

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "version"], name="institutions_charter_version"
            ),
            models.UniqueConstraint(
                fields=["joint_body"],
                condition=models.Q(state="in force"),
                name="institutions_charter_in_force",
            ),
            models.UniqueConstraint(
                fields=["joint_body"],
                condition=models.Q(state__in=["draft", "waiting"]),
                name="institutions_charter_to_come",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(body)s, version %(version)s") % {
            "body": self.joint_body,
            "version": self.version,
        }

    def save(self, *args, **kwargs) -> None:
        """A charter that was in force is never edited: a change is a new version."""
        if self.pk:
            before = Charter.objects.get(pk=self.pk)
            if before.state != self.State.DRAFT and before.data != self.data:
                raise StepRefused(gettext("A charter in force is replaced, not edited."))
        super().save(*args, **kwargs)

    def part(self, kind: type[Part]) -> Part:
        """This charter's part of that kind, read once and kept."""
        key = next(key for key, part in charter.PARTS.items() if part is kind)
        return self.parts[key]

    def unit_name(self, key: str) -> str:
        """What the charter calls a unit on screens."""
        return self.unit_names[key]

    @property
    def unit_names(self) -> dict[str, str]:
        """What the charter calls its units on screens, by their keys."""
        units = [unit for group in self.parts["units"] for unit in group.units]
        return {unit.key: unit.short or unit.name for unit in units}

    def gate_mode(self, gate: str) -> str:
        """What this charter makes of a gate: refuse (the default), explain or off."""
        return self.parts["gates"].get(gate, "refuse")

    @cached_property
    def parts(self) -> dict[str, Any]:
        """Every part by its key, with the words of the place in it."""
        parts, problems = read_parts(self.data)
        if problems:
            raise ValueError("\n".join(map(str, problems)))
        return parts


def read_parts(data: dict) -> tuple[dict[str, Any], list[reading.Problem]]:
    """Each part of a charter's document, and what is wrong with it, part by part."""
    problems: list[reading.Problem] = []
    allowed = gettext("one of the parts %(keys)s") % {"keys": ", ".join(charter.PARTS)}
    for key in data.keys() - charter.PARTS.keys():
        problems.append(reading.Problem(key, allowed))
    words = reading.read(dict[str, str], data.get("words", {}), "words", problems)
    if words is None:  # else every text that names a word would be told as well
        return {}, problems
    empty = {tuple: list, dict: dict}
    parts = {"words": words}
    for key, kind in charter.PARTS.items():
        if key in parts:
            continue
        if key not in data and NoneType in get_args(kind):
            parts[key] = None  # a part that this place does not have
            continue
        nothing = empty.get(getattr(kind, "__origin__", dict), dict)()
        spoken = reading.spoken(data.get(key, nothing), words, key, problems)
        parts[key] = reading.read(kind, spoken, key, problems)
    return parts, problems


def problems_of(data: dict) -> list[reading.Problem]:
    """All that is wrong with a charter's document, and with what its parts name."""
    parts, problems = read_parts(data)
    if not problems:
        known = known_to(parts)
        for name in parts["gates"].keys() - GATES.keys():
            expected = gettext("one of the gates %(gates)s")
            expected %= {"gates": ", ".join(sorted(GATES))}
            problems.append(reading.Problem(f"gates.{name}", expected))
        for key, part in parts.items():
            for path, each in reading.walk(part, key):
                if hasattr(each, "check_in"):
                    problems += each.check_in(known, path)
        problems += charter.check_sides(parts["sides"]) + _repeated_keys(parts)
    return problems


def posts_in(parts: dict[str, Any]) -> dict[str, charter.PostRules]:
    """The posts that these parts name, by key."""
    return {rule.key: rule for rule in parts["posts"]}


def units_in(parts: dict[str, Any]) -> dict[str, charter.UnitRules]:
    """The units that these parts name, by key."""
    return {rule.key: rule for group in parts["units"] for rule in group.units}


def known_to(parts: dict[str, Any]) -> charter.Known:
    """What the rules of these parts may name."""
    return charter.Known(
        posts=frozenset(posts_in(parts)),
        leaders={side.key: side.leader for side in parts["sides"]},
        units=frozenset(units_in(parts)),
        reached=frozenset(post.key for post in parts["posts"] if post.is_reached),
        named=_named_in(parts),
    )


def _named_in(parts: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The keys that the parts themselves name, by kind: of each piece that has `names`."""
    named: dict[str, frozenset[str]] = {}
    for key, part in parts.items():
        for _path, each in reading.walk(part, key):
            for kind, keys in getattr(each, "names", {}).items():
                named[kind] = named.get(kind, frozenset()) | keys
    return named


def _repeated_keys(parts: dict[str, Any]) -> list[reading.Problem]:
    units = [unit.key for group in parts["units"] for unit in group.units]
    return [
        *charter.repeated([post.key for post in parts["posts"]], "posts"),
        *charter.repeated([side.key for side in parts["sides"]], "sides"),
        *charter.repeated(units, "units"),
        *charter.circular(parts["posts"]),
    ]


@lru_cache(maxsize=256)
def charter_by_pk(pk: int) -> Charter:
    """A charter never changes, so it is read and parsed once per process."""
    return Charter.objects.get(pk=pk)


@lru_cache(maxsize=256)
def charter_seen_from(pk: int, present: int) -> Charter:
    """A former version, naming posts and units by the keys they have under the present one."""
    former, last = Charter.objects.get(pk=pk), charter_by_pk(present).version
    later = Charter.objects.filter(
        joint_body=former.joint_body_id, version__gt=former.version, version__lte=last
    )
    for moves in later.order_by("version").values_list("moves", flat=True):
        kept = {
            old: said["to"]
            for kind in ("posts", "units", "sides")
            for old, said in moves.get(kind, {}).items()
            if said["how"] == "becomes"
        }
        if kept:
            former.data |= {
                key: _renamed(kind, former.data[key], kept)
                for key, kind in charter.PARTS.items()
                if key in former.data and key != "words"
            }
    return former


def _renamed(kind: Any, data: Any, kept: dict[str, str]) -> Any:
    """The data with each of these keys in the place of the old one, wherever a key may stand.

    A value that is one of a list of the format's own is no key, even if it reads the same.
    """
    origin, args = get_origin(kind), get_args(kind)
    if origin is UnionType:
        [kind] = [each for each in args if each is not NoneType]
        return _renamed(kind, data, kept)
    if is_dataclass(kind):
        hints = reading.hints_of(kind)
        return {name: _renamed(hints[name], each, kept) for name, each in data.items()}
    if origin is dict:
        return {name: _renamed(args[1], each, kept) for name, each in data.items()}
    if origin is tuple:
        return [_renamed(args[0], each, kept) for each in data]
    return kept.get(data, data) if kind is str else data
