"""The shop's orders, a row a line: for accounts, and for ``stoa import orders`` elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from stoa.kernel.money import Money
from stoa.operations.orders.queries import orders_overview, with_lines

COLUMNS = (
    "number", "placed_at", "status", "payment_status", "email", "name", "country", "currency", "order_total", "sku", "title",
    "quantity", "unit_price", "line_total", "tax_percent",
)  # fmt: skip
PIECE = 500


def order_rows() -> Iterator[list[str]]:
    """A row a line under COLUMNS, the oldest order first. Amounts in major units of the order's currency."""
    orders = with_lines(orders_overview().order_by("id"))
    for order in orders.iterator(chunk_size=PIECE):
        common = [
            order.number, order.placed_at.isoformat(), order.status, order.payment_status, order.email, order.name,
            order.country, order.currency, str(Money(order.total_minor, order.currency).decimal),
        ]  # fmt: skip
        for line in order.lines.all():
            unit = line.unit_exact if line.unit_exact is not None else Money(line.unit_minor, order.currency).decimal
            total = Money(line.total_minor, order.currency).decimal
            yield [*common, line.sku, line.title, str(line.quantity), f"{unit:f}", str(total), f"{line.tax_percent:f}"]
