"""What becomes of documents when something happens to their orders. Nothing here can hold up an order."""

from __future__ import annotations

from stoa.kernel.actors import SYSTEM
from stoa.kernel.outbox.registry import EventContext
from stoa.operations.documents import actions
from stoa.operations.documents.models import Document, DocumentSettings
from stoa.operations.events import OrderCancelled, OrderPaid, OrderRefunded, OrderShipped
from stoa.operations.orders.models import Order

When = DocumentSettings.IssueWhen


def invoice_paid(event: OrderPaid, context: EventContext) -> None:
    _invoice(event.order_id, When.PAID)


def invoice_shipped(event: OrderShipped, context: EventContext) -> None:
    _invoice(event.order_id, When.SHIPPED)


def credit_refund(event: OrderRefunded, context: EventContext) -> None:
    if Document.objects.filter(order_id=event.order_id).exists():
        actions.try_credit_note(event.refund_id, actor=SYSTEM)


def call_off_unpaid(event: OrderCancelled, context: EventContext) -> None:
    """A cancelled order that nobody paid owes nothing: its invoice is credited. Money that was paid comes with
    refunds; what gift cards paid alone has come back to them by now."""
    order = Order.objects.get(pk=event.order_id)
    invoiced = Document.objects.filter(order=order, kind=Document.Kind.INVOICE, credit_notes__isnull=True)
    paid_by_cards = bool(order.credit_minor) and not order.due_minor
    is_settled = paid_by_cards and order.credit_returned_minor == order.credit_minor
    if (order.payment_status == Order.PaymentStatus.UNPAID or is_settled) and invoiced.exists():
        actions.call_off_invoice(order.pk, order.cancel_reason, actor=SYSTEM)


def _invoice(order_id: int, when: str) -> None:
    market_id = Order.objects.values_list("market_id", flat=True).get(pk=order_id)
    if DocumentSettings.objects.filter(market_id=market_id, issue_when=when).exists():
        actions.try_invoice(order_id, actor=SYSTEM)
