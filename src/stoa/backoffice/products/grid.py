"""Which variants the grid shows: filtered by option values, one page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from stoa.catalogue.models import Product, ProductOption, Variant

# Fifty rows of some twenty fields stay far below DATA_UPLOAD_MAX_NUMBER_FIELDS.
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Grid:
    """``filters``: each option with its name in the address, and the value chosen. ``total`` counts all that match."""

    page: Page[Any]
    filters: list[tuple[ProductOption, str, str]]
    state: str
    query: str
    total: int


def grid_of(product: Product, options: Sequence[ProductOption], asked: Mapping[str, str]) -> Grid:
    rows = Variant.objects.filter(product=product).order_by("-is_active", "position", "id")
    filters = [(option, f"o{index}", asked.get(f"o{index}", "")) for index, option in enumerate(options)]
    chosen = {index: value for index, (option, _name, value) in enumerate(filters) if value in option.values}
    state = asked.get("state", "")
    if state == "off":
        rows = rows.filter(is_active=False)
    elif state == "on":
        rows = rows.filter(is_active=True)
    elif state == "no-price":
        rows = rows.filter(~Q(prices__isnull=False), is_active=True)
    if text := asked.get("q", "").strip()[:80]:
        rows = rows.filter(Q(sku__icontains=text) | Q(barcode=text))
    listed: Any = rows
    if chosen:
        # Values stand in a JSON list: two thousand rows are soon looked through, on any database.
        values = rows.values_list("pk", "option_values")
        fit = [pk for pk, own in values if all(len(own) > i and own[i] == value for i, value in chosen.items())]
        listed = rows.filter(pk__in=fit)
    paginator = Paginator(listed, PER_PAGE)
    kept = {name: value for name, value in asked.items() if value and name != "p"}
    from urllib.parse import urlencode

    return Grid(paginator.get_page(asked.get("p", "1")[:6]), filters, state, urlencode(kept), paginator.count)
