"""A charter goes into a file and comes back the same, whatever it says."""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from institutions.charter import PARTS
from institutions.loading import charter_from, load_charter
from institutions.models import Charter
from institutions.writing import text_of
from jointmeeting import clock
from tests.houses import house, lively

pytestmark = pytest.mark.django_db
FILES = sorted(
    [
        *Path(settings.BASE_DIR, "charters").glob("*.toml"),
        *Path(__file__).parents[1].joinpath("charters").glob("*.toml"),
    ]
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_charter_comes_back_as_it_was(path, tmp_path):
    data = charter_from(path)
    body = load_charter(data, path.stem, in_force_from=clock.today())
    out = tmp_path / f"{path.stem}.toml"
    call_command("charter_dump", path.stem, out=out)
    again = charter_from(out)
    assert again == data
    assert load_charter(again, path.stem, in_force_from=clock.today()) == body
    assert Charter.objects.filter(joint_body=body).count() == 1


def test_the_order_is_that_of_the_docs_whatever_the_database_keeps():
    data = charter_from(FILES[0])
    text = text_of(Charter(data=backwards(data)))
    assert text == text_of(Charter(data=data))
    assert list(tomllib.loads(text)) == [key for key in PARTS if key in data]


def backwards(data):
    """The same with the keys of every table the other way round."""
    if isinstance(data, dict):
        return {key: backwards(data[key]) for key in reversed(data)}
    return list(map(backwards, data)) if isinstance(data, list) else data


def test_an_older_version_is_written_by_its_number(tmp_path, capsys):
    h = house()
    first = h.body.charter.data
    changed = lively()
    changed["body"]["short"] = "新协商会"
    load_charter(changed, h.body.key, in_force_from=clock.today())
    call_command("charter_dump", h.body.key, number=1)
    assert tomllib.loads(capsys.readouterr().out) == first
    call_command("charter_dump", h.body.key)
    assert tomllib.loads(capsys.readouterr().out)["body"]["short"] == "新协商会"


@pytest.mark.parametrize(
    "wrong", [{"body": "nowhere"}, {"number": 9}, {"out": Path("/no/x")}]
)
def test_what_cannot_be_written_is_said(wrong):
    h = house()
    asked = {"body": h.body.key, "number": None, "out": None} | wrong
    with pytest.raises(CommandError):
        call_command("charter_dump", asked.pop("body"), **asked)


def test_the_page_gives_the_file():
    h = house()
    client = h.client("rights")
    page = client.get(reverse("desk:charter_detail", args=[h.body.pk])).content.decode()
    url = reverse("desk:charter_file", args=[h.body.pk, 1])
    assert url in page
    answer = client.get(url)
    assert tomllib.loads(answer.content.decode()) == h.body.charter.data
    assert f'filename="{h.body.key}-1.toml"' in answer["Content-Disposition"]
