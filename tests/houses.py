"""A whole body for a test: its charter, a person in every post, topics at any stage.

    h = house()                      # two sides, two offices, three units that are asked
    h = house("liubei")              # charters/liubei.toml; also a dict or a Path
    h.person("mill-office")          # who holds a post, or acts for a unit: read afresh
    h.client("mill-office")          # a browser in which that person is logged in
    h.topic("settled", title="…")    # draft, submitted, settled, asked or answered
    h.sign(topic)                    # everybody asked now agrees, step by step

All of it goes through the acts that the screens take, so duties and history are there.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils.text import slugify

from agenda.models import Consultation, Topic
from consents.models import Consented
from deadlines.models import Duty
from institutions.appointing import appoint
from institutions.loading import charter_from, load_charter
from institutions.models import (
    Appointment,
    CalendarDay,
    JointBody,
    MemberUnit,
    Post,
    User,
    charter_by_pk,
    charter_seen_from,
)
from institutions.rights import sync_rights
from jointmeeting import clock
from tests import charters
from tests.building import built_once

CHARTERS = Path(settings.BASE_DIR) / "charters"
SINCE = date(2026, 1, 1)
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
TEXT = {
    "title": "春灌用水",
    "problem": "三月以来下游五个村灌溉不足。",
    "evidence": "水闸站二月的记录。",
    "measure": "每日六时到九时开闸。",
}
STUDY = {
    "began_on": date(2026, 2, 2),
    "ended_on": date(2026, 2, 3),
    "place": "下游五村",
    "took_part": "磨账房、水闸站",
    "findings": "走访四十户，三十一户缺水。",
}
OTHERS = [
    {"key": "ferry", "name": "渡口"},
    {"key": "smithy", "name": "铁匠铺"},
]
OFFICE = ["read_topics", "read_opinions", "issue_documents", "request_meetings"]


def lively() -> dict:
    """The small charter with offices that do all their tasks, and three units to ask."""
    data = charters.small()
    data["units"][1]["units"] += OTHERS
    own = [each for each in data["offices"] if each["rights"][0] != "read_topics"]
    basis = {"kind": "local"}
    data["offices"] = own + [
        {"rights": OFFICE, "holders": ["mill-office", "farm-office"], "basis": basis},
        {
            "rights": ["prepare_topics", "run_consultations"],
            "holders": ["mill-office"],
            "basis": basis,
        },
    ]
    return data


@dataclass
class House:
    """A joint body with somebody in each of its posts."""

    body: JointBody

    def post(self, key: str) -> Post:
        """A post by its key, or the one of who acts for the unit of that key."""
        posts = self.body.posts
        return posts.filter(key=key).first() or posts.get(key=f"unit-{key}")

    def unit(self, key: str) -> MemberUnit:
        return self.body.members.select_related("liaison", "unit").get(key=key)

    def person(self, key: str) -> User:
        """Who holds that post today, read afresh: what an earlier act read is forgotten."""
        held = Appointment.objects.today().filter(post=self.post(key))
        return User.objects.get(pk__in=held.values("person"))

    def client(self, key: str) -> Client:
        client = Client()
        client.force_login(self.person(key))
        return client

    def owed(self, *rows: Any) -> set[tuple[str, str]]:
        """What is owed now about these rows: the kind, without its slot, and the post."""
        duties = Duty.objects.open().of(*rows).select_related("post")
        return {
            (duty.kind.partition(":")[0], duty.post.key.removeprefix("unit-"))
            for duty in duties
        }

    def duties_agree(self) -> bool:
        """Whether the duties of all rows are those that follow from their states."""
        call_command("check_duties")  # or CommandError, with what differs
        return True

    def leave(self, key: str) -> User:
        """Nobody holds that post any more; gives who did."""
        person = self.person(key)
        for appointment in person.appointments.filter(post=self.post(key)):
            appointment.end(clock.today() - timedelta(days=1))
        sync_rights([person])
        return person

    def replace(self, key: str) -> User:
        """Another person holds that post from now on; gives who did."""
        person = self.leave(key)
        fill(self.post(key), f"{person.username}-2", since=clock.today())
        return person

    @built_once
    def topic(self, stage: str = "draft", *, by: str = "", **fields) -> Topic:
        """A topic that has come so far: draft, submitted, settled, asked, answered."""
        rules = self.body.rules_in_force.parts["topics"]
        unit = self.unit(by or rules.proposers.units[0])
        text = TEXT | {"topic_class": rules.classes.items[0].key} | fields
        topic = Topic.objects.begin(unit, by=self.person(unit.key), **text)
        stages = ["draft", "submitted", "settled", "asked", "answered"]
        steps = [self.submit, self.sign, self.ask, self.answer_all]
        for step in steps[: stages.index(stage)]:
            step(topic)
        return topic

    def submit(self, topic: Topic) -> None:
        if "field_study" in topic.rules.to_submit.what:
            self.study(topic)
        topic.submit(by=self.person(topic.proposed_by.key))

    def study(self, topic: Topic, **fields) -> None:
        topic.record_study(by=self.person(topic.proposed_by.key), **STUDY | fields)

    def sign(self, row: Consented, act: str = "settle", answer: str = "agree") -> None:
        """Whoever is asked now answers; if they agree, the next step is asked, to the end."""
        while (sheet := row.consent(act)) and sheet.is_open:
            for slot in sheet.waiting().prefetch_related("posts"):
                person = self.person(slot.posts.all()[0].key)
                opinion = "" if answer == "agree" else "请写明时间。"
                given = {"answer": answer, "opinion": opinion}
                type(row).objects.get(pk=row.pk).answer(
                    act, by=person, digest=sheet.digest, **given
                )
                if answer != "agree":
                    break
        row.refresh_from_db()

    def ask(self, topic: Topic, *units: str) -> list[Consultation]:
        """Units, or all that are neither office nor side, are asked for their opinion."""
        if "field_study" in topic.rules.to_consult.what and not topic.studies.exists():
            self.study(topic)
        keys = units or self.asked_units()
        chosen = [self.unit(key) for key in keys]
        topic.consult(by=self.person(topic.rules.consult.office), units=chosen)
        return list(topic.consultations.filter(unit__in=chosen).order_by("pk"))

    def asked_units(self) -> list[str]:
        """The last three units of the body: departments, and no side's office."""
        return list(self.body.members.values_list("key", flat=True))[-3:]

    def answer_all(self, topic: Topic) -> None:
        for consultation in topic.consultations.filter(status="sent"):
            self.opinion(consultation)

    def opinion(self, consultation: Consultation, **fields) -> None:
        """The unit answers with the first kind of opinion of the charter."""
        kind = consultation.rules.kinds[0].key
        consultation.answer(
            by=self.person(consultation.unit.key),
            digest=consultation.digest,
            **{"kind": kind} | fields,
        )


