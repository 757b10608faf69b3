"""Which filters visitors use, in one list or in all of them, and which nobody does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, TwoLineColumn
from stoa.backoffice.listing import Listing
from stoa.backoffice.searching.report import PERIODS, SEE, period
from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.products import queries as products
from stoa.kernel.errors import NotFoundError
from stoa.marketing.models import FilterDay
from stoa.marketing.paths import queries
from stoa.marketing.paths.rules import ALL, SEARCH
from stoa.marketing.searching.rules import share

OWN = {"brand": _("Brand"), "category": _("Category"), "in_stock": _("Availability"), "price": _("Price")}
OWN_VALUES = {("in_stock", "1"): _("In stock"), ("price", "min"): _("from …"), ("price", "max"): _("up to …")}
LISTS = {SEARCH: _("Search results"), ALL: _("All goods")}


def _place_choices() -> list[tuple[str, Any]]:
    return [(place, _place_name(place)) for place in queries.places(default_market().pk, *period("365"))[:40]]


def _place_name(place: str) -> Any:
    if place in LISTS:
        return LISTS[place]
    try:
        return categories.category_by_slug(place).name
    except NotFoundError:
        return place


class FilterUse(WagtailFilterSet):
    place = django_filters.ChoiceFilter(
        label=_("List"), method="as_it_is", choices=_place_choices, widget=forms.RadioSelect,
        empty_label=_("All"),
    )  # fmt: skip
    days = django_filters.ChoiceFilter(
        label=_("Period"), method="as_it_is", choices=PERIODS, widget=forms.RadioSelect, empty_label=None
    )

    class Meta:
        model = FilterDay
        fields: list[str] = []

    def as_it_is(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """List and period are in the rows already: they decide what is counted."""
        return rows


class FilterReport(Listing):
    model = FilterDay
    right = SEE
    url_name = "filter_use"
    page_title = _("Use of filters")
    header_icon = "sliders"
    template_name = "backoffice/insights/filters.html"
    search_placeholder = _("Value")
    empty_message = _(
        "Nobody has filtered a list in these days. Choices appear here a few seconds after they are made."
    )
    default_ordering = "-chosen"
    filterset_class = FilterUse
    export_right = SEE
    export_name = "filters"
    export_header = ("filter", "value", "chosen", "mean_results", "opened")

    @cached_property
    def asked(self) -> tuple[Any, ...]:
        """Market, first and last day, and the list."""
        span = period(self.request.GET.get("days", ""))
        return default_market().pk, *span, self.request.GET.get("place", "")[:140]

    @cached_property
    def names(self) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
        """What filters and values of the list are called today; the filters are all that it offers."""
        place = self.asked[3]
        node = None
        if place and place not in LISTS:
            try:
                node = categories.category_by_slug(place)
            except NotFoundError:
                return {}, {}
        facets = products.listing(default_market(), category=node, size=1).facets
        codes = {name: each for each in facets.attributes for name in (each.code, f"f-{each.code}")}
        labels = {name: each.label for name, each in codes.items()}
        values = {(name, value.value): value.label for name, each in codes.items() for value in each.values}
        return labels, values

    @cached_property
    def unused(self) -> list[str]:
        """What the list offers and nobody chose."""
        labels, _values = self.names
        used = {self.label_of(facet) for facet in queries.facets_used(*self.asked)}
        return sorted(set(labels.values()) - used)

    def label_of(self, facet: str) -> str:
        return str(OWN.get(facet) or self.names[0].get(facet) or facet)

    def value_of(self, row: dict[str, Any]) -> str:
        pair = (row["facet"], row["value"])
        if row["facet"] == "category":
            return str(_place_name(row["value"]))
        return str(OWN_VALUES.get(pair) or self.names[1].get(pair) or row["value"])

    def get_base_queryset(self) -> QuerySet:
        return queries.choices(*self.asked)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(value__icontains=text) | rows.filter(facet__icontains=text)

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        wanted = self.ordering if isinstance(self.ordering, str) else self.default_ordering
        wanted = wanted if wanted.lstrip("-") in {"facet", "chosen", "went_on"} else self.default_ordering
        return queryset.order_by(F(wanted[1:]).desc() if wanted.startswith("-") else F(wanted).asc(), "facet", "value")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "value", label=_("Value"), sort_key="facet", accessor=self.value_of,
                below=lambda row: self.label_of(row["facet"]),
            ),
            Column("chosen", label=_("Chosen"), sort_key="chosen", classname=NUMBER),
            Column("found", label=_("Products, on average"), accessor=_mean, classname=f"{NUMBER} {WIDE}"),
            Column("went_on", label=_("Products opened"), sort_key="went_on", classname=NUMBER),
        ]  # fmt: skip

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        used = queries.facets_used(*self.asked)
        total = sum(used.values())
        return {
            **super().get_context_data(*args, **kwargs),
            "seen": queries.lists_seen(*self.asked),
            "total": total,
            "facets": [(self.label_of(facet), times, share(times, total)) for facet, times in used.items()],
            "unused": ", ".join(self.unused),
        }

    def export_rows(self, queryset: QuerySet) -> Iterator[Sequence[object]]:
        for row in queryset.iterator(chunk_size=1000):
            yield self.label_of(row["facet"]), self.value_of(row), row["chosen"], _mean(row), row["went_on"]


def _mean(row: dict[str, Any]) -> str:
    return str(round(row["found"] / row["chosen"])) if row["chosen"] else _t("unknown")
