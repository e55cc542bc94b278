"""How a post is delegated, or somebody made to stand in for it: one act, by the charter."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deadlines.models import keep_duties
from documents.models import Attachment, Mandate
from institutions.appointing import follow_delegation
from institutions.models import Appointment, Delegation, Post, User
from institutions.models.bodies import PostQuerySet
from jointmeeting import clock
from jointmeeting.workflow import StepRefused, locked, save_with_history

GIVEN = gettext_noop("Delegate")
ENDED = gettext_noop("End the delegation")


def is_holder(user: User, post: Post) -> bool:
    return any(each.pk == post.pk and each.is_own for each in user.posts_held)


def may_pass_on(user: User, post: Post) -> bool:
    """The holder, the office of his side on paper, or who administers posts."""
    is_office = post.side_id in user.sides_acted_for or post.is_entered_through(user)
    may_administer = user.may("administer_rights", post.joint_body)
    return is_holder(user, post) or is_office or may_administer


def check_may_pass_on(user: User, post: Post) -> None:
    if not may_pass_on(user, post):
        text = _("This is entered by the holder of the post or the office of the side.")
        raise PermissionDenied(text)


def may_stand_in(post: Post, ground: str) -> PostQuerySet:
    """The posts that the charter lets take over on this ground, in its order."""
    rules = post.rules
    named = rules and (
        rules.delegation if ground == Delegation.Ground.DELEGATED else rules.succession
    )
    keys = named.posts if named else ()
    keys += tuple(f"unit-{key}" for key in keys)
    return post.joint_body.posts.filter(key__in=keys).order_by("position")


@transaction.atomic
def pass_on(
    post: Post,
    *,
    by: User,
    ground: str,
    to: Post,
    since: date,
    until: date | None = None,
    reason: str,
    letter: File | None = None,
) -> Mandate:
    """Let another post act or enter for this one, as the charter has it.

    Raises ValidationError by field for what the charter asks and is missing, days that
    overlap, and a post that would come back to itself; PermissionDenied for others.
    """
    check_may_pass_on(by, post)
    Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    rules, holder = post.rules, _holder(post, by)
    needs = _missing(post, ground, to, since, until, letter, by, holder)
    if needs:
        raise ValidationError(needs)
    is_delegated = ground == Delegation.Ground.DELEGATED
    succession = rules.succession if rules and not is_delegated else None
    asks = succession is not None and succession.how == "with consent"
    how = Delegation.How.ACTS
    if is_delegated and rules and rules.delegation:
        how = Delegation.How(rules.delegation.how)
    delegation = Delegation(
        joint_body=post.joint_body,
        post=post,
        to=to,
        appointment=None if ground == Delegation.Ground.VACANT else holder,
        ground=ground,
        how=how,
        since=since,
        until=until,
        reason=reason,
        is_agreed=not asks,
    )
    delegation.full_clean()
    save_with_history(delegation, by, GIVEN, reason)
    mandate = Mandate(
        delegation=delegation,
        joint_body=post.joint_body,
        entered_on=clock.today(),
        awaits=_who_consents(post, to) if asks else None,
        letter=Attachment.objects.keep(letter, post.joint_body, by=by)
        if letter
        else None,
        status=Mandate.Status.ASKED if asks else Mandate.Status.IN_FORCE,
    )
    save_with_history(mandate, by, GIVEN, reason)
    keep_duties(mandate)
    follow_delegation(delegation)
    return mandate


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: User, last_day: date, reason: str) -> None:
    """Let that be its last day; what had not begun by then never holds."""
    with locked(mandate, by):
        delegation = mandate.delegation
        check_may_pass_on(by, delegation.post)
        if delegation.is_over or mandate.status == Mandate.Status.DECLINED:
            raise StepRefused(_("It is over already."))
        if last_day < delegation.since:
            delegation.is_agreed, delegation.until = False, delegation.since
        else:
            delegation.until = last_day
        save_with_history(delegation, by, ENDED, reason)
        if mandate.status == Mandate.Status.ASKED or last_day < clock.today():
            mandate.status = Mandate.Status.ENDED
        save_with_history(mandate, by, ENDED, reason)
        keep_duties(mandate, void=_("ended before"))
        follow_delegation(delegation)


def _holder(post: Post, by: User) -> Appointment | None:
    """Whose delegation it is: one's own where one holds the post, else the holder's."""
    held = post.appointments.today().order_by("since", "pk")
    return held.filter(person=by).first() or held.first()


def _who_consents(post: Post, to: Post) -> Post:
    """The post that the charter names, or the successor itself."""
    rules = post.rules
    named = rules.succession.consent_of if rules and rules.succession else ""
    return post.joint_body.posts.get(key=named) if named else to


def _missing(
    post: Post,
    ground: str,
    to: Post,
    since: date,
    until: date | None,
    letter: File | None,
    by: User,
    holder: Appointment | None,
) -> dict[str, str]:
    """What is wrong, by field."""
    wrong: dict[str, str] = {}
    grounds, rules = Delegation.Ground, post.rules
    if not may_stand_in(post, ground).filter(pk=to.pk).exists():
        wrong["to"] = _("The charter does not let this post stand in here.")
    if ground == grounds.VACANT and holder:
        wrong["ground"] = _("The post is held: its holder delegates, or is away.")
    if ground != grounds.VACANT and holder is None:
        wrong["ground"] = _("The post is vacant: nobody delegates it or is away.")
    if until and until < since:
        wrong["until"] = _("A delegation ends after it begins.")
    how = rules.succession.how if rules and rules.succession else ""
    is_succession = ground != grounds.DELEGATED
    if is_succession and how == "for a time" and until is None:
        wrong["until"] = _(
            "The charter lets somebody stand in for a time: say until when."
        )
    on_paper = not is_succession and not is_holder(by, post)
    if letter is None and (on_paper or is_succession and how == "by letter"):
        wrong["letter"] = _("Attach the signed letter.")
    if not wrong and _of_these_days(Q(post=post, to=to), since, until):
        text = _("%(to)s stands in on some of these days already, or is asked to.")
        wrong["since"] = text % {"to": to}
    if not wrong and _of_these_days(Q(post=to, to=post), since, until):
        text = _("%(to)s has passed on to %(post)s: it would come back to itself.")
        wrong["to"] = text % {"to": to, "post": post}
    return wrong


def _of_these_days(which: Q, since: date, until: date | None) -> bool:
    """Whether there is such a delegation on one of these days, or consent to it is awaited."""
    is_asked = Q(mandate__status=Mandate.Status.ASKED)
    rows = Delegation.objects.filter(which, Q(is_agreed=True) | is_asked)
    rows = rows.filter(Q(until=None) | Q(until__gte=since))
    if until:
        rows = rows.filter(since__lte=until)
    return rows.exists()
