"""Who is waited for, as templates/parts/next.html draws it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from deadlines.models import Duty
from institutions.models import User


def wait_of(same: Sequence[Duty], user: User, **said: Any) -> dict[str, Any]:
    """A line for duties that are one wait, as any of their posts ends it; `said` goes first.

    They have their posts and their working days left.
    """
    first, held = same[0], {post.pk for post in user.posts_held}
    line: dict[str, Any] = {
        "due": first.due_on,
        "left": first.left,
        "state": first.state,
        "what": first.text,
        "url": first.page_url,
        "is_mine": not held.isdisjoint(duty.post_id for duty in same),
    }
    if "post" not in said:
        line["post"] = _(" or ").join(str(duty.post) for duty in same)
    return line | said
