"""The items of an agenda on its meeting's page, drawn in one go."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointmeeting.templatetags.screens import TAG

register = template.Library()

ITEM = (
    '<tr><td class="num">{}</td><th scope="row">{}{}</th>'
    '<td class="units" data-l="{}">{}</td><td class="num" data-l="{}">{}</td></tr>'
)


@register.simple_tag
def item_rows(items: Iterable[Any], by: str, time: str) -> SafeString:
    """Each item: its number, what it is, who presents it, how long it takes."""
    later = format_html(TAG, _("added later"))
    return format_html_join(
        "\n",
        ITEM,
        (
            (
                number,
                item.title,
                later if item.is_supplement else "",
                by,
                item.presenter_name,
                time,
                "" if item.minutes is None else item.minutes,
            )
            for number, item in enumerate(items, 1)
        ),
    )
