"""What the parts, rules, fields and choices of a charter are called on a screen."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institutions.models import JointBody

Labels = dict[str, str | Promise]

PARTS: Labels = {
    "words": _("Words of the place"),
    "body": _("The joint body"),
    "sides": _("Sides"),
    "posts": _("Posts"),
    "units": _("Units"),
    "offices": _("Tasks of the offices"),
    "gates": _("What must be there"),
    "reminders": _("Reminders"),
    "meetings": _("Meetings"),
    "topics": _("Topics"),
    "agenda": _("Agenda"),
    "minutes": _("Minutes"),
    "followups": _("Follow-ups"),
}
RULES: Labels = {
    "ReminderRules": _("Reminding"),
    "MeetingRules": _("Meetings of a year"),
    "TopicRules": _("The text that is settled"),
    "AgendaRules": _("The agenda"),
    "MinutesRules": _("Making minutes"),
    "FollowupRules": _("Carrying out decisions"),
}
# A field's own label, or the one of all fields of that name.
FIELDS: Labels = {
    "accept": _("Accepting or returning a task"),
    "ad_hoc": _("Asking for an ad hoc meeting"),
    "addressed_to": _("addressed to"),
    "agree": _("Agreeing to the meeting"),
    "arrange": _("Arranging an agreed meeting"),
    "ask_by": _("Asking before the year's end"),
    "ask_within": _("Asking the units"),
    "asked_by": _("asked for by"),
    "assign": _("Giving decisions to units"),
    "attendance": _("Attendance"),
    "attending": _("always attending"),
    "before": _("Reminding before a term ends"),
    "binding": _("how binding"),
    "by_portfolio": _("Attending by portfolio"),
    "by_topic": _("units concerned by a topic attend"),
    "chair": _("Chairing"),
    "classes": _("Classes of topics"),
    "consult": _("Asking units for their opinion"),
    "copies": _("copies to"),
    "delegates": _("may be delegated to"),
    "differs": _("must say why"),
    "draft": _("Drafting the minutes"),
    "entered_by": _("whose office enters for it"),
    "explain": _("Explaining what is not done"),
    "freeze": _("Freezing the agenda"),
    "from_issue": _("in force from its issue"),
    "heading": _("heading"),
    "held_before": _("meetings held before"),
    "holders": _("done by"),
    "inspect": _("Inspections"),
    "invited": _("may be invited"),
    "is_member": _("member units"),
    "is_trial": _("on trial"),
    "issue": _("Issuing the minutes"),
    "issued_on": _("issued on"),
    "issuer": _("issued by"),
    "items": _("classes"),
    "kind": _("kind of item"),
    "kinds": _("kinds of opinion"),
    "leader": _("leader"),
    "least": _("meetings a year, at least"),
    "letter": _("Letter"),
    "liaison": _("who acts for it"),
    "mark": _("mark before the number"),
    "name": _("name"),
    "notice": _("The notice"),
    "number": _("number"),
    "office": _("office"),
    "offices": _("offices"),
    "opinion": _("Opinion of the offices"),
    "organise": _("Arranging meetings"),
    "outcomes": _("What may come of an item"),
    "paper": _("The document"),
    "papers": _("Papers before the meeting"),
    "post": _("post"),
    "posts": _("chaired by"),
    "prepare": _("Preparing a settled topic"),
    "presenter": _("presented by"),
    "progress": _("The report to the next meeting"),
    "proposers": _("Who proposes topics"),
    "receipt": _("Acknowledging receipt"),
    "receivers": _("reported to"),
    "record": _("Recording that it was held"),
    "recorder": _("recorded by"),
    "regular": _("Asking for a regular meeting"),
    "reply": _("Saying who comes"),
    "report": _("Status reports"),
    "results": _("Results"),
    "rhythms": _("How often"),
    "rights": _("has the right to"),
    "secretariat": _("secretariat"),
    "settle": _("Settling topics"),
    "settled_text": _("parts of the text that are signed"),
    "short": _("short name"),
    "side": _("side"),
    "sign_off": _("Signing off an inspection"),
    "standing": _("Items on every agenda"),
    "substitutes": _("substitutes"),
    "term": _("Term"),
    "texts": _("rule texts"),
    "then": _("its topic"),
    "title": _("title"),
    "to_agenda": _("Needed on the agenda"),
    "to_consult": _("Needed before units are asked"),
    "to_submit": _("Needed to submit a topic"),
    "unit": _("unit"),
    "units": _("units"),
    "verify": _("Verifying results"),
    "what": _("what is needed"),
    "AssignRules.term": _("Giving them out"),
    "AttendanceRules.units": _("units always in attendance"),
    "ConsultationRules.term": _("Answering"),
    "MinutesRules.approve": _("Approving the minutes"),
    "NoticeRules.before": _("Leaving before the meeting"),
    "Portfolio.classes": _("where a topic is of"),
    "Preparation.term": _("Preparing it"),
    "Route.term": _("Each step of it"),
    "VerifyRules.offices": _("verified by"),
    "VerifyRules.term": _("Verifying"),
}
VALUES: Labels = {
    **dict(JointBody._meta.permissions),
    "refuse": _("refused without it"),
    "explain": _("may go on with a reason"),
    "off": _("not asked for"),
    "in principle": _("in principle"),
    "must": _("must"),
    "evidence": _("evidence"),
    "field_study": _("a field study"),
    "measure": _("measures proposed"),
    "problem": _("the problem"),
    "title": _("the title"),
    "allowed": _("may be named"),
    "refused": _("not accepted"),
    "progress": _("what became of decisions"),
    "report": _("a report"),
    "decided": _("is decided"),
    "not adopted": _("is not adopted"),
    "stays": _("waits for another meeting"),
    "topic_class": _("the class"),
    "side": _("the leader of each side"),
    "member": _("the liaison of each member unit"),
}


def part_label(key: str) -> str:
    return str(PARTS[key])


def class_label(kind: type[Any]) -> str:
    """What a rule is called that stands in a list and has no field's name."""
    return str(RULES[kind.__name__])


def field_label(kind: type[Any], name: str) -> str:
    own = f"{kind.__name__}.{name}"
    return str(FIELDS[own] if own in FIELDS else FIELDS[name])


def value_label(value: str) -> str:
    """The name of a choice; any other text is said as it stands."""
    return str(VALUES.get(value, value))
