"""Why a step of a topic is not possible yet; each gate returns the reason or nothing."""

from django.utils.translation import gettext as _

from deadlines.models import Duty
from jointmeeting import clock
from jointmeeting.workflow import gate


@gate
def has_what_submitting_needs(topic) -> str | None:
    return _still_missing(topic.missing("to_submit"))


@gate
def has_what_consulting_needs(topic) -> str | None:
    return _still_missing(topic.missing("to_consult"))


@gate
def settling_route_is_held(topic) -> str | None:
    return topic.vacancy("settle")


@gate
def no_withdrawal_is_asked(topic) -> str | None:
    sheets = topic.consents.all()
    if any(sheet.act == "withdraw" and sheet.is_open for sheet in sheets):
        return _("The withdrawal has been asked for; those asked are to answer first.")
    return None


@gate
def term_has_passed(consultation) -> str | None:
    duty = Duty.objects.open().of(consultation).first()
    if duty and duty.due_on and duty.due_on >= clock.today():
        return _("The unit has time until %(day)s.") % {"day": duty.due_on}
    return None


@gate
def return_is_open(consultation) -> str | None:
    return _("This has been seen to.") if consultation.followed_on else None


@gate
def has_what_the_agenda_needs(topic) -> str | None:
    return _still_missing(topic.missing("to_agenda"))


@gate
def units_have_answered(topic) -> str | None:
    """Every unit that was asked has answered, or its term has lapsed."""
    if topic.rules.consult is None:
        return None
    asked = [each for each in topic.consultations.all() if each.is_standing]
    if not asked:
        return _("No unit has been asked for its opinion yet.")
    if names := [str(each.unit) for each in asked if each.status == "sent"]:
        waiting = _("Waiting for the opinion of: %(units)s.")
        return waiting % {"units": _(", ").join(names)}
    return None


@gate
def came_in_time(topic) -> str | None:
    """Handed in before the closing day of the next meeting, or let pass."""
    if not topic.is_late or topic.let_pass_on:
        return None
    text = _("Handed in on %(day)s, after topics for %(meeting)s were closed.")
    return text % {"day": topic.submitted_on, "meeting": topic.late_for}


@gate
def letting_pass_is_held(topic) -> str | None:
    closing = topic.rules.closing
    return topic.vacancy("let_pass") if closing and closing.let_pass else None


@gate
def has_room(agenda) -> str | None:
    """The agenda takes up no more topics than the charter says."""
    most = agenda.rules.at_most
    if most is None or agenda.items.exclude(topic=None).count() < most:
        return None
    return _("The agenda has %(n)s topics, as many as the charter lets it.") % {"n": most}


@gate
def has_a_round_left(topic) -> str | None:
    """A new draft is put to units only as often as the charter says."""
    consult = topic.rules.consult
    if consult and consult.rounds and topic.round > consult.rounds:
        text = _("Units have been asked in %(n)s rounds; the charter has no more.")
        return text % {"n": consult.rounds}
    return None


@gate
def opposing_views_are_settled(topic) -> str | None:
    """By a charter that says so, each opposing opinion has a note of how it is taken up."""
    consult = topic.rules.consult
    if consult is None or consult.opposing != "settled first":
        return None
    if names := [str(each.unit) for each in topic.unsettled_views()]:
        text = _("How the opposing opinion is taken up is still to be noted: %(units)s.")
        return text % {"units": _(", ").join(names)}
    return None


@gate
def has_an_agenda(meeting) -> str | None:
    """The record of a meeting follows its agenda."""
    if hasattr(meeting, "agenda"):
        return None
    return _("Begin the agenda first: what is recorded follows it.")


@gate
def has_items(agenda) -> str | None:
    return None if agenda.items.exists() else _("There is nothing on the agenda yet.")


@gate
def topics_are_settled(agenda) -> str | None:
    items = agenda.items.exclude(topic=None).select_related("topic")
    if names := [item.title for item in items if item.topic.status != "settled"]:
        text = _("No longer settled, to be taken off: %(topics)s.")
        return text % {"topics": _(", ").join(names)}
    return None


def _still_missing(names: list[str]) -> str | None:
    return (
        _("Still missing: %(what)s.") % {"what": _(", ").join(names)} if names else None
    )
