"""Messages from providers. What cannot be trusted changes nothing, is listed, and cannot fill the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError
from django.db.models import F

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.operations.payments.applying import apply_state, keep_message, named_payment
from stoa.operations.payments.errors import ProviderRefusedError, ProviderUnreachableError, WebhookRefusedError
from stoa.operations.payments.models import PaymentEvent
from stoa.operations.payments.providers import registry
from stoa.operations.payments.providers.base import WebhookMessage

log = structlog.get_logger(__name__)

MAX_BODY = 64 * 1024
# Refused messages of a day that are kept one by one until somebody ticks them off; more are only counted.
REFUSED_KEPT = 40
EXCERPT = 500


def receive_webhook(provider: str, headers: Mapping[str, str], body: bytes) -> int:
    """Check a provider's message and apply it; the HTTP status to answer with.

    200: understood, also where it changed nothing or does not match (repeating it would not help). 400, 401: not
    trusted. 404: nobody of that name. 413: too long. 503: the provider did not say how the payment stands, and should
    send it again. ``headers`` have lower-case names.
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
    try:
        message = _completed(provider, message)
    except ProviderUnreachableError:
        return 503
    for _attempt in range(2):
        try:
            _take_in(provider, message)
        except IntegrityError:
            # The same event is being applied next door: once more, and it is found to be known.
            continue
        return 200
    return 409


def _completed(provider: str, message: WebhookMessage) -> WebhookMessage:
    """With the state that the provider gives when asked, for a message that only names a payment of ours."""
    if message.doubt or message.state is not None or not (message.provider_ref or message.merchant_reference):
        return message
    payment = named_payment(provider, message.provider_ref, message.merchant_reference)
    if payment is None or payment.provider_ref is None:
        return message
    try:
        state = registry.provider(provider).fetch(payment.provider_ref)
    except ProviderRefusedError as error:
        return replace(message, doubt=f"the provider does not say how it stands: {error.message}"[:300])
    return replace(message, state=state, provider_ref=payment.provider_ref)


def _take_in(provider: str, message: WebhookMessage) -> None:
    told: dict[str, Any] = {
        "channel": "webhook",
        "event_id": message.event_id,
        "kind": message.kind,
        "payload": message.payload,
    }
    if message.doubt:
        keep_message(provider, PaymentEvent.Outcome.MISMATCH, message.doubt, **told)
    elif message.state is None:
        keep_message(provider, PaymentEvent.Outcome.NO_CHANGE, "about no payment of this shop", **told)
    else:
        apply_state(provider, message.provider_ref, message.state, actor=Actor.provider(provider), **told)


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
