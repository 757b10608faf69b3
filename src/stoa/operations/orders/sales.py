"""Sales by order, for reports: one row an order and currency, summed from its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, Sum

from stoa.kernel.money import exponent
from stoa.operations.orders.models import Order, OrderLine

NOT_SOLD = (Order.Status.AWAITING_PAYMENT, Order.Status.CANCELLED)
_SALE = Q(quantity__gt=0, total_minor__gte=0) & (Q(unit_minor__gt=0) | Q(unit_exact__gt=0))


@dataclass(frozen=True, slots=True)
class OrderSales:
    """``gross_minor``: goods sold, with tax as the buyer saw it, before credits. ``rounding``: exact - gross, minor units."""

    number: str
    placed_at: datetime
    currency: str
    has_sale: bool
    gross_minor: int
    credit_minor: int
    rounding: Decimal


def order_sales(*, since: datetime | None = None, until: datetime | None = None) -> Iterator[OrderSales]:
    """Every order that stands (paid or agreed, not cancelled), oldest first; ``until`` is exclusive. Two queries."""
    lines = OrderLine.objects.exclude(order__status__in=NOT_SOLD)
    if since is not None:
        lines = lines.filter(order__placed_at__gte=since)
    if until is not None:
        lines = lines.filter(order__placed_at__lt=until)
    rounding = _rounding(lines)
    rows = (
        lines.values("order_id", number=F("order__number"), placed=F("order__placed_at"), money=F("order__currency"))
        .annotate(gross=Sum("total_minor", filter=_SALE), credit=Sum("total_minor", filter=~_SALE))
        .order_by("placed", "order_id")
    )
    for row in rows.iterator(chunk_size=5000):
        yield OrderSales(
            number=row["number"],
            placed_at=row["placed"],
            currency=row["money"],
            has_sale=row["gross"] is not None,
            gross_minor=row["gross"] or 0,
            credit_minor=row["credit"] or 0,
            rounding=rounding.get(row["order_id"], Decimal(0)),
        )


def _rounding(lines) -> dict[int, Decimal]:  # type: ignore[no-untyped-def]
    """What per-line rounding took away or added, for the few lines whose price is finer than their currency."""
    result: dict[int, Decimal] = {}
    finer = lines.filter(_SALE, unit_exact__isnull=False)
    for order_id, currency, quantity, unit, total in finer.values_list(
        "order_id", "order__currency", "quantity", "unit_exact", "total_minor"
    ):
        difference = unit.scaleb(exponent(currency)) * quantity - total
        result[order_id] = result.get(order_id, Decimal(0)) + difference
    return result
