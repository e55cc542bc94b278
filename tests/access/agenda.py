"""Agendas: of a meeting agreed to, ao a draft with an item oi and one off xi; af frozen."""

from typing import Any

from agenda.models import Agenda
from tests import sittings
from tests.houses import House


def rows(here: House) -> dict[str, Any]:
    by = here.person("mill-office")
    bare = sittings.agreed(here, kind="ad hoc")
    draft, frozen = (
        Agenda.objects.begin(sittings.agreed(here, kind="ad hoc"), by=by) for _n in "ab"
    )
    ferry = here.unit("ferry")
    for title in ("看守", "油灯"):
        draft.add(by=by, kind="other", title=title, presenter=ferry)
    off = draft.items.get(title="油灯")
    draft.take_off(by=by, item=off)
    frozen.freeze(by=by)
    return {
        "bare": bare,
        "ao": draft,
        "oi": draft.items.get(title="看守"),
        "xi": off,
        "af": frozen,
        "ready": here.topic("answered", title="闸口灯"),
    }
