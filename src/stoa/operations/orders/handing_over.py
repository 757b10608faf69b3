"""What a buyer gets without a parcel, the moment that the order is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.kernel import clock
from stoa.operations.downloads import actions as downloads
from stoa.operations.orders import states
from stoa.operations.orders.locking import move_on
from stoa.operations.orders.models import OrderLine, OrderLineComponent

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor
    from stoa.operations.orders.models import Order

FILE, BUNDLE = "digital", "bundle"


def hand_over_files(order: Order, actor: Actor) -> None:
    """In the transaction in which an order becomes paid: give its buyer the files. An order of files alone is complete
    with that."""
    granted = downloads.grant(order.pk, actor=actor)
    if granted and order.status == states.OPEN and not order.needs_delivery and _is_all_files(order.pk):
        move_on(order, "hand_over", actor, verb="order.completed", completed_at=clock.now())


def _is_all_files(order_id: int) -> bool:
    others = OrderLine.objects.filter(order_id=order_id).exclude(kind__in=(FILE, BUNDLE))
    parts = OrderLineComponent.objects.filter(line__order_id=order_id).exclude(kind=FILE)
    return not others.exists() and not parts.exists()
