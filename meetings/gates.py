"""Why a meeting cannot be asked for or held yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from jointmeeting import clock
from jointmeeting.workflow import gate
from meetings.models.years import last_held, next_from
from meetings.quorum import count_of


@gate
def convening_route_is_held(meeting) -> str | None:
    return meeting.vacancy("convene")


@gate
def within_the_most(meeting) -> str | None:
    """As many meetings as the charter lets a year, or part of one, have."""
    rules = meeting.year_rules
    if not rules.most or not meeting.is_regular or rules.per == "since last":
        return None
    others = type(meeting).objects.counting(meeting.joint_body).exclude(pk=meeting.pk)
    n = others.filter(year=meeting.year, part=meeting.part).count()
    if n < rules.most:
        return None
    text = _(
        "There are %(n)s meetings for %(period)s already; by the charter %(how_often)s."
    )
    about = {"n": n, "period": meeting.period, "how_often": rules.how_often()}
    return text % about


@gate
def not_too_soon(meeting) -> str | None:
    """Held before as many months have passed since the last as the charter asks for."""
    rules, day = meeting.year_rules, meeting.day or meeting.proposed_on
    if rules.per != "since last" or not meeting.is_regular or day is None:
        return None
    last = last_held(meeting.joint_body)
    if last is None or day >= (begins := next_from(meeting.joint_body, last)):
        return None
    text = _(
        "The last meeting was held on %(last)s; by the charter %(how_often)s,"
        " that is from %(day)s on."
    )
    about = {"last": last, "day": begins, "how_often": rules.how_often()}
    return text % about


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


@gate
def plan_route_is_held(meeting) -> str | None:
    return meeting.vacancy("plan") if meeting.plan_rules else None


@gate
def plan_is_complete(meeting) -> str | None:
    """The parts that are signed together are there."""
    covers = meeting.plan_rules.covers if meeting.plan_rules else ()
    if "attendance" in covers and not meeting.attendances.exists():
        return _("Say first who attends.")
    if "agenda" in covers and not meeting.PLANNED["agenda"](meeting):
        return _("Draw up the agenda first.")
    return None


@gate
def plan_is_agreed(meeting) -> str | None:
    if meeting.plan_rules is None or meeting.plan_is_agreed:
        return None
    text = _("The plan is to be agreed to first (%(verb)s).")
    return text % {"verb": meeting.plan_route.verb}


@gate
def quorum_is_met(meeting) -> str | None:
    """As many are ticked as the charter wants."""
    count = count_of(meeting)
    if count is None or count.is_met:
        return None
    if meeting.attendances.filter(was_there=None).exists():
        return _("Tick first who was there: the charter says how many must be.")
    return str(count)
