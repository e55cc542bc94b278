"""The lines of the ledger; drawn here, as a list repeats them fifty times."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from followups.charter import LadderStep
from followups.ledger import cut
from followups.models import SupervisionNotice

register = template.Library()
SHOWN = 60  # characters of a decision
GROUP = (
    '<tr class="group"><th colspan="8" scope="rowgroup"><b>{} {}</b>{}{}{}</th></tr>\n'
)
LATE = ' <span class="due-k is-late">{}</span>'
LEAD = '<a href="{}">{}</a>'
LEVEL = ' <span class="tag lv-{}">{}</span>'
ISSUED = '<span class="sub">{}</span>'
LEFT = '<span class="{}">{}</span>'
LINE = """<tr id="d{{pk}}"><td class="fit"><a class="row-open" href="{{opening}}" \
aria-expanded="{{is_open}}"><span class="sr">{l_open} {{number}}</span></a></td>
<td class="num fit" data-l="{l_n}">{{number}}</td>
<th scope="row"><a href="{{url}}">{{text}}</a></th>
<td class="units" data-l="{l_lead}"><span>{{leads}}</span></td>
<td class="units" data-l="{l_help}">{{assisting}}</td>
<td class="nowrap" data-l="{l_due}"><span>{{due}}{{left}}</span></td>
<td data-l="{l_said}"><span>{{said}}<span class="sub">{{said_on}}</span></span></td>
<td class="nowrap" data-l="{l_state}"><span><span class="st {{look}}">{{state}}</span>{{level}}{{issued}}</span>\
</td></tr>
"""


@register.simple_tag
def ledger_labels() -> dict[str, str]:
    """The heads of the columns, which on a narrow screen stand in each line."""
    return {
        "l_open": _("Open the line of"),
        "l_n": _("No."),
        "l_lead": _("Lead units"),
        "l_help": _("Assisting units"),
        "l_due": _("To be done by"),
        "l_said": _("Last report"),
        "l_state": _("State"),
    }


@register.simple_tag
def ledger_lines(
    rows: Iterable[dict[str, Any]], labels: dict[str, str], has_bodies: bool
) -> SafeString:
    """All lines, below a line for each meeting; under one that is open stands its story."""
    drawn: list[str] = []
    line, meeting = format_html(LINE, **labels), None
    for row in rows:
        if row["meeting"] is not meeting:
            meeting = row["meeting"]
            drawn.append(_group(meeting, has_bodies))
        drawn.append(_line(line, row))
        if row["story"]:
            shown = {"row": row, "story": row["story"]}
            drawn.append(render_to_string("followups/story.html", shown))
    return mark_safe("".join(drawn))


def _group(totals: dict[str, Any], has_bodies: bool) -> SafeString:
    """What a meeting is called, and what its decisions add up to."""
    meeting = totals["meeting"]
    body = f"{meeting.joint_body.short} " if has_bodies else ""
    sum_up = _("%(total)s decisions, %(closed)s closed") % totals
    late = format_html(LATE, _("%(late)s overdue") % totals) if totals["late"] else ""
    return format_html(GROUP, meeting.year, totals["name"], body, sum_up, late)


def _line(line: str, row: dict[str, Any]) -> SafeString:
    """A decision in one line, drawn in one go."""
    look = "due-k is-late" if row["is_late"] else "sub"
    notice = next(iter(row["notices"]), None)
    return format_html(
        line,
        pk=row["pk"],
        opening=row["opening"],
        is_open="true" if row["story"] else "false",
        number=row["number"],
        url=row["url"],
        text=cut(row["text"], SHOWN),
        leads=_leads(row["leads"]),
        assisting=row["assisting"],
        due=row["due"],
        left=format_html(LEFT, look, row["left"]) if row["left"] else "",
        said=row["said"],
        said_on=row["said_on"],
        look=row["look"],
        state=row["state"],
        level=level_tag(row["level"], notice),
        issued=format_html(ISSUED, notice_tag(notice)) if notice else "",
    )


@register.simple_tag
def level_tag(
    level: LadderStep | None, notice: SupervisionNotice | None = None
) -> SafeString | str:
    """The level that a late task has come to; nothing where its notice tells that."""
    if level is None or (notice and notice.level == level.key):
        return ""
    return format_html(LEVEL, level.colour, level.name)


@register.simple_tag
def notice_tag(notice: SupervisionNotice | None) -> SafeString | str:
    """The last supervision notice issued about a task, and when."""
    if notice is None:
        return ""
    about = {"name": notice.name, "date": notice.issued_on.isoformat()}
    return format_html(LEVEL, notice.colour, _("%(name)s issued %(date)s") % about)


def _leads(leads: list[tuple[str, str]]) -> SafeString:
    """The units with their tasks, or before there are any the units alone."""
    if any(url for url, _name in leads):
        return format_html_join("、", LEAD, leads)
    return conditional_escape("、".join(name for _url, name in leads))
