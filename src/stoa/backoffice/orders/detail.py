"""One order with all that belongs to it, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from stoa.backoffice import timeline
from stoa.backoffice.orders import tones
from stoa.backoffice.promotions.wording import reason
from stoa.inventory.models import StockMove
from stoa.inventory.stock import queries as stock
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError
from stoa.operations.downloads import queries as downloads
from stoa.operations.downloads.queries import Download
from stoa.operations.models import (
    Order,
    OrderAdjustment,
    OrderHold,
    OrderLine,
    OrderLineComponent,
    Payment,
    PaymentEvent,
    Refund,
)
from stoa.operations.orders import rules, states

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class LineView:
    line: OrderLine
    # Where its units were taken from, "Main warehouse: 2".
    taken: str
    # None where the line is not counted or the variant is gone.
    available: int | None
    # Why this price: what was taken off the line, and by what.
    reasons: list[tuple[OrderAdjustment, str]] = field(default_factory=list)
    # Of a bundle: what is in it, "Main warehouse: 2" beside each.
    parts: list[tuple[OrderLineComponent, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PaymentView:
    payment: Payment
    tone: str
    events: list[PaymentEvent]
    refunds: list[tuple[Refund, str]]

    @property
    def refundable_minor(self) -> int:
        """What is left of the capture, waiting refunds taken off."""
        if self.payment.status != Payment.Status.CAPTURED:
            return 0
        return self.payment.captured_minor - self.payment.refunded_minor


@dataclass(frozen=True, slots=True)
class OrderView:
    order: Order
    lines: list[LineView]
    payments: list[PaymentView]
    timeline: list[timeline.Moment]
    mails: list[tuple[Any, str]]
    downloads: list[Download] = field(default_factory=list)
    # Why it must not leave, while it must not.
    hold: OrderHold | None = None
    tags: list[str] = field(default_factory=list)

    @property
    def can_hold(self) -> bool:
        may_leave = self.order.status in (states.AWAITING_PAYMENT, states.OPEN)
        return self.hold is None and may_leave and self.order.source != Order.Source.IMPORT

    @property
    def is_paid(self) -> bool:
        return self.order.payment_status in (Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIALLY_REFUNDED)

    @property
    def may_have_files(self) -> bool:
        kinds = {row.line.kind for row in self.lines} | {part.kind for row in self.lines for part, *_ in row.parts}
        return "digital" in kinds

    @property
    def can_ship(self) -> bool:
        return self.hold is None and states.can(self.order.status, "ship")

    @property
    def can_complete(self) -> bool:
        return states.can(self.order.status, "complete")

    @property
    def can_cancel(self) -> bool:
        return states.can(self.order.status, "cancel")

    @property
    def can_receive(self) -> bool:
        """Money that comes outside any provider: a transfer, cash at the door."""
        is_unpaid = self.order.payment_status == Order.PaymentStatus.UNPAID
        return is_unpaid and self.order.status in {states.OPEN, states.SHIPPED, states.COMPLETED}

    @property
    def captured_minor(self) -> int:
        return sum(view.refundable_minor for view in self.payments)


def order_view(order_id: int) -> OrderView:
    """Raises NotFoundError."""
    if not 0 < order_id <= LARGEST_ID:
        raise NotFoundError
    payments = Payment.objects.order_by("-id").prefetch_related(
        Prefetch("events", PaymentEvent.objects.order_by("-id")), Prefetch("refunds", Refund.objects.order_by("-id"))
    )
    order = (
        Order.objects.select_related("customer", "market")
        .prefetch_related(
            "lines__variant",
            "lines__components",
            "tax_lines",
            "adjustments",
            "notes",
            "tags",
            Prefetch("holds", OrderHold.objects.filter(released_at__isnull=True)),
            Prefetch("payments", payments),
            "mails",
        )
        .filter(pk=order_id)
        .first()
    )
    if order is None:
        raise NotFoundError
    entries = trail_of("order", order.number)[:200]
    return OrderView(
        order=order,
        lines=_lines(order),
        payments=[_payment(payment) for payment in order.payments.all()],
        timeline=timeline.moments(entries, order.currency),
        mails=[(mail, tones.MAIL.get(mail.state, "")) for mail in sorted(order.mails.all(), key=lambda m: -m.pk)],
        downloads=downloads.downloads_of_orders([order.pk]).get(order.pk, []),
        hold=next(iter(order.holds.all()), None),
        tags=[tag.name for tag in order.tags.all()],
    )


def _reasons(order: Order) -> dict[int | None, list[tuple[OrderAdjustment, str]]]:
    """By line; those of the delivery under None."""
    found: dict[int | None, list[tuple[OrderAdjustment, str]]] = {}
    for each in order.adjustments.all():
        found.setdefault(each.line_id, []).append((each, reason(each.explanation, order.currency)))
    return found


def _payment(payment: Payment) -> PaymentView:
    return PaymentView(
        payment=payment,
        tone=tones.PAYMENT.get(payment.status, ""),
        events=list(payment.events.all()),
        refunds=[(refund, tones.REFUND.get(refund.status, "")) for refund in payment.refunds.all()],
    )


def _lines(order: Order) -> list[LineView]:
    lines = list(order.lines.all())
    variant_ids = [line.variant_id for line in lines if line.variant_id and line.is_stock_tracked]
    taken, why = _taken(order), _reasons(order)
    free = stock.availability(variant_ids, order.market_id) if variant_ids else {}
    return [
        LineView(
            line=line,
            taken=_places(taken, line.variant_id),
            available=free[line.variant_id].available if line.variant_id in free and line.is_stock_tracked else None,
            reasons=why.get(line.pk, []),
            parts=[
                (part, part.quantity * line.quantity, _places(taken, part.variant_id)) for part in line.components.all()
            ],
        )
        for line in lines
    ]


def _places(taken: dict[int, dict[str, int]], variant_id: int | None) -> str:
    return ", ".join(f"{place}: {count}" for place, count in taken.get(variant_id or 0, {}).items() if count)


def _taken(order: Order) -> dict[int, dict[str, int]]:
    """Units by variant and location that left the shelves for this order, returns taken off."""
    result: dict[int, dict[str, int]] = {}
    moves = StockMove.objects.filter(document=rules.document(order.number)).select_related("location")
    for move in moves:
        places = result.setdefault(move.variant_id, {})
        places[move.location.name] = places.get(move.location.name, 0) - move.quantity
    return result
