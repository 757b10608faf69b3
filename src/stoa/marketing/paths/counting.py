"""Writes counted ways to products, and filters that were chosen, into the tables of their day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, QuerySet

from stoa.catalogue.markets import queries as markets
from stoa.catalogue.products import queries as products
from stoa.catalogue.search import queries as search
from stoa.kernel import clock
from stoa.marketing.buffering import Buffer
from stoa.marketing.paths.models import FilterDay, PathDay
from stoa.marketing.paths.rules import Way

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# Rows of a market on one day. When it is full, those that were counted once make room.
MOST_A_DAY = 20_000
KEEP_DAYS = 400
KEEP_SINGLE_DAYS = 60
OWN_FACETS = frozenset({"brand", "category", "in_stock", "price"})

PathKey = tuple[int, date, int, Way]
# market, day, place, facet, value
FilterKey = tuple[int, date, str, str, str]


@dataclass(slots=True)
class Seen:
    times: int = 1
    results: int = 0

    def join(self, later: Seen) -> None:
        self.times += later.times
        self.results += later.results


@transaction.atomic
def write_paths(seen: dict[PathKey, Seen]) -> None:
    """Add to the rows of the day, and to ``opened`` of the lists that led there. What has gone meanwhile is left out."""
    facets = {market.pk: _facets_of(market) for market in markets.all_markets()}
    wanted = {key[2] for key in seen}
    live = set(products.live_products().filter(pk__in=wanted).values_list("pk", flat=True))
    paths: dict[tuple[int, date], dict[tuple[int, str], int]] = defaultdict(lambda: defaultdict(int))
    opened: dict[FilterKey, int] = defaultdict(int)
    for (market_id, day, product_id, told), entry in seen.items():
        if product_id not in live or market_id not in facets:
            continue
        way = told.filtered(facets[market_id])
        paths[market_id, day][product_id, way.name] += entry.times
        if way.place:
            for facet, value in (("", ""), *way.choices):
                opened[market_id, day, way.place, facet, value] += entry.times
    for (market_id, day), counts in sorted(paths.items()):
        _add_paths(market_id, day, counts)
    for (market_id, day, place, facet, value), times in sorted(opened.items()):
        # A row is made when a value is chosen, never by what a browser says of the page before.
        rows = FilterDay.objects.filter(market_id=market_id, day=day, place=place, facet=facet, value=value)
        rows.update(opened=F("opened") + times)


def _facets_of(market: Market) -> frozenset[str]:
    return OWN_FACETS | {name for code in search.facet_codes(market) for name in (code, f"f-{code}")}


def _add_paths(market_id: int, day: date, counts: dict[tuple[int, str], int]) -> None:
    rows = PathDay.objects.filter(market_id=market_id, day=day)
    known = set(rows.filter(product_id__in={key[0] for key in counts}).values_list("product_id", "way"))
    missing = [key for key in sorted(counts) if key not in known]
    PathDay.objects.bulk_create(
        [
            PathDay(market_id=market_id, day=day, product_id=product_id, way=way)
            for product_id, way in missing[: _room(rows, len(missing))]
        ],
        ignore_conflicts=True,
    )
    # In one order, so that processes that write at once do not wait for each other in a circle.
    for (product_id, way), times in sorted(counts.items()):
        rows.filter(product_id=product_id, way=way).update(times=F("times") + times)


@transaction.atomic
def write_filters(seen: dict[FilterKey, Seen]) -> None:
    known_markets = {market.pk for market in markets.all_markets()}
    by_day: dict[tuple[int, date], dict[tuple[str, str, str], Seen]] = defaultdict(dict)
    for (market_id, day, *rest), entry in seen.items():
        if market_id in known_markets:
            by_day[market_id, day][rest[0], rest[1], rest[2]] = entry
    for (market_id, day), entries in sorted(by_day.items()):
        _add_filters(market_id, day, entries)


def _add_filters(market_id: int, day: date, entries: dict[tuple[str, str, str], Seen]) -> None:
    rows = FilterDay.objects.filter(market_id=market_id, day=day)
    places = {key[0] for key in entries}
    known = set(rows.filter(place__in=places).values_list("place", "facet", "value"))
    missing = [key for key in sorted(entries) if key not in known]
    FilterDay.objects.bulk_create(
        [
            FilterDay(market_id=market_id, day=day, place=place, facet=facet, value=value)
            for place, facet, value in missing[: _room(rows, len(missing))]
        ],
        ignore_conflicts=True,
    )
    for (place, facet, value), entry in sorted(entries.items()):
        rows.filter(place=place, facet=facet, value=value).update(
            times=F("times") + entry.times, results=F("results") + entry.results
        )


def _room(rows: QuerySet, wanted: int) -> int:
    """How many rows may be added to those of a day."""
    if not wanted:
        return 0
    free = MOST_A_DAY - rows.count()
    if wanted > free:
        once = list(rows.filter(times__lte=1).order_by("pk").values_list("pk", flat=True)[: wanted - max(free, 0)])
        free += rows.filter(pk__in=once).delete()[0]
    return max(0, free)


def sweep_out() -> None:
    """Let go of counts after 400 days, and after 60 of what happened once."""
    today = clock.now().date()
    for model in (PathDay, FilterDay):
        model.objects.filter(day__lt=today - timedelta(days=KEEP_DAYS)).delete()
        model.objects.filter(day__lt=today - timedelta(days=KEEP_SINGLE_DAYS), times__lte=1).delete()


paths: Buffer[PathKey, Seen] = Buffer("path-count", lambda entries: write_paths(entries))  # noqa: PLW0108 - looked up when it is called
filters: Buffer[FilterKey, Seen] = Buffer("filter-count", lambda entries: write_filters(entries))  # noqa: PLW0108
