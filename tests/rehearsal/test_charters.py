"""Every charter of the tests is played for two years, and what it says is seen."""

from dataclasses import replace
from datetime import date

import pytest

from institutions.loading import charter_from
from jointmeeting import rendering
from rehearsal import rehearsing
from rehearsal.player import Play
from rehearsal.rehearsing import rehearse
from rehearsal.stories import NEUTRAL, story_of
from tests.charter_coverage import FILES, proofs
from tests.charter_marks import marked
from tests.rehearsal import ruling
from tests.rehearsal.tales import TALES
from tests.rehearsal.watching import Watch

pytestmark = [pytest.mark.plays, pytest.mark.usefixtures("calendar", "files")]
LOOKS = {(6, 20), (11, 20)}


@pytest.fixture
def watch(monkeypatch) -> Watch:
    """Looks at the pages some days a year, and at all that is printed."""
    watch = Watch()
    play_day = Play.play_day

    def watched(play: Play, day: date) -> None:
        play_day(play, day)
        looks = [date(play.first.year, *look) for look in LOOKS]
        if any(before(play, day) < look <= day for look in looks):
            watch.look_round(play.body)

    def printed(html: str) -> bytes:
        watch.read(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(Play, "play_day", watched)
    monkeypatch.setattr(rendering, "pdf_of", printed)
    return watch


def before(play: Play, day: date) -> date:
    """The working day before."""
    return play.working_day(day, -1)


@pytest.fixture
def short(request, monkeypatch):
    """Two years of few topics, told in some seconds; whole ones where there is a tale."""
    if request.getfixturevalue("path").stem in TALES:
        return
    story = story_of(NEUTRAL)
    topics = [*story.topics[:2], story.topics[-1]]
    few = replace(story, topics=tuple(topics), ad_hoc=story.ad_hoc[:1])
    monkeypatch.setattr(rehearsing, "story_of", lambda key: few)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_that_a_charter_says_is_seen(path, short, watch):
    """Nothing is left open at its end, no page breaks, and no text of it is unread.

    A text that these walks do not come to is proven by a test of its own.
    """
    data, places = marked(charter_from(path))
    body, timeline = rehearse(data, path.stem, 2026)
    watch.look_round(body)
    if tale := TALES.get(path.stem):
        tale(body, timeline)
    for check in ruling.CHECKS:
        check(ruling.Played(body))
    unseen = {key for number, key in places.items() if number not in watch.seen}
    assert unseen - proofs().keys() == set()
