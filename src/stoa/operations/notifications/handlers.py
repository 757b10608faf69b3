"""Which mail an event calls for. Each is written once per event, in the transaction that marks the event as handled."""

from __future__ import annotations

from stoa.kernel.outbox.registry import EventContext
from stoa.operations.events import OrderCancelled, OrderPaid, OrderPlaced, OrderRefunded, OrderShipped
from stoa.operations.notifications.actions import queue_mail
from stoa.operations.orders.models import Order
from stoa.operations.payments.models import Payment
from stoa.operations.payments.providers import registry


def mail_order_received(event: OrderPlaced, context: EventContext) -> None:
    _mail("order_received", event.order_id, context, {})


def mail_order_paid(event: OrderPaid, context: EventContext) -> None:
    """Only where the money came after the order: for one paid at once, ``order_received`` says so already."""
    order = _order(event.order_id)
    method = registry.installed().get(order.payment_method)
    if event.payment_id and (method is None or not method.is_redirect):
        _mail("order_paid", event.order_id, context, {})


def mail_order_refunded(event: OrderRefunded, context: EventContext) -> None:
    _mail("order_refunded", event.order_id, context, {"amount_minor": event.amount_minor})


def mail_order_cancelled(event: OrderCancelled, context: EventContext) -> None:
    order = _order(event.order_id)
    payments = Payment.objects.filter(order=order)
    refunding = payments.filter(refunded_minor__gt=0, captured_minor__gt=0).exists()
    facts = {"reason": order.cancel_reason, "money_goes_back": refunding}
    _mail("order_cancelled", event.order_id, context, facts)


def mail_order_shipped(event: OrderShipped, context: EventContext) -> None:
    """What was collected needs no mail: its buyer has it in hand. Nor does what is never sent."""
    order = _order(event.order_id)
    if order.needs_delivery and not order.delivery_is_pickup:
        _mail("order_shipped", event.order_id, context, {})


def _mail(kind: str, order_id: int, context: EventContext, facts: dict[str, object]) -> None:
    order = _order(order_id)
    if order.source == Order.Source.STOREFRONT:
        queue_mail(kind, f"outbox:{context.event_id}", order.email, facts, order=order)


def _order(order_id: int) -> Order:
    return Order.objects.select_related("market").get(pk=order_id)
