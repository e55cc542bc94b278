"""A letter of one page, warm, against WeasyPrint alone on the same HTML."""

from collections.abc import Callable

from weasyprint import HTML

from jointmeeting import rendering, typesetting
from tests.jointmeeting.test_rendering import REQUEST

LIMIT = 1.3
LETTER = {**REQUEST, "topics_planned": ["站点建设"], "contact": None, "copies": []}


def letter_pdf() -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    """Ours and the reference: same HTML, fonts and stylesheet, without our two hooks."""
    html = rendering.render_html("convene_request", LETTER)
    font_config, stylesheet, fetcher = rendering._style()

    def ours() -> bytes:
        return rendering.render_pdf("convene_request", LETTER)

    def alone() -> bytes:
        typesetting.uninstall()
        try:
            page = HTML(string=html, url_fetcher=fetcher)
            return page.write_pdf(font_config=font_config, stylesheets=[stylesheet])
        finally:
            typesetting.install()

    return ours, alone
