"""Hands mails over, once each as far as SMTP allows.

A mail is claimed by a guarded UPDATE with a lease, handed over, then marked as sent. Only a process that dies after
the server's "250 OK" and before that mark sends a mail again when the lease is over; it then carries the same
Message-ID, by which servers and mailboxes recognise the double.
"""

from __future__ import annotations

import smtplib
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db.models import F, Q

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock
from stoa.operations.notifications import transport
from stoa.operations.notifications.models import MailMessage

log = structlog.get_logger(__name__)

State = MailMessage.State
LEASE = timedelta(minutes=3)
MAX_ATTEMPTS = 10
# How long a mail with a secret link can be read in the development mailbox.
SECRET_KEPT = timedelta(hours=1)


def backoff(attempts: int) -> timedelta:
    """30 s after the first failure, doubling, four hours at most: ten attempts span some eight hours."""
    return timedelta(seconds=min(30 * 2 ** max(attempts - 1, 0), 4 * 3600))


def send_due(limit: int = 50) -> int:
    """Hand over what is due. Returns how many were accepted. Safe to call from any number of processes."""
    if not settings.STOA_SMTP_URL:
        return _keep_in_mailbox(limit)
    now = clock.now()
    due = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    waiting = list(MailMessage.objects.filter(due).order_by("due_at", "id").values_list("pk", flat=True)[:limit])
    if not waiting:
        return 0
    line = transport.connection()
    try:
        return sum(_send(pk, line) for pk in waiting)
    finally:
        _hang_up(line)


def forget_secrets() -> int:
    """Empty the mails with secret links that lie in the development mailbox for longer than an hour."""
    old = MailMessage.objects.filter(is_secret=True, state=State.SENT, sent_at__lt=clock.now() - SECRET_KEPT)
    return old.exclude(text="").update(html="", text="")


def _keep_in_mailbox(limit: int) -> int:
    """Without a mail server a mail has arrived as soon as it is written: the mailbox page shows it."""
    due = MailMessage.objects.filter(state=State.WAITING, due_at__lte=clock.now()).order_by("id")
    ids = list(due.values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    return MailMessage.objects.filter(pk__in=ids, state=State.WAITING).update(state=State.SENT, sent_at=clock.now())


def _send(pk: int, line: EmailBackend) -> bool:
    mail = _claim(pk)
    if mail is None:
        return False
    if mail.attempts > MAX_ATTEMPTS:
        _fail(mail, mail.error or "every process that took this mail was lost")
        return False
    market = mail.order.market if mail.order else markets.default_market()
    sender = settings.STOA_MAIL_FROM or market.email
    language = mail.order.language if mail.order else market.language
    try:
        line.open()
        line.send_messages([transport.message(mail, market.shop_name, sender, language)])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _hang_up(line)
        _keep_failure(mail, error)
        return False
    gone = {"html": "", "text": ""} if mail.is_secret else {}
    _mine(mail).update(state=State.SENT, sent_at=clock.now(), lease_until=None, error="", **gone)
    return True


def _claim(pk: int) -> MailMessage | None:
    now = clock.now()
    free = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    claimed = MailMessage.objects.filter(free, pk=pk).update(
        state=State.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return MailMessage.objects.select_related("order__market").get(pk=pk) if claimed else None


def _keep_failure(mail: MailMessage, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"[:1000]
    if is_permanent(error) or mail.attempts >= MAX_ATTEMPTS:
        _fail(mail, text)
        return
    log.info("mail not sent yet", mail=mail.pk, kind=mail.kind, attempts=mail.attempts, error=type(error).__name__)
    _mine(mail).update(state=State.WAITING, lease_until=None, due_at=clock.now() + backoff(mail.attempts), error=text)


def _fail(mail: MailMessage, text: str) -> None:
    log.warning("mail failed", mail=mail.pk, kind=mail.kind, attempts=mail.attempts)
    _mine(mail).update(state=State.FAILED, lease_until=None, error=text)


def is_permanent(error: Exception) -> bool:
    """Whether the server said that this very mail will never do (5xx to recipient, sender or content).

    A refused log-in is not: somebody will mend the settings, and the mails should go then.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reason in error.recipients.values())
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError)):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return 500 <= error.smtp_code < 600
    # A header or address that cannot be written (BadHeaderError is a ValueError) will not become better either.
    return isinstance(error, ValueError)


def _mine(mail: MailMessage):  # type: ignore[no-untyped-def]
    """The row while our claim holds: after a takeover our result does not count any more."""
    return MailMessage.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)


def _hang_up(line: EmailBackend) -> None:
    try:
        line.close()
    except (smtplib.SMTPException, OSError):
        line.connection = None
