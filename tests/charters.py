"""Charters of places that do not exist."""

import json
from datetime import date

from institutions.appointing import appoint
from institutions.loading import load_charter
from institutions.models import JointBody, Post, User

AGREED = {"kind": "local"}
IN_TEXT = {"kind": "clause", "clause": "约定第二条"}
DAY = date(2026, 1, 1)
TEN_DAYS = {"value": 10, "unit": "working days"}
BEFORE = {"value": 3, "unit": "working days", "when": "before"}
LEADERS = {
    "verb": "同意",
    "steps": [[{"any_of": ["miller"]}, {"any_of": ["farmer"]}]],
    "term": {"value": 5, "unit": "working days"},
    "basis": IN_TEXT,
}
REQUEST = {
    "asked_by": ["mill-office"],
    "addressed_to": ["farm-office"],
    "agree": LEADERS,
    "letter": {"issuer": "mill-office", "mark": "磨函", "basis": AGREED},
    "basis": IN_TEXT,
}

SMALL: dict = {
    "words": {"mill": "磨坊", "farm": "农场"},
    "body": {
        "name": "{mill}与{farm}协商会",
        "short": "协商会",
        "texts": [{"title": "{mill}与{farm}的约定", "number": "约字第1号"}],
        "secretariat": "mill-office",
        "basis": IN_TEXT,
    },
    "sides": [
        {
            "key": "mill",
            "name": "{mill}方",
            "office": "mill-office",
            "leader": "miller",
            "basis": IN_TEXT,
        },
        {
            "key": "farm",
            "name": "{farm}方",
            "office": "farm-office",
            "leader": "farmer",
            "basis": IN_TEXT,
        },
    ],
    "posts": [
        {"key": "miller", "title": "{mill}主", "side": "mill", "basis": IN_TEXT},
        {"key": "farmer", "title": "{farm}主", "side": "farm", "basis": IN_TEXT},
        {"key": "steward", "title": "管家", "entered_by": "mill", "basis": AGREED},
        {"key": "accounts", "title": "账号管理员", "basis": AGREED},
        {"key": "rights", "title": "权限管理员", "basis": AGREED},
        {"key": "auditor", "title": "审计员", "basis": AGREED},
    ],
    "units": [
        {
            "heading": "两家的账房",
            "liaison": {"title": "账房"},
            "units": [
                {"key": "mill-office", "name": "{mill}账房", "short": "磨账房"},
                {"key": "farm-office", "name": "{farm}账房"},
            ],
            "basis": IN_TEXT,
        },
        {
            "heading": "成员",
            "liaison": {"title": "联络人"},
            "units": [{"key": "sluice", "name": "水闸站", "liaison": "看闸人"}],
            "basis": AGREED,
        },
    ],
    "offices": [
        {
            "rights": ["read_topics", "request_meetings", "prepare_topics"],
            "holders": ["mill-office", "farm-office"],
            "basis": AGREED,
        },
        {
            "rights": ["organise_meetings", "record_meetings", "assign_tasks"],
            "holders": ["mill-office"],
            "basis": AGREED,
        },
        {
            "rights": ["verify_results", "inspect"],
            "holders": ["mill-office", "farm-office"],
            "basis": AGREED,
        },
        {
            "rights": ["administer_accounts"],
            "holders": ["accounts"],
            "basis": AGREED,
        },
        {"rights": ["administer_rights"], "holders": ["rights"], "basis": AGREED},
        {"rights": ["read_audit"], "holders": ["auditor"], "basis": AGREED},
    ],
    "reminders": {
        "before": {"value": 3, "unit": "working days", "when": "before"},
        "basis": AGREED,
    },
    "meetings": {
        "least": 1,
        "binding": "must",
        "ask_by": {"value": 60, "unit": "days", "when": "before"},
        "regular": REQUEST,
        "ad_hoc": REQUEST,
        "organise": {
            "office": "mill-office",
            "record": {"value": 1, "unit": "working days"},
            "basis": AGREED,
        },
        "chair": {"posts": ["miller"], "delegates": ["farmer"], "basis": IN_TEXT},
        "attendance": {
            "attending": ["miller", "farmer"],
            "by_portfolio": [{"post": "steward", "classes": ["water"]}],
            "invited": ["老农"],
            "basis": IN_TEXT,
        },
        "notice": {
            "paper": {"issuer": "mill-office", "mark": "磨告", "basis": AGREED},
            "arrange": TEN_DAYS,
            "before": BEFORE,
            "reply": {"value": 2, "unit": "working days", "when": "before"},
            "basis": AGREED,
        },
        "basis": IN_TEXT,
    },
    "agenda": {
        "standing": [
            {
                "key": "progress",
                "title": "上回议定的事",
                "kind": "progress",
                "presenter": "mill-office",
            },
            {
                "key": "report",
                "title": "{farm}通报",
                "kind": "report",
                "presenter": "farm-office",
            },
        ],
        "freeze": BEFORE,
        "papers": BEFORE,
        "basis": AGREED,
    },
    "minutes": {
        "recorder": "mill-office",
        "draft": {"value": 2, "unit": "working days"},
        "issue": {"value": 2, "unit": "working days"},
        "receipt": {"value": 3, "unit": "working days"},
        "outcomes": [
            {"key": "decided", "name": "议定", "then": "decided"},
            {"key": "later", "name": "下回再议", "then": "stays"},
            {"key": "no", "name": "不办", "then": "not adopted"},
        ],
        "approve": LEADERS | {"verb": "审定"},
        "paper": {"issuer": "mill-office", "mark": "磨纪", "basis": AGREED},
        "basis": IN_TEXT,
    },
    "followups": {
        "assign": {
            "office": "mill-office",
            "term": {"value": 3, "unit": "working days"},
            "accept": {"value": 5, "unit": "working days"},
            "paper": {"issuer": "mill-office", "mark": "磨办", "basis": AGREED},
            "basis": AGREED,
        },
        "report": {
            "rhythms": [{"every": "month", "day": 5}],
            "receivers": ["mill-office", "farm-office"],
            "basis": AGREED,
        },
        "verify": {
            "offices": ["mill-office", "farm-office"],
            "term": {"value": 5, "unit": "working days"},
            "results": [
                {"key": "done", "name": "办结"},
                {"key": "partly", "name": "部分落实"},
            ],
            "basis": AGREED,
        },
        "inspect": {
            "name": "巡查组",
            "units": ["mill-office", "farm-office"],
            "sign_off": LEADERS | {"verb": "确认"},
            "basis": IN_TEXT,
        },
        "progress": {
            "explain": {"value": 5, "unit": "working days"},
            "opinion": {"value": 3, "unit": "working days"},
            "offices": ["mill-office", "farm-office"],
            "paper": {"issuer": "mill-office", "mark": "磨报", "basis": AGREED},
            "basis": AGREED,
        },
        "basis": IN_TEXT,
    },
    "topics": {
        "classes": {"items": [{"key": "water", "name": "水量"}], "basis": IN_TEXT},
        "proposers": {"units": ["mill-office", "farm-office"], "basis": IN_TEXT},
        "settle": LEADERS | {"verb": "商定"},
        "to_submit": {"what": [], "basis": AGREED},
        "to_consult": {"what": [], "basis": AGREED},
        "to_agenda": {"what": ["measure"], "basis": AGREED},
        "prepare": {"office": "mill-office", "term": TEN_DAYS, "basis": AGREED},
        "consult": {
            "office": "mill-office",
            "ask_within": TEN_DAYS,
            "term": TEN_DAYS,
            "kinds": [
                {"key": "agree", "name": "同意"},
                {"key": "differ", "name": "不同意", "differs": True},
            ],
            "letter": {"issuer": "mill-office", "mark": "磨函", "basis": AGREED},
            "basis": IN_TEXT,
        },
        "basis": IN_TEXT,
    },
}


def small(**changes) -> dict:
    """A whole charter of two sides and three units, with these parts in place of its own."""
    return json.loads(json.dumps(SMALL)) | changes


def load(key: str = "valley", data: dict | None = None, **options) -> JointBody:
    """A body under the small charter, or under another."""
    options = {"in_force_from": DAY} | options
    return load_charter(data or small(), key, **options)


def put(body: JointBody, key: str, name: str, **days) -> User:
    """A new person in the post of that key."""
    person = User.objects.create_user(name, password="Sluice-and-mill-7", name=name)
    return appointed(person, body, key, **days)


def appointed(person: User, body: JointBody, key: str, **days) -> User:
    post = Post.objects.get(joint_body=body, key=key)
    appoint(person, post, **{"since": DAY} | days)
    return person
