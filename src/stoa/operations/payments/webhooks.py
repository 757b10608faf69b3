"""Messages from providers. What cannot be trusted changes nothing, is listed, and cannot fill the disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.db import IntegrityError
from django.db.models import F

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.operations.payments.applying import apply_state
from stoa.operations.payments.errors import WebhookRefusedError
from stoa.operations.payments.models import PaymentEvent
from stoa.operations.payments.providers import registry

log = structlog.get_logger(__name__)

MAX_BODY = 64 * 1024
# Refused messages of a day that are kept one by one until somebody ticks them off; more are only counted.
REFUSED_KEPT = 40
EXCERPT = 500


def receive_webhook(provider: str, headers: Mapping[str, str], body: bytes) -> int:
    """Check a provider's message and apply it; the HTTP status to answer with.

    200: understood, also where it changed nothing or does not match (repeating it would not help). 400, 401: not
    trusted. 404: nobody of that name. 413: too long. ``headers`` have lower-case names.
    """
    if not registry.is_enabled(provider):
        return 404
    if len(body) > MAX_BODY:
        _list_refused(provider, "message too long", body)
        return 413
    try:
        message = registry.provider(provider).verify_webhook(headers, body, clock.now())
    except WebhookRefusedError as error:
        if error.status != 404:
            _list_refused(provider, error.message, body)
        return error.status
    for _attempt in range(2):
        try:
            apply_state(
                provider,
                message.provider_ref,
                message.state,
                channel="webhook",
                actor=Actor.provider(provider),
                event_id=message.event_id,
                kind=message.kind,
                payload=message.payload,
            )
        except IntegrityError:
            # The same event is being applied next door: once more, and it is found to be known.
            continue
        return 200
    return 409


def _list_refused(provider: str, reason: str, body: bytes) -> None:
    log.warning("webhook refused", provider=provider, reason=reason, size=len(body))
    recent = PaymentEvent.objects.filter(
        provider=provider,
        outcome=PaymentEvent.Outcome.REFUSED,
        checked_at__isnull=True,
        received_at__gte=clock.now() - timedelta(days=1),
    )
    kept = list(recent.order_by("-received_at").values_list("pk", flat=True)[:REFUSED_KEPT])
    if len(kept) == REFUSED_KEPT:
        PaymentEvent.objects.filter(pk=kept[0]).update(times=F("times") + 1)
        return
    excerpt = body[:EXCERPT].decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    PaymentEvent.objects.create(
        provider=provider,
        channel="webhook",
        outcome=PaymentEvent.Outcome.REFUSED,
        message=reason[:300],
        payload={"excerpt": excerpt},
        received_at=clock.now(),
    )
