"""Joint bodies and their rules, units, posts, people, and the working calendar."""

from institutions.models.bodies import (
    JointBody,
    JointBodyGroupPermission,
    JointBodyUserPermission,
    MemberUnit,
    Post,
    Side,
    Unit,
)
from institutions.models.calendar import CalendarDay
from institutions.models.charters import Charter, charter_by_pk, charter_seen_from
from institutions.models.delegations import Delegation, who_acts_in
from institutions.models.people import Appointment, User

__all__ = [
    "Appointment",
    "CalendarDay",
    "Charter",
    "Delegation",
    "JointBody",
    "JointBodyGroupPermission",
    "JointBodyUserPermission",
    "MemberUnit",
    "Post",
    "Side",
    "Unit",
    "User",
    "charter_by_pk",
    "charter_seen_from",
    "who_acts_in",
]
