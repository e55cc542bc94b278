"""What a meeting's own page shows of who attends."""

from typing import Any

from institutions.models import User
from meetings.models import ORGANISER, Attendance, Meeting
from meetings.places import counts_of, list_of


def attendance_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """Who sits in it in each capacity, and how many replied; nothing before it is agreed."""
    if meeting.status not in meeting.AGREED_ON:
        return {}
    places = list_of(meeting)
    groups = []
    for capacity, label in Attendance.Capacity.choices:
        of_kind = [each for each in places if each.capacity == capacity]
        names = [str(each.unit or each.post or each) for each in of_kind]
        groups.append({"label": label, "names": names, "counts": counts_of(of_kind)})
    return {
        "groups": [group for group in groups if group["names"]],
        "counts": counts_of(places),
        "own": [each for each in places if user.stands_for(each.unit)],
        "is_told": meeting.notified_on is not None,
        "is_over": meeting.held_on is not None,
        "may_organise": ORGANISER(user, meeting),
    }
