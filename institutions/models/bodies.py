from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from institutions.charter import PostRules
from institutions.models.charters import Charter, charter_by_pk, charter_seen_from
from institutions.models.units import Unit
from institutions.seeing import SeenQuerySet, Way
from jointmeeting import clock

if TYPE_CHECKING:
    from institutions.models.people import User

Part = TypeVar("Part")
LATELY = timedelta(days=31)  # longer than any outage of the daily work


class JointBodyQuerySet(SeenQuerySet["JointBody"]):
    def ways(self, user: "User") -> list[Way]:
        """Who holds a post on it, of whatever kind."""
        mine = Q(pk__in={post.joint_body_id for post in user.posts_held})
        return [Way(gettext_noop("a post on the body"), mine)]

    def allowing(self, user: "User", *codenames: str) -> Self:
        """Bodies on which an office or group of this person holds one of the permissions."""
        held = JointBodyGroupPermission.objects.filter(
            group__in=user.groups.all(), permission__codename__in=codenames
        )
        return self.filter(pk__in=held.values("content_object"))

    def of(self, user: "User") -> Self:
        """Bodies at work, by their charter, on which this person holds a post today."""
        held = Post.objects.held_by(user).values("joint_body")
        return self.filter(pk__in=held, charter__isnull=False)

    def administered_by(self, user: "User") -> Self:
        """Bodies whose charter and posts this person sees to, at work or being set up."""
        return self.allowing(user, "administer_rights")

    def seen_by(self, user: "User") -> Self:
        """Bodies this person works in, and those being set up that this person sees to."""
        return self.filter(
            Q(pk__in=self.of(user)) | Q(pk__in=self.administered_by(user), charter=None)
        )

    def where_people_changed(self) -> Self:
        """Bodies where of late somebody left a post or came to one, by the day itself."""
        today, lately = clock.today(), clock.today() - LATELY
        ended = Q(appointments__until__range=(lately, today))
        begun = Q(appointments__since__range=(lately, today))
        posts = Post.objects.filter(ended | begun)
        return self.filter(pk__in=posts.values("joint_body"))


class JointBody(models.Model):
    """A standing body of two or more sides. All permissions are given on it, none below."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    short = models.CharField(_("short name"), max_length=40)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("body above"),
    )
    charter = models.ForeignKey(
        Charter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("charter in force"),
    )

    objects = JointBodyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("joint body")
        verbose_name_plural = _("joint bodies")
        permissions = [
            ("read_topics", _("Read topics")),
            ("read_opinions", _("Read the units' opinions")),
            ("request_meetings", _("Request meetings")),
            ("prepare_topics", _("Prepare topics")),
            ("run_consultations", _("Run consultations")),
            ("issue_documents", _("Issue documents")),
            ("organise_meetings", _("Organise meetings")),
            ("record_meetings", _("Record meetings")),
            ("assign_tasks", _("Assign tasks")),
            ("verify_results", _("Verify results")),
            ("inspect", _("Inspect")),
            ("administer_accounts", _("Administer accounts")),
            ("administer_rights", _("Administer posts and rights")),
            ("read_audit", _("Read the audit")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="institutions_body_not_own_parent",
                violation_error_message=_("A body is not above itself."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above, seen = self.parent, {self.pk}
        while above:
            if above.pk in seen:
                text = gettext("%(body)s would be above itself.") % {"body": self.name}
                raise ValidationError({"parent": text})
            seen.add(above.pk)
            above = above.parent

    def liaison_post(self, key: str, title: str, number: int) -> "Post":
        """The post of who acts for the unit of that key, made when the unit joins."""
        named = {"title": title, "position": 1000 + number}
        post, _new = self.posts.update_or_create(key=f"unit-{key}", defaults=named)
        return post

    def part(self, kind: type[Part]) -> Part:
        """The part of the charter in force that is of this kind."""
        return self.rules_in_force.part(kind)

    @property
    def rules_in_force(self) -> Charter:
        """The charter in force, read and parsed once per process."""
        return charter_by_pk(self.charter_id)

    def last_said(self, of: Callable[[Charter], Part | None]) -> Part:
        """What the charter in force says; where it says nothing by now, the last that did.

        A former one names posts and units by the keys that they have today.
        """
        charter = self.rules_in_force
        while (said := of(charter)) is None:
            charter = charter_seen_from(charter.replaces_id, self.charter_id)
        return said

    def gate_mode(self, gate: str) -> str:
        """What the charter makes of a gate: refuse (the default), explain or off."""
        return self.rules_in_force.gate_mode(gate)

    def holders_of(self, codename: str) -> dict[int, str]:
        """The posts whose task gives them this right; of a unit's liaison, the unit's name.

        Asked once of a loaded body, however many steps name them.
        """
        if codename not in self._holders:
            self._holders[codename] = self._read_holders(codename)
        return self._holders[codename]

    @cached_property
    def _holders(self) -> dict[str, dict[int, str]]:
        return {}

    def _read_holders(self, codename: str) -> dict[int, str]:
        groups = JointBodyGroupPermission.objects.filter(
            content_object=self, permission__codename=codename
        )
        posts = self.posts.filter(group__in=groups.values("group"))
        posts = posts.select_related("liaison_of__unit").order_by("position")
        return {post.pk: str(getattr(post, "liaison_of", post)) for post in posts}


class JointBodyGroupPermission(GroupObjectPermissionBase):
    """Guardian's table for joint bodies: a real foreign key, so grants die with the body."""

    content_object = models.ForeignKey(JointBody, models.CASCADE)


