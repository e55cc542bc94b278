"""How a person answers a sheet that lies open."""

from typing import Literal

from consents.models import Consent
from institutions.models import User

Way = Literal["", "own", "entered", "reported"]


def way_to_answer(consent: Consent, user: User) -> Way:
    """As one asked himself; for posts of the own side; or, for others' only, by a report."""
    if not consent.is_open:
        return ""
    if consent.waiting_for(user).exists():
        return "own"
    posts = consent.enterable_by(user).select_related(
        "side__office", "entered_by__office"
    )
    found = [post.is_entered_through(user) for post in posts]
    if not found:
        return ""
    return "entered" if any(found) else "reported"
