"""Which orders are held, and which have a tag."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from stoa.operations.marks.models import OrderHold, OrderTag


def open_hold(order_id: int) -> OrderHold | None:
    return OrderHold.objects.filter(order_id=order_id, released_at__isnull=True).first()


def is_held() -> Exists:
    """A condition on orders."""
    return Exists(OrderHold.objects.filter(order=OuterRef("pk"), released_at__isnull=True))


def tags_in_use() -> list[str]:
    """Every tag that an order has, in the order of the alphabet."""
    return list(OrderTag.objects.order_by("name").values_list("name", flat=True).distinct())


def tagged(names: list[str]) -> QuerySet[OrderTag]:
    """The tags of these names, for asking which orders have one of them."""
    return OrderTag.objects.filter(name__in=names)
