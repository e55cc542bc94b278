"""Under a charter of five sides nothing on any screen or paper says a word of another place."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pypdf
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.signals import template_rendered
from django.urls import resolve, reverse
from django.utils.timezone import make_aware

from institutions.loading import charter_from, load_charter
from institutions.models import JointBody, User, charter_by_pk
from jointmeeting import clock
from rehearsal.cast import fill_posts
from rehearsal.player import Play
from rehearsal.stories import NEUTRAL, story_of
from tools.words_of_a_place import WORDS, problems

FILE = Path(settings.BASE_DIR) / "tests" / "charters" / "five_sides.toml"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
TODAY = date(2026, 6, 8)  # a day with much to be done
LINK = re.compile(r'(?:href|action)="([^"]+)"')
# A new body is begun from a charter that comes with the product, each by its own name.
NEVER = {"logout", "desk:body_create"}
OF_EACH_KIND = 2  # pages of one kind that an account opens

# What no link of a day's work leads to: errors, what follows a button, another day's work.
# Their sources are read like all others.
NOT_IN_THE_PLAY = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "500.html",
    "agenda/agenda_candidates.html",
    "agenda/agenda_gather.html",
    "agenda/agenda_item.html",
    "agenda/topic_amend_confirm.html",
    "agenda/topic_unit.html",
    "agenda/views.html",
    "consents/answer.html",
    "deadlines/calendar_told.html",
    "desk/appointment_end.html",
    "documents/minutes_notice.html",
    "desk/appointment_hand_over.html",
    "desk/charter_changes.html",
    "desk/drafts/acts.html",
    "desk/drafts/away.html",
    "desk/drafts/basis.html",
    "desk/drafts/body_create.html",
    "desk/drafts/body_setup.html",
    "desk/drafts/draft_agree.html",
    "desk/drafts/draft_detail.html",
    "desk/drafts/draft_part.html",
    "desk/drafts/draft_upload.html",
    "desk/drafts/errors.html",
    "desk/drafts/gates.html",
    "desk/drafts/input.html",
    "desk/drafts/list.html",
    "desk/drafts/mistakes.html",
    "desk/drafts/parts.html",
    "desk/drafts/picks.html",
    "desk/drafts/piece.html",
    "desk/drafts/table.html",
    "desk/drafts/where.html",
    "desk/meeting_asked.html",
    "desk/owed.html",
    "desk/people_list.html",
    "desk/post_appoint.html",
    "desk/post_detail.html",
    "desk/rule_side.html",
    "desk/stroke_counts.html",  # where lists go by strokes
    "desk/unit_end.html",
    "desk/unit_rename.html",
    "documents/hand_over.html",
    "documents/inspection_record.html",
    "documents/supervision_notice.html",
    "followups/notices.html",
    "documents/meeting_cancelled.html",
    "documents/meeting_change.html",
    "documents/minutes_correction.html",
    "documents_pages/file_missing.html",
    "documents_pages/mandate_detail.html",
    "documents_pages/post_pass_on.html",
    "followups/decisions_bring.html",
    "followups/inspection_detail.html",
    "followups/inspection_mend.html",
    "followups/progress_begin.html",
    "followups/progress_decisions.html",
    "followups/progress_detail.html",
    "followups/progress_freeze.html",
    "followups/progress_line.html",
    "followups/progress_said.html",
    "followups/story.html",
    "meetings/attendance_add.html",
    "meetings/dates.html",
    "meetings/meeting_arrange.html",
    "meetings/meeting_hold.html",
    "meetings/meeting_notify.html",
    "meetings/meeting_request.html",
    "minutes/correction_detail.html",
    "minutes/correction_form.html",
    "minutes/decision_form.html",
    "minutes/differs.html",
    "minutes/minutes_amend.html",
    "minutes/minutes_issue.html",
    "parts/answer_button.html",
    "parts/bar.html",
    "parts/route.html",
    "registration/logged_out.html",
    "registration/password_change_done.html",
}


@pytest.fixture
def drawn() -> Iterator[set[str]]:
    """The names of all templates drawn from now on."""
    names: set[str] = set()

    def note(template, **kwargs) -> None:
        names.add(template.name or "")

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


@pytest.fixture
def five_sides(drawn, db) -> Iterator[JointBody]:
    """The body of five sides, somebody in each post, some months into its year."""
    charter_by_pk.cache_clear()
    call_command("seed_calendar", verbosity=0)
    with clock.at(make_aware(datetime.combine(FIRST, time(8)))):
        body = load_charter(charter_from(FILE), "five_sides", in_force_from=FIRST)
        fill_posts(body, FIRST)
    Play(body, story_of(NEUTRAL), FIRST, LAST, end=TODAY).run()
    with clock.at(make_aware(datetime.combine(TODAY, time(18)))):
        yield body


def said(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


def text_of(response) -> str:
    """What a person reads: of a page its whole source, of a PDF its text."""
    content = b"".join(response.streaming_content) if response.streaming else None
    content = response.content if content is None else content
    if response["Content-Type"] == "application/pdf":
        pages = pypdf.PdfReader(BytesIO(content)).pages
        return "".join(page.extract_text() for page in pages)
    return content.decode()


def walk(person: User) -> Iterator[tuple[str, str]]:
    """Every page that links lead this person to, some of each kind, with its text."""
    client, seen, kinds = Client(), {"/"}, Counter[str]()
    client.force_login(person)
    to_open = ["/"]
    while to_open:
        address = to_open.pop(0)
        response = client.get(address)
        if response.status_code == 405:  # a button, not a page
            continue
        text = text_of(response)
        yield address, text
        for link in LINK.findall(text):
            link = link.replace("&amp;", "&").partition("#")[0]
            if link in seen or not link.startswith("/") or link.startswith("/static/"):
                continue
            seen.add(link)
            kind = resolve(urlsplit(link).path).view_name
            kinds[kind] += 1
            if kind not in NEVER and kinds[kind] <= OF_EACH_KIND:
                to_open.append(link)


def test_the_charter_itself_says_none():
    assert said(FILE.read_text(encoding="utf-8")) == []


def test_no_source_says_one():
    assert problems() == []


@pytest.mark.plays
def test_no_screen_and_no_document_of_the_play_says_one(five_sides, drawn):
    people = User.objects.filter(appointments__post__joint_body=five_sides).distinct()
    found = said(Client().get(reverse("login")).content.decode())
    for person in people:
        for address, text in walk(person):
            found += [f"{person.username} {address}: {word}" for word in said(text)]
    assert found == []
    own = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert own - drawn - NOT_IN_THE_PLAY == set()
