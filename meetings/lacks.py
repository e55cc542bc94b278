"""What keeps meetings from being asked for, told and held."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from deadlines.charter import Term
from deadlines.lacks import is_as_long
from institutions.lacks import Examined, Lack
from meetings.charter import MONTHS, MeetingRules

DAYS = 365 / 12  # of a month


def meetings(examined: Examined) -> Iterator[Lack]:
    """The office that arranges, the chair, who attends, and terms that cannot be kept."""
    rules = examined.part(MeetingRules)
    yield from examined.tasked(
        "meetings.organise.office",
        rules.organise.office,
        "organise_meetings",
        "read_topics",
    )
    for kind, asking in (("regular", rules.regular), ("ad_hoc", rules.ad_hoc)):
        if asking:
            yield from examined.vacancy(f"meetings.{kind}.asked_by", asking.asked_by)
    chairs = [*rules.chair.posts, *rules.chair.delegates]
    yield from examined.vacancy("meetings.chair.posts", chairs)
    yield from _attendance(examined, rules)
    yield from _terms(rules)


def _attendance(examined: Examined, rules: MeetingRules) -> Iterator[Lack]:
    attendance = rules.attendance
    known = {each.key for each in examined.charter.parts["topics"].classes.items}
    for number, portfolio in enumerate(attendance.by_portfolio):
        if strange := [key for key in portfolio.classes if key not in known]:
            text = _("%(who)s attends for classes that no topic can have: %(what)s.")
            about = {"who": examined.name(portfolio.post), "what": ", ".join(strange)}
            path = f"meetings.attendance.by_portfolio[{number}].classes"
            yield Lack((path,), text % about, prevents=False)


def _terms(rules: MeetingRules) -> Iterator[Lack]:
    months = rules.months_most if rules.per == "since last" else MONTHS[rules.per]
    if is_as_long(rules.ask_by, Term(value=int(months * DAYS), unit="days")):
        text = _("The meeting would be asked for before its period has begun.")
        yield Lack(("meetings.ask_by",), text)
    notice, plan = rules.notice, rules.plan
    if plan and is_as_long(notice.before, plan.ask):
        text = _(
            "The plan would be put before those who agree when the notice has to leave."
        )
        yield Lack(("meetings.plan.ask",), text)
    if notice.reply and is_as_long(notice.reply, notice.before):
        text = _("Units would reply before the notice has left.")
        yield Lack(("meetings.notice.reply",), text)
