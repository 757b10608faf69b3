"""What sold, month by month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View
from wagtail.admin.widgets.button import Button

from stoa.analytics.sales.queries import PeriodSales, sales_by
from stoa.backoffice.charts import BarChart, Point, bar_chart
from stoa.backoffice.columns import in_short, shown
from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import Screen
from stoa.backoffice.screen import Page
from stoa.catalogue.markets.queries import default_market
from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.operations.models import Order

MONTHS = 24
# As the report counts: neither given up nor still waiting for its money.
SOLD = (Order.Status.OPEN, Order.Status.SHIPPED, Order.Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class MonthRow:
    period: str
    month: datetime
    orders: int
    gross: str
    credit: str
    net: str
    average: str
    orders_url: str


def rows_of(sales: list[PeriodSales]) -> list[MonthRow]:
    """The newest month first."""

    def money(row: PeriodSales, minor: int) -> str:
        return shown(Money(minor, row.currency))

    return [
        MonthRow(
            period=row.period, month=_month(row.period), orders=row.orders,
            gross=money(row, row.gross_minor), credit=money(row, row.credit_minor) if row.credit_minor else "",
            net=money(row, row.net_minor), average=money(row, row.average_minor),
            orders_url=_orders_url(row.period),
        )
        for row in reversed(sales)
    ]  # fmt: skip


def _month(period: str) -> datetime:
    return datetime.strptime(period, "%Y-%m").replace(tzinfo=ZoneInfo("UTC"))


def _orders_url(period: str) -> str:
    """The orders that a month is the sum of."""
    first = _month(period)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    query = {"placed_at_from": f"{first:%Y-%m-%d}", "placed_at_to": f"{last:%Y-%m-%d}", "status": list(SOLD)}
    return f"{reverse('backoffice:orders')}?{urlencode(query, doseq=True)}"


def chart_of(sales: list[PeriodSales]) -> BarChart:
    """Net sales, the oldest month first."""
    currency = sales[0].currency if sales else "EUR"
    points = []
    for row in sales:
        month = _month(row.period)
        count = ngettext("%d order", "%d orders", row.orders) % row.orders
        words = f"{date_format(month, 'YEAR_MONTH_FORMAT')}: {shown(Money(row.net_minor, row.currency))}, {count}"
        points.append(Point(date_format(month, "M"), row.net_minor, words))
    return bar_chart(points, lambda minor: in_short(Money(minor, currency)))


def monthly(currency: str | None = None) -> list[PeriodSales]:
    sales = sales_by("month", default_market().timezone)
    return [row for row in sales if currency in (None, row.currency)]


class Sales(Page):
    right = "operations.view_sales_report"
    template_name = "backoffice/insights/sales.html"
    page_title = _("Sales by month")
    header_icon = "glasses"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [Button(_("Download as CSV"), url=reverse("backoffice:sales_export"), icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sales = monthly(default_market().currency)
        now = clock.now().astimezone(ZoneInfo(default_market().timezone))
        this_month = next((row for row in sales if row.period == f"{now:%Y-%m}"), None)
        year = [row for row in sales if row.period.startswith(f"{now:%Y}")]
        currency = default_market().currency
        return {
            **super().get_context_data(**kwargs),
            "rows": rows_of(sales)[:MONTHS],
            "chart": chart_of(sales[-MONTHS:]),
            "has_credits": any(row.credit_minor for row in sales[-MONTHS:]),
            "sees_orders": self.may("operations.view_order"),
            "is_cut": len(sales) > MONTHS,
            "this_month": shown(Money(this_month.net_minor if this_month else 0, currency)),
            "this_year": shown(Money(sum(row.net_minor for row in year), currency)),
            "orders_this_year": sum(row.orders for row in year),
        }


class SalesExport(Screen, View):
    right = "operations.view_sales_report"

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        header = ("month", "currency", "orders", "gross", "credit", "net", "average")
        rows = (
            (row.period, row.currency, row.orders, *(Money(minor, row.currency).decimal for minor in _amounts(row)))
            for row in monthly()
        )
        return csv_response("sales-by-month", header, rows)


def _amounts(row: PeriodSales) -> tuple[int, int, int, int]:
    return row.gross_minor, row.credit_minor, row.net_minor, row.average_minor
