"""The decisions of a meeting on its page, drawn in one go."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

DECISION = (
    '<tr><th scope="row"><a href="{}">{}</a></th><td class="units">{}</td>'
    '<td class="nowrap">{}</td><td class="nowrap"><span class="st {}">{}</span></td></tr>'
)


@register.simple_tag
def decision_rows(rows: Iterable[dict[str, Any]]) -> SafeString:
    """Each decision: what, who has it in hand, by when, how it stands."""
    return format_html_join(
        "\n",
        DECISION,
        (
            (
                row["url"],
                row["text"],
                "、".join(row["leads"]),
                row["due"],
                row["look"],
                row["state"],
            )
            for row in rows
        ),
    )
