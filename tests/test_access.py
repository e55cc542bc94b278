"""Every address, as every role, on one's own body and on a strange one: the exact answer.

A row of access/*.txt is a method, a URL name with what it names, and the answer for each role.
200 a page · 302 done or sent on (for nobody signed in: to the log-in) · 403 seen, not
one's to do · 404 not seen · 405 not that way · 409 the form again with the reason.
What a POST changes is taken back, so that every cell starts from the same rows.
"""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from documents.models import Mandate
from institutions.drafting import begin_draft
from institutions.models import Delegation, User
from jointmeeting import clock
from meetings.models import Meeting
from tests.access import agenda as agenda_rows
from tests.access import followups as followups_rows
from tests.access import meetings as meetings_rows
from tests.access import minutes as minutes_rows
from tests.access import progress as progress_rows
from tests.houses import House, house

pytestmark = pytest.mark.django_db

ROLES = {
    "nobody": "not signed in",
    "union": "an office that proposes, prepares and asks units",
    "gov": "the other side's office",
    "asked": "the liaison of a unit that is asked",
    "other": "the liaison of a unit that is not asked",
    "leader": "a signatory",
    "partner": "the signatory of the other side",
    "admin": "an administrator of accounts",
    "rights": "an administrator of posts and rights",
    "audit": "an auditor",
    "idle": "somebody without a post",
    "strange": "an office of another body",
    "far": "the liaison of a unit of another body",
}
HOLDERS = {
    "union": "mill-office",
    "gov": "farm-office",
    "asked": "ferry",
    "other": "sluice",
    "leader": "miller",
    "partner": "farmer",
    "admin": "accounts",
    "rights": "rights",
    "audit": "auditor",
}
TABLES = sorted((Path(__file__).parent / "access").glob("*.txt"))


@dataclass
class Scene:
    """Two bodies with rows at every stage, and a browser for each role."""

    here: House
    there: House
    rows: dict[str, Any]
    clients: dict[str, Client]

    def answer(self, method: str, url: str, role: str) -> int:
        """The status this role gets; what the request wrote is taken back."""
        client = self.clients[role]
        with transaction.atomic():
            response = getattr(client, method.lower())(url)
            transaction.set_rollback(True)
        if role == "nobody" and response.status_code == 302:
            assert response.url.startswith("/log-in/"), url
        return response.status_code


def scene() -> Scene:
    here, there = house(), house(key="hill")
    draft = here.topic()
    asked = here.topic("settled", title="磨坊排水")
    consultation, *_more = here.ask(asked, "ferry")
    entered = here.topic("settled", title="渡口夜航")
    [told] = here.ask(entered, "ferry")
    scan = SimpleUploadedFile("reply.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    office = here.person("mill-office")
    reply = {"kind": "agree", "source": "来函", "number": "渡函〔2026〕1号", "scan": scan}
    told.enter(by=office, digest=told.digest, **reply)
    meeting = Meeting.objects.create(
        joint_body=here.body,
        requested_by=here.unit("mill-office"),
        year=clock.today().year,
        reason="下游缺水，请召开会议。",
    )
    plan = Meeting.objects.create(
        joint_body=here.body,
        requested_by=here.unit("mill-office"),
        year=clock.today().year + 1,
        reason="来年再议。",
    )
    meeting.request(by=here.person("mill-office"))
    signed = here.topic("submitted", title="夜间看守")
    begin_draft(here.body, by=here.person("rights"))
    rows = {
        "draft": draft,
        "signed": signed,
        "asked": asked,
        "consultation": consultation,
        "told": told,
        "plan": plan,
        "meeting": meeting,
        "letter": consultation.letter,
        "scan": told.scan,
        "duty": consultation.duty,
        "body": here.body,
        "mill": here.unit("mill-office"),
        "smithy": here.unit("smithy"),
        "miller": here.post("miller"),
        "steward": here.post("steward"),
        "held": here.post("steward").appointments.get(),
        "own": here.post("mill-office").appointments.get(),
    }
    rows["mandate"] = Mandate.objects.create(
        joint_body=here.body,
        delegation=Delegation.objects.create(
            joint_body=here.body,
            post=here.post("miller"),
            to=here.post("steward"),
            ground="away",
            how="acts",
            since=clock.today(),
            is_agreed=False,
        ),
        entered_on=clock.today(),
        awaits=here.post("steward"),
        status=Mandate.Status.ASKED,
    )
    rows |= agenda_rows.rows(here)
    rows |= meetings_rows.rows(here)
    rows |= followups_rows.rows(here)
    rows |= minutes_rows.rows(here)
    rows |= progress_rows.rows(here)
    clients = {role: here.client(key) for role, key in HOLDERS.items()}
    clients["nobody"] = Client()
    clients["idle"] = Client()
    clients["idle"].force_login(User.objects.create_user("idle", name="闲人"))
    clients["strange"] = there.client("mill-office")
    clients["far"] = there.client("ferry")
    for client in clients.values():
        client.get("/")  # the day has begun for all of them
    return Scene(here, there, rows, clients)


def url_of(scene: Scene, what: str) -> str:
    """`agenda:topic_answer signed settle`: a name, the row, and what else it takes."""
    name, *args = what.split()
    return reverse(name, args=[getattr(scene.rows.get(a), "pk", a) for a in args])


def lines() -> list[tuple[str, str, list[int]]]:
    """Method, what, and the answers in the order of ROLES."""
    found = []
    texts = [table.read_text(encoding="utf-8").splitlines()[1:] for table in TABLES]
    for line in chain.from_iterable(texts):
        what, answers = line[:51].strip(), line[51:].split()
        method, _space, what = what.partition(" ")
        found.append((method, what, [int(answer) for answer in answers]))
    return found


@pytest.fixture(scope="module")
def there_is(django_db_setup, django_db_blocker):
    """The scene, made once for all rows of the table and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield scene()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("method", "what", "answers"),
    [pytest.param(*line, id=" ".join(line[:2])) for line in lines()],
)
def test_each_role_gets_exactly_this(there_is, method, what, answers):
    url = url_of(there_is, what)
    got = {role: there_is.answer(method, url, role) for role in ROLES}
    assert got == dict(zip(ROLES, answers, strict=True))


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    """The names of all addresses below, with their namespaces."""
    found = set()
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            found.add(f"{prefix}{each.name}")
        else:
            found |= names(
                each, f"{prefix}{each.namespace}:" if each.namespace else prefix
            )
    return found


def test_every_address_has_a_row():
    covered = {what.split()[0] for _method, what, _answers in lines()}
    own = {name for name in names(get_resolver()) if not name.startswith("admin:")}
    assert own - covered == set()


OUTSIDE_ADMIN = ["union", "gov", "asked", "leader", "idle", "strange", "far"]


@pytest.mark.parametrize("role", OUTSIDE_ADMIN)
def test_no_page_of_the_administration_is_for_those_who_do_not_administer(there_is, role):
    plain = [n for n in sorted(names(get_resolver())) if n.startswith("admin:")]
    asked = {}
    for name in plain:
        for args in ([], [1]):
            try:
                url = reverse(name, args=args)
            except NoReverseMatch:
                continue
            asked[url] = there_is.answer("GET", url, role)
            assert there_is.answer("GET", url, "nobody") == 302, url
    assert len(asked) > 30
    assert set(asked.values()) == {403}
