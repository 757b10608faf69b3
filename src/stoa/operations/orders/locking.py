"""How an order is locked and moved on. Locks in this room go order first, then its payments, then stock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stoa.kernel.audit.actions import record
from stoa.kernel.errors import InvalidTransitionError, NotFoundError
from stoa.kernel.prepared import Prepared, Slot, change
from stoa.operations.orders import states
from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


_LOCKED = Prepared(lambda: Order.objects.select_for_update().filter(pk=Slot("id")))
_TRACKED = Prepared(
    lambda: OrderLine.objects.filter(
        order_id=Slot("order"), is_stock_tracked=True, variant__isnull=False
    ).values_list("id", "variant_id", "quantity", "kind")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StockLines:
    """``lines``: variant -> units, of the lines that stock is kept for. ``recipes``: what was in their bundles when they
    were sold (variant -> (part, quantity)), counted parts alone."""

    lines: dict[int, int] = field(default_factory=dict)
    recipes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def locked_order(order_id: int) -> Order:
    """The order with its row locked until the transaction ends (which the caller must have opened)."""
    order: Order | None = _LOCKED.first(id=order_id)
    if order is None:
        raise NotFoundError
    return order


def move_on(
    order: Order, step: str, actor: Actor, /, verb: str, facts: dict[str, object] | None = None, **fields: Any
) -> None:
    """Take ``step`` and set ``fields``, and write it into the timeline.

    The WHERE names the status that was read: of two rivals one finds it gone, and gets InvalidTransitionError.
    """
    target = states.next_status(order.status, step)
    if not change(Order, {"pk": order.pk, "status": order.status}, status=target, **fields):
        raise InvalidTransitionError(status=order.status, step=step)
    record(actor, verb, "order", order.number, **{"from": order.status, "to": target, **(facts or {})})
    order.status = target
    for name, value in fields.items():
        setattr(order, name, value)


def stock_lines(order_id: int) -> StockLines:
    """What an order takes from stock. One query, and one more where there are bundles in it."""
    found = StockLines()
    bundles: dict[int, int] = {}
    for line_id, variant_id, quantity, kind in _TRACKED.all(order=order_id):
        found.lines[variant_id] = found.lines.get(variant_id, 0) + quantity
        if kind == "bundle":
            bundles[line_id] = variant_id
    if bundles:
        parts = OrderLineComponent.objects.filter(line__in=bundles, is_stock_tracked=True, variant__isnull=False)
        for line_id, part_id, quantity in parts.values_list("line_id", "variant_id", "quantity"):
            found.recipes.setdefault(bundles[line_id], []).append((part_id, quantity))
    return found
