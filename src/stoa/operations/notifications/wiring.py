"""What mails listen to and do by the clock. Called once, from the room's ``apps.ready()``."""

from __future__ import annotations

from stoa.kernel import books as kernel_books
from stoa.kernel.jobs.periodic import every
from stoa.kernel.outbox.registry import subscribe
from stoa.operations.events import OrderCancelled, OrderPaid, OrderPlaced, OrderRefunded, OrderShipped
from stoa.operations.notifications import books, handlers
from stoa.operations.notifications.sending import forget_secrets, send_due


def connect() -> None:
    subscribe(OrderPlaced, handlers.mail_order_received, name="mails.order_received")
    subscribe(OrderPaid, handlers.mail_order_paid, name="mails.order_paid")
    subscribe(OrderRefunded, handlers.mail_order_refunded, name="mails.order_refunded")
    subscribe(OrderCancelled, handlers.mail_order_cancelled, name="mails.order_cancelled")
    subscribe(OrderShipped, handlers.mail_order_shipped, name="mails.order_shipped")
    every(minutes=1)(send_due)
    every(minutes=5)(forget_secrets)
    kernel_books.register("mails.once", books.mails_once)
