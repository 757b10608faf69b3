"""The invariants of mails, for ``verify-books``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count

from stoa.kernel import clock
from stoa.kernel.books import Finding
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.sending import SECRET_KEPT


def mails_once() -> Iterator[Finding]:
    """One mail for each (cause, kind, recipient); no order confirmed twice; no secret link kept."""
    name = "mails.once"
    rows = MailMessage.objects.values("cause", "kind", "recipient").annotate(times=Count("id")).filter(times__gt=1)
    if found := list(rows[:100]):
        yield Finding(name, "a mail was written twice for one cause", found)
    received = MailMessage.objects.filter(kind="order_received", resent_from=None, order__isnull=False)
    rows = received.values("order__number", "recipient").annotate(times=Count("id")).filter(times__gt=1)
    if found := list(rows[:100]):
        yield Finding(name, "an order was confirmed to its buyer more than once", found)
    overdue = MailMessage.objects.filter(
        is_secret=True, state=MailMessage.State.SENT, sent_at__lt=clock.now() - SECRET_KEPT - timedelta(hours=1)
    ).exclude(text="")
    if found := list(overdue.values("id", "kind")[:100]):
        yield Finding(name, "the text of a mail with a secret link was kept", found)
