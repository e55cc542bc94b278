"""Minutes at every stage: m a draft, ms sent for approval, mo out, with a correction."""

from datetime import timedelta
from typing import Any

from documents.models import Addressee
from jointmeeting import clock
from minutes.models import Correction, Decision, Minutes
from tests.houses import House
from tests.sittings import held, minuted


def rows(here: House) -> dict[str, Any]:
    draft, sent = (_drafted(here, title) for title in ("磨坊修桥", "渡口修桥"))
    by = here.person("mill-office")
    with clock.at(clock.now() + timedelta(days=21)):
        sent.send(by=by)
        out = minuted(here, here.topic("answered", title="水闸修桥"), kind="ad hoc")
        [decision] = Decision.objects.filter(meeting=out.meeting)
        withdrawn = [{"decision": decision, "change": "withdrawn"}]
        words = {"reason": "写错了。", "lines": withdrawn}
        correction = Correction.objects.issue(out, by=by, **words)
    sluice = here.unit("sluice")
    return {
        "m": draft,
        "ms": sent,
        "mo": out,
        "mi": draft.records.latest("pk"),
        "moi": out.records.latest("pk"),
        "md": Decision.objects.get(meeting=draft.meeting),
        "mod": decision,
        "mc": correction,
        "receipt": Addressee.objects.get(document=out.document, member=sluice),
    }


def _drafted(here: House, title: str) -> Minutes:
    """A draft in which nothing is missing."""
    meeting = held(here, here.topic("answered", title=title), kind="ad hoc")
    minutes, by = Minutes.objects.get(meeting=meeting), here.person("mill-office")
    with clock.at(meeting.starts_at + timedelta(hours=4)):
        for record in minutes.records.all():
            said = {"outcome": "decided", "discussion": "说定。"}
            minutes.record(by=by, item=record, seen=record.seen(), **said)
        minutes.decide(
            by=by,
            item=record.item,
            text="修桥。",
            done_when="能走车。",
            is_standing=True,
            leads=[here.unit("sluice")],
        )
    return minutes
