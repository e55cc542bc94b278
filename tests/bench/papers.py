"""Documents drawn warm, against WeasyPrint alone on the same HTML."""

from collections.abc import Callable
from typing import Any

from weasyprint import HTML

from jointmeeting import rendering, typesetting
from tests.jointmeeting.papers import MINUTES, SENTENCE
from tests.jointmeeting.test_rendering import REQUEST

LIMIT = 1.3
# One page of a letter; three of minutes, whose imprint stands on a fourth.
LETTER = {**REQUEST, "topics_planned": ["站点建设"], "contact": None, "copies": []}
ITEM = {**MINUTES["items"][0], "discussion": "\n".join([SENTENCE] * 3)}
THREE_PAGES = {**MINUTES, "items": [ITEM] * 3}
Pair = tuple[Callable[[], bytes], Callable[[], bytes]]


def letter_pdf() -> Pair:
    return ours_and_alone("convene_request", LETTER)


def minutes_pdf() -> Pair:
    return ours_and_alone("minutes", THREE_PAGES)


def ours_and_alone(template: str, context: dict[str, Any]) -> Pair:
    """Ours and the reference: same HTML, fonts and stylesheet, without our two hooks."""
    html = rendering.render_html(template, context)
    font_config, stylesheet, fetcher = rendering._style()

    def ours() -> bytes:
        return rendering.render_pdf(template, context)

    def alone() -> bytes:
        typesetting.uninstall()
        try:
            page = HTML(string=html, url_fetcher=fetcher)
            return page.write_pdf(font_config=font_config, stylesheets=[stylesheet])
        finally:
            typesetting.install()

    return ours, alone
