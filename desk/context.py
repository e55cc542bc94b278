"""What the frame of every page shows."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.why import page_of
from institutions.admin_site import ROLES
from institutions.models import Charter, JointBody, Post, User
from jointmeeting import clock
from jointmeeting.addresses import address

BODIES_SHOWN = 20
TERMS_REACH = timedelta(days=30)  # how far ahead a missing calendar is told
TRIAL_NEARS = timedelta(days=60)  # before its end, the offices are told from then on
TOLD_OF_TRIALS = ("administer_rights", "issue_documents")
Entry = tuple[str | Promise, str]  # label and URL name

HOME: Entry = (_("Who waits for whom"), "desk:home")
OWN: list[Entry] = [HOME, (_("Messages"), "desk:inbox")]
YEAR: list[Entry] = [
    (_("The body's year"), "desk:body_year"),
    (_("Topics"), "agenda:topic_list"),
    (_("Meetings"), "meetings:meeting_list"),
    (_("Documents"), "documents:document_list"),
]
AFTER: list[Entry] = [
    (_("Ledger of decisions"), "followups:ledger"),
    (_("Inspections"), "followups:inspection_list"),
]
RULES: list[Entry] = [
    (_("Body and members"), "desk:body_detail"),
    (_("Charter"), "desk:charter_detail"),
]
OF_THE_BODY = {"desk:body_year", "desk:body_detail", "desk:charter_detail"}
ADMIN: list[Entry] = [
    (_("Administration"), "admin:index"),
    (_("Working calendar"), "deadlines:calendar_year"),
]

# The figures: `owed_by` and `inbox_of().unseen()`, counted. In SQL, because every page asks
# for them and Django needs longer to write this query than the database to answer it.
WAITING = """(
    SELECT COUNT(*) FROM deadlines_duty WHERE closed_at IS NULL AND post_id IN (%s)
)"""
UNSEEN = """(
    SELECT COUNT(*) FROM deadlines_reminder
    JOIN deadlines_duty ON deadlines_duty.id = deadlines_reminder.duty_id
    WHERE recipient_id = %s AND seen_at IS NULL AND closed_at IS NULL
)"""
HAS_CALENDAR = """EXISTS (
    SELECT 1 FROM institutions_calendarday WHERE day BETWEEN %s AND %s
)"""


def frame(request: HttpRequest) -> dict:
    return {"frame": Frame(request)}


class Frame:
    """The frame of one page. What is not drawn costs nothing.

    Drawn whole it takes three queries: the person's posts and rights, which are read once
    per request and which most views ask for anyway, and the figures.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.product_name = settings.PRODUCT_NAME
        self.sample = settings.SAMPLE
        self._request = request

    @cached_property
    def person(self) -> User | None:
        """Who is signed in; a page refused before that was known has nobody."""
        user: Any = getattr(self._request, "user", None)
        return user if user and user.is_authenticated else None

    @cached_property
    def bodies(self) -> list[JointBody]:
        """The bodies this person has a post on today; rights come with posts only."""
        posts = self.person.posts_held if self.person else []
        bodies = {post.joint_body_id: post.joint_body for post in posts}
        return list(bodies.values())[:BODIES_SHOWN]

    @cached_property
    def body(self) -> JointBody | None:
        """The body worked in: the one chosen in this session, or the first."""
        chosen = self._request.session.get("body") if self.bodies else None
        chosen_one = [body for body in self.bodies if body.pk == chosen]
        return next(iter(chosen_one or self.bodies), None)

    @property
    def office(self) -> str:
        """The person's first post on the body worked in."""
        return str(next(iter(self.posts), ""))

    @property
    def posts(self) -> list[Post]:
        """The person's posts on the body worked in."""
        held = self.person.posts_held if self.person else []
        return [post for post in held if post.joint_body == self.body]

    @property
    def waiting(self) -> int:
        """How many duties wait for this person, on all bodies."""
        return self._figures["waiting"]

    @property
    def inbox(self) -> int:
        """How many reminders this person has not seen."""
        return self._figures["inbox"]

    @property
    def why(self) -> str:
        """Where it is said why one can see and do what this page is about; not for all."""
        path = self._request.path
        if not self.person or page_of(path) is None:
            return ""
        return f"{address('desk:why')}?{urlencode({'address': path})}"

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def provisional_years(self) -> list[int]:
        """The years in which dates now fall and whose working calendar is missing."""
        if not self.person:
            return []
        known = zip(_years(), self._figures["known"], strict=True)
        return [year for year, is_known in known if not is_known]

    @cached_property
    def trial(self) -> Charter | None:
        """The charter of the body worked in, for its offices, once its trial nears its end."""
        if not (self.person and self.body):
            return None
        if self.body.pk not in self.person.bodies_allowing(*TOLD_OF_TRIALS):
            return None
        charter = self.body.rules_in_force
        last = charter.trial_until
        return charter if last and last - clock.today() <= TRIAL_NEARS else None

    @property
    def is_trial_over(self) -> bool:
        last = self.trial and self.trial.trial_until
        return bool(last and last < clock.today())

    @cached_property
    def menu(self) -> list[dict]:
        """The sections of the menu; none where nobody is signed in."""
        if not self.person:
            return []
        sections = [
            ("", OWN),
            (_("The year"), YEAR if self.body else YEAR[1:]),
            (_("After the meeting"), AFTER),
            (_("Rules"), RULES if self.body else []),
            (_("Settings"), ADMIN if self.person.bodies_allowing(*ROLES) else []),
        ]
        return [
            {"heading": heading, "items": [self._item(*entry) for entry in entries]}
            for heading, entries in sections
            if entries
        ]

    def _item(self, label: str | Promise, name: str) -> dict:
        of_body = {"pk": self.body.pk} if name in OF_THE_BODY and self.body else {}
        here = self._request.resolver_match
        if here is None:
            is_here = False
        elif of_body:
            is_here = here.view_name == name and here.kwargs.get("pk") == of_body["pk"]
        else:
            is_here = _family(here.view_name) == _family(name)
        return {
            "label": label,
            "url": address(name, *of_body.values()),
            "count": self.waiting if name == HOME[1] else 0,
            "is_hot": name == HOME[1],
            "is_current": is_here,
        }

    @cached_property
    def _figures(self) -> dict:
        """All that is counted, in one query."""
        assert self.person
        posts = [post.pk for post in self.person.posts_held]
        years = _years()
        days = [f"{year}-{day}" for year in years for day in ("01-01", "12-31")]
        marks = ", ".join(["%s"] * len(posts)) or "NULL"
        counts = ", ".join([WAITING % marks, UNSEEN, *[HAS_CALENDAR] * len(years)])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}", [*posts, self.person.pk, *days])
            waiting, inbox, *known = cursor.fetchone()
        return {"waiting": waiting, "inbox": inbox, "known": list(map(bool, known))}


def _years() -> list[int]:
    today: date = clock.today()
    return sorted({today.year, (today + TERMS_REACH).year})


def _family(view_name: str) -> str:
    """The pages of one matter share the name up to the last underscore."""
    return view_name.rpartition("_")[0] or view_name
