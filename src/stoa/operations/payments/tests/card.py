"""What the tests of payments do again and again: an order by test card, a report of it, a message about it."""

from __future__ import annotations

import json
from typing import Any

from stoa.kernel import clock
from stoa.operations.orders.models import Order
from stoa.operations.payments.models import Payment
from stoa.operations.payments.providers.base import ProviderState
from stoa.operations.payments.sandbox import keys, signing
from stoa.operations.testing import Shop, make_order

TWO_MUGS_MINOR = 2 * 1200 + 490


def card_order(shop: Shop, **wish: Any) -> tuple[Order, Payment]:
    """An order that waits for its payment at the test provider's page."""
    order = make_order(shop, payment_method="sandbox", **wish)
    return order, payment_of(order)


def payment_of(order: Order) -> Payment:
    return Payment.objects.filter(order=order).latest("id")


def captured(payment: Payment, **changes: Any) -> ProviderState:
    """The provider's report that this payment was made, unless ``changes`` make it lie."""
    facts: dict[str, Any] = {
        "status": "captured",
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "merchant_reference": str(payment.uuid),
        "captured_minor": changes.get("amount_minor", payment.amount_minor),
        "refunded_minor": 0,
    }
    return ProviderState(**{**facts, **changes})


def message(payment: Payment, event_id: str = "evt_1", kind: str = "payment.captured", **data: Any) -> bytes:
    state = captured(payment)
    facts = {name: getattr(state, name) for name in ProviderState.__slots__} | {"reference": payment.provider_ref}
    return json.dumps({"id": event_id, "type": kind, "data": {**facts, **data}}).encode()


def signed(body: bytes, secret: str | None = None, age: int = 0) -> dict[str, str]:
    stamp = int(clock.now().timestamp()) - age
    return {signing.HEADER: signing.sign(secret or keys.webhook_secret(), stamp, body)}
