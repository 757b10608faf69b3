"""Orders that were sold elsewhere, written as history: they move no stock, send no mail and take no payment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from stoa.kernel import ids
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.operations.orders.models import Order, OrderLine

MAX_NUMBER = 40


@dataclass(frozen=True, slots=True)
class HistoricalLine:
    """``unit_exact`` (major units) is set where the price was finer than the currency; amounts are minor units."""

    sku: str
    title: str
    quantity: int
    unit_minor: int
    total_minor: int
    unit_exact: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HistoricalOrder:
    """``external_ref`` is unique for ever: an order that is there already is left alone."""

    external_ref: str
    number: str
    placed_at: datetime
    currency: str
    lines: Sequence[HistoricalLine]
    customer_id: int | None = None
    email: str = ""
    name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """``references`` that were imported before; ``numbers`` that other orders have, the shop's own or another system's."""

    references: frozenset[str]
    numbers: frozenset[str]

    def holds(self, order: HistoricalOrder) -> bool:
        return order.external_ref in self.references or order.number in self.numbers


def already_there(orders: Iterable[HistoricalOrder]) -> AlreadyThere:
    """What stands in the way of ``orders``. Two queries."""
    wanted = {order.external_ref: order.number for order in orders}
    found = Order.objects.filter(external_ref__in=list(wanted)).values_list("external_ref", flat=True)
    known = frozenset(reference for reference in found if reference)
    numbers = [number for reference, number in wanted.items() if reference not in known]
    return AlreadyThere(known, frozenset(Order.objects.filter(number__in=numbers).values_list("number", flat=True)))


@transaction.atomic
def import_history(orders: Sequence[HistoricalOrder], *, market_id: int, actor: Actor) -> AlreadyThere:
    """Write the orders that nothing stands in the way of; returns what stood in the way of the others.

    A credit (negative total) becomes an order of its own, as it was in the other system. Raises IntegrityError where
    another process writes one of them at the same moment; the whole call may be tried again.
    """
    there = already_there(orders)
    fresh = [order for order in orders if not there.holds(order)]
    rows = Order.objects.bulk_create([_order_row(order, market_id) for order in fresh])
    OrderLine.objects.bulk_create(
        [
            _line_row(row, position, line)
            for row, order in zip(rows, fresh, strict=True)
            for position, line in enumerate(order.lines)
        ],
        batch_size=2000,
    )
    if fresh:
        record(
            actor, "orders.imported", "import", fresh[0].external_ref, orders=len(fresh), last=fresh[-1].external_ref
        )
    return there


def _order_row(order: HistoricalOrder, market_id: int) -> Order:
    total = sum(line.total_minor for line in order.lines)
    return Order(
        number=order.number,
        market_id=market_id,
        source=Order.Source.IMPORT,
        customer_id=order.customer_id,
        external_ref=order.external_ref,
        status=Order.Status.COMPLETED,
        payment_status=Order.PaymentStatus.PAID if total >= 0 else Order.PaymentStatus.REFUNDED,
        access_nonce=ids.new_token(128),
        email=order.email,
        name=order.name,
        country=order.country,
        currency=order.currency,
        goods_minor=total,
        total_minor=total,
        placed_at=order.placed_at,
        paid_at=order.placed_at,
        completed_at=order.placed_at,
    )


def _line_row(order: Order, position: int, line: HistoricalLine) -> OrderLine:
    return OrderLine(
        order=order,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        unit_minor=line.unit_minor,
        unit_exact=line.unit_exact,
        total_minor=line.total_minor,
        is_stock_tracked=False,
        position=position,
    )
