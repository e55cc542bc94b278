"""Why a meeting cannot be asked for yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from jointmeeting import clock
from jointmeeting.workflow import gate


@gate
def convening_route_is_held(meeting) -> str | None:
    return meeting.vacancy("convene")


@gate
def is_arranged(meeting) -> str | None:
    if meeting.starts_at and meeting.place and meeting.chair_id:
        return None
    return _("Set day, place and chair first.")


@gate
def somebody_attends(meeting) -> str | None:
    if meeting.attendances.exists():
        return None
    return _("Say first who attends.")


@gate
def has_begun(meeting) -> str | None:
    if meeting.starts_at and meeting.starts_at <= clock.now():
        return None
    return _("The meeting has not begun yet.")
