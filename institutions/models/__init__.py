"""Joint bodies and their rules, units, posts, people, and the working calendar."""

from institutions.models.bodies import (
    JointBody,
    JointBodyGroupPermission,
    JointBodyUserPermission,
    MemberUnit,
    Post,
    Side,
)
from institutions.models.calendar import CalendarDay
from institutions.models.charters import Charter, charter_by_pk, charter_seen_from
from institutions.models.delegations import Delegation, who_acts_in
from institutions.models.people import Appointment, User
from institutions.models.strokes import StrokeCount
from institutions.models.units import Unit, UnitName, called_on, names_on

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
    "StrokeCount",
    "Unit",
    "UnitName",
    "User",
    "called_on",
    "charter_by_pk",
    "charter_seen_from",
    "names_on",
    "who_acts_in",
]
