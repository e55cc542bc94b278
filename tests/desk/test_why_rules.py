"""Every relation that lets one see a row or take a step is told, and no other is."""

import pytest
from django.db import models

from desk.why import PAGES, seen_by, sees, steps
from institutions.models import User
from jointmeeting.workflow import steps_for
from tests.test_access import HOLDERS, there_is  # noqa: F401

PEOPLE = [*HOLDERS, "idle", "strange", "far"]


def person_of(scene, role: str) -> User:
    if role in HOLDERS:
        return scene.here.person(HOLDERS[role])
    if role == "idle":
        return User.objects.get(username="idle")
    return scene.there.person("mill-office" if role == "strange" else "ferry")


def rows_of(scene) -> list[models.Model]:
    kinds = tuple(set(PAGES.values()))
    unique = {(type(row), row.pk): row for row in scene.rows.values()}
    return [row for row in unique.values() if isinstance(row, kinds)]


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
def test_why_one_sees_is_said_for_what_one_sees_and_for_nothing_else(there_is, role):  # noqa: F811
    person = person_of(there_is, role)
    rows = rows_of(there_is)
    assert {type(row) for row in rows} == set(PAGES.values())
    for row in rows:
        seen = seen_by(person, type(row)).filter(pk=row.pk).exists()
        assert bool(sees(person, row)) is seen, (type(row), row.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
def test_whose_a_step_is_agrees_with_the_buttons(there_is, role):  # noqa: F811
    person = person_of(there_is, role)
    for row in rows_of(there_is):
        if not hasattr(row, "status"):
            continue
        drawn = list(steps_for(person, row))
        told = [each for each in steps(person, row) if each.is_its_turn][: len(drawn)]
        assert [(s.label, s.mine) for s in drawn] == [
            (s.label, s.is_theirs) for s in told
        ]
        for step, why in zip(drawn, told, strict=True):
            assert bool(why.through) is why.is_theirs
            assert step.reasons == [c.reason for c in why.conditions if not c.is_open]