class JointBodyUserPermission(UserObjectPermissionBase):
    """Required by guardian beside the group table and kept empty."""

    content_object = models.ForeignKey(JointBody, models.CASCADE)


def _of_one_body(row: "Side | Post | MemberUnit", *fields: str) -> None:
    """Refuse what a row names, in these fields, of another body than its own."""
    for field in fields:
        named = getattr(row, field)
        if named and named.joint_body_id != row.joint_body_id:
            text = gettext("%(name)s is of another joint body.") % {"name": named}
            raise ValidationError({field: text})


class Side(models.Model):
    """One of the two to five sides of a body, with its office and its leader's post."""

    joint_body = models.ForeignKey(
        JointBody, models.PROTECT, related_name="sides", verbose_name=_("joint body")
    )
    key = models.SlugField(_("key"))
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    office = models.ForeignKey(
        "MemberUnit",
        models.PROTECT,
        null=True,
        related_name="sides",
        verbose_name=_("office"),
    )
    leader = models.ForeignKey(
        "Post", models.PROTECT, null=True, related_name="+", verbose_name=_("leader")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("side")
        verbose_name_plural = _("sides")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "key"], name="institutions_side_key"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Who acts for its office is of the side."""
        super().save(*args, **kwargs)
        if self.office and self.office.liaison.side_id != self.pk:
            self.office.liaison.side = self
            self.office.liaison.save()

    def clean(self) -> None:
        _of_one_body(self, "office", "leader")


def in_office(of: str = "") -> Q:
    """The condition of an appointment of today: begun, and not ended before today."""
    return Q(**{f"{of}since__lte": clock.today()}) & not_over(of)


def not_over(of: str = "") -> Q:
    """The condition of an appointment of today or of days to come."""
    return Q(**{f"{of}until__gte": clock.today()}) | Q(**{f"{of}until": None})


class PostQuerySet(models.QuerySet["Post"]):
    def held_by(self, user: "User") -> Self:
        """Posts that this person holds today, or acts in by delegation or succession."""
        own = self._below("appointments").today().filter(person=user).values("post")
        acted = self._below("delegations").acting().to_person(user).values("post")
        return self.filter(pk__in=own.union(acted))

    def answered_by(self, user: "User") -> Self:
        """Those, and posts that this person only enters for; each knows which it is."""
        own = self._below("appointments").today().filter(person=user)
        passed_on = self._below("delegations").in_force().to_person(user)
        acted = passed_on.filter(how="acts", post=models.OuterRef("pk"))
        answered = own.values("post").union(passed_on.values("post"))
        return self.filter(pk__in=answered).annotate(
            is_own=models.Exists(own.filter(post=models.OuterRef("pk"))),
            is_acted=models.Exists(acted),
        )

    def now(self) -> Self:
        """Those that the charter still has."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=clock.today()))

    def held(self) -> Self:
        """Posts that somebody holds today, or acts in."""
        held = self._below("appointments").today().values("post")
        acted = self._below("delegations").acting().filter(to__in=held).values("post")
        return self.filter(pk__in=held.union(acted))

    def _below(self, name: str) -> Any:
        """The rows that hang on posts by this name: their models come after this one."""
        related: Any = self.model._meta.get_field(name).related_model
        return related.objects

    def entered_for(self, user: "User") -> Self:
        """Posts whose answers this person's unit enters: of its side, or named to it."""
        mine = user.sides_acted_for
        return self.filter(
            Q(side__in=mine) | Q(entered_by__in=mine), liaison_of__isnull=True
        )


