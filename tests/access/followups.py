"""Tasks at every stage: ti issued, ta accepted, tc said to be done; inspections i, is, iw."""

from datetime import timedelta
from typing import Any

from followups.models import Assignment, Inspection
from institutions.models import User
from jointmeeting import clock
from minutes.models import Decision, Minutes
from tests.houses import House
from tests.sittings import minuted


def rows(here: House) -> dict[str, Any]:
    """The sluice (asked for no opinion) carries out, the ferry assists in the first."""
    out = minuted(here, here.topic("answered", title="水闸换板"), kind="ad hoc")
    by, sluice = here.person("mill-office"), here.person("sluice")
    with clock.at(clock.now() + timedelta(days=21)):
        waiting = _decision(here, out, "修路。", by)
        issued, accepted, claimed = (_task(here, out, text, by) for text in "桥渠闸")
        issued.decision.assisting.add(here.unit("ferry"))
        for task in (accepted, claimed):
            task.accept(by=sluice)
        claimed.claim(by=sluice, evidence="办完了。")
        draft, sent, signed = (_inspection(accepted, by) for _number in range(3))
        for inspection in (sent, signed):
            inspection.ask_to_sign(by=by)
        here.sign(signed, "sign_off")
    return {
        "fm": out.meeting,
        "fd": waiting,
        "ti": issued,
        "ta": accepted,
        "tc": claimed,
        "i": draft,
        "is": sent,
        "iw": signed,
    }


def _decision(here: House, out: Minutes, text: str, by: User) -> Decision:
    lead = [here.unit("sluice")]
    words = {"text": text, "leads": lead, "due_on": clock.today()}
    decision = Decision.objects.put(out.meeting, by=by, **words)
    decision.take_effect(by=by)
    return decision


def _task(here: House, out: Minutes, text: str, by: User) -> Assignment:
    decision = _decision(here, out, text, by)
    [task] = Assignment.objects.assign(decision, [here.unit("sluice")], by=by)
    return task


def _inspection(task: Assignment, by: User) -> Inspection:
    today = clock.today()
    words = {"place": "水闸", "took_part": "两家", "finding": "锈。", "demand": "上油。"}
    days = {"inspected_on": today, "due_on": today + timedelta(days=9)}
    return Inspection.objects.begin(task, by=by, **words, **days)
