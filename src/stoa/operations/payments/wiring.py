"""What payments listen to, do by the clock, and answer for. Called once, from the room's ``apps.ready()``."""

from __future__ import annotations

from stoa.kernel import books as kernel_books
from stoa.kernel.jobs.periodic import every
from stoa.kernel.outbox.registry import subscribe
from stoa.operations.events import OrderCancelled
from stoa.operations.payments import books, handlers
from stoa.operations.payments.reconciling import reconcile
from stoa.operations.payments.sandbox.delivery import deliver_due


def connect() -> None:
    subscribe(OrderCancelled, handlers.stop_waiting, name="payments.stop_waiting")
    every(minutes=1)(reconcile)
    every(minutes=1)(deliver_due)
    for name, check in books.CHECKS.items():
        kernel_books.register(name, check)
