"""Which product pages to work on first: the weak ones among those that bring the money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, MoneyColumn, PillColumn, TwoLineColumn
from stoa.backoffice.listing import Listing
from stoa.catalogue.completeness import queries as completeness
from stoa.catalogue.completeness.models import ProductScore
from stoa.catalogue.markets.queries import default_market
from stoa.kernel.money import Money

EDIT = "wagtailsnippets_catalogue_product:edit"
# Where on the product's editor each thing is mended.
PLACES = {
    "angles": "#panel-child-page-pictures-section",
    "alt": "#panel-child-page-pictures-section",
    "pixels": "#panel-child-page-pictures-section",
    "description": "#panel-child-page-body-section",
    "answers": "#panel-child-page-body-section",
    "seo_title": "#tab-search_engines",
    "seo_description": "#tab-search_engines",
}


def place_of(code: str, product_id: int) -> str:
    """The address where a gap is closed: a part of the product's editor, or the screen of its variants."""
    if code in {"measures", "barcode"}:
        return reverse("backoffice:variants", args=[product_id])
    return reverse(EDIT, args=[product_id]) + PLACES.get(code, "")


def first_gap(row: ProductScore) -> SafeString | str:
    """On a phone: what would bring most, as a link."""
    gap = next(iter(completeness.gaps_of(row)), None)
    if gap is None:
        return ""
    return format_html('<a href="{}">{}</a>', place_of(gap.code, row.product_id), completeness.label_of(gap))


def gap_links(row: ProductScore) -> SafeString:
    links = (
        (place_of(gap.code, row.product_id), completeness.label_of(gap), gap.points)
        for gap in completeness.gaps_of(row)
    )
    items = format_html_join("", '<li><a href="{}">{}</a> <span class="stoa-muted">+{}</span></li>', links)
    return format_html('<ul class="stoa-gaps">{}</ul>', items)


class GapsColumn(Column):
    def get_value(self, instance: ProductScore) -> SafeString:
        return gap_links(instance)


class WorkFilters(WagtailFilterSet):
    gap = django_filters.ChoiceFilter(
        label=_("Missing"), method="by_gap", widget=forms.RadioSelect, empty_label=_("All"),
        choices=list(completeness.GAPS.items()),
    )  # fmt: skip
    status = django_filters.ChoiceFilter(
        label=_("Status"), method="by_status", widget=forms.RadioSelect, empty_label=_("All"),
        choices=[("live", _("live")), ("draft", _("draft"))],
    )  # fmt: skip

    class Meta:
        model = ProductScore
        fields: list[str] = []

    def by_gap(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        # Codes are our own words; the list is JSON text on both databases.
        return rows.filter(missing__icontains=f'"{value}"')

    def by_status(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows.filter(product__live=value == "live")


class Worklist(Listing):
    right = "catalogue.change_product"
    url_name = "completeness"
    template_name = "backoffice/blocks/worklist.html"
    page_title = _("Pages to complete")
    header_icon = "tasks"
    search_placeholder = _("Title of a product")
    empty_message = _("Nothing is missing anywhere. The list is made anew every minute.")
    filterset_class = WorkFilters
    export_right = "catalogue.change_product"
    export_name = "completeness"
    export_header = ("product", "score", "units_90_days", "revenue_90_days", "currency", "missing")

    def get_base_queryset(self) -> QuerySet[ProductScore]:
        return completeness.worklist()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset if not self.ordering else super().order_queryset(queryset)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        for word in text.split()[:8]:
            rows = rows.filter(Q(product__title__icontains=word))
        return rows

    @cached_property
    def columns(self) -> list[Column]:
        currency = default_market().currency
        return [
            TwoLineColumn(
                "product", label=_("Product"), get_url=lambda row: reverse(EDIT, args=[row.product_id]),
                below=lambda row: row.product.brand, narrow=first_gap,
            ),
            PillColumn(
                "points", label=_("Complete"), accessor=lambda row: f"{row.points} %", sort_key="points",
                tone_of=lambda row: completeness.Tone(row.points).name,
            ),
            GapsColumn("missing", label=_("What is missing, and what it would bring"), classname=WIDE),
            Column("units", label=_("Sold in 90 days"), sort_key="units", classname=f"{NUMBER} {WIDE}"),
            MoneyColumn(
                "revenue_minor", label=_("Revenue in 90 days"), sort_key="revenue_minor",
                accessor=lambda row: Money(row.revenue_minor, currency), classname=f"{NUMBER} {WIDE}",
            ),
        ]  # fmt: skip

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**context, "average": completeness.average()}

    def export_row(self, row: ProductScore) -> Sequence[object]:
        currency = default_market().currency
        gaps = "; ".join(completeness.label_of(gap) for gap in completeness.gaps_of(row))
        return (
            row.product.title,
            row.points,
            row.units,
            str(Money(row.revenue_minor, currency).decimal),
            currency,
            gaps,
        )
