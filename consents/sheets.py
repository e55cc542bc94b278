"""A consent as it is drawn: the card on a row's page, and the sheet to print."""

from collections import Counter
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from consents.models import Answer, Consent, Consented, Outcome, Signature
from consents.words import silence_text
from deadlines.models import Duty
from documents.models import Attachment
from institutions.log import Change
from institutions.models import Appointment, User, who_acts_in
from institutions.models.calendar import WorkingDays
from jointmeeting import clock
from jointmeeting.templatetags.papers import paper_date

OUTSIDE = 100  # after all sides, whose order is that of the charter
LOOKS: dict[str, str] = {
    Answer.AGREE: "is-done",
    Answer.CHANGES: "is-back",
    Answer.DISAGREE: "is-no",
    Outcome.AGREED: "is-done",
    Outcome.CHANGES: "is-back",
    Outcome.REFUSED: "is-no",
    Outcome.VOID: "is-void",
}


def sheet_of(
    row: Consented,
    consent: Consent,
    user: User,
    *,
    answer_url: str = "",
    pdf_url: str = "",
) -> dict[str, Any]:
    """What templates/parts/consent.html draws: the act, then side by side who answered.

    The number of queries does not depend on the number of slots. A signed paper is linked
    for those who may open it.
    """
    slots = [_slot(each) for each in _Sheet(row, consent).slots]
    scans = [slot["scan"].pk for slot in slots if slot["scan"]]
    open_to_user = set(Attachment.objects.visible_to(user).filter(pk__in=scans))
    for slot in slots:
        is_open = slot["scan"] in open_to_user
        slot["scan_url"] = slot["scan"].get_absolute_url() if is_open else ""
    sides: dict[str, list] = {}
    for slot in sorted(slots, key=lambda slot: slot["place"]):
        sides.setdefault(slot["side"], []).append(slot)
    return {
        "verb": consent.verb,
        "act_label": _(row.acts[consent.act]),
        "asked_on": consent.asked_on,
        "silence": silence_text(consent.silence_basis),
        "digest_short": consent.digest[:8],
        "is_anew": consent.earlier is not None,
        "changes": _changes(row, consent),
        "sides": [{"name": name, "slots": each} for name, each in sides.items()],
        "is_open": consent.is_open,
        "outcome_label": consent.get_outcome_display(),
        "look": LOOKS.get(consent.outcome, ""),
        "answer_url": answer_url if consent.is_open else "",
        "sheet_pdf_url": pdf_url,
    }


def _changes(row: Consented, consent: Consent) -> list[Change]:
    """How the text of a sheet differs from that of the round before."""
    if consent.earlier is None:
        return []
    before, after = dict(row.text_of(consent.earlier)), dict(row.text_of(consent))
    return [
        Change(label, str(before.get(label) or ""), str(after.get(label) or ""))
        for label in before | after
        if before.get(label) != after.get(label)
    ]


class _Sheet:
    """The slots of a consent with all that is shown beside them, in a few queries."""

    def __init__(self, row: Consented, consent: Consent) -> None:
        related = ("post", "scan", "entered_by", "delegation__post", "delegation__to")
        signatures = consent.signatures.select_related(*related).order_by("step", "pk")
        signatures = signatures.prefetch_related("posts__side")
        self.consent, self.signatures = consent, list(signatures)
        self.grounds = row.grounds(consent.act)
        posts = {post.pk for each in self.signatures for post in each.posts.all()}
        self.holders = who_acts_in(posts)
        duties = Duty.objects.open().of(row).filter(post__in=posts)
        self.duties: dict[str, Duty] = {each.kind: each for each in duties}
        answers = (_hand(each) for each in self.signatures if each.entered_by_id)
        self.places = Counter(answers)
        self.working = WorkingDays(consent.step_since, clock.today())
        self.offices = self._offices()

    def _offices(self) -> dict[int | None, str]:
        """Which office each person who entered an answer for another works in."""
        people = {each.entered_by_id for each in self.signatures if each.is_on_behalf}
        held = Appointment.objects.filter(
            person__in=people, post__joint_body=self.consent.joint_body_id
        )
        offices = held.exclude(post__liaison_of=None).select_related(
            "post__liaison_of__unit"
        )
        return {each.person_id: str(each.post.liaison_of) for each in offices}

    @property
    def slots(self) -> list[tuple["_Sheet", Signature]]:
        return [(self, each) for each in self.signatures]


