"""How products are found: by shelves, search, filters, from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, TwoLineColumn
from stoa.backoffice.listing import Listing
from stoa.backoffice.searching.report import PERIODS, SEE, period
from stoa.catalogue.markets.queries import default_market
from stoa.marketing.models import PathDay
from stoa.marketing.paths import queries
from stoa.marketing.paths.rules import WAYS
from stoa.marketing.searching.rules import share

LABELS = {
    "category": _("Menu and categories"), "search": _("Search"), "filter": _("Filters"), "home": _("Home page"),
    "product": _("Another product"), "content": _("Guides and other pages"), "other": _("Cart and account"),
    "outside": _("Other sites"), "direct": _("Directly"),
}  # fmt: skip


class PathFilters(WagtailFilterSet):
    shows = django_filters.ChoiceFilter(
        label=_("Only"), method="by_path", widget=forms.RadioSelect, empty_label=_("All"),
        choices=[("search-only", _("found by search only"))],
    )  # fmt: skip
    way = django_filters.ChoiceFilter(
        label=_("Way"), method="by_way", widget=forms.RadioSelect, empty_label=_("All"), choices=list(LABELS.items())
    )
    days = django_filters.ChoiceFilter(
        label=_("Period"), method="as_it_is", choices=PERIODS, widget=forms.RadioSelect, empty_label=None
    )

    class Meta:
        model = PathDay
        fields: list[str] = []

    def by_path(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return queries.found_by_search_only(rows)

    def by_way(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(**{f"by_{value}__gt": 0})

    def as_it_is(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The period is in the rows already: it decides what they count."""
        return rows


class PathReport(Listing):
    model = PathDay
    right = SEE
    url_name = "paths"
    page_title = _("How products are found")
    header_icon = "redirect"
    template_name = "backoffice/insights/paths.html"
    search_placeholder = _("Product")
    empty_message = _(
        "Nobody has opened a product in these days. Visits appear here a few seconds after they are made."
    )
    default_ordering = "-visits"
    filterset_class = PathFilters
    export_right = SEE
    export_name = "paths"
    export_header = ("product", "address", "visits", *WAYS)

    @property
    def days(self) -> str:
        return self.request.GET.get("days", "")

    def get_base_queryset(self) -> QuerySet:
        return queries.products(default_market().pk, *period(self.days))

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(title__icontains=text)

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        wanted = self.ordering if isinstance(self.ordering, str) else self.default_ordering
        known = {"title", "visits", *(f"by_{way}" for way in WAYS)}
        wanted = wanted if wanted.lstrip("-") in known else self.default_ordering
        return queryset.order_by(F(wanted[1:]).desc() if wanted.startswith("-") else F(wanted).asc(), "product_id")

    @cached_property
    def columns(self) -> list[Column]:
        may_edit = self.may("catalogue.change_product")
        return [
            TwoLineColumn(
                "title", label=_("Product"), sort_key="title", below=_in_short,
                get_url=lambda row: _shelves_url(row["product_id"]) if may_edit else f"/p/{row['slug']}/",
            ),
            Column("visits", label=_("Visits"), sort_key="visits", classname=NUMBER),
            *(
                Column(way, label=LABELS[way], accessor=_percent_of(way), sort_key=f"by_{way}", classname=f"{NUMBER} {WIDE}")
                for way in ("category", "search", "filter", "product", "outside")
            ),
        ]  # fmt: skip

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        market = default_market()
        span = period(self.days)
        shares = queries.ways(market.pk, *span)
        return {
            **super().get_context_data(*args, **kwargs),
            "shares": [(each, LABELS[each.way], self._url(way=each.way)) for each in shares if each.times],
            "search_only": queries.found_by_search_only(queries.products(market.pk, *span)).count(),
            "search_only_url": self._url(shows="search-only"),
        }

    def _url(self, **chosen: str) -> str:
        query = {**chosen, **({"days": self.days} if self.days else {})}
        return f"{reverse('backoffice:paths')}?{urlencode(query)}"

    def export_rows(self, queryset: QuerySet) -> Iterator[Sequence[object]]:
        for row in queryset.iterator(chunk_size=1000):
            yield row["title"], f"/p/{row['slug']}/", row["visits"], *(row[f"by_{way}"] for way in WAYS)


def _shelves_url(product_id: int) -> str:
    """Where the categories of a product are chosen."""
    return reverse("wagtailsnippets_catalogue_product:edit", args=[product_id]) + "#tab-shelves_and_facts"


def _in_short(row: dict[str, Any]) -> str:
    if row["by_search"] and not row["by_shelves"]:
        return _t("found by search only: missing from the menu or its categories?")
    return ""


def _percent_of(way: str) -> Any:
    return lambda row: f"{share(row[f'by_{way}'], row['visits'])} %" if row[f"by_{way}"] else ""
