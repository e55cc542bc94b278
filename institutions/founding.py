"""A new body: begun with a template's charter, staffed, and at work once that is in force."""

from copy import deepcopy
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.appointing import appoint
from institutions.drafting import check_may_draft, problems_in, to_come
from institutions.laying_out import clear_away, lay_out
from institutions.models import Charter, JointBody, Post, User
from institutions.models.charters import read_parts
from institutions.rights import apply_office_duties, sync_rights
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, save_with_history

ADMINISTERS = "administer_rights"


def check_may_found(by: User, parent: JointBody | None) -> None:
    """Raise PermissionDenied: below a body its administrators found one, at the top theirs."""
    mine = JointBody.objects.administered_by(by).filter(charter__isnull=False)
    allowing = mine.filter(pk=parent.pk) if parent else mine.filter(parent=None)
    if not allowing.exists():
        raise PermissionDenied(
            _("A new body is set up by who administers the rights on the one above.")
        )


@transaction.atomic
def found_body(
    *,
    by: User,
    key: str,
    name: str,
    short: str,
    template: dict,
    parent: JointBody | None = None,
    keeps_clauses: bool = True,
) -> JointBody:
    """A body that is not at work yet, with a draft; who founds it administers its rights.

    Unless the text of the template rules it too, its draft cites no clause and no text.
    """
    check_may_found(by, parent)
    parts, problems = read_parts(template)
    if problems:
        raise ValidationError({"template": [str(each) for each in problems]})
    holders = {
        holder
        for duty in parts["offices"]
        for holder in duty.holders
        if ADMINISTERS in duty.rights
    }
    rules = [rule for rule in parts["posts"] if rule.key in holders]
    if not rules:
        text = _("No post of this charter administers posts and rights.")
        raise ValidationError({"template": text})
    body = JointBody(key=key, name=name, short=short, parent=parent)
    body.full_clean()
    save_with_history(body, by, gettext_noop("Set up"))
    data = deepcopy(template) if keeps_clauses else without_clauses(template)
    for field, text in (("name", name), ("short", short)):
        data["body"][field] = text.replace("{", "{{").replace("}", "}}")
    draft = Charter(joint_body=body, version=1, in_force_from=clock.today(), data=data)
    save_with_history(draft, by, gettext_noop("Begin a draft"))
    for rule in rules:
        body.posts.create(key=rule.key, title=rule.title)
    apply_office_duties(body, draft)
    appoint(by, body.posts.get(key=rules[0].key), since=clock.today())
    return body


def without_clauses(template: dict) -> dict:
    """A template whose rules all rest on what the sides agreed; it names no text."""
    data = _without_clauses(template)
    data["body"]["texts"] = []
    return data


def _without_clauses(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: {} if k == "basis" else _without_clauses(v) for k, v in data.items()}
    return [_without_clauses(v) for v in data] if isinstance(data, list) else data


@transaction.atomic
def lay_out_draft(body: JointBody, *, by: User) -> None:
    """Make the posts and units that the draft names, so that people can be put in them."""
    check_may_draft(by, body)
    body = JointBody.objects.select_for_update(no_key=True).get(pk=body.pk)
    draft = to_come(body)
    if body.charter_id or draft is None:
        raise StepRefused(_("The body is at work already."))
    if problems_in(draft):
        raise StepRefused(_("Correct the mistakes in the draft first."))
    clear_away(body, draft.parts)
    lay_out(body, draft.parts)
    apply_office_duties(body, draft)
    sync_rights()


def vacant_posts(body: JointBody) -> list[Post]:
    """Posts of a body that nobody holds today, those of its units included."""
    posts = body.posts.now().exclude(pk__in=Post.objects.held())
    return list(posts.filter(liaison_of__ended_on=None).order_by("position"))


def marks_in(data: Any, part: str = "") -> list[tuple[str, str]]:
    """Each mark of a number in a draft, with the part it stands in; each once."""
    found: list[tuple[str, str]] = []
    tables = data.items() if isinstance(data, dict) else enumerate(data)
    for key, each in tables:
        here = part or str(key)
        if key == "mark" and isinstance(each, str):
            found.append((here, each))
        elif isinstance(each, (dict, list)):
            found += marks_in(each, here)
    return list(dict.fromkeys(found))
