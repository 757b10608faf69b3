"""The invariants of mails, for ``verify-books``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet

from stoa.kernel import clock
from stoa.kernel.books import Finding
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.sending import SECRET_KEPT


def mails_once() -> Iterator[Finding]:
    """One mail for each (cause, kind, recipient); no order confirmed twice; no secret link kept."""
    name = "mails.once"
    grouped = MailMessage.objects.values("cause", "kind", "recipient").annotate(times=Count("id"))
    yield from _found(name, "a mail was written twice for one cause", grouped.filter(times__gt=1))
    received = MailMessage.objects.filter(kind="order_received", resent_from=None, order__isnull=False)
    confirmed = received.values("order__number", "recipient").annotate(times=Count("id"))
    yield from _found(name, "an order was confirmed to its buyer more than once", confirmed.filter(times__gt=1))
    overdue = MailMessage.objects.filter(
        is_secret=True, state=MailMessage.State.SENT, sent_at__lt=clock.now() - SECRET_KEPT - timedelta(hours=1)
    ).exclude(text="")
    yield from _found(name, "the text of a mail with a secret link was kept", overdue.values("id", "kind"))


def _found(name: str, message: str, rows: QuerySet[Any, Any]) -> Iterator[Finding]:
    if shown := [dict(row) for row in rows[:100]]:
        yield Finding(name, message, shown)
