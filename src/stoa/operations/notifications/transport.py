"""The line to the mail server."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from stoa.operations.notifications.errors import MailSettingsError
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.rendering import one_line

TIMEOUT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. ``starttls``: refuse to go on without it."""

    host: str
    port: int
    username: str
    password: str
    starttls: bool
    tls: bool


def server(url: str) -> Server:
    """From ``smtp://user:password@host:port`` or ``smtps://…`` (TLS from the first byte).

    smtp:// insists on STARTTLS at port 587 and wherever a password is sent; ``?starttls=never`` or ``always`` overrules
    that. Raises MailSettingsError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MailSettingsError from error
    wish = parse_qs(parts.query).get("starttls", [""])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or wish not in ("", "always", "never"):
        raise MailSettingsError
    tls = parts.scheme == "smtps"
    port = port or (465 if tls else 587)
    username = unquote(parts.username or "")
    starttls = not tls and (wish == "always" or (wish == "" and (port == 587 or bool(username))))
    return Server(parts.hostname, port, username, unquote(parts.password or ""), starttls, tls)


def connection() -> EmailBackend:
    """A connection that is not open yet. Raises MailSettingsError."""
    where = server(settings.STOA_SMTP_URL)
    return EmailBackend(
        host=where.host,
        port=where.port,
        username=where.username,
        password=where.password,
        use_tls=where.starttls,
        use_ssl=where.tls,
        timeout=TIMEOUT_SECONDS,
        fail_silently=False,
    )


def message(mail: MailMessage, sender_name: str, sender: str, language: str) -> EmailMultiAlternatives:
    """The mail as it goes over the line. One recipient; every header is one line."""
    made = EmailMultiAlternatives(
        subject=one_line(mail.subject),
        body=mail.text,
        from_email=formataddr((one_line(sender_name), sender)),
        to=[mail.recipient],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    if mail.html:
        made.attach_alternative(mail.html, "text/html")
    return made
