"""A year of three sides, whose routes hang on what is so, and whose silence is consent."""

import pytest

from consents.charter import Route
from consents.models import Consent, Signature
from institutions.loading import charter_from
from institutions.reading import walk
from rehearsal.rehearsing import rehearse
from tests.rehearsal.conftest import BASE

TEA_HILL = BASE / "tests" / "charters" / "tea_hill.toml"

pytestmark = [pytest.mark.plays, pytest.mark.usefixtures("calendar", "files")]


def test_each_way_of_a_route_is_gone_and_silence_decides_by_nobodys_hand():
    body, timeline = rehearse(charter_from(TEA_HILL), "tea", 2026)
    sheets = Consent.objects.filter(joint_body=body)
    silent = Signature.objects.filter(consent__in=sheets, by_silence=True)
    assert every_verb(body) == set(sheets.values_list("verb", flat=True))
    assert silent.exists()
    assert not silent.exclude(post=None, entered_by=None).exists()
    said = [each for each in timeline.entries if each.act.endswith("视为同意")]
    assert len(said) >= silent.values("answered_at", "consent").distinct().count() > 3
    told = {each.basis for each in said}
    assert {"local", "《茶山约》第三条", "《茶山约》第七条"} <= told


def every_verb(body) -> set[str]:
    """What each route, and each of its cases, calls the act."""
    routes = [
        each
        for key, part in body.rules_in_force.parts.items()
        for _path, each in walk(part, key)
        if isinstance(each, Route)
    ]
    cases = {case.verb or route.verb for route in routes for case in route.cases}
    return cases | {route.verb for route in routes}
