"""The taxes of orders and of what was given back, row by row, for the returns that a merchant files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from stoa.operations.orders.models import Order, OrderTaxLine
from stoa.operations.payments.models import Refund
from stoa.operations.tax.reckoning import proportional


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One tax of one order, or the part of a refund that lies on it (then all amounts are negative).

    ``shared_net_minor``: the part of ``net_minor`` that another tax of the order names too.
    """

    number: str
    at: datetime
    treatment: str
    country: str
    vat_id: str
    currency: str
    label: str
    jurisdiction: str
    percent: Decimal
    net_minor: int
    tax_minor: int
    shared_net_minor: int
    is_refund: bool = False


def tax_rows(since: datetime, until: datetime) -> Iterator[TaxRow]:
    """Orders placed, then refunds done, from ``since`` until before ``until``. An order that was called off counts if
    money was taken for it: then what went back stands against it."""
    lines = OrderTaxLine.objects.exclude(order__status=Order.Status.AWAITING_PAYMENT).exclude(
        order__status=Order.Status.CANCELLED, order__paid_at__isnull=True
    )
    sold = lines.filter(order__placed_at__gte=since, order__placed_at__lt=until)
    for line in sold.select_related("order").order_by("order__placed_at", "order_id", "pk").iterator(2000):
        yield _row(line, line.order.placed_at, line.net_minor, line.tax_minor, line.shared_net_minor)
    refunds = Refund.objects.filter(status=Refund.Status.DONE, done_at__gte=since, done_at__lt=until)
    for refund in refunds.select_related("payment__order").order_by("done_at", "pk").iterator(2000):
        yield from _given_back(refund, refund.done_at or refund.created_at)


def _given_back(refund: Refund, at: datetime) -> Iterator[TaxRow]:
    """In proportion to the taxes of the order: to the unit, nothing is lost."""
    lines = list(OrderTaxLine.objects.filter(order_id=refund.payment.order_id).select_related("order").order_by("pk"))
    weights = [weight for line in lines for weight in (line.net_minor - line.shared_net_minor, line.tax_minor)]
    shares = proportional(refund.amount_minor, weights) if any(weights) else []
    for position, line in enumerate(lines if shares else []):
        net, tax = shares[2 * position], shares[2 * position + 1]
        whole = line.order.total_minor
        shared = line.shared_net_minor * refund.amount_minor // whole if whole else 0
        yield _row(line, at, -net - shared, -tax, -shared, is_refund=True)


def _row(line: OrderTaxLine, at: datetime, net: int, tax: int, shared: int, *, is_refund: bool = False) -> TaxRow:
    order = line.order
    return TaxRow(
        order.number, at, order.tax_treatment, order.country, order.vat_id, order.currency, line.label,
        line.jurisdiction or order.country, line.percent, net, tax, shared, is_refund,
    )  # fmt: skip
