"""Stripe: cards and wallets on its hosted page (Checkout). Card numbers never come near the shop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from stoa.operations.payments.errors import ProviderRefusedError, ProviderUnreachableError, WebhookRefusedError
from stoa.operations.payments.providers.base import (
    PaymentFacts,
    ProviderState,
    RefundResult,
    Started,
    WebhookMessage,
)
from stoa.operations.payments.providers.stripe import keys, messages
from stoa.operations.payments.providers.stripe.amounts import AmountError, to_stripe
from stoa.operations.payments.providers.stripe.client import call

# Stripe signs as the test provider does, which was made after it: the same check serves both.
from stoa.operations.payments.sandbox import signing

SESSIONS = "/v1/checkout/sessions"
REFUNDS = "/v1/refunds"
SIGNATURE = "stripe-signature"
_EXPANDED = ["payment_intent.latest_charge"]
# Languages that Stripe's page speaks, of those a shop may have; any other is left to the buyer's browser.
_LANGUAGES = frozenset(
    "bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th tr vi zh".split()
)
_FAILED_REFUND = frozenset({"failed", "canceled"})


class Stripe:
    code = "stripe"
    is_redirect = True

    @property
    def label(self) -> str:
        return _("Card")

    @property
    def description(self) -> str:
        return _("Cards and wallets, on the secure page of Stripe.")

    @property
    def is_ready(self) -> bool:
        return keys.are_set()

    def start(self, payment: PaymentFacts, return_url: str, notify_url: str) -> Started:
        """``notify_url`` is not used: where messages go is set up once, in the account."""
        reply = call("post", SESSIONS, _session_params(payment, return_url), key=f"start:{payment.reference}")
        try:
            return Started(provider_ref=reply["id"], redirect_url=reply["url"])
        except KeyError as error:
            raise ProviderUnreachableError from error

    def fetch(self, provider_ref: str) -> ProviderState:
        return _state(_session(provider_ref))

    def cancel(self, provider_ref: str) -> ProviderState:
        try:
            call("post", f"{SESSIONS}/{quote(provider_ref, safe='')}/expire")
        except ProviderRefusedError:
            # Paid, or expired before: how it stands is the answer.
            return self.fetch(provider_ref)
        return self.fetch(provider_ref)

    def refund(self, provider_ref: str, amount_minor: int, key: str) -> RefundResult:
        session = _session(provider_ref)
        intent = session.get("payment_intent")
        if not isinstance(intent, dict):
            raise ProviderRefusedError(_("Nothing was paid there."))
        # Stripe forgets idempotency keys after a day; a refund may wait for its answer for longer.
        made = _refund_made(str(intent["id"]), key)
        if made is None:
            params = {
                "payment_intent": intent["id"],
                "amount": _amount(amount_minor, str(session["currency"]).upper()),
                "metadata": {messages.REFUND: key},
            }
            made = call("post", REFUNDS, params, key=f"refund:{key}")
        if made.get("status") in _FAILED_REFUND:
            raise ProviderRefusedError(str(made.get("failure_reason") or made["status"])[:300])
        return RefundResult(provider_ref=str(made["id"]))

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookMessage:
        try:
            signing.verify(keys.webhook_secrets(), headers.get(SIGNATURE, ""), body, int(now.timestamp()))
        except signing.SignatureError as error:
            raise WebhookRefusedError(error.reason, status=error.status) from error
        try:
            return messages.message_of(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise WebhookRefusedError("malformed message") from error


def _session_params(payment: PaymentFacts, return_url: str) -> dict[str, Any]:
    """The same for the same payment, always: Stripe refuses a key that comes with other values."""
    metadata = {messages.REFERENCE: payment.reference, "order": payment.order_number}
    language = payment.language.split("-")[0]
    name = f"#{payment.order_number}"
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": payment.reference,
        "success_url": return_url,
        "cancel_url": return_url,
        "locale": language if language in _LANGUAGES else "auto",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": _amount(payment.amount_minor, payment.currency),
                    "product_data": {"name": name},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": name},
        # The order has one currency, and so has its payment.
        "adaptive_pricing": {"enabled": False},
    }
    if payment.email:
        params["customer_email"] = payment.email
    return params


def _amount(amount_minor: int, currency: str) -> int:
    try:
        return to_stripe(amount_minor, currency)
    except AmountError as error:
        raise ProviderRefusedError(_("This amount cannot be paid by card in this currency.")) from error


def _session(provider_ref: str) -> dict[str, Any]:
    return call("get", f"{SESSIONS}/{quote(provider_ref, safe='')}", {"expand": _EXPANDED})


def _state(session: dict[str, Any]) -> ProviderState:
    try:
        return messages.state_of(session)
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderUnreachableError from error


def _refund_made(intent: str, key: str) -> dict[str, Any] | None:
    """The refund that an earlier call with this key made. A payment has a few refunds, not hundreds."""
    found = call("get", REFUNDS, {"payment_intent": intent, "limit": 100}).get("data", [])
    return next((row for row in found if (row.get("metadata") or {}).get(messages.REFUND) == key), None)
