"""Why minutes cannot go on yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from jointmeeting.workflow import gate

GAPS_SAID = 5


@gate
def has_no_gaps(minutes) -> str | None:
    """An item without outcome, a decision without lead, date or measure."""
    gaps = minutes.gaps()
    if not gaps:
        return None
    what = "；".join(gaps[:GAPS_SAID])
    if (more := len(gaps) - GAPS_SAID) > 0:
        text = _("Still missing: %(what)s, and %(n)s more.")
        return text % {"what": what, "n": more}
    return _("Still missing: %(what)s.") % {"what": what}


@gate
def approving_route_is_held(minutes) -> str | None:
    return minutes.vacancy("approve")


@gate
def attendance_is_ticked(minutes) -> str | None:
    if minutes.meeting.attendances.filter(was_there=None).exists():
        return _("Tick first who was there.")
    return None


@gate
def is_typed_in(decision) -> str | None:
    """Only a decision of a meeting held before this product was typed in by hand."""
    if decision.meeting.is_imported:
        return None
    return _("It stands in issued minutes and is changed by a correction.")
