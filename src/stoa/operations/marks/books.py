"""What must hold of marks: what is held does not leave."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from stoa.kernel.books import Finding, register
from stoa.operations.marks.models import OrderHold

SHOWN = 100


def register_checks() -> None:
    register("orders.held", held_orders_have_not_left)


def held_orders_have_not_left() -> Iterator[Finding]:
    left = OrderHold.objects.filter(released_at__isnull=True, order__shipped_at__gte=F("held_at"))
    rows = [dict(row) for row in left.values("order__number", "reason", "held_by")[:SHOWN]]
    if rows:
        yield Finding("orders.held", "an order was shipped while it was held", rows)
