"""A draft becomes the charter in force: at once, or on its day; and what becomes of posts.

A post or unit that the new version names no more either goes on under another key, with all
that is open, or it is ended, and whoever holds the post or acts for the unit that is named
answers for what it leaves. That is said when the version is agreed, and done on its day.
"""

import logging
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.drafting import next_number, problems_in, to_come, under_lock
from institutions.laying_out import clear_away, lay_out
from institutions.models import Charter, JointBody, User, charter_by_pk
from institutions.moving import moves_of
from institutions.reading import CharterRefused, Problem
from institutions.rights import apply_office_duties, sync_rights
from institutions.succession import fill_vacancies
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, save_with_history

logger = logging.getLogger(__name__)
# What upper apps do where a version has begun, in this order: added in ready().
FOLLOWING: list[Callable[[Charter], None]] = []


@transaction.atomic
def agree(
    draft: Charter,
    *,
    by: User,
    revision: int,
    in_force_from: date,
    is_trial: bool = False,
    trial_until: date | None = None,
    moves: dict | None = None,
) -> Charter:
    """Put the draft in force from that day: at once, or once the day has come.

    `moves` says for each post and unit that it names no more what becomes of it; see
    institutions.moving. Raises CharterRefused for a mistake in the draft, ValidationError
    by field, StaleDraft.
    """
    draft = under_lock(draft, by, revision)
    if problems := problems_in(draft):
        raise CharterRefused(problems)
    draft.agreed_by = by
    settle(
        draft,
        in_force_from=in_force_from,
        is_trial=is_trial,
        trial_until=trial_until,
        moves=moves or {},
    )
    return draft


def settle(
    charter: Charter,
    *,
    in_force_from: date,
    is_trial: bool,
    trial_until: date | None = None,
    moves: dict | None = None,
) -> None:
    """Give a version without mistakes its number and its day, and begin with it if that is here."""
    body = charter.joint_body
    old = body.charter
    _check_days(old, in_force_from, trial_until if is_trial else None)
    waits = in_force_from > clock.today()
    found = to_come(body)
    if found and found.pk != charter.pk:
        if found.state == Charter.State.WAITING or waits:
            raise CharterRefused([Problem("in_force_from", _another_waits(found))])
        found.version += 1  # it is a draft of the version after this one
        found.save()
    charter.version = next_number(body)
    charter.replaces = old
    charter.in_force_from, charter.is_trial = in_force_from, is_trial
    charter.trial_until = trial_until if is_trial else None
    charter.moves = moves or {}
    if old is None:
        clear_away(body, charter.parts)
    moves_of(charter).check()
    if waits:
        charter.state = Charter.State.WAITING
        save_with_history(charter, charter.agreed_by, gettext_noop("Agree on a version"))
    else:
        _begin(charter)


def _check_days(old: Charter | None, since: date, trial_until: date | None) -> None:
    if old and old.in_force_from > since:
        text = _("The version before is in force from %(day)s: not before that day.")
        raise ValidationError({"in_force_from": text % {"day": old.in_force_from}})
    if trial_until and trial_until < since:
        text = _("The trial ends after it begins.")
        raise ValidationError({"trial_until": text})


def _another_waits(found: Charter) -> str:
    if found.state == Charter.State.DRAFT:
        return _("no draft beside it: put it in force or discard it first")
    text = _("that the version which waits for %(day)s be taken back first")
    return text % {"day": found.in_force_from}


def _begin(charter: Charter) -> None:
    """Put it in the place of the version before; the caller holds the lock of the body."""
    try:
        _put_in_force(charter)
    except Exception:
        charter_by_pk.cache_clear()  # it was read as one in force, and is a draft again
        raise


def _put_in_force(charter: Charter) -> None:
    body, by, old = charter.joint_body, charter.agreed_by, charter.joint_body.charter
    if old:
        old.state = Charter.State.SUPERSEDED
        old.save()
    charter.state, charter.replaces = Charter.State.IN_FORCE, old
    save_with_history(charter, by, gettext_noop("Come in force"))
    rules = charter.parts["body"]
    body.charter, body.name, body.short = charter, rules.name, rules.short
    body.save()
    moves = moves_of(charter)
    moves.rename()
    charter.save()  # with the units that only changed their key
    lay_out(body, charter.parts)
    apply_office_duties(body, charter)
    sync_rights([*moves.end(by), *fill_vacancies(body)])
    if old:
        for follow in FOLLOWING:
            follow(charter)


@transaction.atomic
def take_back(waiting: Charter, *, by: User) -> None:
    """Make a version that waits for its day a draft again."""
    body = _locked_body(waiting)
    found = to_come(body)
    if found is None or found.pk != waiting.pk or found.state != Charter.State.WAITING:
        raise StepRefused(_("It does not wait any more."))
    found.state, found.revision = Charter.State.DRAFT, found.revision + 1
    save_with_history(found, by, gettext_noop("Take back before its day"))


def begin_due() -> int:
    """Begin with every version whose day has come; run again, or side by side, done once.

    One that cannot begin, because what it names has changed since, waits on visibly.
    """
    due = Charter.objects.filter(
        state=Charter.State.WAITING, in_force_from__lte=clock.today()
    )
    return sum(_begin_once(charter) for charter in due.select_related("joint_body"))


def _begin_once(charter: Charter) -> bool:
    try:
        with transaction.atomic():
            body = _locked_body(charter)
            found = to_come(body)
            if not found or found.state != Charter.State.WAITING:
                return False
            found.joint_body = body
            moves_of(found).check()
            _begin(found)
    except (CharterRefused, ValidationError) as refusal:
        logger.error("charter %s cannot begin: %s", charter.pk, refusal)
        return False
    return True


def _locked_body(charter: Charter) -> JointBody:
    bodies = JointBody.objects.select_for_update(no_key=True)
    return bodies.get(pk=charter.joint_body_id)
