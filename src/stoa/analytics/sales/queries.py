"""The sales report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from stoa.operations.orders.sales import OrderSales, order_sales

PERIODS: dict[str, Callable[[date], str]] = {
    "day": lambda day: day.isoformat(),
    "month": lambda day: f"{day:%Y-%m}",
    "year": lambda day: f"{day:%Y}",
}


@dataclass(slots=True)
class PeriodSales:
    """One period in one currency. ``orders`` with at least one sale; amounts in minor units.

    ``gross_minor`` is the sum of the rounded lines; ``gross_minor + rounding`` is the sum of quantity times exact price.
    """

    period: str
    currency: str
    orders: int = 0
    gross_minor: int = 0
    credit_minor: int = 0
    rounding: Decimal = field(default_factory=Decimal)

    @property
    def net_minor(self) -> int:
        return self.gross_minor + self.credit_minor

    @property
    def average_minor(self) -> int:
        return self.gross_minor // self.orders if self.orders else 0

    def add(self, order: OrderSales) -> None:
        self.orders += order.has_sale
        self.gross_minor += order.gross_minor
        self.credit_minor += order.credit_minor
        self.rounding += order.rounding


def sales_by(
    period: str, timezone: str, *, since: datetime | None = None, until: datetime | None = None
) -> list[PeriodSales]:
    """Sales by ``day``, ``month`` or ``year`` of the calendar at ``timezone``, oldest first, a row a currency.

    Raises KeyError for another period.
    """
    label, zone = PERIODS[period], ZoneInfo(timezone)
    rows: dict[tuple[str, str], PeriodSales] = {}
    for order in order_sales(since=since, until=until):
        key = label(order.placed_at.astimezone(zone).date()), order.currency
        rows.setdefault(key, PeriodSales(*key)).add(order)
    return [rows[key] for key in sorted(rows)]
