"""A unit gets another name from a day on, and keeps those it had.

Documents are files and keep what they said. A charter, draft or version that still has the
earlier name finds the same unit by it; lists say the name of today, and a meeting held before
the name of its day. The unit is the same on all its bodies, so whoever renames it administers
all of them.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from institutions.appointing import DAY
from institutions.models import JointBody, MemberUnit, Post, Unit, UnitName, User
from jointmeeting import clock
from jointmeeting.workflow import save_with_history


def check_may_rename(by: User, unit: Unit) -> None:
    """Raise PermissionDenied for who does not administer every body that the unit is on."""
    on_it = MemberUnit.objects.now().filter(unit=unit).values("joint_body")
    bodies = set(JointBody.objects.filter(pk__in=on_it).values_list("pk", flat=True))
    mine = by.bodies_allowing("administer_rights")
    if not bodies & mine:
        raise PermissionDenied(
            _("Units are renamed by who administers posts and rights.")
        )
    if others := bodies - mine:
        text = _(
            "The unit is also on %(n)s joint bodies whose posts you do not administer. It is"
            " renamed for all of them at once, by somebody who administers each."
        )
        raise PermissionDenied(text % {"n": len(others)})


@transaction.atomic
def rename_unit(
    unit: Unit, *, by: User, name: str, short: str = "", since: date, basis: str
) -> None:
    """Let it be called so from that day on, today or past, on every body that it is on.

    Raises ValidationError for a day to come or before its last renaming, and for a name that
    another unit has or had.
    """
    unit = _locked(unit, by)
    if (name, short) == (unit.name, unit.short):
        raise ValidationError({"name": _("It is called so already.")})
    if since > clock.today():
        text = _("Enter the new name on that day or later.")
        raise ValidationError({"since": text})
    before, last_day = unit.former_names.last(), since - DAY
    if before and last_day <= before.until:
        text = _("It has had its present name since %(day)s: enter a later day.")
        raise ValidationError({"since": text % {"day": before.until + DAY}})
    former = UnitName(
        unit=unit, name=unit.name, short=unit.short, until=last_day, basis=basis
    )
    _call(unit, name, short)
    unit.full_clean()
    save_with_history(unit, by, gettext_noop("Rename the unit"), basis)
    former.save()


@transaction.atomic
def take_name_back(unit: Unit, *, by: User, reason: str) -> None:
    """Let the last renaming be a slip: it is called as before, as if it had always been."""
    unit = _locked(unit, by)
    former = unit.former_names.last()
    if former is None:
        raise ValidationError(_("It was not renamed."))
    _call(unit, former.name, former.short)
    former.delete()
    save_with_history(unit, by, gettext_noop("Take the new name back"), reason)


def _locked(unit: Unit, by: User) -> Unit:
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    check_may_rename(by, row)
    return row


def _call(unit: Unit, name: str, short: str) -> None:
    """Name it, and with it the posts of who acts for it and what says who took over."""
    before = str(unit)
    unit.name, unit.short = name, short
    for post in Post.objects.filter(liaison_of__unit=unit, title__startswith=before):
        post.title = f"{unit}{post.title.removeprefix(before)}"
        post.save()
    MemberUnit.objects.filter(successor__unit=unit).update(now_called=str(unit))