def _hand(signature: Signature) -> tuple[Any, ...]:
    """One answer, for however many places it was given."""
    return signature.entered_by_id, signature.answered_at, signature.is_on_behalf


def _slot(of: tuple[_Sheet, Signature]) -> dict[str, Any]:
    sheet, signature = of
    posts = list(signature.posts.all())
    consent, office = sheet.consent, sheet.offices.get(signature.entered_by_id, "")
    is_now = consent.is_open and signature.step == consent.step
    holders = [name for post in posts for name in sheet.holders.get(post.pk, [])]
    side = posts[0].side
    duty = sheet.duties.get(f"{consent.act}:{signature.pk}")
    return {
        "side": side.name if side else _("Outside the sides"),
        "place": side.position if side else OUTSIDE,
        "posts": [signature.post] if signature.post else posts,
        "answer": signature.answer,
        "answer_label": _("Counts as agreeing")
        if signature.by_silence
        else signature.get_answer_display(),
        "by_silence": signature.by_silence,
        "look": LOOKS.get(signature.answer, ""),
        "opinion": signature.said(sheet.grounds),
        "answered_on": signature.given_on,
        "places": sheet.places[_hand(signature)],
        "on_behalf_by": office if signature.is_on_behalf else "",
        "reported_by": office if signature.is_reported else "",
        "delegated_to": _delegated_to(signature),
        "scan": signature.scan,
        "waiting": is_now,
        "asked": signature.step <= consent.step,
        "waited_days": sheet.working.between(consent.step_since, clock.today()),
        "vacant": is_now and not holders,
        "holder": "、".join(holders),
        "due": duty and duty.due_on,
        "wait_look": f"is-{duty.state}"
        if duty and duty.state in ("near", "late")
        else "",
    }


def _delegated_to(signature: Signature) -> str:
    """Who answered on behalf of the post, and by what, where that was not its holder."""
    if signature.delegation is None:
        return ""
    delegation = signature.delegation
    return _("%(person)s, %(title)s (%(how)s; since %(date)s)") % {
        "person": signature.entered_by,
        "title": delegation.to,
        "how": delegation.words,
        "date": delegation.since,
    }


def paper_of(row: Consented, consent: Consent) -> dict[str, Any]:
    """What templates/documents/consent_sheet.html prints; always in Chinese."""
    with override("zh-hans"):
        slots = [_slot(each) for each in _Sheet(row, consent).slots]
        steps = [each.step for each in consent.signatures.order_by("step", "pk")]
        between = _(" or ")
        rows = [
            {
                "step": step + 1,
                "posts": between.join(map(str, slot["posts"])),
                "answer": slot["answer_label"],
                "is_reported": bool(slot["reported_by"]),
                "by_silence": slot["by_silence"],
                "opinion": slot["opinion"],
                "answered_on": slot["answered_on"],
                "places": slot["places"],
                "entered_by": slot["on_behalf_by"],
                "delegated_to": slot["delegated_to"],
                "has_scan": bool(slot["scan"]),
            }
            for step, slot in zip(steps, slots, strict=True)
        ]
        waiting = [
            row["posts"]
            for row, slot in zip(rows, slots, strict=True)
            if slot["waiting"] and (not slot["answer"] or slot["reported_by"])
        ]
        return {
            "body_name": row.joint_body.name,
            "title": str(row),
            "verb": consent.verb,
            "digest": consent.digest[:8],
            "asked_on": consent.asked_on,
            "silence": silence_text(consent.silence_basis),
            "outcome": "" if consent.is_open else consent.get_outcome_display(),
            "text": [
                {"label": str(label), "value": _on_paper(value)}
                for label, value in row.text_of(consent)
            ],
            "rows": rows,
            "waiting_for": waiting,
        }


def _on_paper(value: Any) -> str:
    return paper_date(value) if isinstance(value, date) else str(value or "")
