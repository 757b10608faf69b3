"""Which goods are bought together, and what sells: what the catalogue asks of orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, F, Sum

from stoa.kernel import clock
from stoa.operations.orders.models import Order, OrderLine

# Of the newest orders with the product only: what belongs together shows in a few hundred as well as in all.
MOST_ORDERS = 400
WINDOW = timedelta(days=90)


def bought_with(product_id: int, market_id: int, count: int) -> Sequence[int]:
    """Products that stand in the same orders as this one, in two orders at least, the most frequent first."""
    recent = (
        OrderLine.objects.filter(variant__product_id=product_id, order__market_id=market_id)
        .exclude(order__status=Order.Status.CANCELLED)
        .order_by("-order_id")
        .values_list("order_id", flat=True)[:MOST_ORDERS]
    )
    rows = (
        OrderLine.objects.filter(order_id__in=list(recent), variant__isnull=False)
        .exclude(variant__product_id=product_id)
        .values("variant__product_id")
        .annotate(orders=Count("order_id", distinct=True))
        .filter(orders__gte=2)
        .order_by("-orders", "variant__product_id")
    )
    return [row["variant__product_id"] for row in rows[:count]]


def sold(currency: str) -> dict[int, tuple[int, int]]:
    """By product, units and revenue (minor units of ``currency``) of the last 90 days, cancelled orders left out."""
    rows = (
        OrderLine.objects.filter(
            order__placed_at__gte=clock.now() - WINDOW, order__currency=currency, variant__isnull=False
        )
        .exclude(order__status=Order.Status.CANCELLED)
        .order_by()
        .values(product=F("variant__product_id"))
        .annotate(units=Sum("quantity"), revenue=Sum("total_minor"))
    )
    return {row["product"]: (row["units"], row["revenue"]) for row in rows}
