"""Official documents: a template of `templates/documents/` as HTML and as PDF.

`render_pdf("convene_request", context)` returns the bytes of the PDF, `preview=True` those
of a draft with a watermark; what the context holds is said at the top of each template.
It is slow for a web page (0.1 s a page): issue once, keep the file. Raises `FontsMissing`
with a message for the user rather than print boxes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from jointmeeting import fonts, typesetting

MIB = 1024 * 1024
STYLESHEET = Path(__file__).with_name("papers.css")
# Comments of documents/base.html; a user's text cannot hold one, as it is escaped.
BODY, IMPRINT, END = "<!-- body -->", "<!-- imprint -->", "<!-- end -->"
KIND = '<body class="'  # where the classes below are put in
TIGHTER = ["close ", "close dense "]  # the second for a letter of little over a page

UNPRINTED = b"%PDF-1.7\n%%EOF\n"
_is_printing = ContextVar("_is_printing", default=True)

FontsMissing = fonts.FontsMissing
typesetting.install()
_one_at_a_time = (
    Lock()
)  # threads of a worker share the fonts, and Pango is not made for it


class LockedFetcher(URLFetcher):
    """Fetch nothing but small data: addresses and files below the given folders."""

    def __init__(self, *folders: Path) -> None:
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)
        self.folders = [folder.resolve() for folder in folders]

    def fetch(self, url: str, headers: dict | None = None):
        parts = urlsplit(url)
        if parts.scheme == "data":
            if len(url) > 3 * MIB:
                raise ValueError("Embedded data is too long.")
            return super().fetch(url, headers)
        path = Path(url2pathname(parts.path)).resolve()
        local = parts.scheme == "file" and parts.netloc in ("", "localhost")
        inside = any(path.is_relative_to(folder) for folder in self.folders)
        if not (local and inside and path.is_file() and path.stat().st_size < 30 * MIB):
            raise ValueError("Only the project's own fonts and images may be used.")
        return super().fetch(path.as_uri(), headers)


def render_html(template: str, context: dict[str, Any]) -> str:
    """The document as HTML: always in Chinese, whatever the language of the screen."""
    with translation.override("zh-hans"):
        return render_to_string(f"documents/{template}.html", context)


@contextmanager
def without_printing() -> Iterator[None]:
    """Within it a document is numbered and kept, but has no page: a play wants its acts only."""
    token = _is_printing.set(False)
    try:
        yield
    finally:
        _is_printing.reset(token)


def render_pdf(template: str, context: dict[str, Any], *, preview: bool = False) -> bytes:
    """The document as PDF, the same bytes for the same context; a preview says so."""
    if not _is_printing.get():
        return UNPRINTED
    html = render_html(template, {**context, "preview": preview})
    fonts.check(html)
    return pdf_of(html)


def pdf_of(html: str) -> bytes:
    """The same bytes for the same text, as long as the fonts are the same."""
    with _one_at_a_time:
        return _with_imprint(html).write_pdf()


def _with_imprint(html: str) -> Document:
    """Lay out a document so that its imprint, if any, closes the last, even page."""
    head, _body, rest = html.partition(BODY)
    body, _imprint, rest = rest.partition(IMPRINT)
    imprint, _end, tail = rest.partition(END)
    body = typesetting.with_breaks(body)
    head, document = _fitted(head, body + tail)
    if not imprint.strip():
        return document
    blank = []
    if len(document.pages) % 2 == 0:
        closed = _lay_out(head + body + imprint + tail)
        if len(closed.pages) == len(document.pages):
            return closed
        blank = _lay_out(f'{head}<div class="imprint-page"></div>{tail}').pages
    # Laid out alone the last page is a "page 1": its named page has even margins.
    last = f'{head}<div class="imprint-page"><div></div>{imprint}</div>{tail}'
    return document.copy(document.pages + blank + _lay_out(last).pages)


def _fitted(head: str, rest: str) -> tuple[str, Document]:
    """Lay out on a page less, where setting the signature tighter saves one.

    As the standard allows: the space above it, then that of the lines of a first page.
    """
    document = _lay_out(head + rest)
    signed = _signed(document)
    if signed < 1:
        return head, document
    for tighter in TIGHTER if signed == 1 else TIGHTER[:1]:
        tight_head = head.replace(KIND, KIND + tighter)
        tight = _lay_out(tight_head + rest)
        if len(tight.pages) < len(document.pages):
            return tight_head, tight
    return head, document


def _signed(document: Document) -> int:
    """The page with the signature, counted from 0; -1 without any."""
    signed = ("signed" in page.anchors for page in document.pages)
    return next((number for number, is_here in enumerate(signed) if is_here), -1)


def _lay_out(html: str) -> Document:
    font_config, stylesheet, fetcher = _style()
    page = HTML(string=html, url_fetcher=fetcher)
    return page.render(font_config=font_config, stylesheets=[stylesheet])


@cache
def _style() -> tuple[FontConfiguration, CSS, LockedFetcher]:
    """Fonts and stylesheet, read once in a process: they cost more than a page."""
    fetcher = LockedFetcher(settings.FONT_DIR)
    font_config = FontConfiguration()
    faces = "\n".join(
        f"@font-face {{ font-family: {role}; src: url({path.as_uri()}) }}"
        for role, path in fonts.files().items()
    )
    css = CSS(
        string=faces + STYLESHEET.read_text(encoding="utf-8"),
        font_config=font_config,
        url_fetcher=fetcher,
    )
    return font_config, css, fetcher
