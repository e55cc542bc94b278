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
}
RULES: Labels = {
    "ReminderRules": _("Reminding"),
    "MeetingRules": _("Meetings of a year"),
    "TopicRules": _("The text that is settled"),
}
# A field's own label, or the one of all fields of that name.
FIELDS: Labels = {
    "ad_hoc": _("Asking for an ad hoc meeting"),
    "addressed_to": _("addressed to"),
    "agree": _("Agreeing to the meeting"),
    "ask_by": _("Asking before the year's end"),
    "ask_within": _("Asking the units"),
    "asked_by": _("asked for by"),
    "before": _("Reminding before a term ends"),
    "binding": _("how binding"),
    "classes": _("Classes of topics"),
    "consult": _("Asking units for their opinion"),
    "copies": _("copies to"),
    "differs": _("must say why"),
    "entered_by": _("whose office enters for it"),
    "from_issue": _("in force from its issue"),
    "heading": _("heading"),
    "holders": _("done by"),
    "is_member": _("member units"),
    "is_trial": _("on trial"),
    "issued_on": _("issued on"),
    "issuer": _("issued by"),
    "kinds": _("kinds of opinion"),
    "leader": _("leader"),
    "least": _("meetings a year, at least"),
    "letter": _("Letter"),
    "liaison": _("who acts for it"),
    "items": _("classes"),
    "mark": _("mark before the number"),
    "name": _("name"),
    "number": _("number"),
    "office": _("office"),
    "prepare": _("Preparing a settled topic"),
    "proposers": _("Who proposes topics"),
    "regular": _("Asking for a regular meeting"),
    "rights": _("has the right to"),
    "secretariat": _("secretariat"),
    "settle": _("Settling topics"),
    "settled_text": _("parts of the text that are signed"),
    "short": _("short name"),
    "side": _("side"),
    "term": _("Term"),
    "texts": _("rule texts"),
    "title": _("title"),
    "to_consult": _("Needed before units are asked"),
    "to_submit": _("Needed to submit a topic"),
    "unit": _("unit"),
    "units": _("units"),
    "what": _("what is needed"),
    "ConsultationRules.term": _("Answering"),
    "Preparation.term": _("Preparing it"),
    "Route.term": _("Each step of it"),
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