class Post(models.Model):
    """Who owes and who signs, whoever holds it; who acts for a unit holds one too."""

    joint_body = models.ForeignKey(
        JointBody, models.PROTECT, related_name="posts", verbose_name=_("joint body")
    )
    key = models.SlugField(_("key"))
    title = models.CharField(_("title"), max_length=100)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    side = models.ForeignKey(
        Side,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("side"),
    )
    entered_by = models.ForeignKey(
        Side,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("side whose office enters for it"),
    )
    group = models.OneToOneField(
        Group, models.PROTECT, null=True, blank=True, editable=False, related_name="post"
    )
    # A post that the charter has no more: its last day, and who answers for what it left.
    ended_on = models.DateField(_("last day"), null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        editable=False,
    )

    is_own: bool  # whether who answers for it holds it; see PostQuerySet.answered_by
    is_acted: bool

    objects = PostQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "key"], name="institutions_post_key"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        _of_one_body(self, "side", "entered_by")
        if self.side and self.entered_by:
            text = gettext("A post of a side is entered by that side's office.")
            raise ValidationError({"entered_by": text})

    @property
    def rules(self) -> PostRules | None:
        """What the charter in force says of it; nothing of one who acts for a unit.

        Nothing either while the body is being set up.
        """
        if self.joint_body.charter_id is None:
            return None
        posts: tuple[PostRules, ...] = self.joint_body.rules_in_force.parts["posts"]
        return next((rules for rules in posts if rules.key == self.key), None)

    @property
    def takes_part(self) -> bool:
        """Whether it is of a side, of a unit, or entered for: not one that only administers."""
        is_signed_for = self.side_id is not None or self.entered_by_id is not None
        return is_signed_for or hasattr(self, "liaison_of")

    @property
    def own_side(self) -> Side | None:
        """The side whose units enter what this post's holder said or signed."""
        return self.side or self.entered_by

    def is_entered_through(self, person: "User") -> bool:
        """Whether what this person enters for the post is its answer, and no report."""
        if (self.side_id or self.entered_by_id) in person.sides_acted_for:
            return True
        return any(post.pk == self.pk for post in person.posts_only_entered)


class MemberUnitQuerySet(models.QuerySet["MemberUnit"]):
    def now(self) -> Self:
        """Those on their body today: one that has ended is asked for nothing new."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=clock.today()))


class MemberUnit(models.Model):
    """A unit on one joint body. What it owes or proposes there, its liaison does.

    One that has ended keeps its rows and its liaison's post; see institutions.units.
    """

    joint_body = models.ForeignKey(
        JointBody, models.PROTECT, related_name="members", verbose_name=_("joint body")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit")
    )
    key = models.SlugField(_("key"))
    liaison = models.OneToOneField(
        Post, models.PROTECT, related_name="liaison_of", verbose_name=_("liaison")
    )
    is_member = models.BooleanField(_("member unit"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    ended_on = models.DateField(_("last day on the body"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    # The successor's name, so that a list of units is not a query for each.
    now_called = models.CharField(max_length=100, blank=True, editable=False)

    called = ""  # in a list of a day before its renaming; see called_on

    objects = MemberUnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("unit on the body")
        verbose_name_plural = _("units on the body")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "unit"], name="institutions_member_once"
            ),
            models.UniqueConstraint(
                fields=["joint_body", "key"], name="institutions_member_key"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(ended_on__isnull=False),
                name="institutions_successor_of_ended",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("pk")),
                name="institutions_not_own_successor",
            ),
        ]

    def __str__(self) -> str:
        if self.called or not self.now_called:
            return self.called or str(self.unit)
        return self.and_now(str(self.unit))

    def and_now(self, before: str) -> str:
        """A name of earlier days, and what took its place."""
        told = gettext("%(unit)s (now %(successor)s)")
        return told % {"unit": before, "successor": self.now_called or self.unit}

    @property
    def is_on_body(self) -> bool:
        return self.ended_on is None or self.ended_on >= clock.today()

    @property
    def side_key(self) -> str:
        """The key of the side it is of by the charter in force; none for most."""
        sides = self.joint_body.rules_in_force.parts["sides"]
        return next((side.key for side in sides if self.key in side.all_units), "")

    @property
    def present(self) -> "MemberUnit | None":
        """The unit that takes its place today: itself, who took over, or none."""
        return self if self.is_on_body else self.successor
