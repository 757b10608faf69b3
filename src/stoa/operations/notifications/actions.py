"""The public writes of mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from stoa.kernel import clock, ids
from stoa.kernel.actors import Actor
from stoa.kernel.audit import actions as audit
from stoa.kernel.errors import NotFoundError
from stoa.operations.notifications.composing import compose
from stoa.operations.notifications.errors import MailBodyGoneError
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.queries import preview
from stoa.operations.notifications.sending import forget_secrets, send_due
from stoa.operations.notifications.wording import SECRET_KINDS

if TYPE_CHECKING:
    from stoa.operations.orders.models import Order

__all__ = [
    "forget_secrets", "logging_only", "preview", "queue_account_mail", "queue_mail", "queue_payment_returned", "resend",
    "send_due",
]  # fmt: skip

log = structlog.get_logger(__name__)
State = MailMessage.State
_keeps_bodies = True


@contextmanager
def logging_only() -> Iterator[None]:
    """For simulated history: mails are logged as sent, without text and without being handed to any server."""
    global _keeps_bodies
    before, _keeps_bodies = _keeps_bodies, False
    try:
        yield
    finally:
        _keeps_bodies = before


def queue_mail(
    kind: str,
    cause: str,
    recipient: str,
    context: dict[str, Any],
    *,
    order: Order | None = None,
    is_secret: bool = False,
    language: str = "",
) -> MailMessage | None:
    """Write the mail that ``cause`` ("outbox:812") calls for, in the caller's transaction; it leaves after the commit.

    Once per (cause, kind, recipient): None where it was written before, or where there is nobody to write to. An
    address that is none is kept as a failed mail, for the merchant to see. Raises UnknownMailKindError.
    """
    recipient = recipient.strip()
    if not recipient:
        return None
    if MailMessage.objects.filter(cause=cause, kind=kind, recipient=recipient[:254]).exists():
        return None
    mail = _new(kind, cause, recipient, order)
    mail.is_secret = is_secret
    if not _is_address(recipient):
        mail.state, mail.error = State.FAILED, "not an e-mail address"
        mail.recipient = recipient.replace("\x00", "")[:254]
    elif not _keeps_bodies:
        mail.state, mail.sent_at = State.SENT, clock.now()
    else:
        made = compose(kind, context, order=order, language=language)
        mail.subject, mail.html, mail.text = made.subject, made.html, made.text
    return _insert(mail)


def queue_account_mail(kind: str, recipient: str, context: dict[str, Any], *, language: str = "") -> MailMessage | None:
    """A mail about an account, each time it is asked for. ``context["url"]``: path or address of the link.

    The link is put under STOA_BASE_URL, whatever host the request named. Kinds: account_verify, account_reset,
    account_exists, account_unknown, account_password_changed, account_email_changed, and account_notice (with
    ``subject`` and ``text`` in the caller's words).
    """
    context = dict(context)
    if context.get("url"):
        context["url"] = own_address(str(context["url"]))
    with transaction.atomic():
        cause = f"{kind.replace('_', ':', 1)}:{ids.new_uuid()}"
        return queue_mail(kind, cause, recipient, context, is_secret=kind in SECRET_KINDS, language=language)


def queue_payment_returned(refund_id: int) -> MailMessage | None:
    """Tell the buyer that money which the order could not take is on its way back."""
    from stoa.operations.payments.models import Refund

    refund = Refund.objects.select_related("payment__order__market").get(pk=refund_id)
    order = refund.payment.order
    facts = {"amount_minor": refund.amount_minor}
    return queue_mail("payment_returned", f"refund:{refund.uuid}", order.email, facts, order=order)


@transaction.atomic
def resend(mail_id: int, actor: Actor) -> MailMessage:
    """Send a mail again, as it was, as a new mail; one that failed gets another round of attempts instead.

    Raises NotFoundError, MailBodyGoneError (its text held a secret, or was not kept).
    """
    mail = MailMessage.objects.select_for_update(of=("self",)).select_related("order").filter(pk=mail_id).first()
    if mail is None:
        raise NotFoundError
    if not mail.text:
        raise MailBodyGoneError
    subject = ("order", mail.order.number) if mail.order else ("mail", mail.pk)
    audit.record(actor, "mail.resent", *subject, mail=mail.pk, kind=mail.kind)
    if mail.state != State.SENT:
        MailMessage.objects.filter(pk=mail.pk).exclude(state=State.SENDING).update(
            state=State.WAITING, attempts=0, due_at=clock.now(), error=""
        )
        _wake()
        return MailMessage.objects.get(pk=mail.pk)
    copy = _new(mail.kind, f"resend:{mail.pk}:{ids.new_uuid()}", mail.recipient, mail.order)
    copy.subject, copy.html, copy.text, copy.is_secret = mail.subject, mail.html, mail.text, mail.is_secret
    copy.resent_from = mail
    copy.save(force_insert=True)
    _wake()
    return copy


def own_address(url: str) -> str:
    """The same path and query under STOA_BASE_URL: no request's Host ever reaches a mail."""
    parts = urlsplit(url)
    path = "/" + parts.path.lstrip("/")
    return settings.STOA_BASE_URL + path + (f"?{parts.query}" if parts.query else "")


def _new(kind: str, cause: str, recipient: str, order: Order | None) -> MailMessage:
    now = clock.now()
    return MailMessage(
        kind=kind,
        cause=cause,
        recipient=recipient,
        order=order,
        subject=kind,
        message_id=f"<{ids.new_uuid()}@{urlsplit(settings.STOA_BASE_URL).hostname or 'localhost'}>",
        due_at=now,
        created_at=now,
    )


def _insert(mail: MailMessage) -> MailMessage | None:
    if mail.state == State.WAITING and not settings.STOA_SMTP_URL:
        # The mailbox of a shop without a mail server: written is arrived.
        mail.state, mail.sent_at = State.SENT, mail.created_at
    # The unique constraint decides between two that write the same mail at the same time.
    MailMessage.objects.bulk_create([mail], ignore_conflicts=True)
    kept = MailMessage.objects.filter(message_id=mail.message_id).first()
    if kept is not None and kept.state == State.WAITING:
        _wake()
    return kept


def _wake() -> None:
    """A job in the same transaction. Should it be lost, the minute's round finds the mail."""
    from stoa.operations.notifications.tasks import send_mails  # tasks call this package

    if settings.STOA_SMTP_URL:
        send_mails.enqueue()


def _is_address(recipient: str) -> bool:
    if len(recipient) > 254 or any(character.isspace() or character in ",;<>" for character in recipient):
        return False
    try:
        validate_email(recipient)
    except ValidationError:
        return False
    return True
