"""What Stripe tells: sessions as payments stand, and events as messages."""

from __future__ import annotations

from typing import Any

from stoa.operations.payments.providers.base import ProviderState, WebhookMessage
from stoa.operations.payments.providers.stripe import keys
from stoa.operations.payments.providers.stripe.amounts import from_stripe

REFERENCE = "stoa_payment"
REFUND = "stoa_refund"
# Events whose object is a session tell how it stands; those of its intents and charges only that something happened.
_OF_SESSIONS = "checkout.session."
_OF_PARTS = ("payment_intent.", "charge.")
_ASYNC_FAILED = "checkout.session.async_payment_failed"
# What is kept of an event: nothing that says who the buyer is.
_KEPT = (
    "id", "object", "status", "payment_status", "amount_total", "amount", "amount_received", "amount_refunded", "currency",
    "payment_intent", "client_reference_id", "livemode", "reason",
)  # fmt: skip


def state_of(session: dict[str, Any]) -> ProviderState:
    """A Checkout Session, its intent and charge expanded or not. Raises KeyError, TypeError, ValueError for another shape."""
    currency = _text(session["currency"]).upper()
    amount = from_stripe(_count(session["amount_total"]), currency)
    intent = session.get("payment_intent")
    intent = intent if isinstance(intent, dict) else {}
    status = _status(session, intent)
    captured = 0
    if status == "captured":
        captured = from_stripe(_count(intent["amount_received"]), currency) if intent else amount
    charge = intent.get("latest_charge")
    refunded = from_stripe(_count(charge["amount_refunded"]), currency) if isinstance(charge, dict) else 0
    return ProviderState(
        status=status,
        amount_minor=amount,
        currency=currency,
        merchant_reference=str(session.get("client_reference_id") or "")[:120],
        captured_minor=captured,
        refunded_minor=refunded,
    )


def _status(session: dict[str, Any], intent: dict[str, Any]) -> str:
    status = _text(session["status"])
    if status == "expired":
        return "cancelled"
    if status == "complete" and session["payment_status"] == "paid":
        return "captured"
    if status == "complete" and intent.get("status") == "canceled":
        return "cancelled"
    if status == "complete" and intent.get("status") == "requires_payment_method":
        return "declined"
    # Open, or complete while a bank still thinks about it.
    return "open"


def message_of(event: dict[str, Any]) -> WebhookMessage:
    """An event whose signature was right. Raises KeyError, TypeError, ValueError for what is no event."""
    kind, data = _text(event["type"]), event["data"]["object"]
    facts: dict[str, Any] = {
        "event_id": _text(event["id"]),
        "kind": kind,
        "payload": {name: data[name] for name in _KEPT if isinstance(data.get(name), (str, int, bool))},
        "doubt": _doubt(event, data),
    }
    metadata = data.get("metadata")
    reference = metadata.get(REFERENCE, "") if isinstance(metadata, dict) else ""
    if not isinstance(reference, str) or not reference:
        # Something else that the same account sells or does.
        return WebhookMessage(**facts, provider_ref="", state=None)
    if kind.startswith(_OF_SESSIONS):
        state = state_of(
            {**data, "payment_intent": {"status": "requires_payment_method"}} if kind == _ASYNC_FAILED else data
        )
        return WebhookMessage(**facts, provider_ref=_text(data["id"]), merchant_reference=reference, state=state)
    if kind.startswith(_OF_PARTS):
        return WebhookMessage(**facts, provider_ref="", merchant_reference=reference, state=None)
    return WebhookMessage(**facts, provider_ref="", state=None)


def _doubt(event: dict[str, Any], data: dict[str, Any]) -> str:
    """Why a message is not for this shop although it is signed with its secret; "" where it is."""
    if event.get("account") or event.get("context"):
        return f"of another account: {str(event.get('account') or event.get('context'))[:60]!r}"
    wanted = keys.is_live()
    if event.get("livemode") is not wanted or data.get("livemode", wanted) is not wanted:
        return "of the test mode" if wanted else "of the live mode"
    metadata, reference = data.get("metadata"), data.get("client_reference_id")
    ours = metadata.get(REFERENCE) if isinstance(metadata, dict) else None
    if reference and ours and reference != ours:
        return f"says two references: {str(reference)[:60]!r} and {str(ours)[:60]!r}"
    return ""


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 120:
        raise TypeError("not a short text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value
