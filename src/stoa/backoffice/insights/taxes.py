"""What is filed: net and tax of a period by treatment, country and rate, the rows behind each line, and both as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import Button

from stoa.analytics.tax.queries import Key, TaxSum, key_of, rows_of, tax_report
from stoa.backoffice.columns import shown
from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import Screen
from stoa.backoffice.screen import Page
from stoa.backoffice.templatetags.backoffice import country_name
from stoa.catalogue.markets.queries import default_market
from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.operations.orders.taxes import TaxRow
from stoa.operations.tax.regions import region_name

RIGHT = "operations.view_sales_report"
LONGEST = timedelta(days=366 * 2)
SHOWN = 200
TREATMENTS = {
    "domestic": _("At home"), "oss": _("One-stop shop"), "origin": _("EU, taxed at home"), "registered": _("Registered there"),
    "reverse_charge": _("Reverse charge"), "export": _("Export"), "exempt": _("Exempt customers"),
    "us_state": _("US states"), "no_nexus": _("US, no nexus"), "canada": _("Canada"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    place: str
    tax: str
    orders: int
    refunds: int
    net: str
    amount: str
    url: str


class PeriodForm(forms.Form):
    first = forms.DateField(label=_("From"), widget=AdminDateInput)
    last = forms.DateField(label=_("To"), widget=AdminDateInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", _("Two years at most."))
        return values


def quarter_before(today: date) -> tuple[date, date]:
    """First and last day of the quarter that ended last: the one that is being filed."""
    begun = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = begun - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


class _Asked(Screen):
    """``first``, ``last``: both within. ``key``: "treatment|country|label|percent|currency|vat id" of one line."""

    right = RIGHT
    request: HttpRequest

    @cached_property
    def form(self) -> PeriodForm:
        first, last = quarter_before(clock.today(default_market().timezone))
        said = {"first": self.request.GET.get("first") or first, "last": self.request.GET.get("last") or last}
        return PeriodForm(said)

    @cached_property
    def period(self) -> tuple[date, date]:
        """Where the dates cannot be: the quarter that ended last, beside what is wrong with them."""
        if self.form.is_valid():
            return self.form.cleaned_data["first"], self.form.cleaned_data["last"]
        return quarter_before(clock.today(default_market().timezone))

    @cached_property
    def sums(self) -> list[TaxSum]:
        return tax_report(default_market().timezone, *self.period)

    @cached_property
    def chosen(self) -> Key | None:
        wanted = self.request.GET.get("line", "")
        return next((each.key for each in self.sums if _word(each.key) == wanted), None) if wanted else None

    def rows(self, key: Key | None) -> Iterator[TaxRow]:
        return iter(rows_of(default_market().timezone, *self.period, key))

    def query(self, **more: str) -> str:
        return urlencode({"first": self.period[0].isoformat(), "last": self.period[1].isoformat(), **more})


class Taxes(_Asked, Page):
    template_name = "backoffice/insights/taxes.html"
    page_title = _("Taxes to file")
    header_icon = "decimal"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        export = reverse("backoffice:tax_report_export")
        labels = {"sums": _("Download the sums as CSV"), "rows": _("Download every row as CSV")}
        return [
            Button(label, url=f"{export}?{self.query(of=of)}", icon_name="download") for of, label in labels.items()
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = reverse("backoffice:tax_report")
        totals: dict[str, int] = {}
        for each in self.sums:
            totals[each.key.currency] = totals.get(each.key.currency, 0) + each.tax_minor
        rows = list(self.rows(self.chosen)) if self.chosen else []
        return {
            **super().get_context_data(**kwargs),
            "form": self.form,
            "lines": [_line(each, f"{here}?{self.query(line=_word(each.key))}#rows") for each in self.sums],
            "totals": [shown(Money(minor, currency)) for currency, minor in sorted(totals.items())],
            "chosen": _line(next(one for one in self.sums if one.key == self.chosen), "") if self.chosen else None,
            "rows": [
                {"number": row.number, "at": row.at, "is_refund": row.is_refund,
                 "net": shown(Money(row.net_minor, row.currency)), "tax": shown(Money(row.tax_minor, row.currency))}
                for row in rows[:SHOWN]
            ],
            "more": max(len(rows) - SHOWN, 0),
            "sees_orders": self.may("operations.view_order"),
        }  # fmt: skip


class TaxesExport(_Asked, View):
    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        first, last = self.period
        name = f"taxes-{first:%Y%m%d}-{last:%Y%m%d}"
        if request.GET.get("of") == "rows":
            return csv_response(f"{name}-rows", _ROW_HEADER, (_row_cells(row) for row in self.rows(None)))
        header = ("treatment", "country", "tax", "percent", "vat_id", "currency", "orders", "refunds", "net", "tax_due")
        return csv_response(name, header, (_sum_cells(each) for each in self.sums))


_ROW_HEADER = (
    "order", "at", "kind", "treatment", "country", "tax", "percent", "vat_id", "currency", "net", "tax_due"
)  # fmt: skip


def _sum_cells(each: TaxSum) -> tuple[object, ...]:
    key = each.key
    return (
        key.treatment, key.country, key.label, _percent(key.percent), key.vat_id, key.currency, each.orders, each.refunds,
        Money(each.net_minor, key.currency).decimal, Money(each.tax_minor, key.currency).decimal,
    )  # fmt: skip


def _row_cells(row: TaxRow) -> tuple[object, ...]:
    key = key_of(row)
    return (
        row.number, row.at.isoformat(), "refund" if row.is_refund else "order", key.treatment, key.country, key.label,
        _percent(key.percent), row.vat_id, key.currency, Money(row.net_minor, key.currency).decimal,
        Money(row.tax_minor, key.currency).decimal,
    )  # fmt: skip


def _line(each: TaxSum, url: str) -> Line:
    key = each.key
    country, _dash, region = key.country.partition("-")
    place = ", ".join(filter(None, (country_name(country) if country else "", region and region_name(country, region))))
    return Line(
        name=str(TREATMENTS.get(key.treatment, key.treatment)), place=" · ".join(filter(None, (place, key.vat_id))),
        tax=" ".join(filter(None, (f"{_percent(key.percent)}\u00a0%", key.label))), orders=each.orders, refunds=each.refunds,
        net=shown(Money(each.net_minor, key.currency)), amount=shown(Money(each.tax_minor, key.currency)), url=url,
    )  # fmt: skip


def _word(key: Key) -> str:
    return "|".join((key.treatment, key.country, key.label, _percent(key.percent), key.currency, key.vat_id))


def _percent(percent: Decimal) -> str:
    return f"{percent.normalize():f}"
