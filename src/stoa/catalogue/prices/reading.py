"""Reads about lists, sales and the history of prices, for the office. Used through ``prices.queries``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef

from stoa.catalogue.prices.models import GroupPriceList, Price, PriceList, PricePoint, Sale, SalePrice
from stoa.catalogue.prices.rules import Point, Window, sale_state
from stoa.kernel import clock
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from django.db.models import QuerySet

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PriceListFacts:
    """``prices``: how many variants it names. ``markets`` and ``groups``: the names of those that use it."""

    id: int
    code: str
    name: str
    currency: str
    prices: int
    markets: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def is_used(self) -> bool:
        return bool(self.markets or self.groups)


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """``state``: planned, running, over or cancelled. ``count``: how many variants it has."""

    id: int
    name: str
    price_list_id: int
    price_list: str
    currency: str
    starts_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None
    terms: dict[str, Any]
    count: int
    state: str


def price_lists() -> tuple[PriceListFacts, ...]:
    """All lists by name, in four queries."""
    counts = dict(Price.objects.values_list("price_list_id").annotate(Count("pk")))
    markets: dict[int, list[str]] = {}
    # The relation itself: markets import prices, not the other way round.
    for row in (
        PriceList.objects.filter(markets__isnull=False).order_by("markets__pk").values_list("pk", "markets__shop_name")
    ):
        markets.setdefault(row[0], []).append(row[1])
    groups: dict[int, list[str]] = {}
    for pk, name in GroupPriceList.objects.order_by("group__name").values_list("price_list_id", "group__name"):
        groups.setdefault(pk, []).append(name)
    return tuple(
        PriceListFacts(
            row.pk, row.code, row.name, row.currency, counts.get(row.pk, 0), tuple(markets.get(row.pk, ())),
            tuple(dict.fromkeys(groups.get(row.pk, ()))),
        )
        for row in PriceList.objects.order_by("name", "pk")
    )  # fmt: skip


def price_list_by_id(price_list_id: int) -> PriceListFacts:
    """Raises NotFoundError."""
    found = next((each for each in price_lists() if each.id == price_list_id), None)
    if found is None:
        raise NotFoundError
    return found


def group_lists(group_id: int) -> dict[int, int]:
    """Market id -> price list id of a customer group."""
    return dict(GroupPriceList.objects.filter(group_id=group_id).values_list("market_id", "price_list_id"))


def sales() -> QuerySet[Sale]:
    """All sales, the newest start first, with ``count`` of variants. ``facts`` of a row: ``sale_facts``."""
    return Sale.objects.select_related("price_list").annotate(count=Count("prices")).order_by("-starts_at", "-pk")


def sale_facts(sale: Sale) -> SaleFacts:
    """Of a row of ``sales()``."""
    state = sale_state(sale.starts_at, sale.ends_at, sale.cancelled_at, clock.now())
    return SaleFacts(
        sale.pk, sale.name, sale.price_list_id, sale.price_list.name, sale.price_list.currency, sale.starts_at,
        sale.ends_at, sale.cancelled_at, sale.terms, getattr(sale, "count", 0), state,
    )  # fmt: skip


def sale_by_id(sale_id: int) -> SaleFacts:
    """Raises NotFoundError."""
    row = sales().filter(pk=sale_id).first() if 0 < sale_id <= LARGEST_ID else None
    if row is None:
        raise NotFoundError
    return sale_facts(row)


def sale_rows(sale_id: int) -> QuerySet[SalePrice]:
    """A sale's prices, product by product, with ``is_priced``: whether the list still has a regular price."""
    regular = Price.objects.filter(variant_id=OuterRef("variant_id"), price_list_id=OuterRef("price_list_id"))
    return (
        SalePrice.objects.filter(sale_id=sale_id)
        .select_related("variant__product")
        .annotate(is_priced=Exists(regular))
        .order_by("variant__product__title", "variant__position", "pk")
    )


def history_of(variant_id: int, price_list_id: int) -> tuple[list[Point], list[Window]]:
    """The regular prices and the sales of a variant on a list, newest first."""
    points = PricePoint.objects.filter(variant_id=variant_id, price_list_id=price_list_id).order_by("-at")
    windows = SalePrice.objects.filter(variant_id=variant_id, price_list_id=price_list_id).order_by("-starts_at")
    return (
        [Point(*row) for row in points.values_list("at", "amount_minor", "compare_at_minor")],
        [Window(*row) for row in windows.values_list("starts_at", "ends_at", "amount_minor")],
    )
