"""Orders that wait for a certain hand, for the people of the office and for simulations of them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from stoa.operations.orders import states
from stoa.operations.orders.models import Order


def awaiting_transfer() -> QuerySet[Order]:
    """Open orders whose bank transfer has not been seen yet, the oldest first."""
    return Order.objects.filter(
        status=states.OPEN, payment_status=Order.PaymentStatus.UNPAID, payment_method="bank_transfer"
    ).order_by("id")


def under_way_since(moment: datetime) -> QuerySet[Order]:
    """Shipped before ``moment`` and not completed, the oldest first."""
    return Order.objects.filter(status=states.SHIPPED, shipped_at__lt=moment).order_by("id")
