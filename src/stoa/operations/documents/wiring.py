"""What documents listen to and answer for. Called once, from the room's ``apps.ready()``."""

from __future__ import annotations

from stoa.kernel import books as kernel_books
from stoa.kernel.outbox.registry import subscribe
from stoa.operations.documents import books, handlers
from stoa.operations.events import OrderCancelled, OrderPaid, OrderRefunded, OrderShipped


def connect() -> None:
    subscribe(OrderPaid, handlers.invoice_paid, name="documents.invoice_paid")
    subscribe(OrderShipped, handlers.invoice_shipped, name="documents.invoice_shipped")
    subscribe(OrderRefunded, handlers.credit_refund, name="documents.credit_refund")
    subscribe(OrderCancelled, handlers.call_off_unpaid, name="documents.call_off_unpaid")
    for name, check in books.CHECKS.items():
        kernel_books.register(name, check)
