"""What sells best: units sold lately, by product."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F, Sum

from stoa.catalogue.search.queries import SOLD_TAG
from stoa.kernel import clock
from stoa.kernel.pagecache.actions import purge
from stoa.operations.orders.models import Order, OrderLine

DAYS = 90


def units_sold(product_ids: Collection[int] | None) -> dict[int, int]:
    """Units in orders of the last 90 days that were not cancelled. None: of every product. One query."""
    lines = OrderLine.objects.filter(order__placed_at__gte=clock.now() - timedelta(days=DAYS)).exclude(
        order__status=Order.Status.CANCELLED
    )
    if product_ids is not None:
        lines = lines.filter(variant__product_id__in=list(product_ids))
    sums = lines.values(product=F("variant__product_id")).annotate(units=Sum("quantity")).order_by()
    return {row["product"]: row["units"] for row in sums if row["product"] is not None}


def count_anew() -> None:
    """Have lists count again. Hourly: an order of units sold need not be of this minute."""
    purge(SOLD_TAG)
