"""What sold, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.widgets.button import Button

from stoa.analytics.sales.queries import PeriodSales, sales_by
from stoa.backoffice.columns import shown
from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import Screen
from stoa.backoffice.screen import Page
from stoa.catalogue.markets.queries import default_market
from stoa.kernel import clock
from stoa.kernel.money import Money

MONTHS = 24


@dataclass(frozen=True, slots=True)
class MonthRow:
    period: str
    month: datetime
    orders: int
    gross: str
    credit: str
    net: str
    average: str
    # Of the best month, in percent, for the bar.
    share: int


def rows_of(sales: list[PeriodSales]) -> list[MonthRow]:
    """The newest month first."""
    best = max((row.net_minor for row in sales), default=0)

    def money(row: PeriodSales, minor: int) -> str:
        return shown(Money(minor, row.currency))

    return [
        MonthRow(
            period=row.period, month=datetime.strptime(row.period, "%Y-%m").replace(tzinfo=ZoneInfo("UTC")), orders=row.orders,
            gross=money(row, row.gross_minor), credit=money(row, row.credit_minor) if row.credit_minor else "",
            net=money(row, row.net_minor), average=money(row, row.average_minor),
            share=max(row.net_minor, 0) * 100 // best if best > 0 else 0,
        )
        for row in reversed(sales)
    ]  # fmt: skip


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
