"""How products are found, and what filters are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from stoa.marketing.paths.models import FilterDay, PathDay
from stoa.marketing.paths.rules import SHELF_WAYS, WAYS
from stoa.marketing.searching.rules import share


@dataclass(frozen=True, slots=True)
class WayShare:
    """``percent`` of all visits to pages of products."""

    way: str
    times: int
    percent: int


def ways(market_id: int, first: date, last: date) -> list[WayShare]:
    """All ways there are, the most frequent first."""
    rows = dict(_paths(market_id, first, last).values_list("way").annotate(n=Sum("times")).order_by())
    total = sum(rows.values())
    found = [WayShare(way, rows.get(way, 0), share(rows.get(way, 0), total)) for way in WAYS]
    return sorted(found, key=lambda each: -each.times)


def products(market_id: int, first: date, last: date) -> QuerySet[Any, Any]:
    """One row a product that was visited: product_id, title, slug, visits, by_<way> for each way, by_shelves."""
    sums = {f"by_{way}": _sum(Q(way=way)) for way in WAYS}
    return (
        _paths(market_id, first, last)
        .values("product_id", title=F("product__title"), slug=F("product__slug"))
        .annotate(visits=Sum("times"), by_shelves=_sum(Q(way__in=SHELF_WAYS)), **sums)
    )


def _sum(which: Q) -> Coalesce:
    return Coalesce(Sum("times", filter=which), Value(0))


def found_by_search_only(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Of ``products``, what people search for and no menu, shelf, filter or text has led to."""
    return rows.filter(by_search__gt=0, by_shelves=0)


def choices(market_id: int, first: date, last: date, place: str = "") -> QuerySet[Any, Any]:
    """One row a value that was chosen, in one list or in all: facet, value, chosen, found (added up), went_on."""
    rows = _filters(market_id, first, last, place).exclude(facet="")
    return rows.values("facet", "value").annotate(chosen=Sum("times"), found=Sum("results"), went_on=Sum("opened"))


def lists_seen(market_id: int, first: date, last: date, place: str = "") -> int:
    """How often somebody came to a list, whether it was filtered then or not."""
    rows = _filters(market_id, first, last, place).filter(facet="")
    return rows.aggregate(n=Coalesce(Sum("times"), 0))["n"]


def facets_used(market_id: int, first: date, last: date, place: str = "") -> dict[str, int]:
    """How often any value of each filter was chosen."""
    rows = _filters(market_id, first, last, place).exclude(facet="")
    return dict(rows.values_list("facet").annotate(n=Sum("times")).order_by("-n", "facet"))


def places(market_id: int, first: date, last: date) -> list[str]:
    """Lists that somebody came to, the most visited first."""
    rows = _filters(market_id, first, last, "").values_list("place").annotate(n=Sum("times"))
    return [place for place, _ in rows.order_by("-n", "place")]


def _paths(market_id: int, first: date, last: date) -> QuerySet[PathDay]:
    return PathDay.objects.filter(market_id=market_id, day__gte=first, day__lte=last)


def _filters(market_id: int, first: date, last: date, place: str) -> QuerySet[FilterDay]:
    rows = FilterDay.objects.filter(market_id=market_id, day__gte=first, day__lte=last)
    return rows.filter(place=place) if place else rows
