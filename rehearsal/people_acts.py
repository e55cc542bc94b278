"""Delegating a post, and standing in for its holder, once a year where the charter has it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deadlines.models import Duty
from documents.delegating import may_stand_in, pass_on
from institutions.charter import PostRules
from institutions.models import Delegation
from jointmeeting import clock
from rehearsal.papers import scan

if TYPE_CHECKING:
    from rehearsal.player import Play

LASTS = timedelta(days=10)
GROUNDS = {
    "delegation": Delegation.Ground.DELEGATED,
    "succession": Delegation.Ground.AWAY,
}


def plan(play: Play) -> None:
    """In the middle of the year each is used once, one after the other."""
    posts: tuple[PostRules, ...] = play.body.rules_in_force.parts["posts"]
    turn = 0
    for number, rules in enumerate(posts):
        for name, ground in GROUNDS.items():
            if getattr(rules, name):
                begin = partial(stand_in, play, rules, f"posts[{number}].{name}", ground)
                day = play.day_at(0.5) + turn * (LASTS + timedelta(days=4))
                play.begin_on(min(day, play.last), begin)
                turn += 1


def stand_in(play: Play, rules: PostRules, path: str, ground: str) -> None:
    """The holder delegates; that he is away his office enters, where a side has one."""
    post = play.body.posts.select_related("side", "entered_by").get(key=rules.key)
    successor = may_stand_in(post, ground).first()
    is_delegated = ground == Delegation.Ground.DELEGATED
    rule: Any = rules.delegation if is_delegated else rules.succession
    side = post.own_side
    office = side.office if side and not is_delegated else None
    if successor is None or not (is_delegated or office):
        return  # nobody but an administrator enters it
    given = {
        "ground": ground,
        "to": successor,
        "since": clock.today(),
        "until": clock.today() + LASTS,
        "reason": _("Away on duty"),
        "letter": scan(_("Letter of delegation")) if rule.how == "by letter" else None,
    }
    words = _("%(to)s stands in for %(post)s") % {"to": successor, "post": post}
    play.do(
        words,
        partial(pass_on, post),
        post=post,
        path=path,
        basis=rule.basis,
        entered_by=office,
        **given,
    )


def accept(play: Play, duty: Duty) -> None:
    """Whoever is asked consents."""
    mandate = duty.row
    rules = mandate.delegation.post.rules
    play.do(
        duty.text,
        mandate.accept,
        post=duty.post,
        path="posts",
        basis=rules.succession.basis,
    )
