"""The second line of a duty; drawn here, as a list repeats it in each row."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from deadlines.models import ContactNote, Duty
from followups.templatetags.ledger import level_tag, notice_tag
from jointmeeting import clock
from jointmeeting.templatetags.screens import days_left_text, due, how, short_date

register = template.Library()

ROW_FOR_ME = (
    '<tr><td class="nowrap">{}</td>\n'
    '<td><a href="{}"><b>{}</b></a><span class="sub">{}</span></td>\n'
    '<td class="act"><a class="btn btn-s{}" href="{}">{}<span class="sr"> {}</span></a>'
    "</td></tr>"
)


ROW_FOR_OTHERS = (
    '<tr><td class="nowrap">{}</td>\n'
    '<td><b>{}</b> <a href="{}">{}</a><span class="sub">{}</span></td>\n'
    '<td class="act"><a class="btn btn-s" href="{}">{}<span class="sr"> {}</span></a>'
    "</td></tr>"
)


ROW_FOR_AWAITED = (
    '<div class="pair"><b>{}</b><span class="st{}">{}</span></div>\n'
    '<a href="{}">{}</a>\n<span class="sub">{}</span>\n{}'
)
CALL = '<p class="say small">{}</p>'
CHASED = (
    '<button type="button" class="btn btn-s" disabled title="{}">{}'
    '<span class="sr"> {}</span></button>'
)
CHASE = (
    '<form method="post" action="{}chase/">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<button type="submit" class="btn btn-s">{}<span class="sr"> {}</span></button></form>'
)


@register.simple_tag
def row_for_me(duty: Any, names_body: bool, is_first: bool, deal: str) -> SafeString:
    """A line of what waits for the person, drawn in one go."""
    text, url = duty.text, duty.get_absolute_url()
    told, look = facts(duty, names_body), " btn-main" if is_first else ""
    if duty.is_acted:  # done for another
        text = _("For %(post)s: %(what)s") % {"post": duty.post.title, "what": text}
    return format_html(
        ROW_FOR_ME, due(duty, "me-"), url, text, told, look, url, deal, text
    )


@register.simple_tag
def row_for_others(
    duty: Duty, posts: list, names_body: bool, between: str, enter: str
) -> SafeString:
    """A line of what others owe and the person's office enters, drawn in one go."""
    text, url = duty.text, duty.get_absolute_url()
    whose, told = between.join(post.title for post in posts), facts(duty, names_body)
    return format_html(
        ROW_FOR_OTHERS, due(duty, "for-"), whose, url, text, told, url, enter, text
    )


@register.simple_tag
def row_for_awaited(duty: Any, names_body: bool, no_term: str) -> SafeString:
    """Who is waited for, until when, for what, and the last call, drawn in one go."""
    state, url = duty.state, duty.page_url
    look = "" if state == "none" else f" is-{state}"
    left = days_left_text(duty.left, duty.due_on) or no_term
    told = _facts_for_who_waits(duty, names_body)
    call = format_html(CALL, _call_said(duty.call)) if duty.call else ""
    return format_html(
        ROW_FOR_AWAITED, duty.post.title, look, left, url, duty.text, told, call
    )


@register.simple_tag
def chase_button(duty: Any, token: str, remind: str) -> SafeString:
    """The form that reminds the post of it, once a day; `token` is against forgery."""
    if duty.chased_on == clock.today():
        why = _("A reminder of this went out today already.")
        return format_html(CHASED, why, remind, duty.post.title)
    return format_html(CHASE, duty.page_url, token, remind, duty.post.title)


def _call_said(call: ContactNote) -> str:
    """The last call about a duty: when, with whom, and how its text begins."""
    words = {"date": short_date(call.at), "whom": call.whom}
    words["said"] = Truncator(call.said).chars(60)
    return _("%(date)s, %(whom)s: %(said)s") % words


@register.simple_tag
def facts(duty: Duty, names_body: bool, *, names_waiting: bool = True) -> SafeString:
    """Where, who waits, since when, and when it was last called for."""
    words = {"date": short_date(duty.since)}
    if not (names_waiting and duty.waiting):
        return _line(duty, names_body, _("since %(date)s") % words)
    words["who"] = str(duty.waiting)
    return _line(duty, names_body, _("%(who)s waits, since %(date)s") % words)


def _facts_for_who_waits(duty: Duty, names_body: bool) -> SafeString:
    """Where, since when, until when, and when it was last called for."""
    since = _("since %(date)s") % {"date": short_date(duty.since)}
    until = how(duty, "they-", "how how-r") if duty.due_on else ""
    return _line(duty, names_body, since, until)


def _line(duty: Any, names_body: bool, *facts: str) -> SafeString:
    level, notice = getattr(duty, "level", None), getattr(duty, "notice", None)
    chased_on = getattr(duty, "chased_on", None)  # told to who waits
    chased = _("reminded on %(date)s") % {"date": short_date(chased_on)}
    line = [
        format_html("{}{}", level_tag(level, notice), notice_tag(notice)),
        duty.joint_body.short if names_body else "",
        *facts,
        chased if chased_on else "",
    ]
    return format_html_join(" · ", "{}", ((fact,) for fact in line if fact))
