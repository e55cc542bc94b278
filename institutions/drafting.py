"""The draft of a charter: begun, changed part by part, discarded.

It may hold mistakes, so that nothing typed is lost; what is wrong is told beside it. Only one
without a mistake is put in force, by institutions.versions.
"""

from copy import deepcopy
from types import NoneType
from typing import Any, get_args

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.charter import PARTS
from institutions.models import Charter, JointBody, User
from institutions.models.charters import problems_of
from institutions.reading import Problem
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, save_with_history

TO_COME = (Charter.State.DRAFT, Charter.State.WAITING)

REPLACED = gettext_noop("Put a file in the place of the draft")


class StaleDraft(StepRefused):
    """The draft was changed since the page was drawn; what was typed is not written."""


def check_may_draft(by: User, body: JointBody) -> None:
    """Raise PermissionDenied for who does not administer the rights on the body."""
    if not by.may("administer_rights", body):
        raise PermissionDenied(
            _("The charter is changed by who administers posts and rights.")
        )


def to_come(body: JointBody) -> Charter | None:
    """The draft of the body's next version, or the version that waits for its day."""
    return body.charters.filter(state__in=TO_COME).select_related("replaces").first()


def problems_in(draft: Charter) -> list[Problem]:
    """What is wrong with a draft, each with its path; empty where it can be put in force."""
    return problems_of(draft.data)


@transaction.atomic
def begin_draft(body: JointBody, *, by: User, data: dict | None = None) -> Charter:
    """A draft of the next version: the one in force as it is, or another document."""
    body = _locked(body, by)
    if found := to_come(body):
        raise StepRefused(_a_version_to_come(found))
    if data is None:
        data = body.rules_in_force.data if body.charter_id else {}
    draft = Charter(
        joint_body=body,
        version=next_number(body),
        in_force_from=clock.today(),
        replaces=body.charter,
        data=deepcopy(data),
    )
    save_with_history(draft, by, gettext_noop("Begin a draft"))
    return draft


def next_number(body: JointBody) -> int:
    """The number of the version after the last that was, or is to be, in force."""
    told = body.charters.exclude(state=Charter.State.DRAFT)
    return (told.aggregate(last=Max("version"))["last"] or 0) + 1


@transaction.atomic
def change_part(
    draft: Charter, part: str, content: Any, *, by: User, revision: int
) -> Charter:
    """Write one part of the draft as plain data, right or wrong; raises StaleDraft.

    A part that is none is left out.
    """
    draft = under_lock(draft, by, revision)
    data = dict(draft.data)
    is_optional = NoneType in get_args(PARTS[part])
    if content in ({}, []) and part not in data and not is_optional:
        return draft
    if data.get(part) == content:
        return draft
    data[part] = content
    if content is None:
        del data[part]
    return _write(draft, data, by, gettext_noop("Change the draft"), part)


@transaction.atomic
def replace_draft(draft: Charter, data: dict, *, by: User, revision: int) -> Charter:
    """Put another document, of a file, in the place of all that the draft says."""
    draft = under_lock(draft, by, revision)
    return _write(draft, data, by, REPLACED)


def parts_changed(draft: Charter) -> set[str]:
    """The parts that somebody has written in since the draft was begun."""
    reasons = draft.history.values_list("history_change_reason", flat=True)
    told = [(reason or "").partition("\n") for reason in reasons]
    if any(label == REPLACED for label, _newline, _part in told):
        return set(PARTS)
    return {part for _label, _newline, part in told if part in PARTS}


@transaction.atomic
def discard_draft(draft: Charter, *, by: User, revision: int | None = None) -> None:
    """Throw the draft away as it was seen; the version in force stays as it is."""
    draft = under_lock(draft, by, revision)
    draft._history_user = by  # type: ignore[attr-defined]
    draft._change_reason = gettext_noop("Discard the draft")  # type: ignore[attr-defined]
    draft.delete()


def _write(draft: Charter, data: dict, by: User, label: str, reason: str = "") -> Charter:
    draft.data = data
    draft.revision += 1
    save_with_history(draft, by, label, reason)
    return draft


def _locked(body: JointBody, by: User) -> JointBody:
    check_may_draft(by, body)
    return JointBody.objects.select_for_update(no_key=True).get(pk=body.pk)


def under_lock(draft: Charter, by: User, revision: int | None = None) -> Charter:
    """The draft under the lock of its body, if it is still the one that was drawn."""
    _locked(draft.joint_body, by)
    found = Charter.objects.filter(pk=draft.pk, state=Charter.State.DRAFT).first()
    if found is None:
        raise StaleDraft(_("This draft was put in force or discarded by somebody else."))
    if revision not in (None, found.revision):
        last = found.history.select_related("history_user").first()
        text = _("%(who)s has changed the draft in the meantime.")
        raise StaleDraft(text % {"who": last.history_user if last else _("somebody")})
    return found


def _a_version_to_come(found: Charter) -> str:
    if found.state == Charter.State.DRAFT:
        return _("There is a draft already; change it, or discard it first.")
    day = found.in_force_from
    return _("A version waits for %(day)s; take it back first.") % {"day": day}
