"""Mailing reminders: each is handed over once, whatever becomes of worker and server."""

import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from deadlines.models import Reminder

logger = logging.getLogger(__name__)
FINAL = 500  # answers from here on are for good, those below for now
CLOSING = 421  # the answer of a server that ends the connection


def deliver(limit: int) -> int:
    """Mail up to `limit` of what is due; return how many the server took.

    "Handed over" is written before the server is asked. A crash after that leaves it so:
    a row for a person, never for a second try. What is leased and not reached waits.
    """
    Reminder.objects.take_back()
    if not Reminder.objects.due().exists():
        return 0
    sent = 0
    server = get_connection()
    try:
        server.open()
        leased = Reminder.objects.lease(limit)
        for reminder in leased:
            if reminder.hand_over():
                sent += _send(server, reminder)
    except OSError as error:  # which all errors of smtplib are
        logger.warning("Mail stopped after %s reminders: %r", sent, error)
    finally:
        server.close()
    return sent


def _send(server: BaseEmailBackend, reminder: Reminder) -> bool:
    """Ask the server to take it; what it answers decides. No answer decides nothing."""
    try:
        server.send_messages([_mail(reminder)])
    except ValueError as error:  # an address, say, that is none
        logger.warning("Reminder %s cannot be written: %s", reminder.pk, error)
        reminder.give_up()
    except (SMTPRecipientsRefused, SMTPResponseException) as refusal:
        code = _code_of(refusal)
        of_this = isinstance(refusal, SMTPRecipientsRefused | SMTPDataError)
        if of_this and code >= FINAL:
            reminder.give_up()
        else:
            reminder.postpone()
        if code == CLOSING:
            raise
    else:
        reminder.confirm()
        return True
    return False


def _code_of(refusal: SMTPRecipientsRefused | SMTPResponseException) -> int:
    if isinstance(refusal, SMTPResponseException):
        return refusal.smtp_code
    [(code, _text)] = refusal.recipients.values()
    return code


def _mail(reminder: Reminder) -> EmailMessage:
    duty = reminder.duty
    what = " ".join(duty.text.split())
    lines = [
        duty.joint_body.name,
        what,
        _("Due on %(date)s") % {"date": duty.due_on} if duty.due_on else "",
        settings.BASE_URL + duty.page_url,
    ]
    subject = _("%(stage)s: %(what)s")
    return EmailMessage(
        subject % {"stage": reminder.get_stage_display(), "what": what},
        "\n".join(filter(None, lines)),
        to=[reminder.recipient.email],
        headers={"Message-ID": f"<reminder-{reminder.pk}@jointmeeting>"},
    )
