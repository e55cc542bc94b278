"""A meeting's whole page."""

from typing import Any

from django.shortcuts import get_object_or_404

from institutions.models import User
from meetings import pages
from meetings.models import Meeting


def page_of(pk: int, user: User) -> dict[str, Any]:
    """All that a meeting's page shows to this person; it does not exist for whom it is not."""
    meetings = Meeting.objects.visible_to(user).select_related(
        "joint_body", "requested_by__unit", "requested_by__liaison", "letter"
    )
    return pages.page_of(get_object_or_404(meetings, pk=pk), user)
