"""Why minutes cannot go on yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from jointmeeting.workflow import gate


@gate
def has_no_gaps(minutes) -> str | None:
    """An item without outcome, a decision without lead, date or measure."""
    gaps = minutes.gaps()
    return _("Still missing: %(what)s.") % {"what": "；".join(gaps)} if gaps else None


@gate
def approving_route_is_held(minutes) -> str | None:
    return minutes.vacancy("approve")


@gate
def attendance_is_ticked(minutes) -> str | None:
    if minutes.meeting.attendances.exclude(was_there=None).exists():
        return None
    return _("Tick first who was there.")
