"""A body with 200 topics on file, half of which wait for somebody, and who sees them all."""

from pathlib import Path

from django.conf import settings
from django.test import Client

from agenda.models import Topic
from institutions.loading import charter_from
from institutions.models import JointBody, Post, User
from meetings.models import open_year
from tests.charters import DAY, appointed, load

TOPICS = 200


def signed_in() -> Client:
    """A client signed in as the liaison of the unit that proposes most and prepares all."""
    file = Path(settings.BASE_DIR, "charters", "yijinhuoluo.toml")
    body = load("county", charter_from(file), in_force_from=DAY)
    for post in Post.objects.filter(joint_body=body):
        person = User.objects.create_user(post.key, name=f"{post.position}号")
        appointed(person, body, post.key)
    open_year(body)
    proposer = put_topics(body)
    client = Client()
    client.force_login(proposer)
    return client


def put_topics(body: JointBody) -> User:
    """Topics of the first unit that may propose; every second is submitted."""
    rules = body.rules_in_force.parts["topics"]
    unit = body.members.get(key=rules.proposers.units[0])
    proposer = User.objects.get(appointments__post=unit.liaison)
    for number in range(TOPICS):
        topic = Topic.objects.create(
            joint_body=body,
            proposed_by=unit,
            topic_class=rules.classes.items[number % len(rules.classes.items)].key,
            title=f"第{number}号议题：园区班车站点和末班时间",
            problem="夜班后没有班车。" * 10,
            evidence="走访两个园区，问卷三百份。" * 3,
            measure="增设两个站点，末班延至二十三时。",
        )
        day = {"began_on": DAY, "ended_on": DAY, "place": "园区", "took_part": "三个单位"}
        topic.record_study(by=proposer, findings="等车平均四十分钟。", **day)
        if number % 2:
            topic.submit(by=proposer)
    return proposer
