"""Who chairs a meeting: by the charter's list, in turn, on another's behalf, or with a reason."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions.models import Appointment, JointBody, Post, User
from meetings.charter import MeetingRules


class Chaired(models.Model):
    """The chair of a meeting: the post, whose place it takes, which holder, and why this one."""

    chair = models.ForeignKey(
        Post,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("chair"),
    )
    delegated_by = models.ForeignKey(
        Post,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("on behalf of"),
    )
    chair_person = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("who chairs"),
        help_text=gettext_lazy("Named where several people hold the post."),
    )
    chair_reason = models.CharField(
        gettext_lazy("why this post chairs"), max_length=300, blank=True
    )

    joint_body: "models.ForeignKey[JointBody, JointBody]"

    class Meta:
        abstract = True

    @property
    def sitting_rules(self) -> MeetingRules:
        raise NotImplementedError

    def eligible_chairs(self) -> "models.QuerySet[Post]":
        """Posts of the charter's lists; with a reason any post that takes part in the body."""
        rules = self.sitting_rules.chair
        may = models.Q(key__in=[*rules.posts, *rules.delegates])
        if rules.others == "with reason":
            administers = models.Q(side=None, entered_by=None)
            may |= models.Q(liaison_of=None, ended_on=None) & ~administers
        return self.joint_body.posts.filter(may)

    def chairs_by_right(self) -> list[str]:
        """Keys of the posts whose right it is: with turns the one whose turn it is."""
        rules = self.sitting_rules.chair
        return [self._next_in_turn()] if rules.in_turn else list(rules.posts)

    def proposed_chair(self) -> Post | None:
        """Who chairs if nothing speaks against it; nobody where several may be chosen."""
        keys = self.chairs_by_right()
        return self.joint_body.posts.get(key=keys[0]) if len(keys) == 1 else None

    def _next_in_turn(self) -> str:
        """The post after the one that chaired the last regular meeting held."""
        posts = self.sitting_rules.chair.posts
        in_list = models.Q(chair__key__in=posts) | models.Q(delegated_by__key__in=posts)
        every: Any = type(self)._base_manager
        held = every.filter(in_list, joint_body=self.joint_body, kind="regular")
        held = held.exclude(held_on=None).exclude(pk=self.pk).order_by("-held_on", "-pk")
        last = held.values_list("delegated_by__key", "chair__key").first()
        if last is None:
            return posts[0]
        whose = next(key for key in last if key in posts)
        return posts[(posts.index(whose) + 1) % len(posts)]

    def needs_chair_reason(self, chair: Post, delegated_by: Post | None) -> bool:
        """Whether this choice is neither by right nor on behalf of one who has it."""
        own, rules = self.chairs_by_right(), self.sitting_rules.chair
        is_delegated = delegated_by is not None and delegated_by.key in own
        return chair.key not in own and not (
            chair.key in rules.delegates and is_delegated
        )

    def wrong_chair(
        self,
        chair: Post,
        delegated_by: Post | None,
        person: User | None = None,
        reason: str = "",
    ) -> dict[str, str]:
        """What the charter forbids of this choice, by field."""
        if chair not in self.eligible_chairs():
            return {"chair": _("By the charter this post does not chair.")}
        wrong = {}
        if not self.needs_chair_reason(chair, delegated_by):
            if chair.key in self.chairs_by_right() and delegated_by:
                wrong["delegated_by"] = _("This post chairs in its own right.")
        else:
            wrong |= self._wrong_other(chair, delegated_by, reason)
        return wrong | _wrong_person(chair, person)

    def _wrong_other(
        self, chair: Post, delegated_by: Post | None, reason: str
    ) -> dict[str, str]:
        rules = self.sitting_rules.chair
        if delegated_by:
            return {"delegated_by": _("Say who delegates it to this post.")}
        if rules.others == "with reason":
            text = _("Say why another post than the charter's chairs.")
            return {} if reason.strip() else {"chair_reason": text}
        if chair.key in rules.delegates:
            return {"delegated_by": _("Say who delegates it to this post.")}
        return {
            "chair": _("It is the turn of %(post)s.") % {"post": self.proposed_chair()}
        }

    def _set_chair(
        self, chair: Post, delegated_by: Post | None, person: User | None, reason: str
    ) -> None:
        """A reason is kept where the choice needs one."""
        needs_reason = self.needs_chair_reason(chair, delegated_by)
        self.chair, self.delegated_by, self.chair_person = chair, delegated_by, person
        self.chair_reason = reason.strip() if needs_reason else ""


def _wrong_person(chair: Post, person: User | None) -> dict[str, str]:
    """Of several holders one is named; nobody else is."""
    held = Appointment.objects.today().filter(post=chair)
    holders = set(held.values_list("person", flat=True))
    if person and person.pk not in holders:
        return {"chair_person": _("This person does not hold the post that chairs.")}
    if len(holders) > 1 and person is None:
        return {"chair_person": _("Several people hold this post: say who chairs.")}
    return {}
