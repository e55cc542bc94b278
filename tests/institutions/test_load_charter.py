"""A charter brought from its file: the body, its rows, and the rights they have."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from institutions.loading import CharterRefused
from institutions.models import Charter, JointBody, JointBodyGroupPermission, Unit
from institutions.rights import apply_office_duties
from jointmeeting.workflow import StepRefused
from tests import charters

WORDS = """
[words]
mill = "磨坊"
"""


def grants(body: JointBody) -> set[tuple[str, str]]:
    rows = JointBodyGroupPermission.objects.filter(content_object=body)
    return set(rows.values_list("group__post__key", "permission__codename"))


def rows_of(body: JointBody) -> list:
    """Every row of the body by its number and key."""
    kinds = (body.sides, body.posts, body.members)
    return [list(kind.order_by("pk").values_list("pk", "key")) for kind in kinds]


def test_a_charter_makes_the_body_with_its_sides_posts_and_units(body):
    mill = body.sides.get(key="mill")
    assert body.name == "磨坊与农场协商会"
    assert mill.office.unit.name == "磨坊账房"
    assert mill.leader.title == "磨坊主"
    assert [unit.key for unit in body.members.all()] == [
        "mill-office",
        "farm-office",
        "sluice",
    ]
    assert body.charter.version == 1
    assert body.charter.state == Charter.State.IN_FORCE


def test_who_acts_for_a_unit_has_a_post_of_that_title(body):
    titles = [unit.liaison.title for unit in body.members.order_by("position")]
    assert titles == ["磨账房账房", "农场账房账房", "水闸站看闸人"]


def test_the_offices_post_is_of_its_side(body):
    mill = body.sides.get(key="mill")
    assert mill.office.liaison.side == mill
    assert body.posts.get(key="steward").own_side == mill


def test_the_same_charter_again_changes_nothing(body):
    before = rows_of(body)
    history = Unit.history.count()
    assert charters.load().charter == body.charter
    assert rows_of(body) == before
    assert body.charters.count() == 1
    assert Unit.history.count() == history


def test_a_different_charter_is_the_next_version_and_rows_keep_their_keys(body):
    before, data = rows_of(body), charters.small()
    data["posts"][0]["title"] = "老{mill}主"
    later = charters.load("valley", data, in_force_from=date(2026, 6, 1))
    assert later.charter.version == 2
    assert later.charter.replaces == body.charter
    assert Charter.objects.get(pk=body.charter_id).state == Charter.State.SUPERSEDED
    assert rows_of(later) == before
    assert later.posts.get(key="miller").title == "老磨坊主"


def test_a_version_is_not_in_force_before_the_one_it_replaces(body):
    with pytest.raises(CharterRefused) as refused:
        charters.load(
            "valley",
            charters.small(words={"mill": "水", "farm": "火"}),
            in_force_from=date(2025, 1, 1),
        )
    assert [each.path for each in refused.value.problems] == ["in_force_from"]
    assert JointBody.objects.get().charter == body.charter


def test_a_charter_with_a_mistake_leaves_nothing(db):
    data = charters.small()
    data["posts"][0]["colour"] = "red"
    with pytest.raises(CharterRefused):
        charters.load("valley", data)
    assert not JointBody.objects.exists()


def test_a_charter_in_force_is_replaced_not_edited(body):
    body.charter.data = charters.small(words={"mill": "水", "farm": "火"})
    with pytest.raises(StepRefused):
        body.charter.save()


def test_one_unit_on_two_bodies_is_known_once(body, db):
    charters.load("hill")
    assert Unit.objects.filter(name="水闸站").count() == 1
    assert Unit.objects.get(name="水闸站").memberships.count() == 2


def test_two_units_of_one_name_are_refused(body):
    with pytest.raises(ValidationError) as refused:
        Unit(name="水闸站").full_clean()
    assert "name" in refused.value.message_dict


def test_rights_are_those_of_the_office_duties(body):
    assert ("accounts", "administer_accounts") in grants(body)
    assert ("unit-farm-office", "read_topics") in grants(body)
    assert len(grants(body)) == 16


def test_rights_applied_again_change_nothing(body):
    rows = JointBodyGroupPermission.objects.order_by("pk")
    before = list(rows.values_list("pk", flat=True))
    apply_office_duties(body, body.rules_in_force)
    assert list(rows.values_list("pk", flat=True)) == before


def test_a_right_the_new_charter_does_not_give_is_gone(body):
    data = charters.small()
    del data["offices"][0]
    assert ("unit-farm-office", "read_topics") not in grants(
        charters.load("valley", data)
    )


def test_a_body_is_not_above_itself(body):
    middle = charters.load("hill", parent=body)
    below = charters.load("brook", parent=middle)
    body.parent = below
    with pytest.raises(ValidationError) as refused:
        body.full_clean()
    assert "parent" in refused.value.message_dict


def test_a_side_names_only_rows_of_its_own_body(body, other):
    side = body.sides.get(key="mill")
    side.leader = other.posts.get(key="miller")
    with pytest.raises(ValidationError) as refused:
        side.full_clean()
    assert "leader" in refused.value.message_dict


def test_a_post_of_a_side_is_entered_by_no_other(body):
    post = body.posts.get(key="miller")
    post.entered_by = body.sides.get(key="farm")
    with pytest.raises(ValidationError) as refused:
        post.full_clean()
    assert "entered_by" in refused.value.message_dict


def test_the_command_names_each_mistake(db, tmp_path):
    file = tmp_path / "valley.toml"
    file.write_text(f"{WORDS}\n[weather]\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("charter_load", str(file))
    assert "weather" in str(refused.value)
    assert "body" in str(refused.value)


def test_the_command_knows_the_body_above(db):
    with pytest.raises(CommandError) as refused:
        call_command("charter_load", str(Path("valley.toml")), parent="mountain")
    assert "mountain" in str(refused.value)
