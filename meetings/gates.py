"""Why a meeting cannot be asked for yet; each gate returns the reason or nothing."""

from jointmeeting.workflow import gate


@gate
def convening_route_is_held(meeting) -> str | None:
    return meeting.vacancy("convene")
