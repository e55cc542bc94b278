"""A charter is changed on the screen: part by part, mistakes and all, until it is in force."""

import json
import re
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from desk.drafts import nodes
from institutions.charter import PARTS
from institutions.drafting import begin_draft, change_part, to_come
from institutions.models import Charter, JointBody
from institutions.writing import text_of
from jointmeeting import clock
from meetings.models import BodyYear
from tests.forms import sent
from tests.houses import House, house

FILES = [*Path("charters").glob("*.toml"), *Path("tests/charters").glob("*.toml")]

OPEN = re.compile(r'value="open:([^"]+)"')


@pytest.fixture
def h(db):
    with translation.override("en"):
        yield house()


@pytest.fixture
def draft(h):
    return begin_draft(h.body, by=h.person("rights"))


def url(h: House, name: str, *args) -> str:
    return reverse(f"desk:{name}", args=[h.body.pk, *args])


def page(h: House, name: str, *args) -> str:
    answer = h.client("rights").get(url(h, name, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def save(h: House, part: str, act: str = "save", **changed):
    """Send the page of a part as it stands, but for what was changed on it."""
    names = {name.replace("__", "."): value for name, value in changed.items()}
    where = f"{url(h, 'draft_part', part)}?at={next(iter(names), '')}"
    shown = h.client("rights").get(where).content.decode()
    fields = sent(shown) | {"do": [act]}
    return h.client("rights").post(url(h, "draft_part", part), fields | names)


def data(h: House) -> dict:
    return to_come(h.body).data


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_page_that_is_saved_unchanged_changes_nothing(db, file, monkeypatch):
    monkeypatch.setattr(nodes, "MANY", 10**6)  # every piece is drawn
    h = house(file)
    with translation.override("en"):
        by = next(
            a.person
            for post in h.body.posts.all()
            for a in post.appointments.all()
            if a.person.may("administer_rights", h.body)
        )
        draft = begin_draft(h.body, by=by)
        client = Client()
        client.force_login(by)
        for part in PARTS:
            where = url(h, "draft_part", part)
            answer = client.get(where)
            assert "nothing to correct" in answer.content.decode()
            assert client.post(
                where, sent(answer.content.decode()) | {"do": "save"}
            ).status_code == (302), part
            draft.refresh_from_db()
            assert draft.data.get(part) == h.body.charter.data.get(part), part


def test_a_term_is_changed_and_said_in_words(h, draft):
    assert save(h, "topics", topics__consult__term__value="15").status_code == 302
    assert data(h)["topics"]["consult"]["term"]["value"] == 15
    opened = h.client("rights").get(url(h, "draft_part", "topics") + "?at=topics.consult")
    assert "within 15 working days" in opened.content.decode()
    assert "within 15 working days" in page(h, "draft_changes")
    assert h.body.charter.data["topics"]["consult"]["term"]["value"] == 10


def test_a_mistake_is_kept_and_told_beside_its_field(h, draft):
    save(h, "reminders", reminders__before__value="three")
    shown = page(h, "draft_part", "reminders")
    assert 'value="three"' in shown
    assert "a whole number" in shown
    assert "1 to correct" in page(h, "draft_detail")
    answer = h.client("rights").get(url(h, "draft_agree"))
    assert answer.url == url(h, "draft_detail")


def test_a_row_is_added_moved_and_taken_out(h, draft):
    before = [each["key"] for each in data(h)["posts"]]
    answer = save(h, "posts", "up:posts[1]")
    assert answer.url.endswith("?at=posts%5B1%5D#f-posts-1")
    assert [each["key"] for each in data(h)["posts"]][:2] == before[1::-1]
    save(h, "posts", "drop:posts[0]")
    save(h, "posts", "add:posts")
    assert [each.get("key") for each in data(h)["posts"]] == [
        before[0],
        *before[2:],
        None,
    ]
    save(h, "posts", "drop:posts[99]")
    assert len(data(h)["posts"]) == len(before)


def test_steps_of_a_route_are_added(h, draft):
    steps = "meetings.regular.agree.steps"
    save(h, "meetings", f"add:{steps}")
    save(h, "meetings", f"add:{steps}[1]")
    added = data(h)["meetings"]["regular"]["agree"]["steps"]
    assert added[-1] == [{}, {}]


def test_a_unit_that_is_chosen_comes_after_those_before(h, draft):
    fields = {"topics__proposers__units": ["mill-office", "farm-office"]}
    save(h, "topics", **fields)
    assert data(h)["topics"]["proposers"]["units"] == ["mill-office", "farm-office"]
    save(h, "topics", "up:topics.proposers.units[1]")
    assert data(h)["topics"]["proposers"]["units"] == ["farm-office", "mill-office"]


def test_words_of_one_key_are_both_kept(h, draft):
    fields = {"words[1].key": "mill"}
    answer = h.client("rights").post(
        url(h, "draft_part", "words"),
        sent(page(h, "draft_part", "words")) | fields | {"do": "save"},
    )
    assert answer.status_code == 302
    assert set(data(h)["words"].values()) == {"磨坊", "农场"}  # PostgreSQL orders keys


def test_an_older_page_is_told_and_nothing_typed_is_lost(h, draft):
    old = sent(page(h, "draft_part", "body"))
    save(h, "words", **{"words[0].value": "水磨"})
    answer = h.client("rights").post(
        url(h, "draft_part", "body"), old | {"body.short": "我的", "do": "save"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="我的"' in shown
    assert data(h)["body"]["short"] == "协商会"
    again = sent(shown) | {"do": "save"}
    assert h.client("rights").post(url(h, "draft_part", "body"), again).status_code == 302
    assert data(h)["body"]["short"] == "我的"


def test_a_file_takes_the_place_of_the_draft_and_one_that_is_none_changes_nothing(
    h, draft
):
    changed = deepcopy(draft.data)
    changed["body"]["short"] = "新会"
    text = text_of(Charter(joint_body=h.body, data=changed))

    def upload(content: bytes):
        file = SimpleUploadedFile("a.toml", content)
        fields = sent(page(h, "draft_upload")) | {"file": file}
        return h.client("rights").post(url(h, "draft_upload"), fields)

    shown = upload(b"[body\n").content.decode()
    assert "TOML" in shown
    assert data(h) == draft.data
    assert upload(text.encode()).status_code == 302
    assert data(h) == changed
    assert upload(b"[body]\nshorter = 1\n").status_code == 302
    assert "shorter" in page(h, "draft_part", "body")
    file = h.client("rights").get(url(h, "draft_file"))
    assert "shorter = 1" in file.content.decode()


def test_a_draft_that_another_has_changed_is_not_discarded(h, draft):
    asked = page(h, "draft_discard")
    words = draft.data["words"] | {"mill": "新磨坊"}
    by = h.person("rights")
    change_part(draft, "words", words, by=by, revision=draft.revision)
    [address] = re.findall(r'action="([^"]*discard[^"]*)"', asked)
    h.client("rights").post(address)
    assert Charter.objects.filter(pk=draft.pk, state="draft").exists()


def test_a_draft_is_discarded(h, draft):
    [address] = re.findall(r'action="([^"]*discard[^"]*)"', page(h, "draft_discard"))
    h.client("rights").post(address)
    assert to_come(h.body) is None
    assert "Begin a draft" in page(h, "draft_detail")


def test_it_is_put_in_force_at_once_or_waits_and_is_taken_back(h, draft):
    save(h, "body", body__short="新会")
    day = clock.today() + timedelta(days=3)
    fields = sent(page(h, "draft_agree")) | {"in_force_from": day}
    assert h.client("rights").post(url(h, "draft_agree"), fields).url == url(
        h, "draft_detail"
    )
    assert str(day) in page(h, "draft_detail")
    h.client("rights").post(url(h, "draft_take_back"))
    fields = sent(page(h, "draft_agree"))
    assert h.client("rights").post(url(h, "draft_agree"), fields).status_code == 302
    assert JointBody.objects.get(pk=h.body.pk).short == "新会"


def test_a_version_before_the_one_it_replaces_is_refused_at_its_field(h, draft):
    fields = sent(page(h, "draft_agree")) | {"in_force_from": "2001-01-01"}
    answer = h.client("rights").post(url(h, "draft_agree"), fields)
    assert "not before that day" in answer.content.decode()
    assert JointBody.objects.get(pk=h.body.pk).charter.version == 1


def test_what_becomes_of_a_dropped_post_is_asked(h):
    text = json.dumps(h.body.charter.data)
    new = json.loads(text.replace('"steward"', '"bailiff"'))
    begin_draft(h.body, by=h.person("rights"), data=new)
    fields = sent(page(h, "draft_agree"))
    answer = h.client("rights").post(url(h, "draft_agree"), fields)
    assert answer.status_code == 200
    fields |= {"posts.steward": "becomes:bailiff"}
    assert h.client("rights").post(url(h, "draft_agree"), fields).status_code == 302
    assert h.body.posts.filter(key="bailiff").exists()


def founded(h: House, **changed):
    where = reverse("desk:body_create")
    fields = sent(h.client("rights").get(where).content.decode())
    fields |= {"name": "上游协商会", "short": "上游会", "key": "upstream"}
    fields |= {"template": f"body:{h.body.pk}", "parent": h.body.pk}
    return h.client("rights").post(where, fields | changed)


def test_a_new_body_is_set_up_step_by_step_until_it_is_at_work(h):
    answer = founded(h)
    body = JointBody.objects.get(key="upstream")
    assert answer.url == reverse("desk:body_setup", args=[body.pk])
    assert (body.charter, body.parent, to_come(body).data["body"]["name"]) == (
        None,
        h.body,
        "上游协商会",
    )
    there = House(body)
    assert "not made yet" in page(there, "body_setup")
    assert h.client("rights").post(url(there, "body_lay_out")).status_code == 302
    assert "posts are vacant" in page(there, "body_setup")
    assert body.members.exists()
    for name in ("/", url(h, "body_detail"), reverse("meetings:meeting_list")):
        assert h.client("rights").get(name).status_code == 200
    fields = sent(page(there, "draft_agree"))
    assert h.client("rights").post(url(there, "draft_agree"), fields).status_code == 302
    body.refresh_from_db()
    assert body.rules_in_force.version == 1
    assert page(there, "body_detail")
    assert BodyYear.objects.filter(joint_body=body).exists()


def test_a_unit_dropped_while_a_body_is_set_up_leaves_nothing(h):
    founded(h)
    there = House(JointBody.objects.get(key="upstream"))
    h.client("rights").post(url(there, "body_lay_out"))
    assert there.body.members.filter(key="ferry").exists()
    rows = data(there)["units"][1]["units"]
    number = next(i for i, each in enumerate(rows) if each["key"] == "ferry")
    save(there, "units", f"drop:units[1].units[{number}]")
    h.client("rights").post(url(there, "body_lay_out"))
    assert not there.body.members.filter(key="ferry").exists()
    assert not there.body.posts.filter(key="unit-ferry").exists()


def test_a_key_that_is_taken_is_refused_at_its_field(h):
    answer = founded(h, key=h.body.key)
    assert "already" in answer.content.decode()
    assert JointBody.objects.count() == 1


def test_the_body_above_is_one_that_this_person_administers(h):
    other = house(key="gorge")
    answer = founded(h, parent=other.body.pk)
    assert answer.status_code == 200
    assert JointBody.objects.count() == 2


def test_a_part_that_may_be_left_out_is_put_in_and_left_out_again(h, draft):
    assert "There is no such rule here." in page(h, "draft_part", "lower")
    save(h, "lower", act="add:lower")
    assert data(h)["lower"] == {"basis": {}}
    save(h, "lower", lower__units="上村", lower__within__value="5")
    assert data(h)["lower"]["units"] == ["上村"]
    save(h, "lower", act="drop:lower")
    assert "lower" not in data(h)


def test_a_body_of_another_text_begins_without_the_clauses_of_its_template(h):
    founded(h)
    begun = data(House(JointBody.objects.get(key="upstream")))
    assert begun["body"]["texts"] == []
    assert '"clause"' not in json.dumps(begun)
    founded(h, key="beside", keeps_clauses="on")
    kept = data(House(JointBody.objects.get(key="beside")))
    assert kept["topics"] == h.body.charter.data["topics"]


def test_the_set_up_page_says_what_is_still_as_in_the_template(h):
    founded(h)
    there = House(JointBody.objects.get(key="upstream"))
    shown = page(there, "body_setup")
    assert "no text yet" in shown
    assert shown.count("as in the template") == 4
    save(there, "posts", "down:posts[0]")
    assert page(there, "body_setup").count("as in the template") == 3


def test_the_pages_of_a_body_that_is_set_up_lead_to_what_is_to_be_done(h):
    founded(h)
    there = House(JointBody.objects.get(key="upstream"))
    for name, to in (("body_detail", "body_setup"), ("charter_detail", "draft_detail")):
        answer = h.client("rights").get(url(there, name))
        assert answer.url == url(there, to)
    assert h.client("steward").get(url(there, "body_detail")).status_code == 404


def test_changes_of_a_part_in_a_row_are_told_once_by_its_name(h, draft):
    for days in "123":
        save(h, "reminders", reminders__before__value=days)
    assert page(h, "draft_detail").count("Change the draft") == 1


def test_a_new_rule_rests_on_what_the_sides_agreed(h, draft):
    save(h, "posts", "add:posts")
    assert data(h)["posts"][-1] == {"basis": {}}


def test_what_becomes_of_a_side_under_another_key_is_asked(h):
    data = eval(repr(h.body.rules_in_force.data).replace("'mill'", "'weir'"))
    data["words"]["mill"] = data["words"]["weir"]
    begin_draft(h.body, by=h.person("rights"), data=data)
    fields = sent(page(h, "draft_agree"))
    answer = h.client("rights").post(url(h, "draft_agree"), fields)
    assert list(answer.context["form"].errors) == ["sides.mill"]
    fields["sides.mill"] = "becomes:weir"
    assert h.client("rights").post(url(h, "draft_agree"), fields).status_code == 302
    assert h.body.sides.filter(key="weir").exists()


def test_a_file_does_not_take_the_place_of_what_was_changed_since(h, draft):
    fields = sent(page(h, "draft_upload"))
    save(h, "words", **{"words[0].value": "水磨"})
    changed = data(h)
    fields["file"] = SimpleUploadedFile("a.toml", text_of(draft).encode())
    answer = h.client("rights").post(url(h, "draft_upload"), fields)
    assert "has changed the draft in the meantime" in answer.content.decode()
    assert data(h) == changed


@pytest.mark.parametrize("name", ["draft_agree", "draft_upload"])
def test_a_revision_that_is_no_number_is_of_no_draft(h, draft, name):
    file = SimpleUploadedFile("a.toml", text_of(draft).encode())
    fields = {"revision": "x", "file": file, "in_force_from": str(clock.today())}
    answer = h.client("rights").post(url(h, name), fields)
    assert "has changed the draft in the meantime" in answer.content.decode()


def test_the_day_of_a_text_is_a_date(h, draft):
    save(h, "body", **{"body.texts[0].issued_on": "2026年10月12日"})
    assert "a date such as 2026-01-31" in page(h, "draft_part", "body")
    save(h, "body", **{"body.texts[0].issued_on": "2026-10-12"})
    assert "nothing to correct" in page(h, "draft_part", "body")


@pytest.mark.parametrize("name", ["liubei", "yijinhuoluo"])
def test_the_page_of_a_part_is_light(db, name):
    h = house(name)
    by = h.person("rights_admin")
    begin_draft(h.body, by=by)
    client = Client()
    client.force_login(by)
    heavy = {}
    for part in PARTS:
        where = url(h, "draft_part", part)
        closed = client.get(where).content.decode()
        opened = [where, *(f"{where}?at={at}" for at in OPEN.findall(closed))]
        for each in opened:
            heavy[each] = len(client.get(each).content)
    assert {each: size for each, size in heavy.items() if size > 60_000} == {}


def test_what_was_not_drawn_is_kept_and_is_drawn_when_it_is_opened(h, draft, monkeypatch):
    monkeypatch.setattr(nodes, "MANY", 10)
    before = data(h)
    closed = page(h, "draft_part", "posts")
    assert "posts[0].title" not in closed
    answer = save(h, "posts", act="open:posts[0]")
    assert data(h) == before
    opened = h.client("rights").get(answer.url.partition("#")[0]).content.decode()
    assert "posts[0].title" in opened
    assert "posts[1].title" not in opened
    fields = sent(opened) | {"do": ["save"], "posts[0].title": "首席"}
    h.client("rights").post(answer.url.partition("#")[0], fields)
    titles = [post["title"] for post in data(h)["posts"]]
    assert titles == ["首席", *(post["title"] for post in before["posts"][1:])]
    save(h, "posts", act="drop:posts[1]")
    assert [post["title"] for post in data(h)["posts"]] == [titles[0], *titles[2:]]


def test_a_mistake_and_a_lack_lead_to_their_field(h, draft):
    reminders = {**draft.data["reminders"], "before": {"value": "three"}}
    by = h.person("rights")
    change_part(draft, "reminders", reminders, by=by, revision=0)
    where = url(h, "draft_part", "reminders") + "?at=reminders.before.value"
    assert f'href="{where}#f-reminders-before-value"' in page(h, "draft_detail")
    assert (
        'id="f-reminders-before-value"' in h.client("rights").get(where).content.decode()
    )


def test_what_is_missing_leads_to_the_draft_or_where_one_begins(h):
    h.leave("farmer")
    shown = page(h, "charter_detail")
    assert f'href="{url(h, "draft_detail")}">' in shown
    begin_draft(h.body, by=h.person("rights"))
    shown = page(h, "charter_detail")
    assert re.search(rf'href="{url(h, "draft_detail")}\w+/\?at=[^"]+#f-', shown)
    other = h.client("miller").get(url(h, "charter_detail")).content.decode()
    assert url(h, "draft_detail") not in other
