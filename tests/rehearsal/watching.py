"""What people come to see while a charter is played, read for the marks of its words."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from django.test import Client
from django.urls import Resolver404, resolve

from deadlines.models import Duty
from institutions.models import JointBody, User
from tests.charter_marks import MARK

LINK = re.compile(r'href="(/[^"#]*)')
CHARTER_PAGES = re.compile(
    r"charter|rehears|logout|log_out|password|admin|pdf|attachment"
)
OFTEN = 2  # times that a page of each kind is opened


@dataclass
class Watch:
    """Reads pages as the people of a body, and remembers every mark."""

    seen: set[int] = field(default_factory=set)
    opened: Counter[str] = field(default_factory=Counter)

    def read(self, text: str) -> None:
        self.seen |= {int(number) for number in MARK.findall(text)}

    def look_round(self, body: JointBody) -> None:
        """Every kind of page that a few of the people come to from their home page."""
        self.read(str(list(Duty.objects.values_list("how", flat=True))))
        for person in _some_of(body):
            client = Client()
            client.force_login(person)
            self._walk(client)

    def _walk(self, client: Client) -> None:
        ways, met = ["/"], {"/": ""}  # every walk begins at the home page
        while ways:
            url = ways.pop(0)
            if not self._is_wanted(url):
                continue
            answer = client.get(url)
            assert answer.status_code in (200, 302), f"{url} from {met[url]}"
            if answer.status_code != 200 or answer.streaming:
                continue
            page = answer.content.decode()
            self.read(page)
            links = [unescape(link) for link in LINK.findall(page)]
            further = dict.fromkeys((link for link in links if link not in met), url)
            met |= further
            ways += further

    def _is_wanted(self, url: str) -> bool:
        try:
            name = resolve(url.partition("?")[0]).view_name
        except Resolver404:
            return False
        if CHARTER_PAGES.search(name):
            return False
        self.opened[name] += 1
        return url == "/" or self.opened[name] <= OFTEN


def _some_of(body: JointBody) -> Iterator[User]:
    """Who acts for each side's office, for a unit that is none, and one who leads a side."""
    sides = body.sides.select_related("office__liaison", "leader")
    offices = {side.office_id for side in sides}
    others = body.members.exclude(pk__in=offices).select_related("liaison")
    posts = [unit.liaison for unit in others[:1]]
    posts += [sides[0].leader, *(side.office.liaison for side in sides)][:3]
    for post in posts:
        yield from User.objects.filter(appointments__post=post).order_by("pk")[:1]
