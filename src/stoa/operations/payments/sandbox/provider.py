"""The test provider as the shop sees it. No money moves, everything else does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from stoa.operations.payments.errors import WebhookRefusedError
from stoa.operations.payments.providers.base import (
    PaymentFacts,
    ProviderState,
    RefundResult,
    Started,
    WebhookMessage,
)
from stoa.operations.payments.sandbox import client, keys, signing


class Sandbox:
    code = "sandbox"
    is_redirect = True

    @property
    def label(self) -> str:
        return _("Card (test)")

    @property
    def description(self) -> str:
        return _("A test payment: no money moves.")

    @property
    def is_ready(self) -> bool:
        return bool(settings.STOA_SANDBOX_PAYMENTS)

    def start(self, payment: PaymentFacts, return_url: str, notify_url: str) -> Started:
        reply = client.post(
            "/sessions",
            {
                "merchant_reference": payment.reference,
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "order_number": payment.order_number,
                "description": _("Order %(number)s") % {"number": payment.order_number},
                "return_url": return_url,
                "notify_url": notify_url,
            },
            key=payment.reference,
        )
        return Started(provider_ref=reply["reference"], redirect_url=reply["redirect_url"])

    def fetch(self, provider_ref: str) -> ProviderState:
        return _state(client.get(f"/sessions/{provider_ref}"))

    def cancel(self, provider_ref: str) -> ProviderState:
        return _state(client.post(f"/sessions/{provider_ref}/cancel", {}, key=""))

    def refund(self, provider_ref: str, amount_minor: int, key: str) -> RefundResult:
        reply = client.post(f"/sessions/{provider_ref}/refunds", {"amount_minor": amount_minor}, key=key)
        return RefundResult(provider_ref=reply["reference"])

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookMessage:
        try:
            signing.verify(keys.accepted_secrets(), headers.get(signing.HEADER, ""), body, int(now.timestamp()))
        except signing.SignatureError as error:
            raise WebhookRefusedError(error.reason, status=error.status) from error
        try:
            message = json.loads(body)
            return WebhookMessage(
                event_id=_text(message["id"]),
                kind=_text(message["type"]),
                provider_ref=_text(message["data"]["reference"]),
                state=_state(message["data"]),
                payload=message["data"],
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise WebhookRefusedError("malformed message") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 120:
        raise TypeError("not a short text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value


def _state(data: dict[str, Any]) -> ProviderState:
    return ProviderState(
        status=_text(data["status"]),
        amount_minor=_count(data["amount_minor"]),
        currency=_text(data["currency"]),
        merchant_reference=_text(data["merchant_reference"]),
        captured_minor=_count(data["captured_minor"]),
        refunded_minor=_count(data["refunded_minor"]),
    )
