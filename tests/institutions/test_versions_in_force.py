"""A draft is agreed: at once or on its day; what becomes of posts and units it drops."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from deadlines.models import Duty
from deadlines.tasks import follow_charter
from institutions.drafting import (
    StaleDraft,
    begin_draft,
    change_part,
    discard_draft,
    problems_in,
    to_come,
)
from institutions.loading import CharterRefused, load_charter
from institutions.models import Charter, JointBody, MemberUnit, Post
from institutions.versions import agree, begin_due, take_back
from institutions.writing import text_of
from jointmeeting import clock
from jointmeeting.workflow import StepRefused
from tests.houses import House, house, lively

State = Charter.State


@pytest.fixture
def h(db):
    with translation.override("en"):
        yield house()


@pytest.fixture
def by(h):
    return h.person("rights")


def drafted(h: House, change=lambda data: None) -> Charter:
    data = deepcopy(h.body.charter.data)
    change(data)
    return begin_draft(h.body, by=h.person("rights"), data=data)


def agreed(h: House, draft: Charter, days: int = 0, **kwargs) -> Charter:
    day = clock.today() + timedelta(days=days)
    by = h.person("rights")
    return agree(draft, by=by, revision=draft.revision, in_force_from=day, **kwargs)


def fresh(h: House) -> JointBody:
    return JointBody.objects.get(pk=h.body.pk)


def renamed(key: str, new: str, title: str):
    """A change: the post of that key has another key and title, wherever it is named."""

    def change(data):
        def swapped(each):
            if isinstance(each, dict):
                return {k: swapped(v) for k, v in each.items()}
            if isinstance(each, list):
                return [swapped(v) for v in each]
            return new if each == key else each

        data.update(swapped(data))
        next(p for p in data["posts"] if p["key"] == new).update(key=new, title=title)

    return change


def without_ferry(data):
    for group in data["units"]:
        group["units"] = [unit for unit in group["units"] if unit["key"] != "ferry"]


def test_only_who_administers_rights_drafts(h):
    with pytest.raises(PermissionDenied):
        begin_draft(h.body, by=h.person("miller"))


def test_a_draft_keeps_mistakes_and_says_where_they_are(h, by):
    draft = begin_draft(h.body, by=by)
    wrong = {**draft.data["reminders"], "before": {"value": "three"}}
    draft = change_part(draft, "reminders", wrong, by=by, revision=0)
    assert to_come(h.body).data["reminders"]["before"]["value"] == "three"
    assert "reminders.before.value" in {each.path for each in problems_in(draft)}
    with pytest.raises(CharterRefused):
        agreed(h, draft)
    assert fresh(h).charter == h.body.charter
    last = draft.history.first()
    assert (last.history_user, last.history_change_reason.split("\n")[1]) == (
        by,
        "reminders",
    )


def test_who_changes_an_older_draft_is_told(h, by):
    draft = begin_draft(h.body, by=by)
    change_part(draft, "words", {"mill": "a"}, by=by, revision=0)
    with pytest.raises(StaleDraft, match=str(by)):
        change_part(draft, "words", {"mill": "b"}, by=by, revision=0)
    assert to_come(h.body).data["words"] == {"mill": "a"}


def test_one_draft_at_a_time_and_a_discarded_one_leaves_no_number(h, by):
    draft = begin_draft(h.body, by=by)
    with pytest.raises(StepRefused):
        begin_draft(h.body, by=by)
    discard_draft(draft, by=by)
    assert begin_draft(h.body, by=by).version == 2


def test_one_agreed_for_today_is_in_force_at_once(h):
    draft = drafted(h, lambda data: data["body"].update(short="新会"))
    agreed(h, draft, is_trial=True, trial_until=clock.today() + timedelta(days=365))
    body = fresh(h)
    assert (body.short, body.charter.version, body.charter.is_trial) == ("新会", 2, True)
    assert body.charter.replaces.state == State.SUPERSEDED
    assert to_come(body) is None


def test_what_is_open_is_owed_by_the_new_version_from_then_on(
    db, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(follow_charter, "delay", follow_charter)
    h = house(lively())
    submitted, settled = h.topic("submitted"), h.topic("settled")
    assert h.owed(settled) == {("consult", "mill-office")}
    draft = drafted(h, _another_office_and_term)
    with django_capture_on_commit_callbacks(execute=True):
        agreed(h, draft)
    dates = Duty.objects.open().of(submitted).values_list("due_on", flat=True)
    assert set(dates) == {clock.today() + timedelta(days=40)}
    assert h.owed(settled) == {("consult", "sluice")}
    assert h.duties_agree()


def _another_office_and_term(data):
    data["topics"]["settle"]["term"] = {"value": 40, "unit": "days"}
    data["topics"]["consult"]["office"] = "sluice"


def test_one_for_a_coming_day_waits_for_it_and_begins_once(h):
    draft = drafted(h, lambda data: data["body"].update(short="新会"))
    waiting = agreed(h, draft, days=3)
    assert (waiting.state, fresh(h).charter) == (State.WAITING, h.body.charter)
    assert begin_due() == 0
    with clock.at(clock.now() + timedelta(days=3)):
        assert begin_due() == 1
        assert begin_due() == 0
    assert fresh(h).short == "新会"


def test_the_first_request_of_the_day_begins_with_it(h):
    client = h.client("ferry")
    agreed(h, drafted(h, lambda data: data["body"].update(short="新会")), days=1)
    with clock.at(clock.now() + timedelta(days=1)):
        client.get("/")
    assert fresh(h).short == "新会"


def test_one_that_waits_is_taken_back(h, by):
    waiting = agreed(h, drafted(h), days=3)
    take_back(waiting, by=by)
    assert to_come(h.body).state == State.DRAFT
    with pytest.raises(StepRefused):
        take_back(waiting, by=by)


def test_a_file_for_a_coming_day_waits_too(h):
    data = deepcopy(h.body.charter.data)
    data["body"]["short"] = "新会"
    tomorrow = clock.today() + timedelta(days=1)
    body = load_charter(data, h.body.key, in_force_from=tomorrow)
    assert body.rules_in_force.version == 1
    assert to_come(body).state == State.WAITING
    with pytest.raises(CharterRefused, match="waits"):
        load_charter(data, h.body.key, in_force_from=tomorrow)


def test_a_draft_stands_after_a_file_that_overtakes_it(h, by):
    draft = begin_draft(h.body, by=by)
    data = deepcopy(h.body.charter.data)
    data["body"]["short"] = "新会"
    load_charter(data, h.body.key, in_force_from=clock.today())
    draft.refresh_from_db()
    assert (fresh(h).charter.version, draft.version) == (2, 3)


@pytest.mark.parametrize(
    ("kwargs", "field"),
    [
        ({"days": -4000}, "in_force_from"),
        ({"is_trial": True, "trial_until": "before"}, "trial_until"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(h, kwargs, field):
    if "trial_until" in kwargs:
        kwargs["trial_until"] = clock.today() - timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        agreed(h, drafted(h), **kwargs)
    assert set(refused.value.message_dict) == {field}
    assert to_come(h.body).state == State.DRAFT


def test_what_becomes_of_a_dropped_post_must_be_said(h):
    draft = drafted(h, renamed("steward", "bailiff", "管事"))
    with pytest.raises(ValidationError) as refused:
        agreed(h, draft)
    assert set(refused.value.message_dict) == {"posts.steward"}


def test_a_post_that_becomes_another_keeps_holder_and_row(h):
    post = h.body.posts.get(key="miller")
    holders = list(post.appointments.values_list("person", flat=True))
    draft = drafted(h, renamed("miller", "chief", "首席"))
    agreed(h, draft, moves={"posts": {"miller": {"how": "becomes", "to": "chief"}}})
    post = Post.objects.get(pk=post.pk)
    assert (post.key, post.title) == ("chief", "首席")
    assert list(post.appointments.values_list("person", flat=True)) == holders


def test_who_takes_over_from_an_ended_post_holds_it(h):
    post = h.body.posts.get(key="steward")
    draft = drafted(h, renamed("steward", "bailiff", "管事"))
    agreed(h, draft, moves={"posts": {"steward": {"how": "ended", "to": "miller"}}})
    post.refresh_from_db()
    assert post.ended_on == clock.today() - timedelta(days=1)
    people = post.appointments.today().values_list("person", flat=True)
    heir = h.body.posts.get(key="miller")
    assert set(people) == set(heir.appointments.today().values_list("person", flat=True))
    assert post not in h.body.posts.now()


def test_a_dropped_unit_leaves_and_its_successor_answers(h):
    ferry = h.body.members.get(key="ferry")
    owed = Duty.objects.open().filter(post=ferry.liaison).count()
    draft = drafted(h, without_ferry)
    with pytest.raises(ValidationError):
        agreed(h, draft)
    agreed(h, draft, moves={"units": {"ferry": {"how": "ended", "to": "sluice"}}})
    ferry.refresh_from_db()
    assert (ferry.successor.key, bool(ferry.ended_on)) == ("sluice", True)
    assert Duty.objects.open().filter(post=ferry.liaison).count() == owed


def test_a_unit_under_another_key_is_the_same_unit(h):
    ferry = h.body.members.get(key="ferry")
    agreed(h, drafted(h, _other_key))
    ferry.refresh_from_db()
    assert (ferry.key, ferry.liaison.key, ferry.ended_on) == ("boats", "unit-boats", None)
    assert MemberUnit.objects.filter(joint_body=h.body, unit=ferry.unit).count() == 1


def _other_key(data):
    def swapped(each):
        if isinstance(each, dict):
            return {k: swapped(v) for k, v in each.items()}
        if isinstance(each, list):
            return [swapped(v) for v in each]
        return "boats" if each == "ferry" else each

    data.update(swapped(data))


def one_side_less(data):
    data["sides"] = [each for each in data["sides"] if each["key"] != "river"]


@pytest.mark.parametrize("how", [{}, {"how": "ended", "to": "mill"}])
def test_a_side_is_not_ended(how, db):
    data = deepcopy(lively())
    steward = next(each for each in data["posts"] if each["key"] == "steward")
    del steward["entered_by"]
    steward["side"] = "river"
    river = {"key": "river", "name": "河方", "office": "sluice", "leader": "steward"}
    data["sides"].append(river | {"basis": {"kind": "local"}})
    h = house(data)
    draft = drafted(h, one_side_less)
    draft.data["posts"][2].pop("side")
    draft.save()
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        agreed(h, draft, moves={"sides": {"river": how}})
    assert "not ended" in refused.value.message_dict["sides.river"][0]


def test_a_file_says_by_keys_what_becomes_of_what_it_drops(h, tmp_path):
    draft = drafted(h, renamed("steward", "bailiff", "管事"))
    file = tmp_path / "valley.toml"
    without_ferry(draft.data)
    file.write_text(text_of(draft), encoding="utf-8")
    draft.delete()
    with pytest.raises(CommandError) as refused:
        call_command("charter_load", str(file))
    assert {"--moves steward=…", "--moves ferry=…"} <= set(
        map(str.strip, str(refused.value).splitlines())
    )
    moves = ["--moves", "steward=bailiff", "--moves", "ferry=sluice"]
    with pytest.raises(CommandError, match="mountain"):
        call_command("charter_load", str(file), *moves, "--moves", "mountain=sluice")
    call_command("charter_load", str(file), *moves, "--body", h.body.key)
    assert h.body.posts.filter(key="bailiff").exists()
    assert h.unit("ferry").successor == h.unit("sluice")
