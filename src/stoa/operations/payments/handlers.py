"""Reactions of payments to what happens to orders."""

from __future__ import annotations

from stoa.kernel.outbox.registry import EventContext
from stoa.operations.events import OrderCancelled
from stoa.operations.payments.applying import give_up_offline


def stop_waiting(event: OrderCancelled, context: EventContext) -> None:
    """Nobody waits for a transfer of a cancelled order. Sessions at providers are closed by reconciliation."""
    give_up_offline(event.order_id)
