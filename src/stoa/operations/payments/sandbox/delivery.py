"""The test provider's postman: brings signed messages to the shop over HTTP, again and again until it says 2xx."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.db.models import F

from stoa.kernel import clock
from stoa.kernel.outbound import client
from stoa.operations.payments.sandbox import keys, signing
from stoa.operations.payments.sandbox.models import SandboxWebhook

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 15
LEASE = timedelta(seconds=60)


def backoff(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s ... an hour at most: fifteen attempts span most of a day."""
    return timedelta(seconds=min(5 * 2 ** max(attempts - 1, 0), 3600))


def deliver_due(limit: int = 50) -> int:
    """Hand over what is due; returns how many the shop took."""
    due = SandboxWebhook.objects.filter(delivered_at=None, due_at__lte=clock.now(), attempts__lt=MAX_ATTEMPTS)
    return sum(_deliver(webhook) for webhook in due.select_related("payment").order_by("due_at", "id")[:limit])


def signed_request(webhook: SandboxWebhook) -> tuple[dict[str, str], bytes]:
    """Headers (lower case) and body of a message, signed for this moment."""
    body = webhook.body.encode()
    signature = signing.sign(keys.webhook_secret(), int(clock.now().timestamp()), body)
    return {"content-type": "application/json", signing.HEADER: signature}, body


def _deliver(webhook: SandboxWebhook) -> bool:
    # The claim: of two postmen one finds due_at changed. If this one dies, the message is due again after the lease.
    claimed = SandboxWebhook.objects.filter(pk=webhook.pk, delivered_at=None, due_at=webhook.due_at).update(
        due_at=clock.now() + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    headers, body = signed_request(webhook)
    url = webhook.payment.notify_url
    # The shop itself is the one private address that this may reach: in development it lives on the loopback.
    own_host = frozenset({urlsplit(url).hostname or ""})
    try:
        response = client.request("POST", url, headers=headers, content=body, allow_private_hosts=own_host)
        is_taken, answer = 200 <= response.status < 300, f"HTTP {response.status}"
    except Exception as error:
        is_taken, answer = False, f"{type(error).__name__}: {error}"[:200]
    mine = SandboxWebhook.objects.filter(pk=webhook.pk)
    if is_taken:
        mine.update(delivered_at=clock.now(), last_reply=answer)
    else:
        log.info("webhook not taken", event_id=webhook.event_id, answer=answer)
        mine.update(due_at=clock.now() + backoff(webhook.attempts + 1), last_reply=answer)
    return is_taken
