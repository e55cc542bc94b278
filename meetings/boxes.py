"""What a meeting's own page shows of who attends."""

from typing import Any, NamedTuple

from django.urls import reverse

from institutions.models import Unit, User
from jointmeeting.prepared import Prepared
from meetings.models import ORGANISER, Attendance, Meeting
from meetings.places import counts_of
from meetings.quorum import count_of

SHOWN = ["pk", "capacity", "status", "was_there", "unit_id", "title", "name"]
WHOSE = ["unit__liaison", "unit__unit__short", "unit__unit__name", "post__title"]
PLACES = Prepared(
    lambda meeting: Attendance.objects.filter(meeting=meeting).values_list(*SHOWN, *WHOSE)
)


class Place(NamedTuple):
    """A place in short."""

    pk: int
    capacity: str
    status: str
    was_there: bool | None
    unit_id: int | None
    title: str
    name: str
    liaison: int | None
    unit_short: str | None
    unit_name: str | None
    post: str | None

    def __str__(self) -> str:
        """Whose it is: of a unit, of a post, or of somebody by name."""
        unit = Unit.called(self.unit_short or "", self.unit_name or "")
        return unit or self.post or f"{self.title} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("meetings:attendance_reply", args=[self.pk])


def attendance_box(meeting: Meeting, user: User) -> dict[str, Any]:
    """Who sits in it in each capacity, and how many replied; nothing before it is agreed."""
    if meeting.status not in meeting.AGREED_ON:
        return {}
    is_told = meeting.notified_on is not None
    if not is_told and not user.may("read_topics", meeting.joint_body):
        return {}
    places = [Place(*row) for row in PLACES(meeting.pk)]
    held = {post.pk for post in user.posts_held}
    groups = []
    for capacity, label in Attendance.Capacity.choices:
        of_kind = [each for each in places if each.capacity == capacity]
        names = list(map(str, of_kind))
        groups.append({"label": label, "names": names, "counts": counts_of(of_kind)})
    return {
        "groups": [group for group in groups if group["names"]],
        "counts": counts_of(places),
        "count": count_of(meeting),
        "own": [each for each in places if each.liaison in held],
        "is_told": is_told,
        "is_over": meeting.held_on is not None,
        "may_organise": ORGANISER(user, meeting),
    }
