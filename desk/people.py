"""Who holds the posts of a body, held and will hold them, and what is open on each."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from agenda.models import Topic
from deadlines.models import Duty, with_days_left, with_rows
from desk.bodies import holder_name
from desk.charters import names_in
from institutions import strokes
from institutions.models import Appointment, Delegation, JointBody, MemberUnit, Post, User
from jointmeeting import clock
from meetings.charter import MeetingRules
from meetings.models import Meeting


@dataclass
class Seat:
    """A post with its holders of today and to come, its portfolio, and what is open there."""

    post: Post
    portfolio: list[str] = field(default_factory=list)
    open_duties: int = 0

    @property
    def today(self) -> list[Appointment]:
        return [each for each in self._current if each.is_begun]

    @property
    def to_come(self) -> list[Appointment]:
        return [each for each in self._current if not each.is_begun]

    @property
    def has_room(self) -> bool:
        """Whether somebody more may hold it, as far as nobody is to come."""
        rules = self.post.rules
        return rules is None or len(self._current) < rules.holders

    @property
    def _current(self) -> list[Appointment]:
        return self.post.current  # type: ignore[attr-defined]


def seats_of(body: JointBody) -> list[Seat]:
    """The posts in protocol order, those of who acts for a unit after them."""
    posts = body.posts.now().select_related("side", "entered_by", "liaison_of__unit")
    gone = Q(liaison_of__ended_on__lt=clock.today())
    return _seats(body, posts.exclude(gone).order_by("position", "pk"))


def seat_of(post: Post) -> Seat:
    """One post, as the list has it."""
    posts = post.joint_body.posts.select_related("side", "entered_by")
    [seat] = _seats(post.joint_body, posts.filter(pk=post.pk))
    return seat


def _seats(body: JointBody, posts: QuerySet[Post]) -> list[Seat]:
    current = Appointment.objects.not_over().select_related("person")
    current = current.order_by("since", "pk")
    acted = Delegation.objects.in_force().select_related("to").order_by("since")
    posts = posts.prefetch_related(
        Prefetch("appointments", current, to_attr="current"),
        Prefetch("delegations", acted, to_attr="acted"),
    )
    counted = Duty.objects.open().filter(joint_body=body).order_by()
    counts = dict(counted.values_list("post").annotate(Count("pk")))
    portfolios = portfolios_of(body)
    rules = body.rules_in_force if body.charter_id else None
    seats = []
    for post in posts:
        post.joint_body = body
        held: Any = post
        held.current = strokes.in_order(rules, held.current, holder_name)
        seats.append(Seat(post, portfolios.get(post.key, []), counts.get(post.pk, 0)))
    return seats


def portfolios_of(body: JointBody) -> dict[str, list[str]]:
    """The classes of topics for which a post attends, by the post's key."""
    if body.charter_id is None:
        return {}  # it is being set up
    names = names_in(body.rules_in_force, "class")
    found: dict[str, list[str]] = {}
    for portfolio in body.part(MeetingRules).attendance.by_portfolio:
        classes = [names[key] for key in portfolio.classes if key in names]
        found.setdefault(portfolio.post, []).extend(classes)
    return found


def past_of(post: Post) -> QuerySet[Appointment]:
    """Who held the post before, the last first."""
    ended = post.appointments.filter(until__lt=clock.today())
    return ended.select_related("person").order_by("-until", "-since")


def open_on(post: Post) -> list[Any]:
    """All that the post owes, with its working days left; most urgent first."""
    owed = Duty.objects.open().filter(post=post).select_related("waiting")
    return with_days_left(with_rows(owed.order_by("due_on", "pk")))


def drafts_of(post: Post, by: User) -> list[str]:
    """What who acts for a unit has begun and not handed in; to others it is one's own still."""
    unit = MemberUnit.objects.filter(liaison=post).first()
    if unit is None:
        return []
    topics = Topic.objects.filter(proposed_by=unit, status=Topic.Status.DRAFT)
    meetings = Meeting.objects.filter(requested_by=unit, status=Meeting.Status.DRAFT)
    if not by.stands_for(unit):
        count = topics.count() + meetings.count()
        return [_("%(n)s drafts of the unit") % {"n": count}] if count else []
    names = [_("Draft of a topic: %(title)s") % {"title": each} for each in topics]
    return names + [_("Draft of a request: %(title)s") % {"title": e} for e in meetings]


def awaited_by(post: Post, by: User) -> QuerySet[Duty]:
    """What others owe to the post, as far as this person sees it."""
    owed = Duty.objects.open().visible_to(by).filter(waiting=post).exclude(post=post)
    return owed.select_related("post").order_by("due_on", "pk")


def people_of(body: JointBody, by: User) -> QuerySet[User]:
    """Whom this person may put into a post: who has, had or never had one within reach."""
    bodies = JointBody.objects.allowing(by, "administer_rights", "administer_accounts")
    here = User.objects.of(bodies).values("pk")
    nowhere = User.objects.filter(appointments=None).values("pk")
    return User.objects.filter(pk__in=here.union(nowhere), is_active=True)


def serving(body: JointBody) -> QuerySet[User]:
    """Who has or had a post on this body, by name."""
    return User.objects.of([body]).filter(is_active=True).order_by("name", "pk")


def hand_over_paper(appointment: Appointment, successor: str, by: User) -> dict[str, Any]:
    """What templates/documents/hand_over.html prints; always in Chinese."""
    post = appointment.post
    rows = [
        {
            "number": number,
            "text": duty.text,
            "due": duty.due_on,
            "waiting": str(duty.waiting or ""),
        }
        for number, duty in enumerate(open_on(post), 1)
    ]
    return {
        "title": "交接清单",
        "body_name": post.joint_body.name,
        "post": str(post),
        "holder": str(appointment.person),
        "since": appointment.since,
        "until": appointment.until,
        "successor": successor,
        "rows": rows,
        "drafts": drafts_of(post, by),
        "awaited": [
            {"post": str(duty.post), "text": duty.text} for duty in awaited_by(post, by)
        ],
        "drawn_by": str(by),
        "drawn_on": clock.today(),
    }
