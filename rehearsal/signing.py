"""How signatories of a played year answer: here, or on paper that an office enters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from consents.models import Answer, Channel, Consent, Consented, Signature
from consents.silence import rows_of
from deadlines.models import Duty
from institutions.models import MemberUnit
from jointmeeting import clock
from rehearsal.papers import scan

if TYPE_CHECKING:
    from rehearsal.player import Play


def slot_of(duty: Duty) -> Signature:
    """The place on the sheet that this duty is about."""
    _act, _colon, pk = duty.kind.partition(":")
    return Signature.objects.select_related("consent").get(pk=pk)


def is_first_round(row: Consented, slot: Signature) -> bool:
    """Whether the act is asked for the first time."""
    return not row.consents.filter(act=slot.consent.act, pk__lt=slot.consent_id).exists()


def decides(slot: Signature) -> bool:
    """Whether nobody is asked after this slot's step: there the story's objections are made."""
    sheet = slot.consent
    return not sheet.signatures.filter(step__gt=slot.step).exists()


def sign(
    play: Play, duty: Duty, path: str, objection: str = "", refuse: bool = False
) -> None:
    """Answer for the post that owes; an objection asks for changes, or refuses."""
    answer = Answer.AGREE
    if objection:
        answer = Answer.DISAGREE if refuse else Answer.CHANGES
    given: dict[str, Any] = {"answer": answer, "opinion": objection}
    grounds = duty.row.grounds(duty.kind.partition(":")[0])
    if objection and grounds:
        given["ground"] = next(iter(grounds))
    office = entering_office(play, duty)
    if office:
        given |= on_paper(duty, clock.today())
    _take(play, duty, path, office, given)


def report(play: Play, duty: Duty, path: str) -> bool:
    """Have another side's office enter it, where there is one; it does not count yet."""
    side = duty.post.own_side
    if side is None:
        return False
    others = play.body.sides.exclude(pk=side.pk).select_related("office__liaison")
    other = others.exclude(office=None).first()
    if other is None:
        return False
    given = {"answer": Answer.AGREE, "opinion": "", "on_behalf_of": duty.post}
    given |= {"channel": Channel.PHONE, "given_on": clock.today()}
    _take(play, duty, path, other.office, given)
    return True


def stays_silent(play: Play, duty: Duty) -> bool:
    """Whether nobody answers here before the term ends, and silence is consent.

    So it is with one place in two, but for those where the story objects: the first that
    decides; and only by a date that is sure.
    """
    if not isinstance(duty.row, Consented) or ":" not in duty.kind:
        return False
    slot = slot_of(duty)
    if slot.consent.silence_basis is None or duty.how["provisional"]:
        return False
    beside = slot.consent.signatures.filter(step=slot.step, pk__lt=slot.pk)
    is_objector = decides(slot) and not beside.exists()
    return not is_objector and slot.pk % 2 == 0


def count_silence(play: Play) -> None:
    """What a morning brings where silence is consent."""
    sheets = Consent.objects.silence_may_decide().filter(joint_body=play.body)
    owned: Any = rows_of(sheets)
    for row, act in owned:
        with transaction.atomic():
            slots = row.silent(act)
        if slots:
            posts = [post for slot in slots for post in slot.posts.all()]
            words = _("%(what)s: no answer in time, counts as agreeing")
            with play.timeline.recorded(
                words % {"what": row.duty_text(f"{act}:")},
                on=clock.today(),
                by=_(" or ").join(map(str, dict.fromkeys(posts))),
                unit="",
                basis=row.route(act).basis,
            ):
                row.count_silence(act)


def on_paper(duty: Duty, day: date) -> dict[str, Any]:
    """The answer as his office enters it, with the paper he signed."""
    name = _("%(post)s, signed sheet") % {"post": duty.post}
    return {
        "on_behalf_of": duty.post,
        "channel": Channel.PAPER,
        "given_on": day,
        "scan": scan(name),
    }


def entering_office(play: Play, duty: Duty) -> MemberUnit | None:
    """The office that enters for this post: none for a liaison, nor for one leader in four.

    For those outside the body it always does.
    """
    side = duty.post.own_side
    is_liaison = MemberUnit.objects.filter(liaison=duty.post).exists()
    is_himself = is_liaison or duty.post.side and play.dice(duty) % 4 == 0
    return None if side is None or is_himself else side.office


def _take(
    play: Play,
    duty: Duty,
    path: str,
    office: MemberUnit | None,
    given: dict[str, Any],
) -> None:
    row, act = duty.row, duty.kind.partition(":")[0]
    route, sheet = row.route_taken(act), row.consent(act)
    side, said = duty.post.own_side, str(Answer(given["answer"]).label)
    if office and side and office != side.office:
        said = _("%(answer)s, reported and to be confirmed") % {"answer": said}
    words = _("%(what)s: %(answer)s") % {"what": duty.text, "answer": said}

    def step(*, by: Any) -> None:
        row.answer(act, by=by, digest=sheet.digest, **given)

    play.do(
        words,
        step,
        post=duty.post,
        path=path,
        basis=route.basis,
        entered_by=office,
    )
