"""Why a step of a task is not possible yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from jointmeeting.workflow import gate


@gate
def is_not_standing(assignment) -> str | None:
    if assignment.is_standing:
        return _("A standing task has no end; report on it.")
    return None


@gate
def each_line_is_said(report) -> str | None:
    """For each decision not done: the lead unit's explanation, each office's opinion."""
    waiting = report.unsaid()
    return (
        _("Still missing: %(what)s.") % {"what": "；".join(waiting)} if waiting else None
    )


@gate
def signing_off_is_held(inspection) -> str | None:
    return inspection.vacancy("sign_off")
