"""Rows that many pages repeat, drawn in one go: as parts they take four times as long."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from jointmeeting.templatetags.screens import (
    TAG,
    days_left_text,
    short_day,
    short_moment,
)

register = template.Library()

WAIT = '<li><span class="st{}">{}</span><span><b>{}</b>{}{}{}</span></li>'
LINK = ' <a href="{}">{}</a>'
BY = ' <span class="soft nowrap">{}</span>'
ACT = (
    '<li><time datetime="{}">{}</time><span class="who">{}</span><div>{}{}</div>\n{}</li>'
)
SAY = '<div class="say">\n{}{}</div>'


@register.simple_tag
def wait_rows(waits: Iterable[dict[str, Any]]) -> SafeString:
    """Who is waited for: working days left, who, for what, until when."""
    mine, no_term, by = format_html(TAG, _("your turn")), _("No term"), _("by %(date)s")
    return format_html_join(
        "\n",
        WAIT,
        (
            (
                "" if wait["state"] == "none" else f" is-{wait['state']}",
                days_left_text(wait["left"], wait["due"]) or no_term,
                wait["post"],
                mine if wait.get("is_mine") else "",
                _what(wait),
                format_html(BY, by % {"date": short_day(wait["due"])})
                if wait["due"]
                else "",
            )
            for wait in waits
        ),
    )


def _what(wait: dict[str, Any]) -> SafeString | str:
    what, url = wait.get("what"), wait.get("url")
    if not what:
        return ""
    return format_html(LINK, url, what) if url else format_html(" {}", what)


@register.simple_tag
def log_rows(log: Iterable[Any]) -> SafeString:
    """What happened: when, who from which office, what, for whom, why, what was changed."""
    whom = _("on behalf of %(whom)s")
    log = [(entry, localtime(entry.at)) for entry in log]
    return format_html_join(
        "\n",
        ACT,
        (
            (
                at.isoformat(),
                short_moment(at),
                f"{entry.office} {entry.who}" if entry.who else entry.office,
                entry.label,
                format_html(TAG, whom % {"whom": entry.on_behalf})
                if entry.on_behalf
                else "",
                _said(entry) if entry.reason or entry.changes else "",
            )
            for entry, at in log
        ),
    )


def _said(entry: Any) -> SafeString:
    reason = linebreaksbr(entry.reason)
    said = format_html("<p>{}</p>\n", reason) if reason else ""
    changed = (
        (render_to_string("parts/change.html", {"change": change}),)
        for change in entry.changes
    )
    return format_html(SAY, said, format_html_join("", "{}", changed))