def acts(row: Any) -> list[str]:
    """What was done to a row, as its history says it, from the first on."""
    entries = row.history.order_by("history_id")
    return [entry.history_change_reason.partition("\n")[0] for entry in entries]


def reason(row: Any) -> str:
    """Why the last act on a row was done."""
    return row.history.latest("history_id").history_change_reason.partition("\n")[2]


def house(charter: dict | str | Path | None = None, key: str = "valley") -> House:
    """A body under this charter (by name, file or content), everybody in post since January."""
    if isinstance(charter, str):
        charter = CHARTERS / f"{charter}.toml"
    data = charter_from(charter) if isinstance(charter, Path) else charter or lively()
    charter_seen_from.cache_clear()
    charter_by_pk.cache_clear()  # other tests' charters had the same keys
    return _built(data, key)


@built_once
def _built(data: dict, key: str) -> House:
    calendar()
    body = load_charter(data, key, in_force_from=SINCE)
    fill_all(body)
    return House(JointBody.objects.get(pk=body.pk))


def fill_all(body: JointBody) -> None:
    """A new person in each post, all with the rights of their tasks."""
    since, people = min(SINCE, clock.today()), []
    for post in body.posts.order_by("position"):
        person = newcomer(slugify(f"{body.key}-{post.key}"))
        people.append(person)
        Appointment.objects.create(person=person, post=post, since=since)
    sync_rights(people)


def newcomer(username: str) -> User:
    number = User.objects.count()
    return User.objects.create_user(
        username,
        password=username,
        name=f"{NAMES[number % len(NAMES)]}某",
        phone=f"8{number:07}",
    )


def fill(post: Post, username: str, since: date | None = None) -> User:
    """A new person in this post, since January; the user name is that of body and post."""
    person = newcomer(username)
    appoint(person, post, since=since or min(SINCE, clock.today()))
    return person


def calendar() -> None:
    """2026 is known; the first of its days is off, like the first week of October."""
    days = [date(2026, 1, 1), *(date(2026, 10, day) for day in range(1, 8))]
    for day in days:
        CalendarDay.objects.get_or_create(day=day, defaults={"is_working": False})


def appointed_too(h: House, key: str, name: str) -> User:
    """One more holder of a post, beside who holds it."""
    person = User.objects.create_user(slugify(f"{key}-too"), password=key, name=name)
    appoint(person, h.post(key), since=min(SINCE, clock.today()))
    return person
